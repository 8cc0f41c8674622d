import { sql } from 'kysely';
import type { Database, Transaction } from '#platform/database/connect.ts';
import { hashApiKey } from './create-api-key.ts';
import type { ApiScope } from './scopes.ts';

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly ApiScope[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

/** The key a program showed, if it is good now. Found by its hash, so there is nothing to compare byte by byte. */
export async function findApiKey(db: Database, text: string): Promise<ApiKey | undefined> {
  if (!/^sgl_[A-Za-z0-9]{8}_[A-Za-z0-9_-]{43}$/.test(text)) return undefined;
  const row = await selectApiKeys(db)
    .where('key_hash', '=', hashApiKey(text))
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', sql<Date>`now()`)]))
    .executeTakeFirst();

  return row && apiKeyOf(row);
}

/** Every key, newest first; there are tens. */
export async function listApiKeys(db: Database): Promise<ApiKey[]> {
  return (await selectApiKeys(db).orderBy('id', 'desc').execute()).map(apiKeyOf);
}

/** Ends a key at once; false when there is no such key in use. */
export async function revokeApiKey(tx: Transaction, id: string): Promise<boolean> {
  const done = await tx
    .updateTable('api_key')
    .set({ revoked_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();

  return done.numUpdatedRows > 0n;
}

/** Notes that a key is in use, to the hour: enough to find forgotten keys, and no write for each request. */
export async function noteApiKeyUse(tx: Transaction, id: string): Promise<void> {
  await tx
    .updateTable('api_key')
    .set({ last_used_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<', sql<Date>`now() - interval '1 hour'`)]))
    .execute();
}

function selectApiKeys(db: Database) {
  return db
    .selectFrom('api_key')
    .select(['id', 'name', 'prefix', 'scopes', 'created_at', 'expires_at', 'last_used_at', 'revoked_at']);
}

function apiKeyOf(row: Awaited<ReturnType<ReturnType<typeof selectApiKeys>['executeTakeFirstOrThrow']>>): ApiKey {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes as ApiScope[],
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  };
}
