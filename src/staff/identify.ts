import { AppError } from '#platform/app-error.ts';
import type { Database } from '#platform/database/connect.ts';
import type { Identified } from '#platform/http/mount.ts';
import { findApiKey } from '#src/api-keys/find-api-key.ts';
import type { EndpointPolicy, Saglasie } from '#src/define-route.ts';
import type { Caller } from './caller.ts';
import { mayRole } from './roles.ts';
import type { StaffSessions } from './sessions.ts';

/** Who sent a request: a program by its API key, a staff member by their cookie, or nobody we know. */
export async function identify(
  db: Database,
  sessions: StaffSessions,
  headers: Headers,
): Promise<Identified<Saglasie> | undefined> {
  const authorization = headers.get('authorization');
  if (authorization !== null) {
    const key = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    const found = key === undefined ? undefined : await findApiKey(db, key);
    if (!found)
      throw new AppError('invalid-api-key', { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
    return { caller: { kind: 'api', apiKeyId: found.id, scopes: found.scopes }, callerKey: `api ${found.id}`, byCookie: false };
  }
  if (!headers.has('cookie')) return undefined;
  const session = await sessions.find(headers);
  if (!session) return undefined;
  const { staffMember } = session;

  return {
    caller: { kind: 'staff', staffMember },
    callerKey: `staff ${staffMember.id}`,
    language: staffMember.language,
    byCookie: true,
    headers: session.headers,
  };
}

/** Whether this caller may use an endpoint of this policy. */
export function mayCall(policy: EndpointPolicy, caller: Caller): boolean {
  if (caller.kind === 'staff') return mayRole(caller.staffMember.role, policy.right);

  return policy.scope !== 'none' && caller.scopes.includes(policy.scope);
}
