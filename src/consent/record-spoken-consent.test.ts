import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '#platform/database/connect.ts';
import { toPublicId } from '#platform/http/ids.ts';
import { readZip } from '#platform/zip/read-zip.ts';
import { confirmContact } from '#src/contacts/confirm-contact.ts';
import { eraseContact } from '#src/erasure/erase-contact.ts';
import { MOST_BYTES } from '#src/evidence-files/evidence-file.ts';
import { packLimits, verifyPack } from '#src/evidence-packs/verify-pack.ts';
import { aContact, unique } from '#test/support/factories.ts';
import { useStaffApp } from '#test/support/staff-app.ts';

const app = useStaffApp();
let cookie: string;
let auditor: string;
beforeAll(async () => {
  cookie = await app.signIn('dpo');
  auditor = await app.signIn('auditor');
});

const PDF = Buffer.from('%PDF-1.7\n<script>alert(1)</script>\n').toString('base64');
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const paper = (overrides: object = {}) => ({
  purpose: 'newsletter',
  channel: 'email',
  language: 'bg',
  text: { typed: 'Давам съгласие да получавам бюлетина.' },
  at: minutesAgo(60),
  how: 'paper',
  initiative: 'person',
  file: PDF,
  ...overrides,
});
async function aPerson(options: { verified?: boolean; email?: string | undefined } = { verified: true }) {
  return inTransaction(app.services.db, async (tx) => {
    const id = await aContact(tx, {
      email: `${unique('p')}@example.bg`,
      phone: '+359 2 123 4567',
      ...('email' in options ? { email: options.email } : {}),
    });
    if (options.verified) {
      await confirmContact(tx, app.services.keys, { contactId: id, answers: {}, provenanceIds: [], at: new Date() });
    }
    return id;
  });
}
const post = async (contactId: string, what: string, json: object) => {
  const answer = await app.request('POST', `/api/v1/contacts/${toPublicId('con', contactId)}/permissions/${what}`, {
    json,
    cookie,
  });
  return {
    status: answer.status,
    body: (await answer.json()) as Record<string, never> & {
      outcome?: string;
      code?: string;
      errors?: { field: string; code: string }[];
    },
  };
};
const record = (contactId: string, json: object) => post(contactId, 'consent', json);
const line = async (contactId: string, channel = 'email') => {
  const answer = await app.request('GET', `/api/v1/contacts/${toPublicId('con', contactId)}/permissions`, { cookie });
  const passport = (await answer.json()) as {
    purpose: { slug: string };
    channel: string;
    reason: string;
    evidenceGrade: string | null;
  }[];
  return passport.find((one) => one.purpose.slug === 'newsletter' && one.channel === channel);
};
const templates = async (contactId: string) =>
  (await app.owner.query(`select template from delivery where contact_id = $1 order by id`, [contactId])).rows.map(
    (row) => row.template,
  );

describe('A consent recorded by staff', () => {
  test('on signed paper is consent of grade C, and the person is told at their own address how to take it back', async () => {
    const id = await aPerson();
    const { status, body } = await record(id, paper());
    expect([status, body.outcome]).toEqual([201, 'given']);
    expect(await line(id)).toMatchObject({ reason: 'consent-given', evidenceGrade: 'C' });
    expect(await templates(id)).toEqual(['consent-recorded']);
    const stranger = await aPerson({ verified: false });
    await record(stranger, paper());
    expect(await templates(stranger), 'an address nobody has shown to be theirs is told nothing').toEqual([]);
  });

  test('by phone does not replace a confirmed address where one is demanded: it waits for the person', async () => {
    const id = await aPerson();
    const { body } = await record(id, paper({ how: 'phone' }));
    expect(body.outcome).toBe('to-confirm');
    expect(await line(id)).toMatchObject({ reason: 'consent-not-confirmed' });
    expect(await templates(id)).toEqual(['confirm-spoken']);
    const { rows } = await app.owner.query(`select answer_until from approach where contact_id = $1`, [id]);
    expect(rows).toHaveLength(1);
  });

  test('with a note only, never replaces it either', async () => {
    const id = await aPerson();
    const { file: _, ...noted } = paper({ note: 'Каза го на щанда.' });
    expect((await record(id, noted)).body.outcome).toBe('to-confirm');
    expect((await record(await aPerson(), { ...noted, note: undefined })).body.errors).toMatchObject([
      { field: 'note', code: 'file-or-note' },
    ]);
  });

  test('for what is offered to children too names that the person is old enough, and a child’s is not taken', async () => {
    await app.owner.query(`update saglasie.purpose set needs_age = true where slug = 'newsletter'`);
    try {
      const id = await aPerson();
      expect((await record(id, paper())).body.errors).toMatchObject([{ field: 'ofAge', code: 'age-not-asked' }]);
      expect((await record(id, paper({ ofAge: false }))).body.errors).toMatchObject([{ field: 'ofAge', code: 'under-age' }]);
      expect((await record(id, paper({ ofAge: true }))).status).toBe(201);
      const { rows } = await app.owner.query(
        `select evidence->'ofAge' as age from saglasie.ledger_entry where contact_id = $1 and kind = 'consent-given'`,
        [id],
      );
      expect(rows).toEqual([{ age: 14 }]);
    } finally {
      await app.owner.query(`update saglasie.purpose set needs_age = false where slug = 'newsletter'`);
    }
  });

  test('cannot be dated ahead, nor before what the person has said since', async () => {
    const id = await aPerson();
    expect((await record(id, paper({ at: new Date(Date.now() + 60_000).toISOString() }))).body.errors).toMatchObject([
      { code: 'in-the-future' },
    ]);
    await post(id, 'withdraw', { purpose: 'newsletter', channel: 'email', method: 'phone' });
    for (const what of ['consent', 'foresee-consent']) {
      expect(await post(id, what, paper({ at: minutesAgo(600) }))).toMatchObject({
        status: 409,
        body: { code: 'said-otherwise-since' },
      });
    }
    const objector = await aPerson();
    await post(objector, 'object', { method: 'phone' });
    expect(await record(objector, paper({ at: minutesAgo(5) }))).toMatchObject({ body: { code: 'said-otherwise-since' } });
    expect(await line(id)).toMatchObject({ reason: 'consent-refused' });
  });

  test('that we asked for is refused while the person is to be left alone; by themselves they may come back', async () => {
    const id = await aPerson();
    await post(id, 'withdraw', { purpose: 'newsletter', channel: 'email', method: 'phone' });
    const now = () => new Date().toISOString();
    expect(await record(id, paper({ at: now(), initiative: 'company' }))).toMatchObject({
      status: 409,
      body: { code: 'may-not-ask-yet' },
    });
    expect(await record(id, paper({ at: now() }))).toMatchObject({ status: 201, body: { outcome: 'given' } });
  });

  test('is foreseen without a trace', async () => {
    const id = await aPerson();
    const count = () =>
      app.owner.query(
        `select (select count(*) from ledger_entry)::int + (select count(*) from notice)::int + (select count(*) from evidence_file)::int as n`,
      );
    const before = (await count()).rows[0].n;
    const { status, body } = await post(id, 'foresee-consent', paper({ text: { typed: 'Още никъде.' } }));
    expect([status, body.outcome, (body as { permission?: { reason: string } }).permission?.reason]).toEqual([
      200,
      'given',
      'consent-given',
    ]);
    expect((await count()).rows[0].n).toBe(before);
  });

  test.each([
    ['a page of HTML', Buffer.from('<!doctype html><script>alert(1)</script>').toString('base64'), 'file-kind-refused'],
    ['a program', Buffer.from('MZ\x90\x00').toString('base64'), 'file-kind-refused'],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64'), 'file-kind-refused'],
    ['nothing', '', 'file-empty'],
    ['no Base64', '%PDF', 'not-base64'],
    ['too much', Buffer.concat([Buffer.from('%PDF-'), Buffer.alloc(MOST_BYTES)]).toString('base64'), 'file-too-large'],
  ])('with %s attached is refused by name', async (_, file, code) => {
    const id = await aPerson();
    expect((await record(id, paper({ file, note: 'x' }))).body.errors).toMatchObject([{ field: 'file', code }]);
  });

  test('with a text of a megabyte is refused', async () => {
    const id = await aPerson();
    expect((await record(id, paper({ text: { typed: 'а'.repeat(1_000_000) } }))).status).toBe(422);
  });
});

describe('A file of evidence', () => {
  test('is saved, never shown, leaves a trace, and opens for its own contact only', async () => {
    const id = await aPerson();
    await record(id, paper());
    const base = `/api/v1/contacts/${toPublicId('con', id)}/evidence-files`;
    const [file] = ((await (await app.request('GET', base, { cookie })).json()) as { data: { id: string }[] }).data;
    const answer = await app.request('GET', `${base}/${file?.id}`, { cookie: auditor });
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment;/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(Buffer.from(await answer.arrayBuffer()).toString('base64')).toBe(PDF);
    const { rows } = await app.owner.query(`select actor from audit_entry where action = 'evidence.viewed' and subject_id = $1`, [
      id,
    ]);
    expect(rows).toHaveLength(1);
    const other = toPublicId('con', await aPerson());
    expect((await app.request('GET', `/api/v1/contacts/${other}/evidence-files/${file?.id}`, { cookie })).status).toBe(404);
  });

  test('goes with everything else that proves the lawfulness of their processing', async () => {
    const id = await aPerson();
    await record(id, paper());
    const answer = await app.request('GET', `/api/v1/contacts/${toPublicId('con', id)}/evidence-pack`, { cookie: auditor });
    expect(answer.status).toBe(200);
    const pack = Buffer.from(await answer.arrayBuffer());
    expect(await verifyPack(pack)).toMatchObject({ holds: true });
    const sha256 = createHash('sha256').update(Buffer.from(PDF, 'base64')).digest('hex');
    const files = await readZip(pack, packLimits);
    expect(files.get(`attached/${sha256}.pdf`)?.toString('base64')).toBe(PDF);
  });

  test('cannot be changed, and cannot be other than its hash', async () => {
    const id = await aPerson();
    await record(id, paper());
    await expect(
      app.owner.query(`update evidence_file set content = 'x', size = 1 where contact_id = $1`, [id]),
    ).rejects.toMatchObject({ code: 'SG001' });
    await expect(
      app.owner.query(
        `insert into evidence_file (contact_id, entry_id, media_type, size, sha256, content) select contact_id, entry_id, media_type, 1, sha256, 'x' from evidence_file where contact_id = $1`,
        [id],
      ),
    ).rejects.toMatchObject({ code: '23514' });
  });

  test('is in the person’s copy, and gone with them', async () => {
    const id = await aPerson();
    await record(id, paper());
    const copy = await (
      await app.request('GET', `/api/v1/contacts/${toPublicId('con', id)}/export?format=json`, { cookie })
    ).text();
    expect(copy).toContain(PDF);
    await inTransaction(app.services.db, (tx) => eraseContact(tx, { contactId: id, reason: 'request' }));
    expect((await app.owner.query(`select from evidence_file where contact_id = $1`, [id])).rowCount).toBe(0);
  });
});
