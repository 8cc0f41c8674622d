import { beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '#platform/database/connect.ts';
import { toPublicId } from '#platform/http/ids.ts';
import { readZip } from '#platform/zip/read-zip.ts';
import { addContact } from '#src/contacts/add-contact.ts';
import { packLimits, verifyPack } from '#src/evidence-packs/verify-pack.ts';
import { aConsent, aNewsletter, aPurpose, staff, unique } from '#test/support/factories.ts';
import { sequenceLog } from '#test/support/log.ts';
import { useStaffApp } from '#test/support/staff-app.ts';

const app = useStaffApp();
let dpo: string;
let owner: string;
let auditor: string;
let marketer: string;

beforeAll(async () => {
  [dpo, owner, auditor, marketer] = [
    await app.signIn('dpo'),
    await app.signIn('owner'),
    await app.signIn('auditor'),
    await app.signIn('marketer'),
  ];
});

interface Answered {
  readonly id: string;
  readonly text: string;
  readonly data: readonly { readonly id: string }[];
  readonly errors?: readonly { readonly field: string }[];
  readonly events: readonly unknown[];
  readonly pack: { readonly base64: string };
}
const jsonOf = async (answer: Response) => (await answer.json()) as Answered;

async function aPerson() {
  const email = `${unique('person')}@example.bg`;
  const id = await inTransaction(app.services.db, async (tx) => {
    const newsletter = await aNewsletter(tx);
    const contactId = await addContact(
      tx,
      app.services.keys,
      {
        source: { kind: 'event', label: 'Панаир', obtainedFrom: 'data-subject' },
        purpose: (await aPurpose(tx)).id,
        legalBasis: 'contract',
        language: 'bg',
        email,
      },
      staff,
    );
    await aConsent(tx, contactId, newsletter, { evidence: { shown: 'here' } });
    return contactId;
  });
  await sequenceLog({ db: app.services.db, keys: app.services.keys, publicUrl: app.services.config.publicUrl });
  return { id, address: `/api/v1/contacts/${toPublicId('con', id)}`, email };
}

const wish = { ground: 'legal-claims', necessity: 'Предявен иск пред районния съд', months: 12 };
const erase = (address: string, evidence?: unknown) =>
  app.request('DELETE', address, { cookie: dpo, json: { reason: 'request', ...(evidence === undefined ? {} : { evidence }) } });
const kept = async () => (await app.owner.query('select count(*)::int as n from evidence_capsule')).rows[0].n;
const ask = async (email: string, cookie = dpo) => {
  const answer = await app.request('POST', '/api/v1/evidence/openings', {
    cookie,
    json: { kind: 'email', address: email, ground: 'court', reference: 'гр.д. 7/2026' },
  });
  return { status: answer.status, body: await jsonOf(answer) };
};
const act = (id: string, verb: string, cookie: string, json: unknown = {}) =>
  app.request('POST', `/api/v1/evidence/openings/${id}/${verb}`, { cookie, json });

describe('A pack', () => {
  test('is taken by the DPO, an owner and an auditor, and by nobody else', async () => {
    const { address } = await aPerson();
    for (const cookie of [dpo, owner, auditor]) {
      const answer = await app.request('GET', `${address}/evidence-pack`, { cookie });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('application/zip');
      expect(answer.headers.get('content-disposition')).not.toContain('person');
      expect(await verifyPack(Buffer.from(await answer.arrayBuffer()))).toMatchObject({ holds: true });
    }
    expect((await app.request('GET', `${address}/evidence-pack`, { cookie: marketer })).status).toBe(403);
    const key = await app.apiKey(['evidence.read']);
    expect((await app.request('GET', `${address}/evidence-pack`, { key })).status).toBe(200);
    const other = await app.apiKey(['contacts.read']);
    expect((await app.request('GET', `${address}/evidence-pack`, { key: other })).status).toBe(403);
  });

  test('of somebody who is not here is none', async () => {
    const nobody = toPublicId('con', '00000000-0000-7000-8000-000000000000');
    expect((await app.request('GET', `/api/v1/contacts/${nobody}/evidence`, { cookie: dpo })).status).toBe(404);
  });
});

describe('An erasure over the API', () => {
  test('keeps nothing unless it says why; a reason that is none is refused and nobody is erased', async () => {
    const before = await kept();
    const { address } = await aPerson();
    for (const evidence of [
      { ...wish, necessity: 'защото' },
      { ...wish, ground: 'curiosity' },
      { ...wish, months: 61 },
      'everything',
    ]) {
      expect((await erase(address, evidence)).status, JSON.stringify(evidence)).toBe(422);
    }
    expect((await app.request('GET', address, { cookie: dpo })).status).toBe(200);
    expect((await erase(address)).status).toBe(204);
    expect(await kept()).toBe(before);
    const other = await aPerson();
    expect((await erase(other.address, wish)).status).toBe(204);
    expect(await kept()).toBe(before + 1);
    const { rows } = await app.owner.query(`select detail from audit_entry where action = 'contact.erased' and subject_id = $1`, [
      other.id,
    ]);
    expect(rows).toEqual([{ detail: { evidenceKept: 'legal-claims' } }]);
  });

  test('comes with what to tell the person, in both languages: what is kept, why, until when, and how to object', async () => {
    const tell = async (query: string) => {
      const answer = await app.request('GET', `/api/v1/evidence/erasure-answer?${query}`, { cookie: dpo });
      return (await jsonOf(answer)).text;
    };
    const bg = await tell('language=bg&ground=legal-claims&months=12');
    const year = new Date();
    year.setUTCMonth(year.getUTCMonth() + 12);
    for (const words of [
      String(year.getUTCFullYear()),
      'чл. 17, параграф 3, буква д',
      'kzld@cpdp.bg',
      'Пример ЕООД',
      'да възразите',
    ]) {
      expect(bg).toContain(words);
    }
    expect(await tell('language=en&ground=legal-obligation')).toContain('Art. 17(3)(b)');
    expect(await tell('language=bg')).toContain('Нищо друго за Вас не се пази.');
  });
});

describe('Evidence of an erased person', () => {
  test('is opened by two, once, with the address; and the pack of it verifies', async () => {
    const { address, email } = await aPerson();
    await erase(address, wish);
    const asked = await ask(email);
    expect(asked).toMatchObject({ status: 201, body: { status: 'waiting', found: null, reference: 'гр.д. 7/2026' } });
    expect(JSON.stringify(asked.body), 'not even the hash of the address comes back').not.toContain(email);
    const { id } = asked.body;
    expect((await act(id, 'approve', dpo)).status).toBe(403);
    expect((await act(id, 'approve', marketer)).status).toBe(403);
    expect((await act(id, 'open', dpo, { kind: 'email', address: email })).status).toBe(409);
    expect((await act(id, 'approve', owner)).status).toBe(200);
    expect((await act(id, 'refuse', owner)).status).toBe(409);
    expect((await act(id, 'open', owner, { kind: 'email', address: email })).status).toBe(409);
    expect((await act(id, 'open', dpo, { kind: 'email', address: `x${email}` })).status).toBe(422);

    const answer = await act(id, 'open', dpo, { kind: 'email', address: email.toUpperCase() });
    expect(answer.status).toBe(200);
    const opened = await jsonOf(answer);
    expect(opened).toMatchObject({ found: true, capsules: [{ necessity: wish.necessity }] });
    expect(opened.events).toMatchObject([{ kind: 'consent-given', grade: 'A', opens: true, proven: true }]);
    const pack = Buffer.from(opened.pack.base64, 'base64');
    expect(await verifyPack(pack)).toMatchObject({ holds: true, kind: 'capsule', proofs: 1, notices: 1, unproven: 0 });
    const inside = await readZip(pack, packLimits);
    const letter = String(inside.get('evidence.bg.html'));
    expect(letter, 'a court is not the Commission').not.toContain('Комисия за защита');
    expect(letter).toContain('гр.д. 7/2026');
    expect((await act(id, 'open', dpo, { kind: 'email', address: email })).status).toBe(409);
    const { rows } = await app.owner.query(`select action from audit_entry where subject_kind = 'evidence-opening' order by id`);
    expect(rows.map(({ action }) => action).slice(-3)).toEqual(['evidence.requested', 'evidence.approved', 'evidence.opened']);
  });

  test('that was refused stays shut', async () => {
    const { body } = await ask('somebody@example.bg', owner);
    expect((await act(body.id, 'refuse', dpo)).status).toBe(200);
    expect((await act(body.id, 'open', owner, { kind: 'email', address: 'somebody@example.bg' })).status).toBe(409);
  });

  test('is asked for with an address that is one, and a case that is none', async () => {
    const refused = async (json: unknown) => {
      const answer = await app.request('POST', '/api/v1/evidence/openings', { cookie: dpo, json });
      return [answer.status, (await jsonOf(answer)).errors?.map(({ field }) => field)];
    };
    const good = { kind: 'email', address: 'a@example.bg', ground: 'claim', reference: 'Дело 1' };
    expect(await refused({ ...good, address: 'not an address' })).toEqual([422, ['address']]);
    expect(await refused({ ...good, reference: 'жалба от ivan@example.bg' })).toEqual([422, ['reference']]);
    expect(await refused({ ...good, ground: 'curiosity' })).toEqual([422, ['ground']]);
  });

  test('is told to nobody who may not: not that it is kept, not to an auditor, not to any key', async () => {
    const key = await app.apiKey(['evidence.read', 'audit.read', 'ledger.read', 'contacts.erase']);
    for (const path of ['/api/v1/evidence/capsules', '/api/v1/evidence/openings']) {
      for (const asked of [{ cookie: auditor }, { cookie: marketer }, { key }]) {
        expect((await app.request('GET', path, asked)).status, path).toBe(403);
      }
    }
  });

  test('may be let go sooner, never later', async () => {
    const { address } = await aPerson();
    await erase(address, wish);
    const list = await jsonOf(await app.request('GET', '/api/v1/evidence/capsules', { cookie: dpo }));
    const [capsule] = list.data;
    if (!capsule) throw new Error('what is kept is listed');
    const shorten = (keepUntil: string) =>
      app.request('POST', `/api/v1/evidence/capsules/${capsule.id}/shorten`, { cookie: dpo, json: { keepUntil } });
    expect((await shorten('2099-01-01')).status).toBe(422);
    const before = await kept();
    expect((await shorten(new Date().toISOString().slice(0, 10))).status).toBe(204);
    expect(await kept()).toBe(before - 1);
  });
});

describe('The policy', () => {
  test('keeps evidence by default only for a documented reason, which everybody who may see the register sees', async () => {
    const put = (json: unknown, cookie = dpo) => app.request('PUT', '/api/v1/evidence/policy', { cookie, json });
    const standing = {
      keepsByDefault: true,
      ground: 'legal-claims',
      necessity: 'Искове по чл. 110 ЗЗД от клиенти',
      retentionMonths: 24,
    };
    expect((await put({ ...standing, necessity: null })).status).toBe(422);
    expect((await put({ ...standing, retentionMonths: 61 })).status).toBe(422);
    expect((await put(standing, auditor)).status).toBe(403);
    expect((await put(standing)).status).toBe(200);
    expect(await (await app.request('GET', '/api/v1/evidence/policy', { cookie: auditor })).json()).toEqual(standing);
    const before = await kept();
    const { address } = await aPerson();
    expect((await erase(address)).status).toBe(204);
    expect(await kept()).toBe(before + 1);
    const other = await aPerson();
    expect((await erase(other.address, 'nothing')).status).toBe(204);
    expect(await kept()).toBe(before + 1);
  });
});
