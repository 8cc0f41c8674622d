import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { inTransaction } from '#platform/database/connect.ts';
import { findPurpose, getPurpose } from '#src/purposes/find-purpose.ts';
import { archivePurpose, revisePurpose } from '#src/purposes/revise-purpose.ts';
import { findController, saveController } from '#src/register/controller.ts';
import { useDatabase } from '#test/support/database.ts';
import { digestOf } from '#test/support/digest.ts';
import { openPublicSite, type PublicSite } from '#test/support/public-site.ts';
import { ensureStarterForm } from './ensure-starter-form.ts';
import { type FormDefinition, formDefinition } from './form.ts';
import { publishFormVersion, refreshPublishedForms } from './publish-form-version.ts';
import { findForm, findFormVersion } from './queries.ts';

const database = useDatabase();
let site: PublicSite;
let formId: string;
let definition: FormDefinition;
beforeAll(async () => {
  site = await openPublicSite(database);
});
beforeEach(async () => {
  const form = await findForm(site.services.db, { slug: 'newsletter' });
  const version = form?.publishedVersionId ? await findFormVersion(site.services.db, form.publishedVersionId) : undefined;
  if (!form || !version) throw new Error('the starter form is missing');
  formId = form.id;
  definition = formDefinition.parse(version.definition);
});
afterAll(() => site.close());

const publish = (changed: FormDefinition) =>
  inTransaction(site.services.db, (tx) => publishFormVersion(tx, { formId, definition: changed }));

test('the same words are the same version; other words are the next, and the old text stays', async () => {
  const before = await digestOf(database.ownerUrl);
  expect(await publish(definition)).toMatchObject({ outcome: 'unchanged', number: 1 });
  await inTransaction(site.services.db, ensureStarterForm);
  expect(await digestOf(database.ownerUrl)).toBe(before);

  expect(await publish({ ...definition, intro: { bg: 'Друг увод', en: 'Another intro' } })).toMatchObject({
    outcome: 'published',
    number: 2,
  });
  expect(await (await site.get('/notices/form-newsletter/1?lang=bg')).text()).toContain('изпраща новини');
  expect(await (await site.get('/notices/form-newsletter/2?lang=bg')).text()).toContain('Друг увод');
  expect(await (await site.get('/f/newsletter?lang=bg')).text()).toContain('Друг увод');
});

test('at the same moment by many is one version after another', async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 8 }, (_, at) => publish({ ...definition, title: { bg: `Заглавие ${at}`, en: `Title ${at}` } })),
  );
  const numbers = outcomes.map((outcome) => ('number' in outcome ? outcome.number : 0));
  expect(new Set(numbers).size).toBe(8);
});

test('a published version cannot be changed or deleted, by nobody', async () => {
  await expect(site.owner.query(`update form_version set definition = '{}'`)).rejects.toThrow(/refused/);
  await expect(site.owner.query('delete from form_version')).rejects.toThrow(/refused/);
});

test('what a form says follows the controller and its purposes; without its purpose it is taken down', async () => {
  const { db } = site.services;
  expect(await inTransaction(db, refreshPublishedForms)).toBe(0);
  const controller = await findController(db);
  if (!controller) throw new Error('there is no controller');
  await inTransaction(db, (tx) => saveController(tx, { ...controller, address: 'Пловдив, ул. „Нова“ 2' }));
  expect(await inTransaction(db, refreshPublishedForms)).toBe(1);
  expect(await (await site.get('/f/newsletter?lang=bg')).text()).toContain(
    'Администратор на личните Ви данни е Пример ЕООД, ЕИК 200000000, Пловдив',
  );

  const purpose = await getPurpose(db, 'newsletter');
  const recipients = [{ name: 'Поща АД', country: 'DE', role: 'изпраща писмата' }];
  await inTransaction(db, (tx) => revisePurpose(tx, purpose.id, { ...purpose, recipients }, { isMaterial: true }));
  expect(await inTransaction(db, refreshPublishedForms)).toBe(1);
  expect(await (await site.get('/f/newsletter?lang=bg')).text()).toContain('Получатели: Поща АД (изпраща писмата, DE).');
  expect(await inTransaction(db, refreshPublishedForms)).toBe(0);

  await inTransaction(db, async (tx) => archivePurpose(tx, (await findPurpose(tx, 'newsletter'))?.id ?? ''));
  expect(await inTransaction(db, refreshPublishedForms)).toBe(1);
  expect((await site.get('/f/newsletter')).status).toBe(410);
});
