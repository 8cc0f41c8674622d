import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLinkToken } from '#platform/crypto/link-token.ts';
import { inTransaction } from '#platform/database/connect.ts';
import { readEmail } from '#src/contacts/addresses.ts';
import { eraseContact } from '#src/erasure/erase-contact.ts';
import type { Services } from '#src/services.ts';
import { digestOf, tablesWith } from '#test/support/digest.ts';
import { useStaffApp } from '#test/support/staff-app.ts';
import { countStep, flushSteps } from './count-steps.ts';
import { expireSubmissions } from './expire-submissions.ts';
import { createFormToken } from './form-token.ts';
import { hasCollapsed } from './has-collapsed.ts';
import { forgetHeld } from './held-submissions.ts';
import { holdSubmission } from './hold-submission.ts';
import { findPublishedVersion, loadPublishedForm } from './published-form.ts';
import { openHeld, sealHeld } from './seal-held.ts';

const app = useStaffApp({
  config: {
    flood: {
      perAddress: [{ seconds: 900, max: 1 }],
      perIp: { seconds: 3600, max: 10_000 },
      perForm: { seconds: 3600, max: 3 },
    },
  },
});
let owner: string;
let form: { id: string; versionId: string; formId: string };

interface Held {
  readonly id: string;
  readonly email: string;
  readonly reason: string;
  readonly answers: Record<string, string>;
  readonly ticked: string[];
  readonly evidence: Record<string, string>;
}
const api = async <T>(method: string, path: string): Promise<{ status: number; body: T }> => {
  const answer = await app.request(method, `/api/v1${path}`, { cookie: owner, ...(method === 'GET' ? {} : { json: {} }) });
  return { status: answer.status, body: (answer.status === 204 ? undefined : await answer.json()) as T };
};
const held = async () => (await api<{ data: Held[] }>('GET', `/forms/${form.id}/held`)).body.data;
const send = (fields: Record<string, string>, ageMs = 5000) => {
  const shownAt = new Date(Date.now() - ageMs);
  const token = createFormToken(app.services.keys, { versionId: form.versionId, language: 'bg', shownAt });
  const body = new URLSearchParams({ _form: token, consent: 'newsletter:email', ...fields });
  return app.request('POST', '/f/newsletter?lang=bg', {
    body,
    headers: { accept: 'text/html', 'user-agent': 'Mozilla/5.0 Canary' },
  });
};
const count = async (text: string, values: unknown[] = []) => (await app.owner.query(text, values)).rows[0].n as number;

beforeAll(async () => {
  owner = await app.signIn('owner');
  const [first] = (await api<{ data: { id: string }[] }>('GET', '/forms')).body.data;
  const published = await findPublishedVersion(app.services.db, 'newsletter');
  if (!first || typeof published === 'string') throw new Error('set-up made no form');
  form = { id: first.id, versionId: published.version.id, formId: published.id };
});
beforeEach(async () => {
  await app.owner.query('delete from held_submission');
  await app.owner.query('delete from flood_counter');
});

describe('what looks as if a program had sent it', () => {
  test.each([
    ['trap', 303, () => send({ email: 'trapped@example.com', given_name: 'Ана', website: 'x' })],
    ['trap', 303, () => send({ email: 'trapped@example.com', given_name: 'Ана', website: 'x' }, 0)],
    ['too-fast', 422, () => send({ email: 'trapped@example.com', given_name: 'Ана' }, 0)],
  ] as const)('(%s) is answered as before, kept apart, made no contact of and never mailed', async (reason, status, work) => {
    const before = await digestOf(app.database.ownerUrl, { except: ['saglasie.held_submission'] });
    expect((await work()).status).toBe(status);
    expect(await digestOf(app.database.ownerUrl, { except: ['saglasie.held_submission'] })).toBe(before);
    expect(await held()).toMatchObject([
      {
        reason,
        email: 'trapped@example.com',
        answers: { given_name: 'Ана' },
        ticked: ['newsletter:email'],
        evidence: { shown: 'here' },
      },
    ]);
  });

  test('is no more than a release needs, and unreadable without the keys', async () => {
    await send({ email: 'canary@example.com', given_name: 'Канарче', website: 'http://spam.example' });
    expect(await tablesWith(app.database.ownerUrl, ['canary@example.com', 'Канарче', 'spam.example', 'Canary'])).toEqual([]);
    const [one] = await held();
    expect(Object.keys(one?.evidence ?? {}).sort()).toEqual(['shown', 'shownAt']);
  });

  test('is not kept when nobody could be asked to confirm it', async () => {
    await send({ email: 'no address', website: 'x' });
    await send({ email: 'nobox@example.com', website: 'x', consent: 'nothing:email' });
    expect(await held()).toEqual([]);
  });

  test('is kept once per address, and of a flood at most five hundred', async () => {
    for (let times = 0; times < 3; times++) expect((await send({ email: 'again@example.com', website: 'x' })).status).toBe(303);
    expect(await held()).toHaveLength(1);
    await app.owner.query(
      `insert into held_submission (form_id, form_version_id, language, reason, sealed, match_hash)
       select $1, $2, 'bg', 'trap', decode(repeat('00', 40), 'hex'), sha256(n::text::bytea) from generate_series(1, 499) n`,
      [form.formId, form.versionId],
    );
    await send({ email: 'one-more@example.com', website: 'x' });
    expect(await count('select count(*)::int as n from held_submission')).toBe(500);
  });

  test('is not kept when a release would bring back less than was sent', async () => {
    const published = await loadPublishedForm(app.services.db, 'newsletter');
    const email = readEmail('more@example.com');
    if (typeof published === 'string' || 'problem' in email) throw new Error('no form to send');
    const matchHash = app.services.keys.matchHash('email', email.matchKey);
    const boxes = published.version.shown.bg.boxes.map((box) => ({ box, ticked: true }));
    const submission = { form: published, language: 'bg' as const, email, matchHash, answers: {}, boxes, evidence: {} };
    const more = { ...submission, askedOfAnother: true };
    await holdSubmission(app.services, more, 'trap');
    expect(await held()).toEqual([]);
    await holdSubmission(app.services, submission, 'trap');
    expect(await held()).toHaveLength(1);
  });

  test('over the limit of a form it is put aside; over that of a mailbox nothing is kept', async () => {
    for (let at = 0; at < 5; at++) await send({ email: `flood-${at}@example.com` });
    expect((await held()).map(({ email, reason }) => `${email} ${reason}`).sort()).toEqual([
      'flood-3@example.com flood',
      'flood-4@example.com flood',
    ]);
    await app.owner.query('delete from held_submission');
    await send({ email: 'flood-0@example.com' });
    expect(await held()).toEqual([]);
  });

  test('is asked to confirm as always once staff let it through; then it is gone from here', async () => {
    await send({ email: 'released@example.com', given_name: 'Ана', website: 'x' });
    const [one] = await held();
    expect((await api('POST', `/held-submissions/${one?.id}/release`)).status).toBe(204);
    const { rows } = await app.owner.query(
      `select c.state, s.status, s.answers, s.evidence->>'shown' as shown, s.evidence->>'heldFor' as held, d.template
         from contact c join submission s on s.contact_id = c.id join delivery d on d.contact_id = c.id
        where c.primary_email = 'released@example.com'`,
    );
    expect(rows).toEqual([
      {
        state: 'unconfirmed',
        status: 'pending',
        answers: { given_name: 'Ана' },
        shown: 'here',
        held: 'trap',
        template: 'confirm-consent',
      },
    ]);
    expect((await api('POST', `/held-submissions/${one?.id}/release`)).status).toBe(404);
    expect(await held()).toEqual([]);
    const audited = await app.owner.query(`select action, detail from audit_entry where action = 'held-submission.released'`);
    expect(audited.rows).toEqual([{ action: 'held-submission.released', detail: { reason: 'trap' } }]);
  });

  test('stays put aside while its mailbox was asked often enough', async () => {
    await send({ email: 'often@example.com', website: 'x' });
    const [one] = await held();
    await app.owner.query('delete from held_submission where id <> $1', [uuidOf(one?.id)]);
    await send({ email: 'o.f.t.e.n+x@example.com' });
    expect((await api('POST', `/held-submissions/${one?.id}/release`)).status).toBe(409);
    expect(await held()).toHaveLength(1);
  });

  test('is deleted by staff, by time, by having been sent again properly, and with the person', async () => {
    await send({ email: 'deleted@example.com', website: 'x' });
    const [one] = await held();
    expect((await api('DELETE', `/held-submissions/${one?.id}`)).status).toBe(204);
    expect((await api('DELETE', `/held-submissions/${one?.id}`)).status).toBe(404);

    await send({ email: 'old@example.com', website: 'x' });
    await app.owner.query(
      `update held_submission set received_at = now() - interval '15 days', delete_after = now() - interval '1 day'`,
    );
    expect(await held()).toEqual([]);
    await send({ email: 'kept@example.com', website: 'x' });
    await forgetHeld(app.services.db);
    expect(await count('select count(*)::int as n from held_submission')).toBe(1);

    await send({ email: 'kept@example.com' });
    expect(await held()).toEqual([]);
    await forgetHeld(app.services.db);
    expect(await count('select count(*)::int as n from held_submission')).toBe(0);

    await send({ email: 'kept@example.com', website: 'x' });
    const { rows } = await app.owner.query(`select id from contact where primary_email = 'kept@example.com'`);
    await inTransaction(app.services.db, (tx) => eraseContact(tx, { contactId: rows[0].id, reason: 'request' }));
    expect(await count('select count(*)::int as n from held_submission')).toBe(0);
  });

  test('cannot be kept for longer than two weeks, whoever tries', async () => {
    await send({ email: 'long@example.com', website: 'x' });
    await expect(app.owner.query(`update held_submission set delete_after = now() + interval '15 days'`)).rejects.toThrow(
      /check/,
    );
  });

  test('is nothing to whoever may not see people', async () => {
    const key = await app.apiKey(['forms.read', 'forms.write']);
    const answer = await app.request('GET', `/api/v1/forms/${form.id}/held`, { key, headers: { 'sec-fetch-site': '' } });
    expect(answer.status).toBe(403);
  });
});

test('what is sealed opens only in its own row, unchanged and under the same keys', () => {
  const { keys } = app.services;
  const content = { email: 'a@b.bg', answers: {}, ticked: [], evidence: {} };
  const sealed = sealHeld(keys, 'row-1', content);
  expect(openHeld(keys, 'row-1', sealed)).toEqual(content);
  expect(() => openHeld(keys, 'row-2', sealed)).toThrow();
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => openHeld(keys, 'row-1', changed)).toThrow();
  }
});

describe('how far people come', () => {
  const steps = async () =>
    (await api<{ data: Record<string, number | string>[] }>('GET', `/forms/${form.id}/steps`)).body.data[0] ?? {};

  test('is counted per version and day, in memory first, and says nothing of anybody', async () => {
    const before = await steps();
    const written = await count(`select count(*)::int as n from form_step_count`);
    for (let times = 0; times < 5; times++) await app.request('GET', '/f/newsletter?lang=bg');
    await app.request('GET', '/f/newsletter/embed');
    await send({ email: 'wrong' });
    await send({ email: 'counted@example.com' });
    await send({ email: 'spam@example.com', website: 'x' });
    expect(await count(`select count(*)::int as n from form_step_count`)).toBe(written);
    const after = await steps();
    const more = (step: string) => Number(after[step]) - Number(before[step] ?? 0);
    expect(['shown', 'problems', 'accepted', 'held', 'confirmed'].map(more)).toEqual([6, 1, 1, 1, 0]);
    const { rows } = await app.owner.query(
      `select column_name from information_schema.columns where table_name = 'form_step_count' order by 1`,
    );
    expect(rows.map((row) => row.column_name)).toEqual(['count', 'day', 'form_version_id', 'step']);
  });

  test('goes on to what became of them', async () => {
    const before = await steps();
    const settle = async (email: string, answer: string) => {
      await app.owner.query('delete from flood_counter');
      await send({ email });
      const { rows } = await app.owner.query(
        `select s.id from submission s join contact_point p using (contact_id) where p.match_key = $1 and s.status = 'pending'`,
        [email],
      );
      const token = createLinkToken(app.services.keys, { kind: 'confirm', ids: [rows[0].id] });
      await app.request('POST', `/confirm/${token}?lang=bg`, { body: new URLSearchParams({ answer }) });
    };
    await settle('yes@example.com', 'confirm');
    await settle('no@example.com', 'not-me');
    await settle('later@example.com', 'neither');
    await app.owner.query(`update submission set expires_at = now() where status = 'pending'`);
    const expired = await expireSubmissions(app.services);
    const after = await steps();
    const more = (step: string) => Number(after[step]) - Number(before[step] ?? 0);
    expect(['accepted', 'confirmed', 'rejected', 'expired'].map(more)).toEqual([3, 1, 1, expired]);
    expect(expired).toBeGreaterThan(0);
  });

  test('is not lost while the database is away', async () => {
    const before = Number((await steps()).rejected ?? 0);
    countStep(app.services, form.versionId, 'rejected');
    await app.owner.query('revoke insert on form_step_count from saglasie_app');
    const flushing = flushSteps(app.services);
    const failed = expect(flushing).rejects.toThrow(/permission denied/);
    await new Promise(setImmediate);
    // Somebody comes while the write that will fail is under way.
    countStep(app.services, form.versionId, 'rejected');
    await failed;
    countStep(app.services, form.versionId, 'rejected');
    await app.owner.query('grant insert on form_step_count to saglasie_app');
    expect(Number((await steps()).rejected)).toBe(before + 3);
  });

  test('decides whether almost nobody confirms: then what comes in is put aside', async () => {
    const withMail = { ...app.services, config: { ...app.services.config, smtpUrl: 'smtp://127.0.0.1:1', confirmFloor: 5 } };
    const judged = async (accepted: number, confirmed: number, config: Services['config'] = withMail.config) => {
      await app.owner.query('delete from form_step_count');
      await app.owner.query(
        `insert into form_step_count select $1, (now() at time zone 'UTC')::date, step, n from (values ('accepted', $2::bigint), ('confirmed', $3::bigint)) v(step, n) where n > 0`,
        [form.versionId, accepted, confirmed],
      );
      // Asked under a handle of its own: an answer is kept for half a minute.
      const db = app.services.db.withoutPlugins();
      return hasCollapsed({ ...withMail, db, config }, form.formId);
    };
    expect(await judged(100, 4)).toBe(true);
    expect(await judged(100, 5)).toBe(false);
    expect(await judged(99, 0)).toBe(false);
    expect(await judged(100, 0, { ...withMail.config, confirmFloor: 0 })).toBe(false);
    expect(await judged(100, 0, { ...withMail.config, smtpUrl: undefined })).toBe(false);
  });
});

function uuidOf(id = ''): string {
  return id.replace(/^hld_(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
