import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '#platform/database/connect.ts';
import { preferencesAddress } from '#src/preferences/links.ts';
import { useDatabase } from '#test/support/database.ts';
import { type FormSite, openFormSite } from '#test/support/form-site.ts';
import { newestMessage } from '#test/support/public-site.ts';
import { expireSubmissions } from './expire-submissions.ts';
import { submitByApi } from './submit-by-api.ts';

const database = useDatabase();
let site: FormSite;
const both = (bg: string, en: string) => ({ bg, en });
beforeAll(async () => {
  site = await openFormSite(database);
  await site.published('everything', everything());
  await site.published('children', forChildren());
  const file = await site.api('POST', '/forms/files', {
    name: 'Наръчник.pdf',
    content: Buffer.from('%PDF-1.7').toString('base64'),
  });
  await site.published('guide', guide({ kind: 'file', file: file.body.id }));
  await site.published('guide-link', guide({ kind: 'link', url: 'https://example.bg/guide' }));
});
afterAll(() => site.close());

const field = (key: string, bg: string, en: string, more: object = {}) => ({
  key,
  label: both(bg, en),
  reason: both('За да подготвим поканата.', 'So that we can prepare the invitation.'),
  required: false,
  ...more,
});

function everything() {
  const good = site.good();
  return {
    ...good,
    fields: [
      ...good.fields,
      field('given_name', 'Име', 'First name'),
      field('phone', 'Телефон', 'Phone'),
      field('allergies', 'Алергии', 'Allergies', { type: 'long-text', sensitive: true }),
      field('team_size', 'Брой хора', 'Number of people', { type: 'number' }),
    ],
    boxes: [
      ...good.boxes,
      {
        purpose: site.pub('calls'),
        channel: 'phone',
        label: both('Давам съгласие „{company}“ да ми се обажда по телефона.', 'I consent to {company} calling me by phone.'),
        hint: both('Най-много веднъж месечно.', 'Once a month at most.'),
      },
      {
        purpose: site.pub('health'),
        channel: 'email',
        label: both(
          'Давам изрично съгласие „{company}“ да използва отговора за алергиите ми.',
          'I give {company} my explicit consent to use the answer about my allergies.',
        ),
        hint: both('Нужно е само за менюто.', 'It is needed for the menu only.'),
      },
      {
        purpose: site.pub('measurement'),
        channel: 'none',
        label: both(
          'Давам съгласие „{company}“ да отчита кои имейли отварям.',
          'I consent to {company} recording which e-mails I open.',
        ),
        hint: both('Отчитането може да се спре по всяко време.', 'The recording can be stopped at any time.'),
      },
    ],
  };
}

function forChildren() {
  const good = site.good();
  return {
    ...good,
    fields: [...good.fields, field('given_name', 'Име', 'First name')],
    boxes: [{ ...good.boxes[0], purpose: site.pub('children') }],
  };
}

function guide(delivery: object) {
  return {
    ...site.good(),
    magnet: {
      purpose: site.pub('guide'),
      label: both('Наръчник за градината', 'A guide to the garden'),
      hint: both('Дванадесет страници за пролетта.', 'Twelve pages for the spring.'),
      delivery,
    },
  };
}

const may = async (email: string, purpose: string, channel: string) =>
  (
    await site.owner.query<{ allowed: boolean; reason: string }>(
      `select g.allowed, g.reason from contact_point c, may_process(c.contact_id, $2, $3) g where c.match_key = $1`,
      [email, purpose, channel],
    )
  ).rows[0];
const factsOf = async (email: string) =>
  (
    await site.owner.query<{ facts: Record<string, { value: string; provenance: string[] }> }>(
      'select c.facts from contact c join contact_point p on p.contact_id = c.id where p.match_key = $1',
      [email],
    )
  ).rows[0]?.facts;
const isKnown = async (email: string) =>
  (await site.owner.query('select from contact_point where match_key = $1', [email])).rowCount === 1;
const confirm = async (email: string) => {
  const asked = await newestMessage(site, email);
  return site.post(`${asked.links.confirm}?lang=bg`, { answer: 'confirm' });
};

describe('A form with every kind of element', () => {
  test('keeps each answer for the purposes that need it, with its provenance, and no other', async () => {
    const answer = await site.send('everything', {
      email: 'full@example.com',
      given_name: 'Мария',
      phone: '0888 123 456',
      team_size: '1 200,50',
      consent: ['newsletter:email', 'measurement:none'],
    });
    expect(answer.status).toBe(303);
    await confirm('full@example.com');
    const facts = await factsOf('full@example.com');
    expect(Object.keys(facts ?? {})).toEqual(['given_name']);
    expect(
      (await site.owner.query(`select from contact_point where kind = 'phone'`)).rowCount,
      'nothing agreed to needs a phone',
    ).toBe(0);
    const { rows } = await site.owner.query<{ answers: object }>(
      `select s.answers from submission s join contact_point p on p.contact_id = s.contact_id where p.match_key = 'full@example.com'`,
    );
    expect(rows[0]?.answers, 'nor is it kept where it waited').toEqual({ given_name: 'Мария' });
    expect(await may('full@example.com', site.purposes.newsletter, 'email')).toMatchObject({ allowed: true });
    expect(await may('full@example.com', site.purposes.measurement, 'none')).toMatchObject({ allowed: true });
    expect(await may('full@example.com', site.purposes.calls, 'phone')).toMatchObject({ allowed: false });

    await site.send('everything', {
      email: 'full@example.com',
      phone: '0888 123 456',
      team_size: '1 200,50',
      consent: 'calls:phone',
    });
    await confirm('full@example.com');
    expect((await factsOf('full@example.com'))?.team_size?.value).toBe('1200.50');
    expect(await may('full@example.com', site.purposes.calls, 'phone')).toMatchObject({ allowed: true });
    expect((await site.owner.query(`select from contact_point where kind = 'phone'`)).rowCount).toBe(1);
  });

  test('takes what Art. 9 protects only together with the explicit consent for it', async () => {
    const fields = { email: 'allergic@example.com', allergies: 'ядки\nмляко', consent: 'newsletter:email' };
    const refused = await site.send('everything', fields);
    expect(refused.status).toBe(422);
    const html = await refused.text();
    expect(html).toContain('изрично съгласие');
    expect(html).toContain('ядки\nмляко</textarea>');
    expect(await isKnown('allergic@example.com')).toBe(false);
    expect((await site.send('everything', { ...fields, consent: ['newsletter:email', 'allergies:email'] })).status).toBe(303);
    await confirm('allergic@example.com');
    expect((await factsOf('allergic@example.com'))?.allergies?.value).toBe('ядки\nмляко');
  });

  test('asks for measurement apart, with nothing ticked, and says who, why, how long and what of a complaint', async () => {
    for (const [language, words] of [
      [
        'bg',
        [
          'Можем ли да отчитаме какво четете?',
          'Администратор',
          'чл. 6, параграф 1, буква а)',
          'Пазим данните',
          'Комисията за защита на личните данни',
          'по всяко време',
          'доброволно',
        ],
      ],
      [
        'en',
        [
          'May we record what you read?',
          'The controller is',
          'Art. 6(1)(a)',
          'We keep the data',
          'Commission for Personal Data Protection',
          'at any time',
          'voluntary',
        ],
      ],
    ] as const) {
      const html = await (await site.get(`/f/everything?lang=${language}`)).text();
      for (const word of words) expect(html).toContain(word);
      expect(html).not.toMatch(/checked|<script/);
      expect(html.match(/<fieldset/g)).toHaveLength(2);
    }
  });

  test('lets measurement be withdrawn where messages are, and apart from them', async () => {
    const { rows } = await site.owner.query<{ id: string }>(
      `select contact_id as id from contact_point where match_key = 'full@example.com'`,
    );
    const page = preferencesAddress(site.services, rows[0]?.id ?? '');
    const html = await (await site.get(`${page}?lang=bg`)).text();
    const values = [...html.matchAll(/name="shown" value="([^"]+)"/g)].map(([, value]) => value ?? '');
    expect(values).toContain('measurement:none');
    expect(html).toContain('>Измерване на писмата</label>');
    const kept = [...html.matchAll(/name="choice" value="([^"]+)" checked/g)].map(([, value]) => value ?? '');
    expect(kept).toContain('measurement:none');
    await site.post(`${page}?lang=bg`, {
      shown: values,
      choice: kept.filter((value) => value !== 'measurement:none'),
      answer: 'save',
    });
    expect(await may('full@example.com', site.purposes.measurement, 'none')).toMatchObject({
      allowed: false,
      reason: 'consent-withdrawn',
    });
    expect(await may('full@example.com', site.purposes.newsletter, 'email')).toMatchObject({ allowed: true });
  });

  test('keeps everything that was typed when something is wrong, and says what in a summary', async () => {
    const answer = await site.send('everything', {
      email: 'wrong',
      team_size: 'много',
      phone: '12',
      allergies: 'ред\nред',
      given_name: 'Ана "и" <Ко>',
    });
    expect(answer.status).toBe(422);
    const html = await answer.text();
    for (const kept of ['value="wrong"', 'value="много"', 'value="12"', 'ред\nред</textarea>', 'Ана &quot;и&quot; &lt;Ко&gt;'])
      expect(html).toContain(kept);
    for (const target of ['email', 'team_size', 'phone', 'box-0']) expect(html).toContain(`href="#${target}"`);
  });
});

describe('Somebody too young to consent', () => {
  const child = { email: 'child@example.com', given_name: 'Ани', consent: 'club:email', age: 'younger' };

  test('is asked for the age, by a declaration and not by a date of birth', async () => {
    const html = await (await site.get('/f/children?lang=bg')).text();
    expect(html).toContain('Навършени ли са Ви 14 години?');
    const { age: _, ...ageless } = child;
    const unanswered = await site.send('children', ageless);
    expect(unanswered.status).toBe(422);
    expect(await unanswered.text()).toContain('href="#age"');
    expect((await site.send('children', { ...child, email: 'older@example.com', age: 'older' })).status).toBe(303);
    expect((await newestMessage(site, 'older@example.com')).template).toBe('confirm-consent');
  });

  test('is asked for a parent on a page of its own; nothing is stored before, nothing typed is lost', async () => {
    const page = await site.send('children', child);
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).toContain('name="parent_email"');
    for (const kept of [
      'name="email" value="child@example.com"',
      'name="given_name" value="Ани"',
      'name="consent" value="club:email"',
      'name="age" value="younger"',
    ]) {
      expect(html).toContain(kept);
    }
    const english = await (
      await site.send('children', { ...child, _step: 'parent', _lang: 'en', parent_email: 'mum@exam' })
    ).text();
    expect(english).toContain('a parent’s e-mail address');
    expect(english).toContain('value="mum@exam"');
    for (const [wrong, words] of [
      ['', 'Въведете имейл адрес на родител'],
      ['mum', 'Въведете имейл адрес'],
      ['Child+mum@example.com', 'различен от Вашия'],
    ]) {
      const again = await site.send('children', { ...child, _step: 'parent', parent_email: wrong ?? '' });
      expect(again.status, wrong).toBe(422);
      expect(await again.text()).toContain(words);
    }
    expect(await isKnown('child@example.com')).toBe(false);
  });

  test('gets nothing before a parent agreed by name, and the address is confirmed after', async () => {
    const sent = await site.send('children', { ...child, _step: 'parent', parent_email: 'parent@example.com' });
    expect(sent.headers.get('location')).toBe('/f/children/check-mail?lang=bg&asked=parent#main');
    expect((await newestMessage(site, 'parent@example.com')).template).toBe('confirm-for-child');
    await expect(newestMessage(site, 'child@example.com'), 'no mail to the child yet').rejects.toThrow(/no message/);
    expect(await may('child@example.com', site.purposes.children, 'email')).toMatchObject({ allowed: false });

    const asked = await newestMessage(site, 'parent@example.com');
    expect(`${asked.subject} ${asked.text}`).not.toContain('child@example.com');
    const page = `${asked.links.parent}?lang=bg`;
    const looked = await (await site.get(page)).text();
    expect(looked).toContain('Давам съгласие „Пример ЕООД“ да ми изпраща бюлетина си по имейл.');
    expect(looked).not.toContain('checked');
    for (const fields of [{}, { parent_name: 'Иван Иванов' }, { responsible: 'yes' }, { parent_name: 'И', responsible: 'yes' }]) {
      expect((await site.post(page, { answer: 'agree', ...fields })).status).toBe(422);
    }
    expect((await site.post(page, { answer: 'agree', parent_name: 'Иван Иванов', responsible: 'yes' })).status).toBe(303);
    expect(await (await site.get(page)).text()).toContain('Дадохте съгласие на');

    expect((await newestMessage(site, 'child@example.com')).template).toBe('confirm-consent');
    expect(await may('child@example.com', site.purposes.children, 'email'), 'still not').toMatchObject({ allowed: false });
    await confirm('child@example.com');
    expect(await may('child@example.com', site.purposes.children, 'email')).toMatchObject({ allowed: true });
    const { rows } = await site.owner.query<{ name: string; guardian: string; named: string }>(
      `select g.guardian_name as name, e.evidence->>'guardian' as guardian, g.guardian_id::text as named
         from ledger_entry e join parental_confirmation g on g.submission_id = (e.evidence->>'submission')::uuid
        where e.kind = 'consent-given' and e.evidence ? 'guardian'`,
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ name: 'Иван Иванов' });
    expect(rows[0]?.guardian).toBe(rows[0]?.named);

    // The parent's address serves for this and nothing else.
    const { rows: uses } = await site.owner.query<{ slug: string; allowed: boolean }>(
      `select p.slug, (may_process(c.contact_id, p.id, 'email')).allowed from contact_point c, purpose p where c.match_key = 'parent@example.com'`,
    );
    expect(uses.filter((use) => use.allowed).map((use) => use.slug)).toEqual(['parental-confirmation']);
  });

  test('cannot be confirmed past the parent, not even in the database', async () => {
    await site.send('children', { ...child, email: 'alone@example.com', _step: 'parent', parent_email: 'asleep@example.com' });
    await expect(
      site.pool.query(
        `update submission s set status = 'confirmed', settled_at = now() from contact_point p where p.contact_id = s.contact_id and p.match_key = 'alone@example.com'`,
      ),
    ).rejects.toThrow(/parental responsibility/);
  });

  test('and the parent are both forgotten when the parent says no, or says nothing', async () => {
    await site.send('children', { ...child, email: 'no@example.com', _step: 'parent', parent_email: 'strict@example.com' });
    const asked = await newestMessage(site, 'strict@example.com');
    expect(await (await site.post(`${asked.links.parent}?lang=bg`, { answer: 'decline' })).status).toBe(303);
    expect([await isKnown('no@example.com'), await isKnown('strict@example.com')]).toEqual([false, false]);
    expect(await (await site.get(`${asked.links.parent}?lang=bg&done=declined`)).text()).toContain('Изтрито е');
    expect(
      (await site.post(`${asked.links.parent}?lang=bg`, { answer: 'agree', parent_name: 'Късно', responsible: 'yes' })).status,
    ).toBe(303);
    expect(await isKnown('no@example.com')).toBe(false);

    await site.send('children', {
      ...child,
      email: 'silent@example.com',
      _step: 'parent',
      parent_email: 'silent-mum@example.com',
    });
    await site.owner.query(`update submission set expires_at = now() - interval '1 second' where status = 'pending'`);
    await expireSubmissions(site.services);
    expect([await isKnown('silent@example.com'), await isKnown('silent-mum@example.com')]).toEqual([false, false]);
    const { rows } = await site.owner.query(`select from parental_confirmation where confirmed_at is null`);
    expect(rows).toEqual([]);
  });
});

describe('Somebody named as a parent', () => {
  const child = { given_name: 'Ани', consent: 'club:email', age: 'younger', _step: 'parent' };

  test('who says that the message is not for them is not written to again for another child', async () => {
    await site.send('children', { ...child, email: 'one@example.com', parent_email: 'stranger@example.com' });
    const { links } = await newestMessage(site, 'stranger@example.com');
    expect((await site.post(`${links.why}?lang=bg`, { answer: 'not-mine' })).status).toBe(303);
    expect([await isKnown('one@example.com'), await isKnown('stranger@example.com')]).toEqual([false, false]);
    await site.send('children', { ...child, email: 'two@example.com', parent_email: 'stranger@example.com' });
    expect(await isKnown('stranger@example.com')).toBe(false);
  });

  test('is forgotten when their yes came to nothing, and kept while it proves a consent', async () => {
    for (const [email, parent_email] of [
      ['never@example.com', 'in-vain@example.com'],
      ['mine@example.com', 'needed@example.com'],
      ['other@example.com', 'needed@example.com'],
    ] as const) {
      await site.send('children', { ...child, email, parent_email });
      const { links } = await newestMessage(site, parent_email);
      await site.post(`${links.parent}?lang=bg`, { answer: 'agree', parent_name: 'Ана Иванова', responsible: 'yes' });
    }
    await confirm('mine@example.com');
    await site.owner.query(`update submission set expires_at = now() - interval '1 second' where status = 'pending'`);
    await expireSubmissions(site.services);
    expect([await isKnown('never@example.com'), await isKnown('in-vain@example.com')]).toEqual([false, false]);
    expect([await isKnown('other@example.com'), await isKnown('needed@example.com')]).toEqual([false, true]);
  });

  test('gets no more messages than anybody else, whatever children a program names', async () => {
    const { config } = site.services;
    const flood = { ...config.flood, perAddress: [{ seconds: 3600, max: 2 }] };
    const strict = { ...site.services, config: { ...config, flood } };
    const send = (at: number) =>
      inTransaction(site.services.db, (tx) =>
        submitByApi(tx, strict, {
          slug: 'children',
          language: 'bg',
          fields: { email: `flood-${at}@example.com`, given_name: 'Ани' },
          age: 'younger',
          parentEmail: 'flooded@example.com',
          consent: ['club:email'],
          shown: { at: new Date(), page: 'https://shop.example/club' },
          apiKeyId: undefined,
        }),
      );
    for (let at = 0; at < 4; at += 1) await send(at);
    const { rows } = await site.owner.query<{ n: number }>(
      `select count(*)::int as n from parental_confirmation g join contact_point p on p.contact_id = g.guardian_id
        where p.match_key = 'flooded@example.com'`,
    );
    expect(rows[0]?.n).toBe(2);
  });

  test('said what they said: the database lets nobody rewrite it', async () => {
    await site.send('children', { ...child, email: 'three@example.com', parent_email: 'clear@example.com' });
    const { links } = await newestMessage(site, 'clear@example.com');
    await site.post(`${links.parent}?lang=bg`, { answer: 'agree', parent_name: 'Ана Иванова', responsible: 'yes' });
    for (const change of [
      `update parental_confirmation set guardian_name = 'Друга Майка' where guardian_name = 'Ана Иванова'`,
      `update parental_confirmation set confirmed_at = null, guardian_name = null where guardian_name = 'Ана Иванова'`,
      `update parental_confirmation set asked_at = now() where guardian_name = 'Ана Иванова'`,
      `delete from parental_confirmation where guardian_name = 'Ана Иванова'`,
    ]) {
      await expect(site.pool.query(change), change).rejects.toMatchObject({ code: expect.stringMatching(/^(SG001|42501)$/) });
    }
  });
});

describe('What is sent on request', () => {
  test.each([
    ['guide', undefined],
    ['guide', 'newsletter:email'],
  ] as const)('by /f/%s is sent after the address is confirmed, with consent %s', async (slug, consent) => {
    const email = `${consent ? 'with' : 'without'}@example.com`;
    expect((await site.send(slug, { email, ...(consent ? { consent } : {}) })).status).toBe(303);
    expect((await newestMessage(site, email)).text).toContain('Наръчник за градината');
    await confirm(email);
    const message = await newestMessage(site, email);
    expect(message.template).toBe('requested-information');
    expect(message.headers).toEqual({});
    const file = await site.get(message.links.download ?? '');
    expect(file.headers.get('content-disposition')).toContain('attachment');
    expect(await file.text()).toBe('%PDF-1.7');
    expect(await may(email, site.purposes.newsletter, 'email')).toMatchObject({ allowed: consent !== undefined });
    expect(await may(email, site.purposes.guide, 'email')).toMatchObject({ allowed: true, reason: 'basis-asserted' });
    const { rows } = await site.owner.query(
      `select e.kind from ledger_entry e join contact_point p on p.contact_id = e.contact_id where p.match_key = $1 and e.purpose_id = $2`,
      [email, site.purposes.guide],
    );
    expect(rows).toEqual([{ kind: 'basis-asserted' }]);
  });

  test('may be a page; its link is in the message, and none is sent to who does not confirm', async () => {
    await site.send('guide-link', { email: 'page@example.com' });
    expect((await newestMessage(site, 'page@example.com')).text).not.toContain('https://example.bg/guide');
    await confirm('page@example.com');
    expect((await newestMessage(site, 'page@example.com')).text).toContain('https://example.bg/guide');
  });

  test('is fetched with the link of the message only, and for a month', async () => {
    expect((await site.get('/download/abc')).status).toBeGreaterThanOrEqual(400);
    const { links } = await newestMessage(site, 'without@example.com');
    site.setClock(new Date(Date.now() + 31 * 86_400_000));
    expect((await site.get(links.download ?? '')).status).toBeGreaterThanOrEqual(400);
    site.setClock(new Date());
  });
});
