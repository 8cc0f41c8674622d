import { beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '#src/staff/roles.ts';
import { useStaffApp } from '#test/support/staff-app.ts';

const app = useStaffApp();
const cookies = {} as Record<Role, string>;
beforeAll(async () => {
  for (const role of ['owner', 'sales', 'marketer', 'dpo', 'auditor'] as const) cookies[role] = await app.signIn(role);
});

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, each looked at by its test
const call = async (who: { cookie?: string; key?: string }, method: string, path: string, json?: unknown): Promise<any> => {
  const answer = await app.request(method, `/api/v1${path}`, { ...who, ...(json === undefined ? {} : { json }) });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json');
  return { status: answer.status, body: text !== '' && isJson ? JSON.parse(text) : text };
};
const as = (role: Role, method: string, path: string, json?: unknown) => call({ cookie: cookies[role] }, method, path, json);

const account = {
  source: { kind: 'event', label: 'Fair Plovdiv', obtainedFrom: 'data-subject' },
  purpose: 'customer-relations',
  legalBasis: 'contract',
};
const rating = {
  key: 'credit_rating',
  type: 'choice',
  label: { bg: 'Кредитна оценка', en: 'Credit rating' },
  options: [
    { value: 'good', label: { bg: 'Добра', en: 'Good' } },
    { value: 'poor', label: { bg: 'Слаба', en: 'Poor' } },
  ],
  dataCategory: 'financial',
  specialCategory: null,
  sourceOfTruth: 'staff',
  visibleTo: ['owner', 'dpo'],
  purposes: ['customer-relations'],
  changeReason: 'Told in the contract',
};

describe('fields over HTTP', () => {
  it('only owner and data protection officer describe fields; everybody may read what there is', async () => {
    for (const role of ['sales', 'marketer', 'auditor'] as const) {
      expect((await as(role, 'POST', '/fields', rating)).status, role).toBe(403);
    }
    expect(await as('dpo', 'POST', '/fields', rating)).toMatchObject({ status: 201, body: { isFillable: true } });
    expect((await as('dpo', 'POST', '/fields', rating)).body.code).toBe('key-taken');
    const { data } = (await as('sales', 'GET', '/fields')).body;
    expect(data.find(({ key }: { key: string }) => key === 'credit_rating')).toMatchObject({ isReadable: false });
    expect(data.find(({ key }: { key: string }) => key === 'given_name')).toMatchObject({ isReadable: true, isStandard: true });
  });

  it('a field one may not see is in no answer, no history and no file, and cannot be overwritten unseen', async () => {
    const made = await as('owner', 'POST', '/contacts', {
      ...account,
      language: 'bg',
      givenName: 'Мария',
      fields: { credit_rating: 'poor' },
    });
    expect(made.body.facts).toContainEqual(expect.objectContaining({ field: 'credit_rating', value: 'poor' }));
    const path = `/contacts/${made.body.id}`;
    await as('dpo', 'PATCH', path, { ...account, changes: { fields: { credit_rating: 'good' } } });

    const readKey = await app.apiKey(['contacts.read', 'contacts.write', 'contacts.export']);
    for (const who of [{ cookie: cookies.sales }, { cookie: cookies.marketer }, { cookie: cookies.auditor }, { key: readKey }]) {
      for (const part of ['', '/timeline']) {
        const { status, body } = await call(who, 'GET', path + part);
        expect(status).toBe(200);
        expect(JSON.stringify(body)).not.toMatch(/"(poor|good)"/);
      }
    }
    for (const who of [{ cookie: cookies.sales }, { key: readKey }]) {
      const change = await call(who, 'PATCH', path, { ...account, changes: { fields: { credit_rating: null } } });
      expect([change.status, change.body.errors?.[0]]).toMatchObject([422, { field: 'changes.fields.credit_rating' }]);
      expect((await call(who, 'PATCH', path, { ...account, changes: { jobTitle: 'Директор' } })).body.facts).not.toContainEqual(
        expect.objectContaining({ field: 'credit_rating' }),
      );
    }
    expect((await call({ key: readKey }, 'GET', `${path}/export?format=json`)).body.code).toBe('copy-would-be-partial');
    for (const format of ['csv', 'json', 'vcf']) {
      const { status, body } = await as('dpo', 'GET', `${path}/export?format=${format}`);
      expect([status, JSON.stringify(body)]).toEqual([200, expect.stringMatching(/good/)]);
    }
    expect((await as('dpo', 'GET', `${path}/timeline`)).body.data).toContainEqual(
      expect.objectContaining({ detail: expect.objectContaining({ from: 'poor', to: 'good' }) }),
    );
  });

  it('what the list shows and finds people by is open to everybody, and stays so', async () => {
    const field = (await as('dpo', 'GET', '/fields/company')).body;
    const { key: _k, type: _t, isStandard: _s, isFillable: _f, isReadable: _r, archivedAt: _a, purposes, ...terms } = field;
    const change = await as('dpo', 'PUT', '/fields/company', {
      ...terms,
      visibleTo: ['owner', 'dpo'],
      purposes: purposes.map(({ slug }: { slug: string }) => slug),
    });
    expect([change.status, change.body.errors?.[0].field]).toEqual([422, 'visibleTo']);
    expect((await as('dpo', 'POST', '/fields/company/archive', {})).body.code).toBe('field-is-needed');
    await expect(
      app.services.db
        .updateTable('field_definition')
        .set({ visible_to: ['owner', 'dpo'] })
        .where('key', '=', 'company')
        .execute(),
    ).rejects.toMatchObject({ code: '23514' });
  });

  it('a field out of use is not offered, takes nothing in, and can be emptied', async () => {
    const made = await as('owner', 'POST', '/contacts', {
      ...account,
      language: 'bg',
      givenName: 'Иван',
      fields: { credit_rating: 'good' },
    });
    expect((await as('dpo', 'POST', '/fields/credit_rating/archive', {})).body).toMatchObject({ isFillable: false });
    const keys = (await as('dpo', 'GET', '/fields')).body.data.map(({ key }: { key: string }) => key);
    expect(keys).not.toContain('credit_rating');
    const path = `/contacts/${made.body.id}`;
    const change = (value: string | null) =>
      as('dpo', 'PATCH', path, { ...account, changes: { fields: { credit_rating: value } } });
    expect((await change('poor')).body.errors).toMatchObject([{ field: 'changes.fields.credit_rating' }]);
    expect((await change(null)).body.facts).not.toContainEqual(expect.objectContaining({ field: 'credit_rating' }));
    expect((await as('dpo', 'POST', '/fields/credit_rating/restore', {})).body).toMatchObject({ isFillable: true });
  });
});
