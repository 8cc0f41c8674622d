import { uuidv7 } from '#platform/crypto/uuid.ts';
import type { OwnSession } from '#platform/database/connect.ts';
import { copyIn } from '#platform/database/copy-in.ts';
import type { KnownSalts } from './append-entries.ts';
import { actorIdOf, type Entry, type NewEntry } from './entry.ts';
import { leafHashOf } from './leaf.ts';

/** An entry with its leaf, ready to be written. */
export interface SaltedEntry {
  readonly entry: Entry;
  readonly leaf: Buffer;
}

export function saltEntry(salt: Buffer, entry: NewEntry): SaltedEntry {
  const whole: Entry = { ...entry, id: uuidv7() };
  return { entry: whole, leaf: leafHashOf(salt, whole) };
}

/** Gives new contacts their salts, and appends legal facts: any number, within a transaction that is open on this session. */
export async function copyEntries({ client }: OwnSession, newSalts: KnownSalts, salted: readonly SaltedEntry[]): Promise<void> {
  await copyIn(client, 'ledger_salt', ['contact_id', 'salt'], [...newSalts]);
  await copyIn(
    client,
    'ledger_entry',
    [
      'id',
      'kind',
      'contact_id',
      'purpose_id',
      'purpose_version',
      'channel',
      'legal_basis',
      'permission_ground',
      'occurred_at',
      'until',
      'source_id',
      'notice_hash',
      'language',
      'actor',
      'actor_id',
      'method',
      'evidence',
      'leaf_hash',
    ],
    salted.map(({ entry, leaf }) => [
      entry.id,
      entry.kind,
      entry.contactId,
      entry.purpose?.id,
      entry.purpose?.version,
      entry.channel,
      entry.legalBasis,
      entry.permissionGround,
      entry.occurredAt,
      entry.until,
      entry.sourceId,
      entry.noticeHash && Buffer.from(entry.noticeHash, 'hex'),
      entry.language,
      entry.actor.kind,
      actorIdOf(entry.actor),
      entry.method,
      entry.evidence ?? {},
      leaf,
    ]),
  );
}
