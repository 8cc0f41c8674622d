import { betterAuth } from 'better-auth';
import type { Keys } from '#platform/crypto/keys.ts';
import type { Database } from '#platform/database/connect.ts';
import { languages } from '#src/languages/languages.ts';
import type { StaffMember } from './caller.ts';
import { hashPassword, isPasswordOf, PASSWORD_LENGTH } from './password.ts';
import { roles } from './roles.ts';

const MINUTE = 60;
/** A session ends after half an hour without a request, and after twelve hours whatever happens (ASVS 7.3). */
const IDLE_SECONDS = 30 * MINUTE;
const ABSOLUTE_MS = 12 * 60 * MINUTE * 1000;

export interface StaffSession {
  readonly staffMember: StaffMember;
  readonly token: string;
  /** The renewed cookie, when it was time to renew it. */
  readonly headers: Headers;
}

export interface StaffSessions {
  /** Signs in; undefined for a wrong address, a wrong password or a disabled member alike, after equal work. */
  signIn(email: string, password: string): Promise<{ staffId: string; headers: Headers } | undefined>;
  find(headers: Headers): Promise<StaffSession | undefined>;
  /** Ends the session these headers carry; the answer's headers clear the cookie. */
  signOut(headers: Headers): Promise<Headers>;
}

/**
 * Staff sessions: better-auth on our tables. Only three of its verbs are reachable from outside (`routes.ts`); members are
 * made by set-up and invites, never by signing up.
 */
export function openSessions(options: { db: Database; keys: Keys; publicUrl: string }): StaffSessions {
  const auth = configure(options);

  return {
    async signIn(email, password) {
      const answer = await auth.api.signInEmail({ body: { email, password }, asResponse: true });
      if (!answer.ok) return undefined;
      const { user } = (await answer.json()) as { user: { id: string } };

      return { staffId: user.id, headers: cookiesOf(answer.headers) };
    },

    async find(headers) {
      const { headers: renewed, response } = await auth.api.getSession({ headers, returnHeaders: true });
      if (!response) return undefined;
      const { session, user } = response;
      if (user.disabledAt || Date.now() - session.createdAt.getTime() > ABSOLUTE_MS) return undefined;

      return { staffMember: staffMemberOf(user), token: session.token, headers: cookiesOf(renewed) };
    },

    async signOut(headers) {
      const answer = await auth.api.signOut({ headers, asResponse: true });

      return cookiesOf(answer.headers);
    },
  };
}

function configure({ db, keys, publicUrl }: { db: Database; keys: Keys; publicUrl: string }) {
  const https = publicUrl.startsWith('https:');

  return betterAuth({
    baseURL: publicUrl,
    basePath: '/auth',
    secret: keys.sessionSecret,
    database: { db, type: 'postgres' },
    telemetry: { enabled: false },
    // It would log addresses; what matters is in the audit trail.
    logger: { disabled: true },
    // Ours counts in the database by keyed hash, and before any work is done (limit-sign-in.ts).
    rateLimit: { enabled: false },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH.min,
      maxPasswordLength: PASSWORD_LENGTH.max,
      password: { hash: hashPassword, verify: ({ hash, password }) => isPasswordOf(hash, password) },
    },
    session: {
      modelName: 'staff_session',
      fields: {
        userId: 'staff_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
      expiresIn: IDLE_SECONDS,
      updateAge: 5 * MINUTE,
    },
    user: {
      modelName: 'staff_member',
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
      additionalFields: {
        role: { type: [...roles], required: true, input: false },
        language: { type: [...languages], required: true, input: false },
        disabledAt: { type: 'date', required: false, input: false, fieldName: 'disabled_at' },
      },
    },
    account: {
      modelName: 'staff_credential',
      fields: {
        userId: 'staff_id',
        accountId: 'account_id',
        providerId: 'provider_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    verification: {
      modelName: 'staff_verification',
      fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    databaseHooks: {
      session: {
        create: {
          // After the password was checked, so that a disabled member is told exactly what a stranger is, as late.
          before: async (session) => {
            const member = await db
              .selectFrom('staff_member')
              .select('disabled_at')
              .where('id', '=', session.userId)
              .executeTakeFirst();
            return member?.disabled_at === null;
          },
        },
      },
    },
    advanced: {
      database: { generateId: 'uuid' },
      ipAddress: { disableIpTracking: true },
      // better-auth's own prefix is __Secure-; __Host- also pins the cookie to this host and path.
      useSecureCookies: false,
      cookies: { session_token: { name: https ? '__Host-saglasie.session' : 'saglasie.session' } },
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', secure: https, path: '/' },
    },
  });
}

function staffMemberOf(member: { id: string; name: string; email: string; role: string; language: string }): StaffMember {
  return {
    id: member.id,
    name: member.name,
    email: member.email,
    role: member.role as StaffMember['role'],
    language: member.language as StaffMember['language'],
  };
}

function cookiesOf(from: Headers): Headers {
  const headers = new Headers();
  for (const cookie of from.getSetCookie()) headers.append('set-cookie', cookie);

  return headers;
}
