import { readFileSync } from 'node:fs';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLinkToken } from '#platform/crypto/link-token.ts';
import { gradeEvidence } from '#src/consent/grade-evidence.ts';
import type { EntryKind, Evidence } from '#src/ledger/entry.ts';
import { digestOf } from '#test/support/digest.ts';
import { useStaffApp } from '#test/support/staff-app.ts';
import { createFormToken } from './form-token.ts';
import { findPublishedVersion } from './published-form.ts';

const ample = {
  perAddress: [{ seconds: 60, max: 100 }],
  perIp: { seconds: 3600, max: 10_000 },
  perForm: { seconds: 3600, max: 10_000 },
};
const app = useStaffApp({ config: { flood: ample } });
const SHOP = 'https://shop.example';
const EVIL = 'https://evil.example';

let owner: string;
let form: { id: string; versionId: string; purpose: string };
const api = async (method: string, path: string, json?: unknown) => {
  const answer = await app.request(method, `/api/v1${path}`, { cookie: owner, ...(json === undefined ? {} : { json }) });
  return { status: answer.status, body: answer.status === 204 ? undefined : await answer.json() };
};
const setSites = (sites: string[], returnAddresses: string[] = []) =>
  api('PUT', `/forms/${form.id}/sites`, { sites, returnAddresses });
const page = (
  fields: Record<string, string | string[]>,
  headers: Record<string, string> = {},
  path = '/f/newsletter?lang=bg',
) => {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) body.append(name, one);
  return app.request('POST', path, { body, headers: { accept: 'text/html', 'sec-fetch-site': '', ...headers } });
};
const byScript = (origin: string) => ({
  origin,
  'sec-fetch-site': 'cross-site',
  'sec-fetch-mode': 'cors',
  accept: 'application/json',
});
const byPerson = (origin: string) => ({ origin, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' });
const preflight = (origin: string, path = '/f/newsletter', method = 'POST') =>
  app.request('OPTIONS', path, {
    headers: {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'content-type',
      'sec-fetch-site': 'cross-site',
    },
  });
const evidenceOf = async (email: string) =>
  (
    await app.owner.query(
      `select s.evidence, s.boxes, s.answers from submission s join contact_point p using (contact_id) where p.match_key = $1`,
      [email],
    )
  ).rows;
const openedEarlier = async () => {
  const shownAt = new Date(Date.now() - 5000);
  return createFormToken(app.services.keys, { versionId: form.versionId, language: 'bg', shownAt });
};
const nothingStored = async (work: () => Promise<void>) => {
  const before = await digestOf(app.database.ownerUrl);
  await work();
  expect(await digestOf(app.database.ownerUrl)).toBe(before);
};

beforeAll(async () => {
  owner = await app.signIn('owner');
  const { body } = await api('GET', '/forms');
  const [first] = (body as { data: { id: string; published: { definition: { boxes: { purpose: string }[] } } }[] }).data;
  const published = await findPublishedVersion(app.services.db, 'newsletter');
  if (!first || typeof published === 'string') throw new Error('set-up made no form');
  form = { id: first.id, versionId: published.version.id, purpose: first.published.definition.boxes[0]?.purpose ?? '' };
});

describe('without a named site', () => {
  beforeEach(async () => {
    await setSites([]);
  });

  test('no frame, no script of another site, no permission to read an answer', async () => {
    expect((await app.request('GET', '/f/newsletter/embed')).headers.get('content-security-policy')).toContain(
      "frame-ancestors 'none'",
    );
    for (const origin of [SHOP, EVIL, 'null', '*']) {
      const asked = await preflight(origin);
      expect([asked.status, asked.headers.get('access-control-allow-origin'), asked.headers.get('vary')]).toEqual([
        204,
        null,
        'Origin',
      ]);
    }
    await nothingStored(async () => {
      const answer = await page({ email: 'stranger@example.com', consent: 'newsletter:email' }, byScript(SHOP));
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    });
  });
});

describe('with one named site', () => {
  beforeEach(async () => {
    expect((await setSites([SHOP], [`${SHOP}/thanks`])).body).toEqual({ sites: [SHOP], returnAddresses: [`${SHOP}/thanks`] });
  });

  test('only its frames may show the embedded page, and no other page of ours', async () => {
    const embedded = await app.request('GET', '/f/newsletter/embed?lang=bg');
    expect(embedded.headers.get('content-security-policy')).toMatch(/; frame-ancestors https:\/\/shop\.example$/);
    for (const path of [
      '/f/newsletter',
      '/f/newsletter/check-mail',
      '/f/nothing/embed',
      '/notices',
      '/p',
      '/admin',
      '/api/docs',
    ]) {
      expect((await app.request('GET', path)).headers.get('content-security-policy'), path).toContain("frame-ancestors 'none'");
    }
  });

  test('the frame says what the page says, without what leads elsewhere in it, and stays in the frame', async () => {
    const [hosted, framed] = await Promise.all(
      ['/f/newsletter?lang=bg', '/f/newsletter/embed?lang=bg'].map(async (path) => (await app.request('GET', path)).text()),
    );
    const formOf = (html = '') => {
      const [main] = /<h1>.*<\/form>/s.exec(html) ?? [];
      return main?.replace(/name="_form" value="[^"]+"/, '').replace(/action="[^"]+"/, '');
    };
    expect(formOf(framed)).toBe(formOf(hosted));
    expect(framed).not.toMatch(/<header|<nav[^>]*class="bar|checked|style=|\son[a-z]+=/);
    expect(framed).toContain('action="/f/newsletter/embed#errors"');
    for (const [link] of framed?.matchAll(/<a [^>]*>/g) ?? []) expect(link).toMatch(/target="_blank"|href="#/);

    const wrong = await page({ email: 'x' }, {}, '/f/newsletter/embed?lang=bg');
    expect([wrong.status, wrong.headers.get('content-security-policy')?.split('; ').at(-1)]).toEqual([
      422,
      'frame-ancestors https://shop.example',
    ]);
    const fields = { _form: await openedEarlier(), email: 'framed@example.com', consent: 'newsletter:email' };
    const sent = await page(fields, { 'sec-fetch-site': 'same-origin', origin: 'null' }, '/f/newsletter/embed?lang=bg');
    expect([sent.status, sent.headers.get('location')]).toEqual([303, '/f/newsletter/embed/check-mail?lang=bg#main']);
    const done = await app.request('GET', '/f/newsletter/embed/check-mail?lang=bg');
    expect(done.headers.get('content-security-policy')).toContain('frame-ancestors https://shop.example');
    expect(await done.text()).toContain('Проверете пощата си');
    expect(await evidenceOf('framed@example.com')).toMatchObject([{ evidence: { shown: 'here', place: 'frame' } }]);
  });

  test.each([
    [EVIL],
    ['null'],
    [`${SHOP}.evil.example`],
    ['https://evil.example,https://shop.example'],
    [`${SHOP}, ${EVIL}`],
    [`${SHOP} ${EVIL}`],
    [`${EVIL} ${SHOP}`],
    ['http://shop.example'],
    [`${SHOP}:444`],
    [`${SHOP}/`],
    ['HTTPS://SHOP.EXAMPLE'],
    ['https://www.shop.example'],
  ])('scripts of %s may not send it, and nothing is stored', async (origin) => {
    const asked = await preflight(origin);
    expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([204, null]);
    const script = await app.request('GET', '/f/newsletter/embed.js', {
      headers: { origin, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' },
    });
    expect(script.headers.get('access-control-allow-origin')).toBeNull();
    await nothingStored(async () => {
      for (const headers of [byScript(origin), { ...byScript(origin), 'sec-fetch-mode': 'no-cors', accept: '*/*' }]) {
        const answer = await page({ email: 'stranger@example.com', consent: 'newsletter:email' }, headers);
        expect([answer.status, answer.headers.get('access-control-allow-origin'), answer.headers.get('vary')]).toEqual([
          403,
          null,
          'Origin',
        ]);
      }
      const json = await app.request('POST', '/f/newsletter', {
        json: { email: 'stranger@example.com', consent: 'newsletter:email' },
        headers: { origin, 'sec-fetch-site': '' },
      });
      expect(json.status).toBe(403);
      const framed = await page(
        { email: 'stranger@example.com', consent: 'newsletter:email' },
        byScript(SHOP),
        '/f/newsletter/embed',
      );
      expect([framed.status, framed.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    });
  });

  test('its scripts may, without cookies, and are told what is wrong', async () => {
    const asked = await preflight(SHOP);
    expect(asked.status).toBe(204);
    expect(Object.fromEntries(asked.headers)).toMatchObject({
      'access-control-allow-origin': SHOP,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'content-type',
      vary: 'Origin',
      allow: 'GET, POST, HEAD, OPTIONS',
    });
    expect(asked.headers.get('access-control-allow-credentials')).toBeNull();
    for (const [path, method] of [
      ['/f/newsletter', 'GET'],
      ['/f/newsletter', 'DELETE'],
      ['/f/newsletter/embed', 'POST'],
      ['/f/nothing', 'POST'],
      ['/api/v1/forms', 'GET'],
      ['/p', 'POST'],
    ] as const) {
      expect((await preflight(SHOP, path, method)).headers.get('access-control-allow-origin'), `${method} ${path}`).toBeNull();
    }

    const taken = await page({ email: 'script@example.com', consent: 'newsletter:email', _version: '1' }, byScript(SHOP));
    expect([taken.status, taken.headers.get('access-control-allow-origin'), taken.headers.get('set-cookie')]).toEqual([
      202,
      SHOP,
      null,
    ]);
    expect(await taken.json()).toEqual({
      status: 'check-mail',
      message: 'Проверете пощата си',
      text: expect.stringContaining('7 дни'),
    });
    const wrong = await page({ email: 'x', _version: '1' }, byScript(SHOP));
    expect([wrong.status, wrong.headers.get('access-control-allow-origin')]).toEqual([422, SHOP]);
    expect(((await wrong.json()) as { errors: { field: string }[] }).errors.map(({ field }) => field)).toEqual([
      'email',
      'boxes',
    ]);
    const large = await page({ email: 'a'.repeat(1_000_000) }, byScript(SHOP));
    expect([large.status, large.headers.get('access-control-allow-origin')]).toEqual([413, SHOP]);
  });

  test('a body of 1 MB is refused wherever it comes from', async () => {
    const key = await app.apiKey(['forms.submit']);
    await nothingStored(async () => {
      const fields = { email: 'x@example.com', consent: 'newsletter:email', given_name: 'я'.repeat(500_000) };
      for (const path of ['/f/newsletter', '/f/newsletter/embed']) expect((await page(fields, {}, path)).status, path).toBe(413);
      const json = {
        language: 'bg',
        fields: { email: 'x@example.com', given_name: 'я'.repeat(500_000) },
        consent: ['newsletter:email'],
        shown: { at: new Date().toISOString(), page: SHOP },
      };
      const before = await app.request('POST', `/api/v1/forms/${form.id}/submissions`, { json, key, headers: noCookie });
      expect(before.status).toBe(413);
    });
  });

  test('the script is small, has no memory, and is readable only by the named site', async () => {
    const source = readFileSync(new URL('./embed.js', import.meta.url), 'utf8');
    expect(Buffer.byteLength(source)).toBeLessThan(5000);
    expect(source).not.toMatch(
      /cookie\b(?!, no storage)|localStorage|sessionStorage|indexedDB|navigator|canvas|innerHTML|eval|import/,
    );
    const answer = await app.request('GET', '/f/newsletter/embed.js', {
      headers: { origin: SHOP, 'sec-fetch-site': 'cross-site' },
    });
    expect(await answer.text()).toBe(source);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': SHOP,
      vary: 'Origin',
      'cross-origin-resource-policy': 'same-origin',
      'content-type': 'text/javascript; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
  });

  test('its plain form is taken, and the way back is only one that was allowed', async () => {
    const thanks = `${SHOP}/thanks`;
    const fields = { email: 'plain@example.com', consent: 'newsletter:email', _version: '1' };
    const referer = `${SHOP}/news?utm=maria@example.com`;
    const back = await page({ ...fields, _return: thanks }, { ...byPerson(SHOP), referer });
    expect([back.status, back.headers.get('location')]).toEqual([303, thanks]);
    expect(await evidenceOf('plain@example.com')).toMatchObject([
      { evidence: { shown: 'elsewhere', page: `${SHOP}/news`, claims: '1' } },
    ]);
    for (const wanted of [EVIL, `${SHOP}/thanks/`, `${SHOP}/thanks?x`, '//evil.example', 'javascript:alert(1)']) {
      const answer = await page({ ...fields, email: `p${wanted.length}@example.com`, _return: wanted }, byPerson(SHOP));
      expect([answer.status, answer.headers.get('location')], wanted).toEqual([303, '/f/newsletter/check-mail?lang=bg#main']);
    }
  });

  test('a token fetched from us does not make another site’s words ours', async () => {
    const _form = await openedEarlier();
    await page({ _form, email: 'borrowed@example.com', consent: 'newsletter:email' }, byPerson(EVIL));
    expect(await evidenceOf('borrowed@example.com')).toMatchObject([{ evidence: { shown: 'elsewhere', page: EVIL } }]);
    await page(
      { _form, email: 'own@example.com', consent: 'newsletter:email' },
      { origin: 'null', 'sec-fetch-site': 'same-origin' },
    );
    expect(await evidenceOf('own@example.com')).toMatchObject([{ evidence: { shown: 'here' } }]);
  });

  test.each([
    ['plain@grade.example', 'B', () => page({ email: 'plain@grade.example', consent: 'newsletter:email' }, byPerson(SHOP))],
    [
      'hosted@grade.example',
      'A',
      async () => page({ _form: await openedEarlier(), email: 'hosted@grade.example', consent: 'newsletter:email' }),
    ],
  ] as const)('consent of %s is of grade %s in the ledger', async (email, grade, send) => {
    expect((await send()).status).toBe(303);
    const { rows } = await app.owner.query(
      `select s.id from submission s join contact_point p using (contact_id) where p.match_key = $1`,
      [email],
    );
    const token = createLinkToken(app.services.keys, { kind: 'confirm', ids: [rows[0].id] });
    expect((await page({ answer: 'confirm' }, {}, `/confirm/${token}?lang=bg`)).status).toBe(303);
    const entries = await app.owner.query<{
      kind: EntryKind;
      method: string;
      actor: 'contact';
      notice: string;
      evidence: Evidence;
    }>(
      `select l.kind, l.method, l.actor, encode(l.notice_hash, 'hex') as notice, l.evidence from ledger_entry l
         join contact_point p using (contact_id) where p.match_key = $1 and l.kind = 'consent-given'`,
      [email],
    );
    const graded = entries.rows.map((one) => gradeEvidence({ ...one, actor: { kind: one.actor }, noticeHash: one.notice }));
    expect(graded).toEqual([grade]);
  });
});

const noCookie = { 'sec-fetch-site': '' };

describe('forms made for other products', () => {
  const mailchimp = {
    EMAIL: 'chimp@example.com',
    FNAME: 'Мария',
    'group[55]': '1',
    'gdpr[77]': 'Y',
    b_0a1b2c3d4e5f60718293a4b5c_6789abcdef: '',
    subscribe: 'Subscribe',
  };
  const listmonk = { email: 'monk@example.com', name: 'Мария', l: 'a1b2c3d4-list', nonce: '' };

  test.each([
    ['Mailchimp', mailchimp],
    ['listmonk', listmonk],
  ])('%s: without a mapping nothing is agreed to; our own form asks, and keeps what was typed', async (_, fields) => {
    await api('PUT', `/forms/${form.id}/mappings`, { mappings: [] });
    await nothingStored(async () => {
      const answer = await page(fields, byPerson(SHOP));
      expect([answer.status, answer.headers.get('location')]).toEqual([422, null]);
      const html = await answer.text();
      expect(html).toContain('Липсва само едно: Вашият избор');
      expect(html).toContain('value="Мария"');
      expect(html).toContain('@example.com"');
      expect(html).toContain('action="/f/newsletter"');
      expect(html).not.toContain('checked');
    });
  });

  test('what their lists and groups mean is said once, in the words of the form, and then taken', async () => {
    const box = { purpose: form.purpose, channel: 'email' };
    const mappings = [
      { field: 'gdpr[77]', value: 'Y', ...box },
      { field: 'l', value: 'a1b2c3d4-list', ...box },
    ];
    expect((await api('PUT', `/forms/${form.id}/mappings`, { mappings })).body).toEqual({ data: mappings, next: null });
    for (const [fields, email, name] of [
      [mailchimp, 'chimp@example.com', 'Мария'],
      [listmonk, 'monk@example.com', 'Мария'],
    ] as const) {
      expect((await page(fields, byPerson(SHOP))).status).toBe(303);
      expect(await evidenceOf(email)).toMatchObject([
        { answers: { given_name: name }, boxes: [{ channel: 'email', ticked: true }], evidence: { shown: 'elsewhere' } },
      ]);
    }
    for (const fields of [
      { ...mailchimp, 'gdpr[77]': 'N' },
      { ...listmonk, l: 'another-list' },
    ])
      expect((await page(fields, byPerson(SHOP))).status).toBe(422);
  });

  test('a mapping means a box of this form or nothing, and never redefines our own fields', async () => {
    const box = { purpose: form.purpose, channel: 'email' };
    const { status, body } = await api('PUT', `/forms/${form.id}/mappings`, {
      mappings: [
        { field: 'consent', value: 'x', ...box },
        { field: 'l', value: '1', ...box, channel: 'phone' },
        { field: 'l', value: '2', ...box },
        { field: 'l', value: '2', ...box },
      ],
    });
    expect(status).toBe(422);
    const { errors } = body as { errors: { field: string; code: string }[] };
    expect(errors.map(({ field, code }) => `${field} ${code}`)).toEqual([
      'mappings.0.field own-field',
      'mappings.1.purpose no-such-box',
      'mappings.3.value given-twice',
    ]);
  });
});

describe('what is copied into a site', () => {
  test('is our words in plain markup with nothing ticked, and can be sent as it is', async () => {
    await setSites([SHOP], [`${SHOP}/thanks`]);
    const { body } = await api('GET', `/forms/${form.id}/snippets?returnAddress=${encodeURIComponent(`${SHOP}/thanks`)}`);
    const { snippets } = body as { snippets: Record<'bg' | 'en', Record<'form' | 'formWithScript' | 'frame', string>> };
    for (const language of ['bg', 'en'] as const) {
      const { form: plain, formWithScript, frame } = snippets[language];
      expect(plain).toContain(`<form action="http://127.0.0.1:3000/f/newsletter?lang=${language}" method="post"`);
      expect(plain).not.toMatch(/checked|<script|\son[a-z]+=|_form|<style|class=/);
      expect(plain).toContain(`name="_return" value="${SHOP}/thanks"`);
      for (const [, name] of plain.matchAll(/<input[^>]* id="([^"]+)"/g)) expect(plain).toContain(`<label for="${name}"`);
      for (const [, ids] of plain.matchAll(/aria-describedby="([^"]+)"/g)) expect(plain).toContain(`id="${ids}"`);
      expect(formWithScript.startsWith(plain)).toBe(true);
      expect(formWithScript.slice(plain.length).trim()).toBe(
        '<script src="http://127.0.0.1:3000/f/newsletter/embed.js" crossorigin="anonymous" defer></script>',
      );
      expect(frame).toMatch(/^<iframe src="http:\/\/127\.0\.0\.1:3000\/f\/newsletter\/embed\?lang=.." title="[^"]+"/);
      const notice = /href="http:\/\/127\.0\.0\.1:3000(\/notices\/[^"]+)"/.exec(plain)?.[1] ?? '';
      expect((await app.request('GET', notice)).status).toBe(200);
    }
    expect((await api('GET', `/forms/${form.id}/snippets?returnAddress=${encodeURIComponent(EVIL)}`)).status).toBe(400);
  });
});

describe('sites of a form', () => {
  test('what is no site is named and nothing changes; what changed is in the audit trail', async () => {
    await setSites([SHOP]);
    const refused = await setSites([SHOP, 'http://shop.example', '*'], [`${EVIL}/thanks`]);
    expect(refused.status).toBe(422);
    expect((refused.body as { errors: { field: string }[] }).errors.map(({ field }) => field)).toEqual([
      'sites.1',
      'sites.2',
      'returnAddresses.0',
    ]);
    expect((await api('GET', `/forms/${form.id}/sites`)).body).toEqual({ sites: [SHOP], returnAddresses: [] });
    await setSites(['https://other.example']);
    const { rows } = await app.owner.query(
      `select detail from audit_entry where action = 'form.sites-changed' order by at desc, id desc limit 1`,
    );
    expect(rows).toEqual([{ detail: { added: ['https://other.example'], removed: [SHOP] } }]);
  });
});

describe('a program that shows the form itself', () => {
  const sent = (email: string, more: object = {}) => ({
    language: 'bg',
    fields: { email, given_name: 'Мария' },
    consent: ['newsletter:email'],
    shown: { at: new Date(Date.now() - 60_000).toISOString(), page: `${SHOP}/app?user=maria` },
    ...more,
  });
  const send = (key: string, json: unknown, headers: Record<string, string> = {}) =>
    app.request('POST', `/api/v1/forms/${form.id}/submissions`, { json, key, headers: { ...noCookie, ...headers } });

  test('the address is asked to confirm; the proof says where the text was shown; a repeated key asks once', async () => {
    const key = await app.apiKey(['forms.submit']);
    const json = sent('api@example.com');
    for (let times = 0; times < 2; times++) {
      const answer = await send(key, json, { 'idempotency-key': 'one' });
      expect([answer.status, await answer.json()]).toEqual([202, { status: 'check-mail' }]);
    }
    expect(await evidenceOf('api@example.com')).toMatchObject([
      { evidence: { shown: 'elsewhere', page: `${SHOP}/app`, apiKey: expect.any(String) }, answers: { given_name: 'Мария' } },
    ]);
    const { rows } = await app.owner.query(
      `select c.state, (select count(*)::int from delivery d where d.contact_id = c.id and d.template = 'confirm-consent') as asked,
              (select count(*)::int from ledger_entry l where l.contact_id = c.id and l.kind = 'consent-given') as given
         from contact c where c.primary_email = 'api@example.com'`,
    );
    expect(rows).toEqual([{ state: 'unconfirmed', asked: 1, given: 0 }]);
  });

  test('what cannot be is refused by name, and nothing is stored', async () => {
    const key = await app.apiKey(['forms.submit']);
    const other = await app.apiKey(['forms.read', 'forms.write']);
    const later = new Date(Date.now() + 3_600_000).toISOString();
    await nothingStored(async () => {
      for (const [json, field] of [
        [sent('x'), 'fields.email'],
        [sent('x@example.com', { consent: [] }), 'consent'],
        [sent('x', { fields: { email: 'x@example.com', phone: '0888123456' } }), 'fields.phone'],
        [sent('x@example.com', { consent: ['newsletter:email', 'other:email'] }), 'consent.1'],
        [sent('x@example.com', { shown: { at: later, page: SHOP } }), 'shown.at'],
        [sent('x@example.com', { shown: { at: new Date().toISOString(), page: 'javascript:alert(1)' } }), 'shown.page'],
        [sent('x@example.com', { confirmed: true }), 'confirmed'],
      ] as const) {
        const answer = await send(key, json);
        expect(answer.status, field).toBe(422);
        expect(((await answer.json()) as { errors: { field: string }[] }).errors.map((one) => one.field)).toContain(field);
      }
      expect((await send(other, sent('x@example.com'))).status).toBe(403);
    });
  });
});
