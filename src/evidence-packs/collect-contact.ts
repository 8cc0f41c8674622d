import { AppError } from '#platform/app-error.ts';
import { type Database, inSnapshot } from '#platform/database/connect.ts';
import { toPublicId } from '#platform/http/ids.ts';
import type { ZippedFile } from '#platform/zip/write-zip.ts';
import { type DescribedContact, describeContact } from '#src/contacts/describe-contact.ts';
import { extensions } from '#src/evidence-files/evidence-file.ts';
import { findEvidenceContent, listEvidenceOf } from '#src/evidence-files/find-evidence.ts';
import { listSubmissionsOf } from '#src/forms/list-submissions-of.ts';
import { languages } from '#src/languages/languages.ts';
import { listEntriesOf, type RecordedEntry } from '#src/ledger/find-entry.ts';
import { recordsOf } from '#src/merging/find-living.ts';
import { type Permission, permissionsOf } from '#src/permission/permissions-of.ts';
import { composeReceipt } from '#src/receipts/compose-receipt.ts';
import type { Services } from '#src/services.ts';
import { commonFiles, type ShownText } from './common-files.ts';
import { writeContactDocument } from './document/contact.ts';
import { issuerOf } from './document/frame.ts';
import { describeEntry, type PackEvent } from './event.ts';
import { jsonFile, type PackContent, textFile } from './pack.ts';

/** Longer histories than this nobody has; if somebody did, the pack would say less than everything, so it is refused. */
const MOST_ENTRIES = 10_000;

/**
 * Everything that proves that the processing of one person's data is lawful, as it is at one moment: every legal fact with
 * the text that was shown, its proof and its receipt. Undefined when there is no such contact.
 */
export function collectContact(services: Services, contactId: string): Promise<PackContent | undefined> {
  return inSnapshot(services.db, async (db) => {
    const [living, ...others] = await recordsOf(db, contactId);
    const contact = await describeContact(db, living);
    if (!contact) return undefined;
    const { events, texts, files } = await collectEvents(services, db, contactId);
    const [permissions, submissions, issuer] = await Promise.all([
      permissionsOf(db, living),
      Promise.all([living, ...others].map((id) => listSubmissionsOf(db, id))).then((lists) =>
        lists.flat().sort((one, other) => other.at.getTime() - one.at.getTime()),
      ),
      issuerOf(services, db),
    ]);
    const subject = toPublicId('con', contactId);
    const told = { subject, contact, permissions, submissions: submissions.toReversed(), events, texts, issuer };
    const common = await commonFiles(db, texts);
    const attached = await attachedFiles(db, contactId);
    const enclosed = common.length + files.length + attached.length + languages.length + 1;
    return {
      kind: 'contact',
      subject,
      controller: issuer.controller.name,
      files: [
        ...languages.map((language) =>
          textFile(`evidence.${language}.html`, writeContactDocument({ ...told, enclosed }, language)),
        ),
        jsonFile('data.json', {
          format: 'saglasie-evidence',
          version: 1,
          kind: 'contact',
          subject,
          controller: issuer.controller,
          contact: presentContact(contact),
          permissions: permissions.map(presentPermission),
          submissions: told.submissions.map(({ id, at, status, language }) => ({ id, at: at.toISOString(), status, language })),
          events,
        }),
        ...common,
        ...files,
        ...attached,
      ],
    };
  });
}

/** What staff attached to consents given on paper, by phone or in person; the entries name each by its SHA-256. */
async function attachedFiles(db: Database, contactId: string): Promise<ZippedFile[]> {
  const files: ZippedFile[] = [];
  for (const file of await listEvidenceOf(db, contactId)) {
    const found = await findEvidenceContent(db, { id: file.id, contactId });
    if (found) files.push({ name: `attached/${file.sha256}.${extensions[found.mediaType]}`, body: found.content });
  }
  return files;
}

async function collectEvents(services: Services, db: Database, contactId: string) {
  const histories: RecordedEntry[][] = [];
  for (const id of await recordsOf(db, contactId)) histories.push(await listEntriesOf(db, id, MOST_ENTRIES + 1));
  const entries = histories.flat().sort((one, other) => (one.id < other.id ? 1 : -1));
  if (entries.length > MOST_ENTRIES) throw new Error('a history of this length does not fit into one pack');
  const events: PackEvent[] = [];
  const texts: ShownText[] = [];
  const files: ZippedFile[] = [];
  for (const entry of entries.toReversed()) {
    const { event, notice } = await describeEntry(db, entry);
    if (notice && !texts.some(({ hash }) => hash === notice.hash)) texts.push(notice);
    const receipt = await composeReceipt(services, db, entry.id);
    // Evidence that leaves out what it cannot prove would look like evidence that is whole.
    if (receipt.outcome === 'damaged') throw new AppError('log-damaged', { status: 503 });
    const isProven = receipt.outcome === 'composed';
    if (isProven) {
      files.push(
        textFile(`proofs/${entry.id}.tlog-proof`, receipt.tlogProof),
        jsonFile(`receipts/${entry.id}.json`, receipt.document),
        textFile(`receipts/${entry.id}.html`, receipt.html),
      );
    }
    events.push({ ...event, proven: isProven, position: isProven ? receipt.document.proof.position : null, opens: isProven });
  }
  return { events, texts, files };
}

function presentContact(contact: DescribedContact) {
  return {
    name: contact.name,
    state: contact.state,
    language: contact.language,
    addresses: contact.points.map(({ kind, original, verifiedAt }) => ({
      kind,
      address: original,
      verifiedAt: verifiedAt?.toISOString() ?? null,
    })),
    origin: contact.origin,
    createdAt: contact.createdAt.toISOString(),
  };
}

function presentPermission(permission: Permission) {
  const { purpose, channel, allowed, reason, since, until, entryId } = permission;
  return {
    purpose: { slug: purpose.slug, version: purpose.version, name: purpose.name },
    channel,
    allowed,
    reason,
    since: since?.toISOString() ?? null,
    until: until?.toISOString() ?? null,
    entry: entryId ?? null,
  };
}
