import { sql } from 'kysely';
import { type Database, inTransaction, type Transaction } from '#platform/database/connect.ts';
import type { Language } from '#src/languages/languages.ts';
import { appendEntries } from '#src/ledger/append-entries.ts';
import { recordSystemSource } from '#src/sources/record-system-source.ts';

const BATCH = 200;

/** Writes down that the people were told whose messages have left with the notice in them; of one message, or of all that are left. */
export async function noteTold(db: Database, deliveryId?: string): Promise<number> {
  let noted = 0;
  for (;;) {
    const batch = await inTransaction(db, (tx) => noteSome(tx, deliveryId));
    noted += batch;
    if (batch < BATCH) return noted;
  }
}

async function noteSome(tx: Transaction, deliveryId: string | undefined): Promise<number> {
  const { rows } = await sql<{ id: string; contactId: string; language: Language; hash: Buffer; sources: string[]; at: Date }>`
    select d.id, d.contact_id as "contactId", d.language, d.notice_hash as hash, d.notice_sources as sources, d.settled_at as at
      from delivery d
     where d.status = 'sent' and d.notice_hash is not null
       and (${deliveryId ?? null}::uuid is null and d.settled_at > now() - interval '7 days' or d.id = ${deliveryId ?? null}::uuid)
       and exists (select from duty_to_tell t where t.contact_id = d.contact_id and t.source_id = any (d.notice_sources) and t.told_at is null)
     order by d.settled_at limit ${BATCH} for update of d skip locked`.execute(tx);
  if (rows.length === 0) return 0;
  const sourceId = await recordSystemSource(tx, 'Notice of where data came from');
  await appendEntries(
    tx,
    rows.map((row) => ({
      kind: 'notice-given' as const,
      contactId: row.contactId,
      channel: 'email' as const,
      occurredAt: row.at,
      sourceId,
      noticeHash: row.hash.toString('hex'),
      language: row.language,
      actor: { kind: 'system' as const },
      method: 'message',
      evidence: { delivery: row.id, sources: row.sources.join(' ') },
    })),
  );
  return rows.length;
}
