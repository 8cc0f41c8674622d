import { beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '#platform/database/connect.ts';
import { fromPublicId } from '#platform/http/ids.ts';
import { forgetOldAnswers } from '#src/idempotency/recall-answer.ts';
import { digestOf } from '#test/support/digest.ts';
import { useStaffApp } from '#test/support/staff-app.ts';

const app = useStaffApp();
let key = '';
beforeAll(async () => {
  key = await app.apiKey(['contacts.read', 'contacts.write', 'contacts.erase', 'permissions.write', 'purposes.write']);
});

let numbers = 0;
const aContact = () => ({
  givenName: 'Мария',
  email: `maria${++numbers}@example.bg`,
  language: 'bg',
  source: { kind: 'event', label: 'Fair', obtainedFrom: 'data-subject' },
  purpose: 'customer-relations',
  legalBasis: 'contract',
});

const send = (idempotencyKey: string, json: unknown, path = '/api/v1/contacts', with_ = key) =>
  app.request('POST', path, { json, key: with_, headers: { 'idempotency-key': idempotencyKey } });

async function count(table: string): Promise<number> {
  const { rows } = await app.owner.query<{ n: number }>(`select count(*)::int as n from ${table}`);
  return rows[0]?.n ?? -1;
}

describe('Idempotency-Key', () => {
  it('fifty parallel requests of one key have one effect, and in the end one answer', async () => {
    const before = await count('contact');
    const contact = aContact();
    const answers = await Promise.all(Array.from({ length: 50 }, () => send('fifty', contact)));
    expect(await count('contact')).toBe(before + 1);
    for (const answer of answers) expect([201, 409]).toContain(answer.status);

    const settled = answers.filter((answer) => answer.status === 201);
    const bodies = new Set(await Promise.all([...settled, await send('fifty', contact)].map((answer) => answer.text())));
    expect(bodies.size).toBe(1);
    const codes = await Promise.all(
      answers.filter((answer) => answer.status === 409).map(async (answer) => ((await answer.json()) as { code: string }).code),
    );
    expect(new Set(codes).size).toBeLessThanOrEqual(1);
    expect(codes[0] ?? 'idempotency-key-in-flight').toBe('idempotency-key-in-flight');
  });

  it('says that an answer was given before', async () => {
    const contact = aContact();
    expect((await send('replayed', contact)).headers.get('idempotent-replayed')).toBeNull();
    const again = await send('replayed', contact);
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
  });

  it('refuses another request under the same key', async () => {
    await send('reused', aContact());
    const answer = await send('reused', aContact());
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ code: 'idempotency-key-reused' });
  });

  it('keeps the keys of two callers apart', async () => {
    const other = await app.apiKey(['contacts.write']);
    expect((await send('mine', aContact())).status).toBe(201);
    expect((await send('mine', aContact(), '/api/v1/contacts', other)).status).toBe(201);
  });

  it('a refused request leaves nothing, and its key can be used for the corrected one', async () => {
    const before = await digestOf(app.database.ownerUrl);
    expect((await send('corrected', { ...aContact(), language: 'fr' })).status).toBe(422);
    expect((await send('corrected', { ...aContact(), purpose: 'no-such-purpose' })).status).toBe(422);
    expect(await digestOf(app.database.ownerUrl)).toBe(before);
    expect((await send('corrected', aContact())).status).toBe(201);
  });

  it('an answer that speaks of a person is erased with them', async () => {
    const contact = aContact();
    const { id } = (await (await send('erased', contact)).json()) as { id: string };
    await send('erased-too', { method: 'phone' }, `/api/v1/contacts/${id}/permissions/object`);
    const kept = () =>
      app.owner.query('select from idempotency where contact_id = $1', [fromPublicId('con', id)]).then((found) => found.rowCount);
    expect(await kept()).toBe(2);
    expect((await app.request('DELETE', `/api/v1/contacts/${id}`, { json: { reason: 'asked' }, key })).status).toBe(204);
    expect(await kept()).toBe(0);
    const { rows } = await app.owner.query<{ line: string }>('select i::text as line from idempotency i');
    expect(rows.map((row) => row.line).join('\n')).not.toContain(contact.email);
  });

  it('never stores a secret that is shown once', async () => {
    const cookie = await app.signIn('owner');
    const make = () =>
      app.request('POST', '/api/v1/api-keys', {
        json: { name: 'x', scopes: ['contacts.read'] },
        cookie,
        headers: { 'idempotency-key': 'secret' },
      });
    const made = (await (await make()).json()) as { key: string };
    expect(made.key).toMatch(/^sgl_/);
    const again = await make();
    expect([again.status, ((await again.json()) as { code: string }).code]).toEqual([409, 'secret-shown-once']);
    expect(await count("api_key where name = 'x'")).toBe(1);
    const { rows } = await app.owner.query<{ line: string }>(
      'select i::text as line from idempotency i union all select k::text from api_key k',
    );
    expect(rows.map((row) => row.line).join('\n')).not.toContain(made.key.slice(14));
  });

  it('forgets answers after 24 hours', async () => {
    const contact = aContact();
    await send('old', contact);
    await app.owner.query("update idempotency set created_at = created_at - interval '24 hours 1 minute'");
    expect((await send('old', contact)).status).toBe(409); // done anew, and so the address is taken
    await inTransaction(app.services.db, forgetOldAnswers);
    expect(await count('idempotency')).toBe(0);
  });

  it.each(['', 'x'.repeat(256), 'ключ'])('refuses the key %j', async (text) => {
    const headers = text === 'ключ' ? { 'idempotency-key': Buffer.from(text).toString('latin1') } : { 'idempotency-key': text };
    const answer = await app.request('POST', '/api/v1/contacts', { json: aContact(), key, headers });
    expect(answer.status).toBe(text === '' ? 201 : 400);
  });
});
