import { sql } from 'kysely';
import Papa from 'papaparse';
import readXlsx from 'read-excel-file/node';
import { beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '#platform/database/connect.ts';
import { toPublicId } from '#platform/http/ids.ts';
import { runOneJob } from '#platform/jobs/run-jobs.ts';
import { objectTo } from '#src/consent/object.ts';
import { restrict } from '#src/consent/restrict.ts';
import { addContact, type NewContact } from '#src/contacts/add-contact.ts';
import { exportContact } from '#src/contacts/export-contact.ts';
import { disclosuresOf } from '#src/disclosures/list-disclosures.ts';
import { recipientsOf } from '#src/disclosures/recipients-of.ts';
import { eraseContact } from '#src/erasure/erase-contact.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import { aConsent, aNewsletter, aPurpose, aSource, staff, unique } from '#test/support/factories.ts';
import { useStaffApp } from '#test/support/staff-app.ts';
import { countingExports } from './count-export.ts';

const app = useStaffApp();
let owner: string;
let dpo: string;
let marketer: string;
let auditor: string;
let contract: Purpose;
let newsletter: Purpose;

beforeAll(async () => {
  owner = await app.signIn('owner');
  dpo = await app.signIn('dpo');
  marketer = await app.signIn('marketer');
  auditor = await app.signIn('auditor');
  await inTransaction(app.services.db, async (tx) => {
    contract = await aPurpose(tx, { recipients: [{ name: 'Счетоводна къща ООД', country: 'BG', role: 'счетоводство' }] });
    newsletter = await aNewsletter(tx);
  });
});

function aPerson(overrides: Partial<NewContact> = {}): Promise<string> {
  return inTransaction(app.services.db, (tx) =>
    addContact(
      tx,
      app.services.keys,
      {
        source: { kind: 'event', label: 'Панаир', obtainedFrom: 'data-subject' },
        purpose: contract.id,
        legalBasis: 'contract',
        language: 'bg',
        email: `${unique('person')}@example.bg`,
        ...overrides,
      },
      staff,
    ),
  );
}
const write = inTransaction;
const restricted = (contactId: string) =>
  write(app.services.db, async (tx) =>
    restrict(tx, { contactId, ground: 'a', actor: staff, method: 'phone', sourceId: await aSource(tx) }),
  );

interface Answered {
  readonly id: string;
  readonly status: string;
  readonly chosen: number;
  readonly allowed: number;
  readonly leftOut: Record<string, number>;
  readonly given: number;
  readonly needsApproval: boolean;
  readonly code?: string;
  readonly errors?: readonly { readonly field: string; readonly code: string }[];
}

const people = (ids: readonly string[]) => ({ kind: 'people', contacts: ids.map((id) => toPublicId('con', id)) });
async function ask(body: Record<string, unknown>, cookie = owner) {
  const answer = await app.request('POST', '/api/v1/exports', {
    cookie,
    json: {
      purpose: contract.slug,
      recipient: { kind: 'processor', name: 'Печатница АД', country: 'BG' },
      statement: 'Покани за пролетния панаир',
      ...body,
    },
  });
  return { status: answer.status, body: (await answer.json()) as Answered };
}
const take = (id: string, cookie = owner) => app.request('POST', `/api/v1/exports/${id}/download`, { cookie, json: {} });
async function taken(body: Record<string, unknown>): Promise<Buffer> {
  const made = await ask(body);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const answer = await take(made.body.id);
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}
const state = async (id: string) =>
  (await (await app.request('GET', `/api/v1/exports/${id}`, { cookie: owner })).json()) as Answered;
const rowsOf = (csv: string, delimiter = ',') =>
  Papa.parse<string[]>(csv.replace(/^\uFEFF/, ''), { delimiter, newline: '\r\n' }).data.slice(0, -1);

describe('A copy of many people', () => {
  test('is of those the gate lets through, and says how many it does not and why', async () => {
    const [free, stopped, quarantined] = [
      await aPerson({ givenName: 'Свободна' }),
      await aPerson(),
      await aPerson({ legalBasis: 'unknown' }),
    ];
    await restricted(stopped);
    const made = await ask({ selection: people([free, stopped, quarantined]), fields: ['id', 'given_name'] });
    expect(made.body).toMatchObject({ status: 'ready', chosen: 3, allowed: 1, leftOut: { restricted: 1, quarantined: 1 } });
    const answer = await take(made.body.id);
    expect(answer.headers.get('content-disposition')).toMatch(/saglasie-people-\d{4}-\d\d-\d\d\.csv/);
    expect(rowsOf(await answer.text())).toEqual([
      ['id', 'given_name'],
      [toPublicId('con', free), 'Свободна'],
    ]);
    expect(await state(made.body.id)).toMatchObject({ status: 'taken', given: 1 });
    for (const [id, times] of [
      [free, 1],
      [stopped, 0],
      [quarantined, 0],
    ] as const)
      expect(await disclosuresOf(app.services.db, [id])).toHaveLength(times);
  });

  test('asks the gate again when it is taken: whoever said no meanwhile is not in it', async () => {
    const [first, second] = [await aPerson(), await aPerson()];
    await write(app.services.db, async (tx) => {
      await aConsent(tx, first, newsletter, { evidence: {} });
      await aConsent(tx, second, newsletter, { evidence: {} });
    });
    const made = await ask({ purpose: newsletter.slug, selection: people([first, second]), fields: ['id'] });
    expect(made.body).toMatchObject({ allowed: 2 });
    await write(app.services.db, async (tx) =>
      objectTo(tx, {
        contactId: second,
        purpose: newsletter,
        channel: 'email',
        actor: staff,
        method: 'phone',
        sourceId: await aSource(tx),
      }),
    );
    expect(rowsOf(await (await take(made.body.id)).text())).toEqual([['id'], [toPublicId('con', first)]]);
    expect(await disclosuresOf(app.services.db, [second])).toEqual([]);
  });

  test('is taken once, by whoever asked, and in time', async () => {
    const made = await ask({ selection: people([await aPerson()]) });
    expect((await take(made.body.id, dpo)).status).toBe(403);
    expect((await take(made.body.id, marketer)).status).toBe(403);
    const first = await take(made.body.id);
    // One at a time, too.
    expect((await take(made.body.id)).status).toBe(409);
    await first.text();
    expect((await take(made.body.id)).status).toBe(409);
    const late = await ask({ selection: people([await aPerson()]) });
    await app.owner.query('alter table bulk_export disable trigger bulk_export_is_in_order');
    await app.owner.query(`update bulk_export set requested_at = now() - interval '25 hours' where id = $1`, [
      uuidOf(late.body.id),
    ]);
    await app.owner.query('alter table bulk_export enable trigger bulk_export_is_in_order');
    expect(await state(late.body.id)).toMatchObject({ status: 'lapsed' });
    expect((await take(late.body.id)).status).toBe(409);
  });

  test('whose receiver went away can be begun again, and is in the log before a byte of it left', async () => {
    const ids = [];
    for (let at = 0; at < 3; at++) ids.push(await aPerson());
    const made = await ask({ selection: people(ids), fields: ['id'] });
    const reader = (await take(made.body.id)).body?.getReader();
    await reader?.read();
    expect(await disclosuresOf(app.services.db, [ids[0] ?? ''])).toHaveLength(1);
    await reader?.cancel();
    await expect.poll(async () => (await state(made.body.id)).status).toBe('ready');
    expect(rowsOf(await (await take(made.body.id)).text())).toHaveLength(4);
    expect(await disclosuresOf(app.services.db, [ids[0] ?? '']), 'of two attempts one giving').toHaveLength(1);
  });

  test('without purpose or recipient there is none, nor one of fields that are not', async () => {
    const selection = people([await aPerson()]);
    expect((await ask({ selection, purpose: undefined })).body.errors).toMatchObject([{ field: 'purpose', code: 'missing' }]);
    expect((await ask({ selection, purpose: 'no-such-purpose' })).body.errors).toMatchObject([{ code: 'unknown-purpose' }]);
    expect((await ask({ selection, recipient: undefined })).status).toBe(422);
    expect((await ask({ selection, statement: 'за ivan@example.bg' })).body.errors).toMatchObject([{ field: 'statement' }]);
    expect((await ask({ selection, fields: ['search_text'] })).body.errors).toMatchObject([{ field: 'fields' }]);
    expect((await ask({ selection, recipient: { kind: 'third-party', name: 'Непознат ЕООД' } })).body.errors).toMatchObject([
      { field: 'recipient.name', code: 'recipient-not-named' },
    ]);
    expect((await ask({ selection, recipient: { kind: 'third-party', name: 'счетоводна къща ООД' } })).status).toBe(201);
    expect((await ask({ selection }, marketer)).status).toBe(403);
    expect((await ask({ selection }, auditor)).status).toBe(403);
  });

  test('of the list’s filter is of whom the list shows', async () => {
    const company = unique('Фирма');
    const yes = await aPerson({ company });
    await aPerson({ company });
    await write(app.services.db, (tx) => aConsent(tx, yes, newsletter, { evidence: {} }));
    const filter = { search: company, purpose: newsletter.slug, channel: 'email' };
    const body = await taken({ selection: { kind: 'filter', filter }, fields: ['id'] });
    expect(rowsOf(String(body)).slice(1)).toEqual([[toPublicId('con', yes)]]);
    const { rows } = await app.owner.query('select selection::text as s from bulk_export order by id desc limit 1');
    expect(rows[0].s, 'what was searched for is not kept').not.toContain(company);
  });
});

describe('Recipients with a rule of their own', () => {
  test('an authority has those in quarantine, and restricted ones only on a ground of Art. 18(2)', async () => {
    const [quarantined, stopped] = [await aPerson({ legalBasis: 'unknown' }), await aPerson()];
    await restricted(stopped);
    const asked = {
      selection: people([quarantined, stopped]),
      purpose: undefined,
      recipient: { kind: 'authority', name: 'Районен съд – Пловдив', country: 'BG' },
      fields: ['id'],
    };
    expect((await ask(asked)).body).toMatchObject({ allowed: 1, leftOut: { restricted: 1 }, rule: 'legal-obligation' });
    expect((await ask({ ...asked, restrictionGround: 'legal-claims' })).body).toMatchObject({ allowed: 2 });
    expect((await ask({ ...asked, recipient: { kind: 'own-system', name: 'Архив' } })).body).toMatchObject({ allowed: 2 });
    expect(
      (await ask({ ...asked, recipient: { kind: 'own-system', name: 'Архив' }, restrictionGround: 'legal-claims' })).body.errors,
    ).toMatchObject([{ field: 'restrictionGround' }]);
  });

  test('to a person goes their own data alone', async () => {
    const [one, other] = [await aPerson(), await aPerson()];
    await restricted(one);
    const recipient = { kind: 'subject', name: 'Другият доставчик' };
    expect((await ask({ selection: people([one, other]), purpose: undefined, recipient })).status).toBe(422);
    expect((await ask({ selection: people([one]), purpose: undefined, recipient })).body).toMatchObject({ allowed: 1 });
  });
});

describe('An export of more people than one may take alone', () => {
  const change = (approvalAbove: number) =>
    app.request('PUT', '/api/v1/exports/policy', { cookie: dpo, json: { approvalAbove } });

  test('waits for another, who is an owner or a DPO; small ones of a day count together', async () => {
    expect(await (await change(2)).json()).toEqual({ approvalAbove: 2, approvalAboveToday: 2 });
    // Everything asked for above is of today.
    const made = await ask({ selection: people([await aPerson(), await aPerson(), await aPerson()]), fields: ['id'] });
    expect(made.body).toMatchObject({ status: 'waiting', needsApproval: true });
    const { id } = made.body;
    const act = (verb: string, cookie: string) => app.request('POST', `/api/v1/exports/${id}/${verb}`, { cookie, json: {} });
    expect((await take(id)).status).toBe(409);
    expect((await act('approve', owner)).status, 'not one’s own').toBe(403);
    expect((await act('approve', marketer)).status).toBe(403);
    expect((await act('approve', dpo)).status).toBe(200);
    expect((await act('refuse', dpo)).status).toBe(409);
    expect((await take(id)).status).toBe(200);
    const small = await ask({ selection: people([await aPerson()]) }, dpo);
    expect(small.body.needsApproval).toBe(false);
    await ask({ selection: people([await aPerson()]) }, dpo);
    expect((await ask({ selection: people([await aPerson()]) }, dpo)).body.needsApproval, 'the third of a day').toBe(true);
  });

  test('is refused for good by a no; the database takes no other way around', async () => {
    const { body } = await ask({ selection: people([await aPerson(), await aPerson(), await aPerson()]) });
    expect((await app.request('POST', `/api/v1/exports/${body.id}/refuse`, { cookie: dpo, json: {} })).status).toBe(200);
    expect((await take(body.id)).status).toBe(409);
    const waiting = uuidOf((await ask({ selection: people([await aPerson(), await aPerson(), await aPerson()]) })).body.id);
    const { rows } = await app.owner.query('select recorded_by from disclosure where id = $1', [waiting]);
    const me = rows[0].recorded_by;
    for (const statement of [
      `select begin_export('${waiting}', 'staff', '${me}')`,
      `select give_export_parts('${waiting}', 0, 0, 10)`,
      `update bulk_export set decision = 'approved', decided_by = '${me}' where id = '${waiting}'`,
      `insert into bulk_export_part (export_id, no, contact_ids) values ('${waiting}', 7, '{}')`,
      `select record_disclosed_people('${waiting}', '{}')`,
    ]) {
      await expect(sql.raw(statement).execute(app.services.db), statement).rejects.toMatchObject({ code: 'SG007' });
    }
    for (const statement of [
      `update bulk_export set needs_approval = false where id = '${waiting}'`,
      `insert into disclosure_part (disclosure_id, no, contact_ids) values ('${waiting}', 1, '{}')`,
      `update disclosure set recipient = 'другиго' where id = '${waiting}'`,
      'select disclose_people(null, 1, 1, null)',
    ]) {
      await expect(sql.raw(statement).execute(app.services.db), statement).rejects.toMatchObject({ code: '42501' });
    }
    for (const statement of [
      `update bulk_export set needs_approval = false where id = '${waiting}'`,
      `update disclosure set recipient = 'другиго' where id = '${waiting}'`,
      `delete from bulk_export where id = '${waiting}'`,
    ]) {
      await expect(app.owner.query(statement), statement).rejects.toMatchObject({ code: expect.stringMatching(/^SG00[17]$/) });
    }
  });

  test('a number that was raised counts from the next day on', async () => {
    expect(await (await change(500_000)).json()).toEqual({ approvalAbove: 500_000, approvalAboveToday: 2 });
    await app.owner.query('alter table export_policy disable trigger user');
    await app.owner.query(`update export_policy set decided_at = now() - interval '25 hours'`);
    await app.owner.query('alter table export_policy enable trigger user');
    expect(await (await app.request('GET', '/api/v1/exports/policy', { cookie: owner })).json()).toMatchObject({
      approvalAboveToday: 500_000,
    });
  });
});

describe('Who received a person’s data', () => {
  test('is told to the person by name, and to whoever must tell the recipients; and goes with the person', async () => {
    const [person, neighbour] = [await aPerson(), await aPerson()];
    await taken({ selection: people([person, neighbour]), fields: ['given_name', 'email'] });
    await taken({ selection: people([person]), recipient: { kind: 'internal', name: 'Търговски отдел' }, fields: ['phone'] });
    const recorded = await app.request('POST', '/api/v1/disclosures', {
      cookie: owner,
      json: {
        purpose: contract.slug,
        recipient: { kind: 'processor', name: 'печатница АД ' },
        statement: 'На хартия',
        fields: ['postal_address'],
        contacts: [toPublicId('con', person)],
      },
    });
    expect(await recorded.json()).toMatchObject({ given: 1, leftOut: {} });

    const copy = await exportContact(app.services.db, person, 'json', 'bg');
    const { disclosures } = JSON.parse(String(copy?.body)) as { disclosures: Record<string, unknown>[] };
    expect(disclosures).toHaveLength(3);
    expect(disclosures.at(-1)).toMatchObject({
      recipient: 'Печатница АД',
      country: 'BG',
      purpose: 'Договор',
      what_for: 'Покани за пролетния панаир',
      fields: 'Име, Имейл',
    });
    expect(await recipientsOf(app.services.db, person)).toMatchObject([
      { kind: 'processor', times: 2, fields: ['postal_address', 'given_name', 'email'] },
    ]);
    const timeline = await app.request('GET', `/api/v1/contacts/${toPublicId('con', person)}/timeline`, { cookie: owner });
    expect(
      ((await timeline.json()) as { data: { kind: string }[] }).data.filter(({ kind }) => kind === 'disclosure'),
    ).toHaveLength(3);

    await write(app.services.db, (tx) => eraseContact(tx, { contactId: person, reason: 'request' }));
    const { rows } = await app.owner.query(`select count(*)::int as n from disclosure_part where $1 = any (contact_ids)`, [
      person,
    ]);
    expect(rows[0].n).toBe(0);
    expect(await disclosuresOf(app.services.db, [neighbour]), 'the neighbour stays').toHaveLength(1);
  });

  test('a person who is erased is in no choice that waits either', async () => {
    const [person, other] = [await aPerson(), await aPerson()];
    const made = await ask({ selection: people([person, other]), fields: ['id'] });
    await write(app.services.db, (tx) => eraseContact(tx, { contactId: person, reason: 'request' }));
    expect((await app.owner.query('select from bulk_export_part where $1 = any (contact_ids)', [person])).rowCount).toBe(0);
    expect(rowsOf(await (await take(made.body.id)).text())).toEqual([['id'], [toPublicId('con', other)]]);
  });

  test('the database takes no restricted person into a disclosure to others, whoever writes it', async () => {
    const person = await aPerson();
    await restricted(person);
    const { body } = await ask({ selection: people([person]) });
    const insert = (id: string) =>
      app.owner.query('insert into disclosure_part (disclosure_id, no, contact_ids) values ($1, 1, $2)', [uuidOf(id), [person]]);
    await expect(insert(body.id)).rejects.toMatchObject({ code: 'SG007' });
    const own = await ask({ selection: people([person]), purpose: undefined, recipient: { kind: 'own-system', name: 'Архив' } });
    await insert(own.body.id);
    for (const statement of [
      'delete from disclosure_part',
      `update disclosure_part set contact_ids = contact_ids || '${unknown}'::uuid`,
    ]) {
      await expect(app.owner.query(statement), statement).rejects.toMatchObject({ code: 'SG001' });
    }
  });
});

const unknown = '00000000-0000-7000-8000-000000000000';
const uuidOf = (id: string) => id.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

describe('The file', () => {
  const hostile = ['=1+1', '+359 88 812', '@SUM(A1)', '-2+3', '＝cmd', 'a"b;c,d', 'two\nlines', '_x0041_ <b>&amp;', '\ttab'];
  const selected = async () => {
    const ids = [];
    for (const value of hostile) ids.push(await aPerson({ note: `x${value}`, company: value.replaceAll(/[\n\t]/g, ' ') }));
    return people(ids);
  };
  const companies = hostile.map((value) => value.replaceAll(/[\n\t]/g, ' ').trim());
  const notes = hostile.map((value) => `x${value}`);

  test('CSV is exact', async () => {
    const csv = String(await taken({ selection: await selected(), fields: ['company', 'note'] }));
    expect(csv.startsWith('company,note\r\n')).toBe(true);
    expect(rowsOf(csv).slice(1)).toEqual(companies.map((company, at) => [company, notes[at]]));
  });

  test('CSV for spreadsheets has a mark, semicolons, headings in words, and nothing that runs', async () => {
    const asked = { selection: await selected(), fields: ['company'], format: 'csv-spreadsheet', delimiter: ';', language: 'bg' };
    const csv = String(await taken(asked));
    expect(csv.startsWith('\uFEFFФирма\r\n')).toBe(true);
    const cells = rowsOf(csv, ';').slice(1);
    expect(cells.map(([cell]) => cell)).toEqual(companies.map((value) => (/^[=@-]|^＝/.test(value) ? `'${value}` : value)));
  });

  test('XLSX is read by another program, value by value, and says what it is for', async () => {
    const file = await taken({
      selection: await selected(),
      fields: ['company', 'note', 'created_at'],
      format: 'xlsx',
      language: 'bg',
    });
    const [sheet, about] = await readXlsx(file, { trim: false });
    expect(sheet?.data[0]).toEqual(['Фирма', 'Бележка', 'Добавяне']);
    expect(sheet?.data.slice(1).map(([company, note]) => [company, note])).toEqual(
      companies.map((company, at) => [company, notes[at]]),
    );
    expect(about?.data.flat()).toContain('Покани за пролетния панаир');
  });

  test('JSON, JSON lines and cards hold the same people', async () => {
    const selection = await selected();
    const json = JSON.parse(String(await taken({ selection, fields: ['company', 'phone'], format: 'json' })));
    expect(json).toMatchObject({ format: 'saglasie-people', recipient: 'Печатница АД', purpose: 'Contract' });
    expect(json.people).toEqual(companies.map((company) => ({ company, phone: null })));
    const lines = String(await taken({ selection, fields: ['company', 'phone'], format: 'jsonl' }))
      .trimEnd()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(json.people);
    const cards = String(await taken({ selection, format: 'vcf' }));
    expect(cards.match(/BEGIN:VCARD\r\nVERSION:4\.0\r\n/g)).toHaveLength(hostile.length);
    expect(String(await taken({ selection: people([await aPerson()]), format: 'json', fields: ['id'] }))).toContain('"people":[');
  });

  test('of nobody is a file all the same', async () => {
    const stopped = await aPerson();
    await restricted(stopped);
    expect(JSON.parse(String(await taken({ selection: people([stopped]), format: 'json' })))).toMatchObject({ people: [] });
    expect(rowsOf(String(await taken({ selection: people([stopped]), fields: ['id'] })))).toEqual([['id']]);
  });
});

describe('Very many people', () => {
  test('are counted as a job, and each is in the file once, over every boundary of pieces', async () => {
    const many = 10_250;
    await app.owner.query(
      `insert into contact (state, language, origin_id) select 'active', 'bg', (select origin_id from contact limit 1) from generate_series(1, $1::int)`,
      [many],
    );
    const asked = {
      selection: { kind: 'everyone' },
      purpose: undefined,
      recipient: { kind: 'own-system', name: 'Архив' },
      fields: ['id'],
    };
    const made = await ask(asked);
    expect(made.body).toMatchObject({ status: 'counting', allowed: null, needsApproval: false });
    expect((await take(made.body.id)).status).toBe(409);
    expect(await runOneJob(app.services, [countingExports])).toBe(true);
    const counted = await state(made.body.id);
    expect(counted).toMatchObject({ status: 'ready', allowed: counted.chosen, leftOut: {} });
    expect(counted.chosen).toBeGreaterThan(many);
    const { rows } = await app.owner.query<{ id: string }>(`select id from contact where state <> 'merged' order by id`);
    const everyone = rows.map(({ id }) => [toPublicId('con', id)]);
    expect(rowsOf(await (await take(made.body.id)).text()).slice(1)).toEqual(everyone);

    const again = await ask({ ...asked, format: 'xlsx' });
    await runOneJob(app.services, [countingExports]);
    const answer = await take(again.body.id);
    const [sheet] = await readXlsx(Buffer.from(await answer.arrayBuffer()));
    expect(sheet?.data.slice(1)).toEqual(everyone);
    const parts = await app.owner.query(
      'select count(*)::int as rows, sum(cardinality(contact_ids))::int as people from disclosure_part where disclosure_id = $1',
      [uuidOf(again.body.id)],
    );
    expect(parts.rows[0]).toEqual({ rows: Math.ceil(rows.length / 100), people: rows.length });
  });
});

describe('A field that programs may not see', () => {
  test('is offered to them by no export, and is not given to whoever lost sight of it', async () => {
    const key = await app.apiKey(['contacts.export']);
    const send = async (method: string, path: string, json?: unknown) => {
      const answer = await app.request(method, `/api/v1/exports${path}`, { key, ...(json === undefined ? {} : { json }) });
      return { status: answer.status, body: (await answer.json()) as Answered & { data: { key: string }[] } };
    };
    const asked = {
      selection: people([await aPerson()]),
      fields: ['id', 'note'],
      purpose: contract.slug,
      recipient: { kind: 'internal', name: 'Склад' },
      statement: 'Етикети',
    };
    const before = await send('POST', '', asked);
    expect(before.status).toBe(201);
    await app.owner.query(`update field_definition set visible_to = array_remove(visible_to, 'api') where key = 'note'`);
    expect((await send('POST', '', asked)).body.errors).toMatchObject([{ field: 'fields', code: 'unknown-field' }]);
    expect((await send('POST', `/${before.body.id}/download`, {})).status).toBe(403);
    expect((await send('GET', '/fields')).body.data.map((field) => field.key)).not.toContain('note');
    expect((await ask({ selection: asked.selection, fields: asked.fields })).status, 'an owner sees it').toBe(201);
  });
});
