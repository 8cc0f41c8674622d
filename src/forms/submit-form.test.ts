import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '#platform/database/connect.ts';
import { useDatabase } from '#test/support/database.ts';
import { digestOf } from '#test/support/digest.ts';
import {
  formTokenOf,
  newestMessage,
  openPublicSite,
  type PublicSite,
  subscribe,
  subscribeAndConfirm,
} from '#test/support/public-site.ts';
import { createFormToken } from './form-token.ts';
import { publishFormVersion, unpublishForm } from './publish-form-version.ts';
import { findForm, findFormVersion, listFormVersions } from './queries.ts';

const database = useDatabase();
const ample = {
  perAddress: [{ seconds: 60, max: 100 }],
  perIp: { seconds: 3600, max: 10_000 },
  perForm: { seconds: 3600, max: 10_000 },
};
let site: PublicSite;
beforeAll(async () => {
  site = await openPublicSite(database, { config: { flood: ample } });
});
afterAll(() => site.close());

const open = async (language = 'bg') => {
  const page = await site.get(`/f/newsletter?lang=${language}`);
  return formTokenOf(await page.text());
};
/** Sends the form as somebody would who opened it five seconds ago. */
const send = async (fields: Record<string, string | readonly string[]>, language = 'bg') => {
  const now = new Date();
  site.setClock(new Date(now.getTime() - 5000));
  const token = await open(language);
  site.setClock(now);
  return site.post('/f/newsletter', { _form: token, ...fields });
};
const sent = '/f/newsletter/check-mail?lang=bg#main';

describe('a form', () => {
  test('is there in both languages after set-up, with nothing ticked, no script, no cookie and nothing from elsewhere', async () => {
    for (const language of ['bg', 'en']) {
      const page = await site.get(`/f/newsletter?lang=${language}`);
      expect(page.status).toBe(200);
      expect(page.headers.get('set-cookie')).toBeNull();
      expect(page.headers.get('cache-control')).toBe('no-store');
      const html = await page.text();
      expect(html).toContain(`<html lang="${language}">`);
      expect(html).not.toMatch(/checked|<script|src=|javascript:/);
      expect(html.match(/<h1/g)).toHaveLength(1);
      expect(html.length).toBeLessThan(30_000);
    }
  });

  test('prints every line of the notice that is kept of it', async () => {
    for (const language of ['bg', 'en'] as const) {
      const { rows } = await site.owner.query<{ body: string }>(
        `select t.body from form_version v join notice_text t on t.hash = decode(v.notice_hashes->>$1, 'hex')`,
        [language],
      );
      const html = (await (await site.get(`/f/newsletter?lang=${language}`)).text())
        .replaceAll('&quot;', '"')
        .replaceAll('&#39;', "'")
        .replaceAll('&amp;', '&');
      const lines = (rows[0]?.body ?? '')
        .split('\n')
        .map((line) => line.replace(/^(\[ \] |- |\( | {4})/, '').replace(/ \)$/, ''));
      for (const line of lines.flatMap((one) => one.split(/: (?=За |На |We |So )/))) expect(html).toContain(line);
    }
  });

  test('sent with everything right leads to the page that asks to check the mail', async () => {
    const answer = await send({ email: 'maria@example.com', consent: 'newsletter:email' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, sent]);
    const { rows } =
      await site.owner.query(`select d.status, d.template, s.evidence->>'shown' as shown, s.evidence->>'ipPrefix' as prefix, c.state
      from delivery d join contact c on c.id = d.contact_id join submission s on s.contact_id = c.id where c.primary_email = 'maria@example.com'`);
    expect(rows).toEqual([
      { status: 'held', template: 'confirm-consent', shown: 'here', prefix: '203.0.113.0/24', state: 'unconfirmed' },
    ]);
    expect(await (await site.get('/f/newsletter/check-mail?lang=bg')).text()).toContain('Проверете пощата си');
  });

  test.each([
    ['no address', { email: '', consent: 'newsletter:email' }, 'Въведете имейл адрес'],
    ['a broken address', { email: 'мария', consent: 'newsletter:email' }, 'Въведете имейл адрес'],
    ['an endless address', { email: `${'a'.repeat(260)}@example.com`, consent: 'newsletter:email' }, 'твърде дълъг'],
    ['a look-alike address', { email: 'раураl@example.com', consent: 'newsletter:email' }, 'две азбуки'],
    ['a line break in the address', { email: 'a@example.com\r\nBcc: b@example.com', consent: 'newsletter:email' }, 'невидими'],
    [
      'a name that turns text around',
      { email: 'x@example.com', given_name: 'Иван\u202Egnp', consent: 'newsletter:email' },
      'невидими управляващи знаци',
    ],
    [
      'a name with a control character',
      { email: 'x@example.com', given_name: 'Иван\u0007', consent: 'newsletter:email' },
      'невидими управляващи знаци',
    ],
    [
      'a name with NUL',
      { email: 'x@example.com', given_name: 'Ив\0ан', consent: 'newsletter:email' },
      'невидими управляващи знаци',
    ],
    [
      'an over-long name',
      { email: 'x@example.com', given_name: 'я'.repeat(101), consent: 'newsletter:email' },
      'най-много 100 знака',
    ],
    ['no box', { email: 'x@example.com', given_name: 'Мария' }, 'Отбележете поне един вид съобщения'],
    ['a box that does not exist', { email: 'x@example.com', consent: 'everything:email' }, 'Отбележете поне един вид съобщения'],
  ])('with %s is shown again, says what to do, keeps what was typed, and nothing is stored', async (_, fields, message) => {
    const before = await digestOf(database.ownerUrl);
    const answer = await send(fields);
    expect(answer.status).toBe(422);
    const html = await answer.text();
    expect(html).toContain('<title>Грешка: ');
    expect(html).toMatch(/<div class="summary" role="alert" tabindex="-1" autofocus/);
    expect(html).toContain(message);
    if ('given_name' in fields && !/[\p{Cc}]/u.test(fields.given_name)) expect(html).toContain(`value="${fields.given_name}"`);
    if ('consent' in fields && fields.consent === 'newsletter:email') expect(html).toContain('value="newsletter:email" checked');
    expect(await digestOf(database.ownerUrl)).toBe(before);
  });

  test('takes international addresses and any alphabet or emoji in a name', async () => {
    const answer = await send({ email: 'иван@пример.бг', given_name: 'Žofie 👩‍🌾 Ђорђе', consent: 'newsletter:email' });
    expect(answer.status).toBe(303);
    const { rows } = await site.owner.query(
      `select p.original, p.normalised, s.answers from contact_point p join submission s using (contact_id) where match_key = 'иван@xn--e1afmkfd.xn--90ae'`,
    );
    expect(rows).toEqual([
      { original: 'иван@пример.бг', normalised: 'иван@xn--e1afmkfd.xn--90ae', answers: { given_name: 'Žofie 👩‍🌾 Ђорђе' } },
    ]);
  });

  test('shown in the other language keeps what was typed and ticked, and is not sent by it', async () => {
    const before = await digestOf(database.ownerUrl);
    const answer = await send({ email: 'half@', given_name: '<b>Мария</b>', consent: 'newsletter:email', _lang: 'en' });
    expect(answer.status).toBe(200);
    const html = await answer.text();
    expect(html).toContain('<html lang="en">');
    expect(html).toContain('value="half@"');
    expect(html).toContain('value="&lt;b&gt;Мария&lt;/b&gt;"');
    expect(html).toContain('value="newsletter:email" checked');
    expect(await digestOf(database.ownerUrl)).toBe(before);
  });

  test('filled in by a program in the field people do not see is answered alike and stored nowhere', async () => {
    const before = await digestOf(database.ownerUrl);
    const answer = await send({ email: 'bot@example.com', consent: 'newsletter:email', website: 'http://spam.example' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, sent]);
    expect(await digestOf(database.ownerUrl)).toBe(before);
  });

  test('sent quicker than anyone reads is asked once more, and then taken', async () => {
    const token = await open();
    const before = await digestOf(database.ownerUrl);
    const quick = await site.post('/f/newsletter', {
      _form: token,
      email: 'quick@example.com',
      given_name: 'Бърза',
      consent: 'newsletter:email',
    });
    expect(quick.status).toBe(422);
    const html = await quick.text();
    expect(html).toContain('Това стана много бързо');
    expect(html).toContain('value="Бърза"');
    expect(html).toContain('value="newsletter:email" checked');
    expect(await digestOf(database.ownerUrl)).toBe(before);

    site.setClock(new Date(Date.now() + 3000));
    const again = await site.post('/f/newsletter', {
      _form: formTokenOf(html),
      email: 'quick@example.com',
      consent: 'newsletter:email',
    });
    expect(again.status).toBe(303);
    site.setClock(new Date());
  });

  test('left open for more than a day, or forged, is shown again with what was typed', async () => {
    const now = new Date();
    const { versionId } = (await site.owner.query(`select published_version_id as "versionId" from form`)).rows[0];
    const old = createFormToken(site.services.keys, {
      versionId,
      language: 'bg',
      shownAt: new Date(now.getTime() - 25 * 3600_000),
    });
    const good = createFormToken(site.services.keys, { versionId, language: 'bg', shownAt: new Date(now.getTime() - 5000) });
    const forged = [`${good.slice(0, -1)}${good.endsWith('A') ? 'B' : 'A'}`, good.slice(2), '', 'AAAA', `${good}A`];
    const before = await digestOf(database.ownerUrl);
    for (const token of [old, ...forged]) {
      const answer = await site.post('/f/newsletter', {
        _form: token,
        email: 'old@example.com',
        given_name: 'Стара',
        consent: 'newsletter:email',
      });
      expect(answer.status).toBe(422);
      expect(await answer.text()).toContain('value="Стара"');
    }
    expect(await digestOf(database.ownerUrl)).toBe(before);
  });

  test('with 2,000 mutations of a good token takes none', async () => {
    const token = await open();
    const bytes = Buffer.from(token, 'base64url');
    const { readFormToken } = await import('./form-token.ts');
    for (let at = 0; at < 2000; at++) {
      const mutated = Buffer.from(bytes);
      const place = at % bytes.length;
      mutated[place] = (mutated[place] ?? 0) ^ (1 << (at % 8));
      expect(readFormToken(site.services.keys, mutated.toString('base64url'))).toBe('forged');
    }
  });

  test('sent twice in the same moment is one submission and one message', async () => {
    const now = new Date();
    site.setClock(new Date(now.getTime() - 5000));
    const token = await open();
    site.setClock(now);
    const fields = { _form: token, email: 'double@example.com', consent: 'newsletter:email' };
    const answers = await Promise.all([1, 2, 3].map(() => site.post('/f/newsletter', fields)));
    expect(answers.map((answer) => answer.headers.get('location'))).toEqual([sent, sent, sent]);
    const { rows } = await site.owner.query(
      `select count(*)::int as n from submission s join contact_point p using (contact_id) where match_key = 'double@example.com'`,
    );
    expect(rows).toEqual([{ n: 1 }]);
  });

  test('takes multipart and JSON too, with the field names other products use', async () => {
    const multipart = new FormData();
    multipart.set('EMAIL', 'multi@example.com');
    multipart.set('FNAME', 'Мулти');
    multipart.set('consent', 'newsletter:email');
    const first = await site.request('POST', '/f/newsletter', {
      body: multipart,
      headers: { origin: 'https://shop.example.com' },
    });
    expect(first.status).toBe(303);
    const json = { email: 'json@example.com', consent: ['newsletter:email'] };
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const second = await site.request('POST', '/f/newsletter', { body: JSON.stringify(json), headers });
    expect([second.status, await second.json()]).toEqual([202, { status: 'check-mail', message: 'Проверете пощата си' }]);
    const refused = await site.request('POST', '/f/newsletter', {
      body: JSON.stringify({ email: 'x' }),
      headers: { ...headers, 'accept-language': 'en' },
    });
    expect(refused.status).toBe(422);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(((await refused.json()) as { errors: unknown }).errors).toEqual([
      { field: 'email', code: 'email-invalid', message: 'Enter an e-mail address, like name@example.com' },
      { field: 'boxes', code: 'no-box', message: 'Tick at least one kind of message' },
    ]);
    const { rows } = await site.owner.query(
      `select s.evidence->>'shown' as shown, s.evidence->>'page' as page from submission s join contact_point p using (contact_id) where match_key = 'multi@example.com'`,
    );
    expect(rows).toEqual([{ shown: 'elsewhere', page: 'shop.example.com' }]);
  });

  test('that never was, or of a wrong type or size, is refused and changes nothing', async () => {
    const before = await digestOf(database.ownerUrl);
    expect((await site.get('/f/nothing')).status).toBe(404);
    expect((await site.post('/f/nothing', { email: 'x@example.com' })).status).toBe(404);
    expect((await site.post('/f/preferences', { email: 'x@example.com', consent: 'newsletter:email' })).status).toBe(404);
    expect((await site.request('POST', '/f/newsletter', { body: '<a/>', headers: { 'content-type': 'text/xml' } })).status).toBe(
      415,
    );
    expect((await site.post('/f/newsletter', { email: 'a'.repeat(70_000) })).status).toBe(413);
    expect(await digestOf(database.ownerUrl)).toBe(before);
  });

  test('is answered with the same bytes whoever has the address', async () => {
    await subscribeAndConfirm(site, 'member@example.com');
    const left = await subscribeAndConfirm(site, 'left@example.com');
    await site.post(`${left.unsubscribe}?lang=bg`, { answer: 'unsubscribe' });
    await subscribe(site, 'notme@example.com');
    const { links } = await newestMessage(site, 'notme@example.com');
    await site.post(`${links.confirm}?lang=bg`, { answer: 'not-me' });

    const answers: string[] = [];
    for (const email of ['nobody@example.com', 'member@example.com', 'left@example.com', 'notme@example.com']) {
      const answer = await send({ email, consent: 'newsletter:email' });
      const headers = [...answer.headers].filter(([name]) => name !== 'x-request-id');
      answers.push(JSON.stringify([answer.status, headers, await answer.text()]));
    }
    expect(new Set(answers).size).toBe(1);
  });

  const retitle = async (bg: string, en: string) => {
    const form = await findForm(site.services.db, { slug: 'newsletter' });
    const version = form?.publishedVersionId ? await findFormVersion(site.services.db, form.publishedVersionId) : undefined;
    if (!form || !version) throw new Error('the starter form is missing');
    await inTransaction(site.services.db, (tx) =>
      publishFormVersion(tx, { formId: form.id, definition: { ...version.definition, title: { bg, en } } }),
    );
    return { form, version };
  };

  test('published anew while it was being filled in is taken in the words the person had before them, for a day', async () => {
    const now = new Date();
    site.setClock(new Date(now.getTime() - 5000));
    const token = await open();
    site.setClock(now);
    const { version } = await retitle('Ново заглавие', 'New title');
    const fields = { _form: token, email: 'between@example.com', given_name: 'Между', consent: 'newsletter:email' };
    expect((await site.post('/f/newsletter', fields)).headers.get('location')).toBe(sent);
    const asked = await newestMessage(site, 'between@example.com');
    expect(await (await site.get(`${asked.links.confirm}?lang=bg`)).text()).toContain(version.shown.bg.notice[0] ?? '?');
    await site.post(`${asked.links.confirm}?lang=bg`, { answer: 'confirm' });
    const { rows } = await site.owner.query<{ kind: string; hash: string }>(
      `select e.kind, encode(e.notice_hash, 'hex') as hash from ledger_entry e join contact_point p on p.contact_id = e.contact_id
        where p.match_key = 'between@example.com' and e.kind in ('consent-requested', 'consent-given')`,
    );
    expect(rows.map(({ kind }) => kind).sort()).toEqual(['consent-given', 'consent-requested']);
    expect(new Set(rows.map(({ hash }) => hash))).toEqual(new Set([version.noticeHashes.bg]));
    const { rows: stored } = await site.owner.query(
      `select s.form_version_id from submission s join contact_point p on p.contact_id = s.contact_id where p.match_key = 'between@example.com'`,
    );
    expect(stored).toEqual([{ form_version_id: version.id }]);

    // A day later the older words are shown again, beside the ones that hold, with nothing ticked.
    await site.owner.query('alter table form_version disable trigger form_version_is_a_fact');
    await site.owner.query(`update form_version set published_at = published_at - interval '25 hours'`);
    await site.owner.query('alter table form_version enable trigger form_version_is_a_fact');
    const late = await site.post('/f/newsletter', { ...fields, email: 'late@example.com' });
    expect(late.status).toBe(422);
    const html = await late.text();
    expect(html).toContain('<dt>Преди:</dt><dd><del>Абонамент за бюлетина</del></dd><dt>Сега:</dt><dd>Ново заглавие</dd>');
    expect(html).toContain('value="Между"');
    expect(html).not.toContain('checked');
    expect((await site.owner.query(`select from contact_point where match_key = 'late@example.com'`)).rowCount).toBe(0);
  });

  test('taken down says so, and words from before that are not answered when it is up again', async () => {
    const now = new Date();
    site.setClock(new Date(now.getTime() - 5000));
    const token = await open();
    site.setClock(now);
    const { form } = await retitle('Друго заглавие', 'Another title');
    expect((await send({ email: 'newest@example.com', consent: 'newsletter:email' })).headers.get('location')).toBe(sent);

    await inTransaction(site.services.db, (tx) => unpublishForm(tx, form.id));
    const before = await digestOf(database.ownerUrl, { except: ['saglasie.flood_counter'] });
    const older = { _form: token, email: 'before@example.com', consent: 'newsletter:email' };
    expect((await site.post('/f/newsletter', older)).status).toBe(410);
    expect((await site.get('/f/newsletter')).status).toBe(410);
    expect(await digestOf(database.ownerUrl, { except: ['saglasie.flood_counter'] })).toBe(before);

    const last = (await listFormVersions(site.services.db, form.id))[0];
    const version = last && (await findFormVersion(site.services.db, last.id));
    if (!version) throw new Error('there was a version');
    await inTransaction(site.services.db, (tx) =>
      publishFormVersion(tx, { formId: form.id, definition: { ...version.definition, title: { bg: 'Пак', en: 'Again' } } }),
    );
    expect((await site.post('/f/newsletter', older)).status).toBe(422);
  });
});
