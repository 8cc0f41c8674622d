import { html } from 'hono/html';
import { z } from 'zod';
import { inTransaction } from '#platform/database/connect.ts';
import { seeOther } from '#platform/http/reply.ts';
import { isMailAddress } from '#platform/mail/mail-address.ts';
import { definePage, type Page } from '#src/define-route.ts';
import type { Language } from '#src/languages/languages.ts';
import { controllerDetails } from '#src/register/controller.ts';
import { acceptInvite, findInvite } from '#src/staff/invite-staff-member.ts';
import { PASSWORD_LENGTH } from '#src/staff/password.ts';
import type { StaffSessions } from '#src/staff/sessions.ts';
import { staffEmail } from '#src/staff/staff-email.ts';
import { completeSetUp } from './complete-set-up.ts';
import { formPage, gonePage, setUpTexts, shownLanguage } from './page-parts.ts';
import { isSetUpToken } from './set-up-token.ts';

const line = (max: number) => z.string().trim().min(1).max(max);
const address = z
  .string()
  .trim()
  .min(1)
  .max(254)
  .pipe(z.email({ pattern: z.regexes.unicodeEmail }).refine(isMailAddress));
const emptyAsNull = <S extends z.ZodType>(schema: S) =>
  z.preprocess((text) => (typeof text === 'string' && text.trim() === '' ? null : text), schema.nullish());
const password = z.string().min(PASSWORD_LENGTH.min).max(PASSWORD_LENGTH.max);

const setUpFields = z.object({
  companyName: line(200),
  registrationNumber: emptyAsNull(line(50)),
  address: line(500),
  companyEmail: address,
  phone: emptyAsNull(line(50)),
  dpoName: emptyAsNull(line(200)),
  dpoEmail: emptyAsNull(address),
  name: line(200),
  email: staffEmail,
  password,
});

const inviteFields = z.object({ name: line(200), password });

/** The one-time pages. Whoever holds the link is entitled to them, so the link takes the place of a sign-in. */
export function setUpPages(sessions: StaffSessions): Page[] {
  return [
    definePage({
      method: 'GET',
      path: '/setup/:token',
      policy: 'public',
      async handle({ db, params, query, language: negotiated }) {
        const language = shownLanguage(query.get('lang'), negotiated);
        if (!(await isSetUpToken(db, params.token ?? ''))) return gonePage(language, 'setUp');
        return showSetUp(language, {}, {});
      },
    }),
    definePage({
      method: 'POST',
      path: '/setup/:token',
      policy: 'public',
      async handle({ db, params, readForm, language: negotiated, requestId }) {
        const token = params.token ?? '';
        const form = Object.fromEntries(await readForm());
        const language = shownLanguage(form._lang ?? form.language, negotiated);
        if (!(await isSetUpToken(db, token))) return gonePage(language, 'setUp');
        if (form._lang) return showSetUp(language, form, {});
        const read = setUpFields.safeParse(form, { reportInput: true });
        if (!read.success) return showSetUp(language, form, problemsOf(read.error, language));

        const { data } = read;
        const controller = controllerDetails.parse({
          name: data.companyName,
          registrationNumber: data.registrationNumber,
          address: data.address,
          email: data.companyEmail,
          phone: data.phone,
          dpoName: data.dpoName,
          dpoEmail: data.dpoEmail,
          defaultLanguage: language,
        });
        const owner = { name: data.name, email: data.email, language, password: data.password };
        const outcome = await inTransaction(db, (tx) => completeSetUp(tx, { how: { token }, controller, owner, requestId }));
        if (outcome === 'closed') return gonePage(language, 'setUp');

        return signedInReply(sessions, owner);
      },
    }),
    definePage({
      method: 'GET',
      path: '/invite/:token',
      policy: 'public',
      async handle({ db, params, query, language: negotiated }) {
        const invite = await findInvite(db, params.token ?? '');
        if (!invite) return gonePage(shownLanguage(query.get('lang'), negotiated), 'invite');
        return showInvite(invite.language, invite.email, { name: invite.name }, {});
      },
    }),
    definePage({
      method: 'POST',
      path: '/invite/:token',
      policy: 'public',
      async handle({ db, params, readForm, language: negotiated, requestId }) {
        const secret = params.token ?? '';
        const form = Object.fromEntries(await readForm());
        const language = shownLanguage(form._lang ?? form.language, negotiated);
        const invite = await findInvite(db, secret);
        if (!invite) return gonePage(language, 'invite');
        if (form._lang) return showInvite(language, invite.email, form, {});
        const read = inviteFields.safeParse(form, { reportInput: true });
        if (!read.success) return showInvite(language, invite.email, form, problemsOf(read.error, language));

        const joined = await inTransaction(db, (tx) => acceptInvite(tx, { secret, ...read.data, requestId }));
        if (!joined) return gonePage(language, 'invite');

        return signedInReply(sessions, { email: joined.email, password: read.data.password });
      },
    }),
  ];
}

function showSetUp(language: Language, values: Record<string, string>, problems: Record<string, string>): Response {
  const { setUp, fields: labels } = setUpTexts[language];

  return formPage({
    language,
    title: setUp.title,
    intro: setUp.intro,
    submit: setUp.submit,
    values,
    problems,
    passwordHint: labels.passwordHint(PASSWORD_LENGTH.min),
    fields: ({
      field,
      password: passwordField,
    }) => html`<fieldset><legend>${setUp.company}</legend><p class="hint">${setUp.companyHint}</p>
${field({ key: 'companyName', autocomplete: 'organization' })}
${field({ key: 'registrationNumber', autocomplete: 'off', optional: true })}
${field({ key: 'address', autocomplete: 'street-address' })}
${field({ key: 'companyEmail', autocomplete: 'off', type: 'email' })}
${field({ key: 'phone', autocomplete: 'off', type: 'tel', optional: true })}
${field({ key: 'dpoName', autocomplete: 'off', optional: true })}
${field({ key: 'dpoEmail', autocomplete: 'off', type: 'email', optional: true })}</fieldset>
<fieldset><legend>${setUp.owner}</legend><p class="hint">${setUp.ownerHint}</p>
${field({ key: 'name', autocomplete: 'name' })}
${field({ key: 'email', autocomplete: 'username', type: 'email' })}
${passwordField()}</fieldset>`,
  });
}

function showInvite(
  language: Language,
  email: string,
  values: Record<string, string>,
  problems: Record<string, string>,
): Response {
  const { invite, fields: labels } = setUpTexts[language];

  return formPage({
    language,
    title: invite.title,
    intro: invite.intro(email),
    submit: invite.submit,
    values,
    problems,
    passwordHint: labels.passwordHint(PASSWORD_LENGTH.min),
    fields: ({ field, password: passwordField }) => html`${field({ key: 'name', autocomplete: 'name' })}${passwordField()}`,
  });
}

function problemsOf(error: z.ZodError, language: Language): Record<string, string> {
  const { errors } = setUpTexts[language];
  const problems: Record<string, string> = {};
  for (const issue of error.issues) {
    const field = String(issue.path[0]);
    const empty = issue.code === 'too_small' && issue.minimum === 1;
    problems[field] ??=
      field === 'password'
        ? errors.password(PASSWORD_LENGTH.min, PASSWORD_LENGTH.max)
        : empty || issue.code === 'invalid_type'
          ? errors.missing
          : issue.code === 'too_big'
            ? errors.tooLong
            : errors.email;
  }

  return problems;
}

/** On to the admin, already signed in: whoever just chose the password need not type it again. */
async function signedInReply(sessions: StaffSessions, member: { email: string; password: string }): Promise<Response> {
  const signedIn = await sessions.signIn(member.email, member.password);
  const reply = seeOther('/admin/');
  signedIn?.headers.forEach((value, name) => {
    reply.headers.append(name, value);
  });

  return reply;
}
