import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formEndpoints } from '#src/forms/endpoints.ts';
import { useDatabase } from '#test/support/database.ts';
import { openPublicSite, type PublicSite, subscribe } from '#test/support/public-site.ts';
import { deliveryEndpoints } from './routes.ts';

const database = useDatabase();
const owner = {
  id: '019ab1c0-d3f4-7a0e-8b1c-2d3e4f5a6b7c',
  name: 'Owner',
  email: 'owner@example.bg',
  role: 'owner',
  language: 'bg',
} as const;
let held: PublicSite;
let sending: PublicSite;
beforeAll(async () => {
  const options = { endpoints: [...formEndpoints, ...deliveryEndpoints], caller: { kind: 'staff' as const, staffMember: owner } };
  held = await openPublicSite(database, options);
  sending = await openPublicSite(database, { ...options, config: { smtpUrl: 'smtp://127.0.0.1:1' } });
  await held.owner
    .query(`insert into staff_member (id, name, email, role, language) values ($1, 'Owner', 'owner@example.bg', 'owner', 'bg')`, [
      owner.id,
    ])
    .catch(() => undefined);
});
afterAll(async () => {
  await held.close();
  await sending.close();
});

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, each looked at by its test
const json = async (answer: Promise<Response>): Promise<any> => (await answer).json();
const post = (site: PublicSite, path: string, body: unknown) =>
  site.request('POST', path, {
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', accept: 'application/json' },
  });

describe('the outbox', () => {
  test('answers that name a person say whom, so that a remembered one is erased with them', () => {
    const release = deliveryEndpoints.find(({ path }) => path === '/deliveries/:id/release');
    const contact = { id: 'con_019ab1c0d3f47a0e8b1c2d3e4f5a6b7c', name: null };
    expect(release?.speaksOf?.({}, { contact })).toBe('019ab1c0-d3f4-7a0e-8b1c-2d3e4f5a6b7c');
  });

  test('lists held messages page by page, and shows how one reads', async () => {
    for (let at = 0; at < 3; at++) await subscribe(held, `held${at}@example.com`, {}, `198.51.100.${at}`);
    const first = await json(held.get('/api/v1/deliveries?status=held&limit=2'));
    expect(first.data.map((one: { to: string }) => one.to)).toEqual(['held2@example.com', 'held1@example.com']);
    const second = await json(held.get(`/api/v1/deliveries?status=held&limit=2&cursor=${first.next}`));
    expect(second.data.map((one: { to: string }) => one.to)).toEqual(['held0@example.com']);
    expect(second.next).toBeNull();

    const one = await json(held.get(`/api/v1/deliveries/${first.data[0].id}`));
    expect(one).toMatchObject({ status: 'held', template: 'confirm-consent', purpose: { slug: 'consent-confirmation' } });
    expect(one.message.subject).toBe('Остава една стъпка: потвърдете абонамента си');
    expect(one.message.links.map(({ label }: { label: string }) => label).sort()).toEqual(['confirm', 'why']);
  });

  test('without a mail server lets nothing go; with one, what is held goes and its links are nobody else’s to see', async () => {
    const [one] = (await json(held.get('/api/v1/deliveries?status=held'))).data;
    expect((await post(held, `/api/v1/deliveries/${one.id}/release`, {})).status).toBe(409);
    const released = await post(sending, `/api/v1/deliveries/${one.id}/release`, {});
    expect([released.status, ((await released.json()) as { status: string }).status]).toEqual([200, 'queued']);
    expect((await json(sending.get(`/api/v1/deliveries/${one.id}`))).message).toBeNull();
    expect((await post(sending, `/api/v1/deliveries/${one.id}/release`, {})).status).toBe(409);
    expect((await held.get('/api/v1/deliveries/dlv_00000000000000000000000000000000')).status).toBe(404);
  });
});

describe('forms in the API', () => {
  test('are listed with their words, published in new ones, taken down and put up again', async () => {
    const [form] = (await json(held.get('/api/v1/forms'))).data;
    expect(form).toMatchObject({ slug: 'newsletter', url: 'https://crm.example.bg/f/newsletter' });
    expect(form.published.definition.boxes[0].purpose).toMatch(/^pur_[0-9a-f]{32}$/);

    const definition = { ...form.published.definition, title: { bg: 'Новини', en: 'News' } };
    const published = await post(held, `/api/v1/forms/${form.id}/versions`, { definition });
    expect([published.status, ((await published.json()) as typeof form).published.number]).toEqual([201, 2]);
    expect(await (await held.get('/f/newsletter?lang=bg')).text()).toContain('<h1>Новини</h1>');

    expect(((await (await post(held, `/api/v1/forms/${form.id}/unpublish`, {})).json()) as typeof form).published).toBeNull();
    expect((await held.get('/f/newsletter')).status).toBe(410);
    const again = (await (await post(held, `/api/v1/forms/${form.id}/publish`, {})).json()) as typeof form;
    expect(again.published.definition.title.bg).toBe('Новини');
    expect((await held.get('/f/newsletter')).status).toBe(200);
  });

  test('are refused with a ticked box, without the address, or for a purpose that needs no consent', async () => {
    const [form] = (await json(held.get('/api/v1/forms'))).data;
    const { definition } = form.published;
    const refuse = async (change: object) => {
      const answer = await post(held, `/api/v1/forms/${form.id}/versions`, { definition: { ...definition, ...change } });
      expect(answer.status).toBe(422);
      return ((await answer.json()) as { errors: { code: string }[] }).errors.map(({ code }) => code);
    };
    expect(await refuse({ boxes: [{ ...definition.boxes[0], default: true }] })).toHaveLength(1);
    expect(await refuse({ fields: [{ ...definition.fields[0], required: false }] })).toEqual(['email-needed']);
    expect(await refuse({ boxes: [definition.boxes[0], definition.boxes[0]] })).toEqual(['box-twice']);
  });
});
