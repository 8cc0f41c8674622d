import { beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '#test/support/digest.ts';
import { useStaffApp } from '#test/support/staff-app.ts';

const app = useStaffApp();
let cookie = '';
beforeAll(async () => {
  cookie = await app.signIn('owner');
});

const newsletter = async () => {
  const { data } = (await (await app.request('GET', '/api/v1/purposes', { cookie })).json()) as {
    data: Record<string, unknown>[];
  };
  const purpose = data.find(({ slug }) => slug === 'newsletter');
  if (!purpose) throw new Error('set-up makes a newsletter');
  const {
    id,
    slug: _slug,
    version,
    isSystem: _system,
    archivedAt: _archived,
    ...definition
  } = purpose as Record<string, unknown> & { id: string; version: number };
  return { id, version, definition };
};
const shownForm = async () => (await app.request('GET', '/f/newsletter?lang=en', { headers: { accept: 'text/html' } })).text();

describe('purposes', () => {
  it('a reworded purpose is a new version, and the form says the new words at once', async () => {
    const { id, version, definition } = await newsletter();
    const reworded = {
      ...definition,
      isMaterial: false,
      changeReason: 'Only other words',
      explanation: { bg: 'Нови думи за бюлетина.', en: 'Brand new words.' },
    };
    const answer = await app.request('PUT', `/api/v1/purposes/${id}`, { json: reworded, cookie });
    expect([answer.status, ((await answer.json()) as { version: number }).version]).toEqual([200, version + 1]);
    const described = (await (await app.request('GET', `/api/v1/purposes/${id}`, { cookie })).json()) as { versions: unknown[] };
    expect(described.versions).toHaveLength(version + 1);
    expect(await shownForm()).toContain('Brand new words.');
  });

  it('the controller’s new name is on the form at once', async () => {
    const controller = (await (await app.request('GET', '/api/v1/controller', { cookie })).json()) as Record<string, unknown>;
    const answer = await app.request('PUT', '/api/v1/controller', { json: { ...controller, name: 'Ново име АД' }, cookie });
    expect(answer.status).toBe(200);
    expect(await shownForm()).toContain('Ново име АД');
  });

  it('a basis cannot be swapped under people, and nothing changes', async () => {
    const { id, definition } = await newsletter();
    const before = await digestOf(app.database.ownerUrl);
    const answer = await app.request('PUT', `/api/v1/purposes/${id}`, {
      json: { ...definition, legalBasis: 'legitimate-interests', doubleOptIn: false, isMaterial: true },
      cookie,
    });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([409, 'basis-is-fixed']);
    expect(await digestOf(app.database.ownerUrl)).toBe(before);
  });

  it('a form is taken down with the purpose it asks consent for', async () => {
    const { id } = await newsletter();
    expect((await app.request('POST', `/api/v1/purposes/${id}/archive`, { json: {}, cookie })).status).toBe(200);
    expect((await app.request('GET', '/f/newsletter', { headers: { accept: 'text/html' } })).status).toBeGreaterThanOrEqual(400);
  });
});
