import { readCosignature } from '#platform/crypto/cosignature.ts';
import type { NoteKey } from '#platform/crypto/signed-note.ts';
import type { Database } from '#platform/database/connect.ts';
import { findLastCheckpoint, type RecordedCheckpoint } from './find-checkpoint.ts';
import { proveConsistency } from './prove-entry.ts';

/** Somebody else who sees every state of the log and signs that it only grew. */
export interface Witness extends NoteKey {
  /** Its submission prefix, without a final slash. */
  readonly url: string;
}

/** The witness did not sign; the message says why. */
export class WitnessRefused extends Error {
  override readonly name = 'WitnessRefused';
}

const PATIENCE_MS = 10_000;
const LONGEST_ANSWER = 64 * 1024;

/**
 * Lets a witness sign the newest checkpoint (C2SP tlog-witness, add-checkpoint) and keeps its cosignature beside it, once it
 * is verified. Nothing waits for this.
 *
 * @throws WitnessRefused
 */
export async function askWitness(db: Database, witness: Witness): Promise<'cosigned' | 'nothing-new'> {
  const last = await findLastCheckpoint(db);
  const seen = await sizeSeenBy(db, witness);
  if (!last || last.size === 0 || seen?.number === last.number) return 'nothing-new';
  let reply = await addCheckpoint(db, witness, last, seen?.size ?? 0);
  // It knows another size than we remember, for instance after a restore: it says which, and is asked once more.
  if (reply.status === 409) {
    const size = Number((await textOf(reply)).trim());
    if (!Number.isSafeInteger(size) || size < 0 || size > last.size)
      throw new WitnessRefused(`The witness has seen ${size} leaves, more than there are: was the database set back?`);
    reply = await addCheckpoint(db, witness, last, size);
  }
  if (reply.status !== 200) throw new WitnessRefused(`The witness answered ${reply.status}.`);
  const line = (await textOf(reply)).split('\n').find((one) => readCosignature(last.note, one, witness) !== undefined);
  if (line === undefined) throw new WitnessRefused('The answer holds no cosignature of this witness over this checkpoint.');
  await db
    .insertInto('ledger_cosignature')
    .values({ checkpoint: last.number, witness: witness.name, line })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return 'cosigned';
}

async function addCheckpoint(db: Database, witness: Witness, last: RecordedCheckpoint, old: number): Promise<Response> {
  const proof = await proveConsistency(db, old, last.size);
  const lines = [`old ${old}`, ...proof.map((one) => one.toString('base64'))];
  return fetch(`${witness.url}/add-checkpoint`, {
    method: 'POST',
    body: `${lines.join('\n')}\n\n${last.note}`,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
}

async function textOf(reply: Response): Promise<string> {
  const text = await reply.text();
  if (text.length > LONGEST_ANSWER) throw new WitnessRefused('The answer of the witness is too long.');
  return text;
}

async function sizeSeenBy(db: Database, witness: Witness): Promise<{ number: number; size: number } | undefined> {
  const row = await db
    .selectFrom('ledger_cosignature as s')
    .innerJoin('ledger_checkpoint as c', 'c.number', 's.checkpoint')
    .select(['c.number', 'c.size'])
    .where('s.witness', '=', witness.name)
    .orderBy('c.number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && { number: Number(row.number), size: Number(row.size) };
}
