import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Keys } from '#platform/crypto/keys.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { gradeEvidence } from '#src/consent/grade-evidence.ts';
import { findAddressKeys } from '#src/contacts/find-address-keys.ts';
import { listEntriesOf, type RecordedEntry } from '#src/ledger/find-entry.ts';
import { openEntry } from '#src/ledger/open-entry.ts';
import { proveLeaf } from '#src/ledger/prove-leaf.ts';
import { findNoticeByHash } from '#src/notices/find-notice.ts';
import { findPurposeVersion } from '#src/purposes/find-purpose.ts';
import { type Capsule, type KeptEvent, saysNobody, seal } from './capsule.ts';
import type { Keeping } from './policy.ts';

/** What was kept of a person who is being erased. */
export interface KeptEvidence {
  readonly ground: Keeping['ground'];
  readonly events: number;
  /** `2031-11-24`: the day on which it goes by itself. */
  readonly keepUntil: string;
}

/**
 * Seals what proves a person's consents, for the moment between the journal's entry and the emptying of their ledger: the
 * database lets a capsule be made at no other time. Undefined when they never consented or have no address to be found by.
 */
export async function sealEvidence(
  tx: Transaction,
  keys: Keys,
  contactId: string,
  keeping: Keeping,
): Promise<KeptEvidence | undefined> {
  const addresses = await findAddressKeys(tx, contactId);
  const entries = (await listEntriesOf(tx, contactId)).filter(({ kind }) => kind.startsWith('consent-'));
  if (addresses.length === 0 || entries.length === 0) return undefined;

  const events: KeptEvent[] = [];
  for (const entry of entries.toReversed()) events.push(await keptEvent(tx, keys, entry));
  const { ground, necessity, decidedBy } = keeping;
  const content: Capsule = { format: 'saglasie-capsule', version: 1, ground, necessity, decidedBy, events };
  const id = randomUUID();
  const { sealed, handles } = seal(keys, id, content, addresses);
  const { rows } = await sql<{ keep_until: string }>`
    insert into evidence_capsule (id, ground, sealed, keep_until)
    values (${id}, ${ground}, ${sealed}, (current_date + make_interval(months => ${keeping.months}))::date)
    returning keep_until::text`.execute(tx);
  await tx
    .insertInto('evidence_handle')
    .values(handles.map(({ handle, wrappedKey }) => ({ handle, capsule_id: id, wrapped_key: wrappedKey })))
    .execute();
  const keepUntil = rows[0]?.keep_until;
  if (keepUntil === undefined) throw new Error('a capsule has a day on which it goes');
  return { ground, events: events.length, keepUntil };
}

async function keptEvent(tx: Transaction, keys: Keys, entry: RecordedEntry): Promise<KeptEvent> {
  const [proof, opening, purpose, notice] = await Promise.all([
    proveLeaf(tx, keys, entry.id),
    saysNobody(entry) ? openEntry(tx, entry) : undefined,
    entry.purpose && findPurposeVersion(tx, entry.purpose.id, entry.purpose.version),
    entry.noticeHash === undefined ? undefined : findNoticeByHash(tx, entry.noticeHash),
  ]);
  return {
    entry: entry.id,
    kind: entry.kind,
    purpose: purpose ? { slug: purpose.slug, version: purpose.version, name: purpose.name } : null,
    channel: entry.channel ?? null,
    legalBasis: entry.legalBasis ?? null,
    occurredAt: entry.occurredAt.toISOString(),
    until: entry.until?.toISOString() ?? null,
    method: entry.method,
    notice: notice ? { hash: notice.hash, slug: notice.slug, version: notice.version } : null,
    language: entry.language ?? null,
    grade: gradeEvidence(entry) ?? null,
    leafHash: entry.leafHash.toString('hex'),
    opens: opening ? { canonical: opening.canonical, entryKey: opening.entryKey.toString('hex') } : null,
    tlogProof: proof?.tlogProof ?? null,
    vkey: proof?.vkey ?? null,
  };
}
