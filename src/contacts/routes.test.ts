import { beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '#test/support/digest.ts';
import { useStaffApp } from '#test/support/staff-app.ts';

const app = useStaffApp();
let cookie = '';
beforeAll(async () => {
  cookie = await app.signIn('owner');
});

const account = {
  source: { kind: 'event', label: 'Fair Plovdiv', obtainedFrom: 'data-subject' },
  purpose: 'customer-relations',
  legalBasis: 'contract',
} as const;

const call = async <T>(method: string, path: string, json?: unknown): Promise<{ status: number; body: T }> => {
  const answer = await app.request(method, `/api/v1${path}`, { cookie, ...(json === undefined ? {} : { json }) });
  const text = await answer.text();
  return { status: answer.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
};

interface Contact {
  id: string;
  facts: { field: string; value: string; provenance: { source: { label: string } }[] }[];
  points: { kind: string; value: string }[];
}
interface List {
  data: { id: string; name: string | null }[];
  next: string | null;
  count: { value: number; atLeast: boolean };
}

const add = async (fields: Record<string, unknown>) =>
  (await call<Contact>('POST', '/contacts', { ...account, language: 'bg', ...fields })).body;

describe('contacts over HTTP', () => {
  it('every datum is answered with where it came from', async () => {
    const contact = await add({ givenName: 'Мария', email: 'maria@example.bg' });
    expect(contact.facts).toMatchObject([
      { field: 'given_name', value: 'Мария', provenance: [{ source: { label: 'Fair Plovdiv' } }] },
    ]);
    expect(contact.points).toMatchObject([{ kind: 'email', value: 'maria@example.bg' }]);
  });

  it.each([
    ['without a source', { source: undefined }, 'source'],
    ['without a purpose', { purpose: undefined }, 'purpose'],
    ['for a purpose nobody declared', { purpose: 'world-domination' }, 'purpose'],
    ['on a basis the purpose does not have', { legalBasis: 'legitimate-interests' }, 'legalBasis'],
    ['on a consent a colleague typed in', { purpose: 'newsletter', legalBasis: 'consent' }, 'legalBasis'],
    ['with an address that is none', { email: 'maria@' }, 'email'],
    ['with a NUL', { givenName: 'a\u202Eb' }, 'givenName'],
  ])('nothing is stored %s', async (_what, fields, field) => {
    const before = await digestOf(app.database.ownerUrl);
    const { status, body } = await call<{ errors: { field: string; message: string }[] }>('POST', '/contacts', {
      ...account,
      language: 'bg',
      givenName: 'Иван',
      ...fields,
    });
    expect(status).toBe(422);
    expect(body.errors.map((error) => error.field)).toContain(field);
    for (const error of body.errors) expect(error.message).toMatch(/ /);
    expect(await digestOf(app.database.ownerUrl)).toBe(before);
  });

  it('whoever has a new address asked once more is in the audit', async () => {
    const { id } = await add({ givenName: 'Нов', email: 'new-address@example.bg' });
    await app.owner.query(`alter table contact_point disable trigger contact_point_replaces;
      update contact_point set must_confirm = true where match_key = 'new-address@example.bg';
      alter table contact_point enable trigger contact_point_replaces`);
    expect(await call('POST', `/contacts/${id}/confirm-address`, {})).toMatchObject({ status: 200, body: { outcome: 'asked' } });
    const { body } = await call<{ data: { action: string; subject: { id: string } }[] }>('GET', '/audit');
    expect(body.data[0]).toMatchObject({ action: 'contact.address-asked', subject: { id } });
  });

  it('an address belongs to one contact, and the answer says to which', async () => {
    const { id } = await add({ givenName: 'Елена', email: 'elena@example.bg' });
    const before = await digestOf(app.database.ownerUrl);
    const taken = await call('POST', '/contacts', { ...account, language: 'bg', email: 'Elena@example.bg' });
    expect(taken).toMatchObject({ status: 409, body: { code: 'address-taken', contactId: id } });
    expect(await digestOf(app.database.ownerUrl)).toBe(before);
  });

  it('pages follow one another, each contact once, in every order', async () => {
    for (let at = 0; at < 7; at += 1)
      await add({ givenName: `Лице ${at}`, familyName: 'Страница', email: `page${at}@example.bg` });
    for (const sort of ['name', '-name', 'created', '-created', 'changed', '-changed']) {
      const seen: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const page: List = (
          await call<List>(
            'GET',
            `/contacts?search=${encodeURIComponent('страница')}&limit=3&sort=${sort}${cursor ? `&cursor=${cursor}` : ''}`,
          )
        ).body;
        seen.push(...page.data.map((contact) => contact.id));
        expect(page.count).toEqual({ value: 7, atLeast: false });
        cursor = page.next;
      }
      expect([seen.length, new Set(seen).size], sort).toEqual([7, 7]);
    }
  });

  it('a cursor of another order or of nobody’s making is refused', async () => {
    const { next } = (await call<List>('GET', '/contacts?limit=1&sort=name')).body;
    for (const query of [
      `sort=-name&cursor=${next}`,
      'cursor=x',
      `cursor=${Buffer.from('{"sort":"-created","value":"x","id":"1 or 1=1"}').toString('base64url')}`,
    ]) {
      expect((await call('GET', `/contacts?${query}`)).status).toBe(400);
    }
  });

  it.each(['name; drop table contact', 'state', "' or 1=1 --", 'name,id'])(
    'sorting by %s is refused: orders come from a closed list',
    async (sort) => {
      expect((await call('GET', `/contacts?sort=${encodeURIComponent(sort)}`)).status).toBe(400);
    },
  );

  it('a correction keeps what was there, and one person’s page is noted in the audit trail', async () => {
    const { id } = await add({ givenName: 'Петър', email: 'petar@example.bg' });
    expect((await call('PATCH', `/contacts/${id}`, { changes: { city: 'Русе' }, ...account, reason: 'moved' })).status).toBe(200);
    expect((await call('GET', `/contacts/${id}`)).status).toBe(200);
    const { body } = await call<{ data: { kind: string; title: string; detail: { field?: string } }[] }>(
      'GET',
      `/contacts/${id}/timeline`,
    );
    expect(body.data[0]).toMatchObject({ kind: 'change', title: 'changed', detail: { field: 'city' } });
    const audit = await call<{ data: { action: string }[] }>('GET', `/audit?subject=${id}`);
    expect(audit.body.data.map((entry) => entry.action)).toEqual(['contact.viewed', 'contact.changed', 'contact.added']);
    expect(JSON.stringify(audit.body)).not.toMatch(/Петър|petar|Русе/);
  });

  it('an objection recorded by phone takes effect at once and says why', async () => {
    const { id } = await add({ givenName: 'Радка', email: 'radka@example.bg' });
    const passport = await call<
      { purpose: { slug: string }; channel: string; allowed: boolean; reason: string; reasonText: string }[]
    >('POST', `/contacts/${id}/permissions/withdraw`, {
      purpose: 'customer-relations',
      channel: 'email',
      method: 'phone',
      note: 'rang us',
    });
    const line = passport.body.find((one) => one.purpose.slug === 'customer-relations' && one.channel === 'email');
    expect(line).toMatchObject({ allowed: false, reason: 'objected', reasonText: 'The person objected.' });
  });

  it('restricted data may only be stored, until the person was told that it ends', async () => {
    const { id } = await add({ givenName: 'Стоян', email: 'stoyan@example.bg' });
    await call('POST', `/contacts/${id}/permissions/restrict`, { ground: 'a' });
    expect(await call('PATCH', `/contacts/${id}`, { changes: { city: 'Русе' }, ...account })).toMatchObject({
      status: 409,
      body: { code: 'restricted' },
    });
    const future = new Date(Date.now() + 60_000).toISOString();
    expect((await call('POST', `/contacts/${id}/permissions/lift-restriction`, { toldAt: future })).status).toBe(422);
    expect((await call('POST', `/contacts/${id}/permissions/lift-restriction`, {})).status).toBe(200);
    expect((await call('PATCH', `/contacts/${id}`, { changes: { city: 'Русе' }, ...account })).status).toBe(200);
  });

  it('whoever was erased is not found by any address of the API', async () => {
    const { id } = await add({ givenName: 'Забравена', email: 'forgotten@example.bg' });
    expect((await call('DELETE', `/contacts/${id}`, { reason: 'asked' })).status).toBe(204);
    for (const path of ['', '/timeline', '/permissions', '/export?format=json'])
      expect((await call('GET', `/contacts/${id}${path}`)).status).toBe(404);
    expect((await call('PATCH', `/contacts/${id}`, { changes: {}, ...account })).status).toBe(404);
    expect((await call<List>('GET', '/contacts?search=forgotten')).body.data).toEqual([]);
  });
});
