import { beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '#platform/database/connect.ts';
import { toPublicId } from '#platform/http/ids.ts';
import { useStaffApp } from '#test/support/staff-app.ts';
import { verifyIfAsked } from './start-verifying.ts';
import { claimVerification, noteRefusal } from './verification-jobs.ts';

const app = useStaffApp();
let dpo = '';
let sales = '';
let auditor = '';
let contact = '';
beforeAll(async () => {
  [dpo, sales, auditor] = [await app.signIn('dpo'), await app.signIn('sales'), await app.signIn('auditor')];
  const owner = await app.signIn('owner');
  const made = await app.request('POST', '/api/v1/contacts', {
    cookie: owner,
    json: {
      source: { kind: 'event', label: 'Fair', obtainedFrom: 'data-subject' },
      purpose: 'customer-relations',
      legalBasis: 'contract',
      language: 'bg',
      givenName: 'Неповторимка',
      email: 'nepovtorimka@example.bg',
    },
  });
  contact = ((await made.json()) as { id: string }).id;
});

// biome-ignore lint/suspicious/noExplicitAny: the test names what it reads
const get = async (path: string, as: { cookie?: string; key?: string }): Promise<{ status: number; body: any }> => {
  const answer = await app.request('GET', `/api/v1/ledger/${path}`, as);
  return { status: answer.status, body: await answer.json() };
};

describe('the list of entries', () => {
  test('says who, what for, how and where in the log, and is found by name and by e-mail', async () => {
    for (const search of ['неповторим', 'nepovtorimka@example.bg']) {
      const { status, body } = await get(`entries?search=${encodeURIComponent(search)}`, { cookie: sales });
      expect(status).toBe(200);
      expect(body.people).toEqual({ value: 1, atLeast: false });
      expect(body.data[0]).toMatchObject({
        kind: 'basis-asserted',
        contact: { id: contact, name: 'Неповторимка' },
        purpose: { slug: 'customer-relations', version: 1 },
        method: 'contact-added',
        actor: { kind: 'staff', name: 'owner' },
        evidenceGrade: null,
      });
    }
    expect((await get('entries?search=nobody-at-all', { cookie: sales })).body).toMatchObject({ data: [], people: { value: 0 } });
  });

  test('does not tell names to a key that may not know people, nor lets it search by them', async () => {
    const key = await app.apiKey(['ledger.read']);
    expect((await get('entries', { key })).body.data[0].contact).toEqual({ id: contact, name: null });
    expect((await get('entries?search=a', { key })).status).toBe(403);
    const knowing = await app.apiKey(['ledger.read', 'contacts.read']);
    expect((await get('entries', { key: knowing })).body.data[0].contact.name).toBe('Неповторимка');
  });

  test.each([
    'kind=nothing',
    'purpose=nothing',
    'channel=pigeon',
    'from=yesterday',
    'cursor=x',
    'method=A%20B',
    'contact=con_1',
    'colour=red',
  ])('refuses %s with a reason', async (query) => {
    const { status, body } = await get(`entries?${query}`, { cookie: dpo });
    expect(status).toBe(400);
    expect(body.code).toMatch(/^invalid-/);
  });
});

describe('the export', () => {
  test('holds what the list shows, under ids alone, and is in the audit trail without what was searched for', async () => {
    const answer = await app.request('GET', '/api/v1/ledger/export?search=nepovtorimka', { cookie: dpo });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="ledger-/);
    const text = await answer.text();
    const [header, ...lines] = text.trim().split('\r\n');
    expect(header).toMatch(/^entry,position,event,contact,/);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toContain(contact);
    expect(text).not.toMatch(/Неповторимка|nepovtorimka/);
    const { rows } = await app.owner.query(`select detail from audit_entry where action = 'ledger.exported'`);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain('nepovtorimka');
  });

  test.each(['sales', 'auditor'])('is refused to %s, who may read but not carry away', async (role) => {
    const cookie = role === 'sales' ? sales : auditor;
    expect((await app.request('GET', '/api/v1/ledger/export', { cookie })).status).toBe(403);
  });
});

describe('verifying from a screen', () => {
  test('is asked for once however often the button is pressed, is done by a worker, and its answer stays', async () => {
    const press = () => app.request('POST', '/api/v1/ledger/verifications', { cookie: auditor, json: {} });
    const answers = await Promise.all([press(), press(), press()]);
    const ids = new Set(await Promise.all(answers.map(async (answer) => ((await answer.json()) as { id: string }).id)));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(ids.size).toBe(1);
    expect((await get('state', { cookie: sales })).body).toMatchObject({ running: { startedAt: null }, last: null, alarm: null });

    expect(
      await Promise.all([verifyIfAsked(app.services, app.database.appUrl), verifyIfAsked(app.services, app.database.appUrl)]),
    ).toHaveLength(2);
    expect(await verifyIfAsked(app.services, app.database.appUrl)).toBe(false);
    const { body } = await get('state', { cookie: sales });
    expect(body).toMatchObject({ running: null, last: { holds: true, requestedBy: 'auditor' }, alarm: null });
    expect(body.last.findings.entries).toBeGreaterThan(0);
    await expect(
      app.services.db.updateTable('ledger_verification').set({ holds: false, findings: '{}' }).execute(),
    ).rejects.toThrow();
  });

  test('whose worker died is taken over, not before it is silent', async () => {
    await app.request('POST', '/api/v1/ledger/verifications', { cookie: auditor, json: {} });
    const claim = () => inTransaction(app.services.db, claimVerification);
    expect(await claim()).toBeDefined();
    expect(await claim()).toBeUndefined();
    await app.owner.query(`update ledger_verification set beat_at = now() - interval '3 minutes' where finished_at is null`);
    expect(await verifyIfAsked(app.services, app.database.appUrl)).toBe(true);
  });

  test('raises an alarm when an entry was changed behind our back, and names the entry', async () => {
    const { rows } = await app.owner.query('select id from ledger_entry order by id limit 1');
    await app.owner.query(`alter table ledger_entry disable trigger user`);
    await app.owner.query(`update ledger_entry set method = 'forged' where id = $1`, [rows[0].id]);
    await app.owner.query(`alter table ledger_entry enable trigger user`);
    await app.request('POST', '/api/v1/ledger/verifications', { cookie: auditor, json: {} });
    await verifyIfAsked(app.services, app.database.appUrl);
    const { body } = await get('state', { cookie: sales });
    expect(body).toMatchObject({ alarm: 'broken', last: { holds: false, findings: { firstBrokenEntry: rows[0].id } } });
    expect((await get(toPublicId('led', rows[0].id), { cookie: dpo })).status).toBe(200);
  });

  test('what the sequencer refuses to sign on raises the alarm too, once for as long as it says the same', async () => {
    const refuse = (finding: string) => inTransaction(app.services.db, (tx) => noteRefusal(tx, finding));
    await refuse('The database was rolled back.');
    await refuse('The database was rolled back.');
    expect((await get('state', { cookie: sales })).body).toMatchObject({
      alarm: 'broken',
      last: { cause: 'sequencer', findings: { finding: 'The database was rolled back.' } },
    });
    const { rows } = await app.owner.query(`select count(*)::int as n from ledger_verification where cause = 'sequencer'`);
    expect(rows[0].n).toBe(1);
  });
});

describe('the trend', () => {
  test('answers the last thirty days unless told otherwise, and as CSV', async () => {
    const { body } = await get('trend', { cookie: sales });
    expect(body.periods).toHaveLength(30);
    expect(body.total).toMatchObject({ given: 0, net: 0 });
    const csv = await (
      await app.request('GET', '/api/v1/ledger/trend/export?from=2026-01-01&to=2026-03-01&unit=month', { cookie: sales })
    ).text();
    expect(csv.trim().split('\r\n')).toEqual([
      'month,given,renewed,refused,withdrawn,expired,net',
      '2026-01-01,0,0,0,0,0,0',
      '2026-02-01,0,0,0,0,0,0',
      '2026-03-01,0,0,0,0,0,0',
    ]);
  });

  test.each(['from=2026-02-01&to=2026-01-01', 'from=1990-01-01&to=2026-01-01', 'from=tomorrow', 'unit=hour', 'purpose=none'])(
    'refuses %s',
    async (query) => {
      expect((await get(`trend?${query}`, { cookie: sales })).status).toBe(400);
    },
  );
});
