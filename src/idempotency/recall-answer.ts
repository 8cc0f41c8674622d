import { sql } from 'kysely';
import type { Keys } from '#platform/crypto/keys.ts';
import type { Transaction } from '#platform/database/connect.ts';
import type { Recollection } from '#platform/http/mount.ts';

interface KeyedRequest {
  /** Who asks; keys of two callers never meet. */
  readonly callerKey: string;
  readonly method: string;
  readonly route: string;
  /** The Idempotency-Key header. */
  readonly key: string;
  /** Everything that makes this request this request. */
  readonly content: string;
}

/** How long an answer is remembered. */
const KEPT = sql<Date>`now() - interval '24 hours'`;

/**
 * What to do with a POST that carries an Idempotency-Key: answer as before, refuse, or do it and remember the answer.
 *
 * The answer is remembered in the transaction of its effect: both are there or neither is, so a request that failed can be
 * sent again under its key. Only keyed hashes of key and request are stored, and an answer that speaks of a contact is
 * deleted with them.
 */
export async function recallAnswer(tx: Transaction, keys: Keys, request: KeyedRequest): Promise<Recollection> {
  const keyHash = keys.sign(
    'idempotency key',
    Buffer.from(JSON.stringify([request.callerKey, request.method, request.route, request.key])),
  );
  const requestHash = keys.sign('idempotency request', Buffer.from(request.content));

  // Not a wait: fifty repetitions in flight would hold fifty connections while the first one needs none but its own.
  const { rows } = await sql<{
    mine: boolean;
  }>`select pg_try_advisory_xact_lock(${keyHash.readBigInt64BE(0).toString()}::bigint) as mine`.execute(tx);
  if (!rows[0]?.mine) return { kind: 'in-flight' };

  await tx.deleteFrom('idempotency').where('key_hash', '=', keyHash).where('created_at', '<', KEPT).execute();
  const known = await tx
    .selectFrom('idempotency')
    .select(['request_hash', 'status', 'body'])
    .where('key_hash', '=', keyHash)
    .executeTakeFirst();
  if (known) {
    if (!known.request_hash.equals(requestHash)) return { kind: 'other-request' };
    return known.body === null && known.status !== 204
      ? { kind: 'shown-once' }
      : { kind: 'same', status: known.status, body: known.body };
  }

  return {
    kind: 'new',
    remember: async ({ status, body, contactId, isSecret }) => {
      await tx
        .insertInto('idempotency')
        .values({
          key_hash: keyHash,
          request_hash: requestHash,
          status,
          body: isSecret || body === null ? null : JSON.stringify(body),
          contact_id: contactId ?? null,
        })
        .execute();
    },
  };
}

/** Deletes answers older than 24 hours. */
export async function forgetOldAnswers(tx: Transaction): Promise<void> {
  await tx.deleteFrom('idempotency').where('created_at', '<', KEPT).execute();
}
