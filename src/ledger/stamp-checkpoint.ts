import { askTimeStamp, TimeStampRefused } from '#platform/crypto/timestamp.ts';
import type { Database } from '#platform/database/connect.ts';

const PATIENCE_MS = 10_000;
const LONGEST_ANSWER = 256 * 1024;

/**
 * Has an authority (RFC 3161) say at what time the newest checkpoint was there. The stamp covers the note as we signed it,
 * without cosignatures.
 *
 * @throws TimeStampRefused
 */
export async function stampCheckpoint(db: Database, authority: string): Promise<'stamped' | 'nothing-new'> {
  const last = await db
    .selectFrom('ledger_checkpoint as c')
    .leftJoin('ledger_timestamp as t', 't.checkpoint', 'c.number')
    .select(['c.number', 'c.note', 't.token'])
    .orderBy('c.number', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!last || last.token) return 'nothing-new';
  const question = askTimeStamp(last.note);
  const reply = await fetch(authority, {
    method: 'POST',
    body: new Uint8Array(question.body),
    headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (!reply.ok) throw new TimeStampRefused(`The authority answered ${reply.status}.`);
  const answer = new Uint8Array(await reply.arrayBuffer());
  if (answer.length > LONGEST_ANSWER) throw new TimeStampRefused('The answer of the authority is too long.');
  const { token, at } = question.readAnswer(answer);
  await db
    .insertInto('ledger_timestamp')
    .values({ checkpoint: last.number, token, stamped_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return 'stamped';
}
