import { expect, test } from 'vitest';
import { refuseConsent } from '#src/consent/refuse-consent.ts';
import { withdrawConsent } from '#src/consent/withdraw-consent.ts';
import { aConsent, aContact, aNewsletter, anAct, useStore } from '#test/support/factories.ts';
import { hasGivenConsent } from './has-given-consent.ts';

const store = useStore();

test('a refusal is no consent; one that was withdrawn was one', async () => {
  const newsletter = await store.write((tx) => aNewsletter(tx));
  const [refusing, leaving] = await store.write(async (tx) => [await aContact(tx), await aContact(tx)] as const);
  await store.write(async (tx) => refuseConsent(tx, await anAct(tx, refusing, newsletter)));
  expect(await hasGivenConsent(store.db)).toBe(false);
  await store.write(async (tx) => {
    await aConsent(tx, leaving, newsletter);
    await withdrawConsent(tx, await anAct(tx, leaving, newsletter));
  });
  expect(await hasGivenConsent(store.db)).toBe(true);
});
