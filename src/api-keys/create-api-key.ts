import { createHash, randomBytes, randomInt } from 'node:crypto';
import type { Transaction } from '#platform/database/connect.ts';
import { type AuditActor, recordAudit } from '#src/audit/record-audit.ts';
import type { ApiScope } from './scopes.ts';

export interface NewApiKey {
  readonly name: string;
  readonly scopes: readonly ApiScope[];
  readonly expiresAt?: Date | undefined;
  readonly actor: AuditActor;
  readonly requestId?: string;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Makes an API key. The key itself is in this answer and nowhere else: the database keeps its SHA-256. */
export async function createApiKey(
  tx: Transaction,
  key: NewApiKey,
): Promise<{ id: string; key: string; prefix: string; createdAt: Date }> {
  const prefix = `sgl_${Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join('')}`;
  const text = `${prefix}_${randomBytes(32).toString('base64url')}`;
  const row = await tx
    .insertInto('api_key')
    .values({
      name: key.name,
      prefix,
      key_hash: hashApiKey(text),
      scopes: [...new Set(key.scopes)],
      created_by: key.actor.kind === 'staff' ? key.actor.staffId : null,
      expires_at: key.expiresAt ?? null,
    })
    .returning(['id', 'created_at'])
    .executeTakeFirstOrThrow();
  await recordAudit(tx, {
    actor: key.actor,
    action: 'api-key.created',
    subject: { kind: 'api-key', id: row.id },
    detail: { scopes: [...key.scopes] },
    ...(key.requestId ? { requestId: key.requestId } : {}),
  });

  return { id: row.id, key: text, prefix, createdAt: row.created_at };
}

/** The key holds 256 random bits, so one fast hash keeps it as safe as a slow one. */
export function hashApiKey(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
