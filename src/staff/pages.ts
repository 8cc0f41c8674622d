import { z } from 'zod';
import { AppError } from '#platform/app-error.ts';
import { inTransaction } from '#platform/database/connect.ts';
import { explainIssues } from '#platform/http/explain-issues.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { definePage, type Page } from '#src/define-route.ts';
import { forgiveSignIn, limitSignIn } from './limit-sign-in.ts';
import { presentStaffMember } from './present.ts';
import type { StaffSessions } from './sessions.ts';

const credentials = z.strictObject({
  email: z.string().trim().toLowerCase().min(1).max(320),
  password: z.string().min(1).max(1000),
});

/** Signing in and out, for the admin program: JSON in, a cookie and JSON out. */
export function authPages(sessions: StaffSessions): Page[] {
  return [
    definePage({
      method: 'POST',
      path: '/auth/sign-in/email',
      policy: 'same-origin',
      async handle({ services, db, readForm, headers, ip, requestId }) {
        const { email, password } = await readCredentials(readForm);
        await countAttempt();
        const signedIn = await sessions.signIn(email, password);
        if (!signedIn) {
          await recordAudit(db, { actor: { kind: 'system' }, action: 'staff.sign-in-refused', requestId });
          throw new AppError('sign-in-refused', { status: 401 });
        }
        // A session that was there before is not carried into this one.
        await sessions.signOut(headers);
        await inTransaction(db, async (tx) => {
          await forgiveSignIn(tx, services.keys, email);
          await recordAudit(tx, {
            actor: { kind: 'staff', staffId: signedIn.staffId },
            action: 'staff.signed-in',
            subject: { kind: 'staff-member', id: signedIn.staffId },
            requestId,
          });
        });

        return withHeaders(Response.json({ signedIn: true }), signedIn.headers);

        async function countAttempt(): Promise<void> {
          // Its own transaction: the count must stay when the attempt is refused.
          const refusal = await inTransaction(db, (tx) =>
            limitSignIn(tx, services.keys, { email, ip }).then(
              () => undefined,
              (thrown) => {
                if (thrown instanceof AppError) return thrown;
                throw thrown;
              },
            ),
          );
          if (refusal) throw refusal;
        }
      },
    }),

    definePage({
      method: 'POST',
      path: '/auth/sign-out',
      policy: 'same-origin',
      async handle({ db, headers, requestId }) {
        const session = await sessions.find(headers);
        const cleared = await sessions.signOut(headers);
        if (session) {
          const { id } = session.staffMember;
          await recordAudit(db, {
            actor: { kind: 'staff', staffId: id },
            action: 'staff.signed-out',
            subject: { kind: 'staff-member', id },
            requestId,
          });
        }

        return withHeaders(Response.json({ signedIn: false }), cleared);
      },
    }),

    definePage({
      method: 'GET',
      path: '/auth/get-session',
      policy: 'public',
      async handle({ headers }) {
        const session = await sessions.find(headers);

        return withHeaders(
          Response.json(session ? { staffMember: presentStaffMember(session.staffMember) } : null),
          session?.headers,
        );
      },
    }),
  ];
}

async function readCredentials(readForm: () => Promise<URLSearchParams>): Promise<z.output<typeof credentials>> {
  const read = credentials.safeParse(Object.fromEntries(await readForm()), { reportInput: true });
  if (!read.success) throw new AppError('invalid-fields', { status: 422, fields: explainIssues(read.error.issues) });

  return read.data;
}

function withHeaders(response: Response, headers: Headers | undefined): Response {
  headers?.forEach((value, name) => {
    response.headers.append(name, value);
  });

  return response;
}
