import Papa from 'papaparse';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '#src/staff/roles.ts';
import { useStaffApp } from '#test/support/staff-app.ts';
import { mapData } from './map-data.ts';

const app = useStaffApp();
const cookies = {} as Record<Role, string>;
beforeAll(async () => {
  for (const role of ['owner', 'marketer', 'dpo', 'auditor'] as const) cookies[role] = await app.signIn(role);
});

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, each looked at by its test
const as = async (role: Role, method: string, path: string, json?: unknown): Promise<any> => {
  const answer = await app.request(method, `/api/v1${path}`, {
    cookie: cookies[role],
    ...(json === undefined ? {} : { json }),
  });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json');
  return { status: answer.status, body: text !== '' && isJson ? JSON.parse(text) : text };
};
const register = async () => (await as('dpo', 'GET', '/register')).body;
const activityOf = async (slug: string) => {
  const { activities } = await register();
  return activities.find((one: { purpose: { slug: string } }) => one.purpose.slug === slug);
};
const idOf = async (slug: string): Promise<string> => (await activityOf(slug)).purpose.id;
const bare = { dataSubjects: ['customers'], specialCondition: null };
const host = { name: 'Hosting Ltd', service: 'Сървър', country: 'DE' };
const weighed = {
  kind: 'legitimate-interests',
  answers: { interest: 'Поддържаме връзка.', necessity: 'Без имената не може.', balance: 'Хората го очакват.' },
  outcome: 'may-rely',
  reviewedOn: '2026-11-24',
  nextReviewOn: '2027-11-24',
};

describe('the register of processing activities', () => {
  it('begins with what a small company surely does, once, and with nothing reviewed or weighed for it', async () => {
    expect(await as('dpo', 'POST', '/register/starter', {})).toMatchObject({ status: 200, body: { purposes: 2, activities: 7 } });
    expect((await as('owner', 'POST', '/register/starter', {})).body).toEqual({ purposes: 0, activities: 0 });
    const { activities, security } = await register();
    expect(activities).toHaveLength(7);
    expect(security.measures).toContain('audit-log');
    for (const { gaps } of activities) expect(gaps).toContain('never-reviewed');
    expect((await activityOf('suppliers-and-partners')).gaps).toContain('interests-missing');
    expect((await activityOf('newsletter')).gaps).not.toContain('interests-missing');
  });

  it('is read by everybody who works with it, and written by owner and data protection officer alone', async () => {
    const path = `/register/activities/${await idOf('newsletter')}`;
    for (const role of ['marketer', 'auditor'] as const) {
      expect((await as(role, 'GET', '/register')).status, role).toBe(200);
      for (const [method, where, body] of [
        ['PUT', path, bare],
        ['PUT', `${path}/assessments`, weighed],
        ['POST', '/register/processors', host],
        ['PUT', '/register/security', { measures: [] }],
        ['POST', '/register/starter', {}],
      ] as const) {
        expect((await as(role, method, where, body)).status, `${role} ${where}`).toBe(403);
      }
    }
  });

  it('demands that a legitimate interest is weighed, and believes what came of it', async () => {
    const path = `/register/activities/${await idOf('suppliers-and-partners')}`;
    const { template } = (await as('dpo', 'GET', `${path}/assessments/legitimate-interests?language=bg`)).body;
    expect(template.interest).toContain('Връзки с доставчици и партньори');
    expect(template.necessity).toContain('Длъжност');
    const gaps = async () => (await activityOf('suppliers-and-partners')).gaps;

    for (const [missing, field] of [
      [{ answers: { ...weighed.answers, balance: ' ' } }, 'answers.balance'],
      [{ answers: template }, 'answers.interest'],
      [{ outcome: 'may-rely-with-measures' }, 'answers.measures'],
      [{ nextReviewOn: '2026-11-24' }, 'nextReviewOn'],
      [{ outcome: 'not-needed' }, 'outcome'],
    ] as const) {
      const refused = await as('dpo', 'PUT', `${path}/assessments`, { ...weighed, ...missing });
      expect([refused.status, refused.body.errors?.[0]?.field]).toEqual([422, field]);
    }
    expect(await gaps()).toContain('interests-missing');

    expect((await as('dpo', 'PUT', `${path}/assessments`, { ...weighed, outcome: 'may-not-rely' })).status).toBe(200);
    expect(await gaps()).toContain('interests-outweighed');
    await as('dpo', 'PUT', `${path}/assessments`, weighed);
    expect(await gaps()).not.toContain('interests-outweighed');
    const { assessment, versions } = (await as('auditor', 'GET', `${path}/assessments/legitimate-interests`)).body;
    expect(assessment).toMatchObject({ outcome: 'may-rely', reviewedOn: '2026-11-24' });
    expect(versions.map(({ definition }: { definition: { outcome: string } }) => definition.outcome)).toEqual([
      'may-rely',
      'may-not-rely',
    ]);

    const other = await as('dpo', 'PUT', `/register/activities/${await idOf('newsletter')}/assessments`, weighed);
    expect([other.status, other.body.code]).toEqual([409, 'rests-on-another-basis']);
    await expect(
      app.services.db.updateTable('assessment').set({ outcome: 'done' }).where('kind', '=', 'legitimate-interests').execute(),
    ).rejects.toMatchObject({ code: '23514' });
  });

  it('does not take "no high risk" for an answer where its signs are, without reasons; an assessment has all its parts', async () => {
    const path = `/register/activities/${await idOf('newsletter')}/assessments`;
    const screen = (answers: object, outcome: string) =>
      as('dpo', 'PUT', path, {
        kind: 'impact',
        answers: { criteria: ['scoring', 'large-scale'], ...answers },
        outcome,
        reviewedOn: '2026-11-24',
      });
    expect((await screen({}, 'not-needed')).body.errors).toMatchObject([{ field: 'answers.reasons' }]);
    expect((await screen({ criteria: ['on-list'] }, 'not-needed')).status).toBe(422);
    expect((await screen({ criteria: ['scoring'] }, 'not-needed')).status).toBe(200);
    expect((await screen({}, 'needed')).body.gaps).toContain('impact-not-done');
    expect((await screen({ description: 'Б', necessity: 'Н', risks: 'Р' }, 'done')).body.errors).toMatchObject([
      { field: 'answers.measures' },
    ]);
    const done = await screen({ description: 'Б', necessity: 'Н', risks: 'Р', measures: 'М' }, 'done');
    expect([done.status, done.body.gaps]).toEqual([200, expect.not.arrayContaining(['impact-not-done'])]);
  });

  it('knows who processes for us, by which contract, and under which safeguards abroad', async () => {
    expect((await as('dpo', 'POST', '/register/processors', { ...host, contractDate: '2026-01-31' })).body.errors).toMatchObject([
      { field: 'contractReference' },
    ]);
    const mailer = { ...host, name: 'Mailer Inc', country: 'US', contractReference: 'DPA-7', contractDate: '2026-01-31' };
    const made = await as('dpo', 'POST', '/register/processors', mailer);
    expect(made).toMatchObject({ status: 201, body: { gaps: ['safeguard-missing'] } });
    const viaOther = { ...host, subProcessors: [{ name: 'Cloud Inc', country: 'US', service: 'Storage' }] };
    expect((await as('dpo', 'POST', '/register/processors', viaOther)).body.gaps).toEqual([
      'contract-missing',
      'safeguard-missing',
    ]);
    const covered = await as('dpo', 'PUT', `/register/processors/${made.body.id}`, { ...mailer, safeguard: 'standard-clauses' });
    expect(covered.body.gaps).toEqual([]);

    const path = `/register/activities/${await idOf('newsletter')}`;
    expect((await as('dpo', 'PUT', path, { ...bare, processors: [`prc_${'0'.repeat(32)}`] })).body.errors).toMatchObject([
      { field: 'processors' },
    ]);
    await expect(
      app.services.db
        .updateTable('processing_activity')
        .set({ processor_ids: ['00000000-0000-4000-8000-000000000000'] })
        .execute(),
    ).rejects.toMatchObject({ code: '23503' });
    const saved = await as('dpo', 'PUT', path, {
      ...bare,
      processors: [made.body.id],
      reviewedOn: '2025-11-01',
      nextReviewOn: '2025-12-01',
    });
    expect(saved.body).toMatchObject({ processors: [{ name: 'Mailer Inc' }], reviewedOn: '2025-11-01' });
    expect(saved.body.gaps).toContain('review-due');
    const { versions } = (await as('auditor', 'GET', path)).body;
    expect(versions).toMatchObject([{ version: 2 }, { version: 1, definition: { processor_ids: [] } }]);
    await expect(app.owner.query('update register_version set version = 7')).rejects.toMatchObject({ code: 'SG001' });
  });

  it('lets special categories in only with a condition that says what it rests on', async () => {
    const purpose = await idOf('customer-relations');
    const field = {
      key: 'diet',
      type: 'text',
      label: { bg: 'Диета', en: 'Diet' },
      dataCategory: 'preferences',
      specialCategory: 'health',
      sourceOfTruth: 'person',
      purposes: ['customer-relations'],
      changeReason: 'Told at the order',
    };
    expect((await as('dpo', 'POST', '/fields', field)).body).toMatchObject({ isFillable: false, purposes: [{ mayHold: false }] });
    expect((await activityOf('customer-relations')).gaps).toEqual(
      expect.arrayContaining(['special-without-condition', 'impact-unscreened']),
    );
    const condition = { ...bare, specialCondition: 'health-care' };
    expect((await as('dpo', 'PUT', `/register/activities/${purpose}`, condition)).body.errors).toMatchObject([
      { field: 'specialReason' },
    ]);
    await as('dpo', 'PUT', `/register/activities/${purpose}`, { ...condition, specialReason: 'Закон за здравето, чл. 5' });
    expect((await as('dpo', 'GET', '/fields/diet')).body.isFillable).toBe(true);
    expect((await activityOf('customer-relations')).gaps).not.toContain('special-without-condition');
  });
});

describe('the register on paper', () => {
  const activities = ['Бюлетин', 'Работа с клиенти', 'Счетоводство и данъци', 'Връзки с доставчици и партньори'];

  it('is one file in either language that needs nothing from elsewhere and runs nothing', async () => {
    await as('dpo', 'POST', '/register/processors', { ...host, name: '<script>alert(1)</script>' });
    for (const language of ['bg', 'en'] as const) {
      const { status, body } = await as('auditor', 'GET', `/register/export?format=html&language=${language}`);
      expect(status).toBe(200);
      expect(body).toContain(`<html lang="${language}">`);
      expect(body).not.toMatch(/<script|<link|<img|src=|url\(|https?:\/\//i);
      expect(body).toContain('Пример ЕООД');
      expect(body).toContain('Mailer Inc');
      expect(body).toContain('DPA-7');
      expect(body).toContain('Закон за здравето, чл. 5');
    }
    const { body } = await as('auditor', 'GET', '/register/export?language=bg');
    for (const name of activities) expect(body).toContain(name);
    for (const letter of ['а', 'б', 'в', 'г', 'д', 'е', 'ж'])
      expect(body, `чл. 30, параграф 1, буква ${letter}`).toContain(`буква ${letter})`);
    expect(body).toContain('стандартни клаузи за защита на данните');
    expect(body).toContain('120 месеца след събирането');
  });

  it('is one line an activity in a table, which no spreadsheet runs', async () => {
    await as('dpo', 'PUT', `/register/activities/${await idOf('accounting')}`, { ...bare, reviewedOn: '2026-11-24' });
    const { body } = await as('auditor', 'GET', '/register/export?format=csv&language=bg');
    const { data } = Papa.parse<Record<string, string>>(body.replace('\uFEFF', '').trim(), { header: true });
    expect(data).toHaveLength(7);
    for (const name of activities) expect(data.map((line) => line['Дейност'])).toContain(name);
    expect(data.find((line) => line['Дейност'] === 'Счетоводство и данъци')?.['Последен преглед']).toBe('2026-11-24');
  });

  it('is exported where it is seen in the audit', async () => {
    const { rows } = await app.owner.query(`select count(*)::int as n from audit_entry where action = 'register.exported'`);
    expect(rows[0].n).toBeGreaterThan(2);
  });
});

describe('the map of data', () => {
  it('shows which field serves which purposes, and the one that serves none', async () => {
    const idle = {
      key: 'hat_size',
      type: 'number',
      label: { bg: 'Размер на шапката', en: 'Hat size' },
      dataCategory: 'other',
      sourceOfTruth: 'person',
      purposes: [],
    };
    await as('dpo', 'POST', '/fields', idle);
    const { fields } = (await as('auditor', 'GET', '/data-map')).body;
    const of = (key: string) => fields.find((field: { key: string }) => field.key === key);
    expect(of('hat_size')).toMatchObject({ isFillable: false, purposes: [], holders: { value: 0, isAbout: false } });
    expect(of('given_name').purposes.map(({ slug }: { slug: string }) => slug)).toEqual(
      expect.arrayContaining(['newsletter', 'accounting']),
    );
    expect(of('phone').purposes.map(({ slug }: { slug: string }) => slug)).toContain('suppliers-and-partners');
  });

  it('counts who has a value, and reckons from a part of the pages when there are many', async () => {
    await as('owner', 'POST', '/contacts', {
      source: { kind: 'event', label: 'Fair Plovdiv', obtainedFrom: 'data-subject' },
      purpose: 'customer-relations',
      legalBasis: 'contract',
      language: 'bg',
      givenName: 'Мария',
    });
    await app.owner.query(
      `insert into contact (state, language, facts, origin_id)
       select 'active', 'bg', jsonb_build_object('city', jsonb_build_object('value', 'София ' || n, 'provenance', array[o.id], 'at', now())), o.id
         from generate_series(1, 6000) n, (
           select p.id from provenance p join purpose u on u.id = p.purpose_id where u.slug = 'customer-relations' limit 1) o`,
    );
    const { rows } = await app.owner.query(`select count(*)::int as n from contact where facts ? 'city'`);
    const cities = async (pages?: number) =>
      (await mapData(app.services.db, pages)).find(({ field }) => field.key === 'city')?.holders;
    expect(await cities()).toEqual({ value: rows[0].n, isAbout: false });
    const about = await cities(20);
    expect(about?.isAbout).toBe(true);
    expect(about?.value).toBeGreaterThan(rows[0].n / 3);
    expect(about?.value).toBeLessThan(rows[0].n * 3);
  });
});
