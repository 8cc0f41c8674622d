import { sql } from 'kysely';
import { type Database, inTransaction } from '#platform/database/connect.ts';
import type { Language } from '#src/languages/languages.ts';
import { composeNotice, keepNotice } from './compose-notice.ts';

/**
 * The first message at the latest says where somebody's data came from (Art. 14(3)(b)): just before a message leaves, the notice
 * its addressee still has to get is composed, kept and put into it. Without this the database does not let it go.
 */
export async function carryNotice(db: Database, delivery: { id: string; contactId: string }): Promise<void> {
  const { rows } = await sql<{ waits: boolean }>`
    select exists (select from duty_to_tell where contact_id = ${delivery.contactId} and told_at is null and exemption_id is null)
        or exists (select from delivery where id = ${delivery.id} and notice_hash is not null) as waits`.execute(db);
  if (!rows[0]?.waits) return;
  await inTransaction(db, async (tx) => {
    const notice = await composeNotice(tx, delivery.contactId);
    const hashes = notice && (await keepNotice(tx, notice));
    const message = await tx
      .selectFrom('delivery')
      .select('language')
      .where('id', '=', delivery.id)
      .where('status', '=', 'queued')
      .forUpdate()
      .executeTakeFirst();
    if (!message) return;
    // Told in the meantime by another message or a colleague: it need not be said twice.
    const hash = hashes ? Buffer.from(hashes[message.language as Language], 'hex') : null;
    await tx
      .updateTable('delivery')
      .set({ notice_hash: hash, notice_sources: notice ? [...notice.sourceIds] : null })
      .where('id', '=', delivery.id)
      .execute();
  });
}
