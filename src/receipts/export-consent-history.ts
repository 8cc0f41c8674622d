import { AppError, notFound } from '#platform/app-error.ts';
import { type NoteSigner, signNote, writeVkey } from '#platform/crypto/signed-note.ts';
import type { Database } from '#platform/database/connect.ts';
import { describeContact } from '#src/contacts/describe-contact.ts';
import { openedLeafHash } from '#src/ledger/leaf.ts';
import { proveHistory } from '#src/ledger/prove-history.ts';
import { findNoticeByHash } from '#src/notices/find-notice.ts';
import { findPurposeVersion } from '#src/purposes/find-purpose.ts';
import { findController } from '#src/register/controller.ts';
import type { Services } from '#src/services.ts';
import type { ConsentHistory } from './consent-history.ts';
import { sealText } from './verify-receipt.js';

/**
 * The whole consent history of a contact as one signed package (Art. 20): entries, the keys that open them, their proofs, the
 * texts that were shown. In one snapshot.
 *
 * @throws AppError 404; 503 `log-behind` while an entry has no place in the log yet
 */
export async function exportConsentHistory(
  services: Pick<Services, 'keys'>,
  db: Database,
  contactId: string,
): Promise<ConsentHistory> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      const [contact, controller] = [await describeContact(tx, contactId), await findController(tx)];
      if (!contact) throw notFound();
      if (!controller) throw new AppError('controller-missing', { status: 409 });
      const history = await proveHistory(tx, services.keys, contactId);
      if (history.outcome !== 'proven') throw new AppError('log-behind', { status: 503, headers: { 'retry-after': '3' } });

      const { publicKey, sign } = services.keys.signing.current;
      const signer: NoteSigner = { name: history.origin, publicKey, sign };
      const sealed = {
        format: 'saglasie-consent-history' as const,
        version: 1 as const,
        issued: history.checkpointSignedAt.toISOString(),
        controller: {
          name: controller.name,
          registrationNumber: controller.registrationNumber,
          address: controller.address,
          email: controller.email,
          country: controller.country,
        },
        contact: contactId,
        emails: contact.points.filter(({ kind }) => kind === 'email').map(({ value }) => value),
        log: {
          origin: history.origin,
          size: history.size,
          checkpoint: history.checkpoint,
          vkeys: [...new Set([history.vkey, writeVkey(signer)])],
        },
        entries: history.entries.map(({ canonical, entryKey, position, inclusion }) => ({
          entry: canonical,
          entryKey: entryKey.toString('base64'),
          leaf: openedLeafHash(entryKey, canonical).toString('base64'),
          position,
          inclusion: inclusion.map((hash) => hash.toString('base64')),
        })),
        notices: await textsOf(tx, history.entries),
        purposes: await purposesOf(tx, history.entries),
      };
      return { ...sealed, seal: signNote(await sealText(history.origin, sealed), signer) };
    });
}

type Entries = Extract<Awaited<ReturnType<typeof proveHistory>>, { outcome: 'proven' }>['entries'];

async function textsOf(db: Database, entries: Entries): Promise<ConsentHistory['notices']> {
  const texts = new Map<string, ConsentHistory['notices'][number]>();
  for (const { entry } of entries) {
    if (entry.noticeHash === undefined || texts.has(entry.noticeHash)) continue;
    const notice = await findNoticeByHash(db, entry.noticeHash);
    if (notice) texts.set(notice.hash, { sha256: notice.hash, language: entry.language ?? notice.language, text: notice.body });
  }
  return [...texts.values()];
}

async function purposesOf(db: Database, entries: Entries): Promise<ConsentHistory['purposes']> {
  const purposes = new Map<string, ConsentHistory['purposes'][number]>();
  for (const { entry } of entries) {
    if (!entry.purpose) continue;
    const { id, version } = entry.purpose;
    if (purposes.has(`${id} ${version}`)) continue;
    const purpose = await findPurposeVersion(db, id, version);
    if (purpose)
      purposes.set(`${id} ${version}`, { id, version, slug: purpose.slug, name: purpose.name, legalBasis: purpose.legalBasis });
  }
  return [...purposes.values()];
}
