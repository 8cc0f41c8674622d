import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { mayProcess } from '#src/permission/may-process.ts';
import { aContact, aNewsletter, aPurpose, unique, useStore } from '#test/support/factories.ts';
import { CONFIRMATION, ensureStarterPurposes } from './ensure-starter-purposes.ts';
import { findPurpose, getPurpose, listPurposes, listPurposeVersions } from './find-purpose.ts';
import { type PurposeDefinition, purposeDefinition } from './purpose.ts';
import { archivePurpose, createPurpose, revisePurpose } from './revise-purpose.ts';

const store = useStore();
const definitionOf = (purpose: PurposeDefinition & Record<string, unknown>): PurposeDefinition =>
  purposeDefinition.parse(purpose);

describe('A purpose', () => {
  test('begins at version 1; every change is the next, and what it said before stays', async () => {
    const purpose = await store.write((tx) => aPurpose(tx));
    expect(purpose.version).toBe(1);
    const revised = await store.write((tx) =>
      revisePurpose(
        tx,
        purpose.id,
        { ...definitionOf(purpose as never), name: { bg: 'Ново име', en: 'New name' } },
        { isMaterial: false, reason: 'Only the words' },
      ),
    );
    expect(revised).toMatchObject({ id: purpose.id, slug: purpose.slug, version: 2, name: { en: 'New name' } });
    const versions = await listPurposeVersions(store.db, purpose.id);
    expect(versions.map(({ version, definition }) => [version, (definition as { name: { en: string } }).name.en])).toEqual([
      [2, 'New name'],
      [1, 'Contract'],
    ]);
  });

  test('of revisions at the same time none is lost', async () => {
    const purpose = await store.write((tx) => aPurpose(tx));
    await Promise.all(
      ['a', 'b', 'c', 'd'].map((en) =>
        store.write((tx) =>
          revisePurpose(tx, purpose.id, { ...definitionOf(purpose as never), name: { bg: 'Име', en } }, { isMaterial: true }),
        ),
      ),
    );
    expect((await getPurpose(store.db, purpose.id)).version).toBe(5);
    expect(await listPurposeVersions(store.db, purpose.id)).toHaveLength(5);
  });

  test('keeps its legal basis and its short name for ever', async () => {
    const purpose = await store.write((tx) => aPurpose(tx));
    await expect(
      store.write((tx) =>
        revisePurpose(
          tx,
          purpose.id,
          { ...definitionOf(purpose as never), legalBasis: 'legitimate-interests' },
          { isMaterial: false, reason: 'Only the words' },
        ),
      ),
    ).rejects.toMatchObject({
      code: 'basis-is-fixed',
      status: 409,
    });
    await store.app(`update purpose set slug = 'renamed' where id = $1`, [purpose.id]);
    expect((await getPurpose(store.db, purpose.id)).slug).toBe(purpose.slug);
  });

  test('of marketing stays one: objections to marketing reach it as long as it is used', async () => {
    const newsletter = await store.write((tx) => aNewsletter(tx));
    const renamed = { ...definitionOf(newsletter as never), isMarketing: false };
    await expect(
      store.write((tx) => revisePurpose(tx, newsletter.id, renamed, { isMaterial: false, reason: 'Only the words' })),
    ).rejects.toMatchObject({
      code: 'marketing-is-fixed',
      status: 409,
    });
  });

  test('that is archived is used for nothing from that moment, and can still be read', async () => {
    const purpose = await store.write((tx) => aPurpose(tx));
    const contactId = await store.write((tx) => aContact(tx, { purpose: purpose.id }));
    expect(await mayProcess(store.db, contactId, purpose.id, 'email')).toMatchObject({ allowed: true });
    const { archivedAt } = await store.write((tx) => archivePurpose(tx, purpose.id));
    expect(await mayProcess(store.db, contactId, purpose.id, 'email')).toMatchObject({
      allowed: false,
      reason: 'unknown-purpose',
    });
    expect(
      (await store.write((tx) => archivePurpose(tx, purpose.id))).archivedAt,
      'archived again, it was archived then',
    ).toEqual(archivedAt);
    expect((await listPurposes(store.db)).map(({ id }) => id)).not.toContain(purpose.id);
    expect((await listPurposes(store.db, { includeArchived: true })).map(({ id }) => id)).toContain(purpose.id);
  });

  test('of the system is reworded, never archived or cut short', async () => {
    await store.write(ensureStarterPurposes);
    const confirmation = await getPurpose(store.db, CONFIRMATION);
    await expect(store.write((tx) => archivePurpose(tx, confirmation.id))).rejects.toMatchObject({ code: 'system-purpose' });
    await expect(
      store.write((tx) =>
        revisePurpose(tx, confirmation.id, { ...definitionOf(confirmation as never), channels: ['post'] }, { isMaterial: true }),
      ),
    ).rejects.toMatchObject({ code: 'system-purpose' });
    const reworded = { ...definitionOf(confirmation as never), explanation: { bg: 'Друго.', en: 'Other.' } };
    expect(
      (await store.write((tx) => revisePurpose(tx, confirmation.id, reworded, { isMaterial: false, reason: 'Only the words' })))
        .version,
    ).toBe(2);
  });

  test('is found by id and by short name; what is not there is not found', async () => {
    const purpose = await store.write((tx) => aPurpose(tx));
    expect(await findPurpose(store.db, purpose.slug)).toEqual(await findPurpose(store.db, purpose.id));
    expect(await findPurpose(store.db, randomUUID())).toBeUndefined();
    await expect(getPurpose(store.db, 'no-such-purpose')).rejects.toMatchObject({ status: 404 });
    await expect(store.write((tx) => archivePurpose(tx, randomUUID()))).rejects.toMatchObject({ status: 404 });
  });

  test('needs a short name of its own', async () => {
    const purpose = await store.write((tx) => aPurpose(tx));
    await expect(store.write((tx) => aPurpose(tx, { slug: purpose.slug }))).rejects.toMatchObject({
      code: 'slug-taken',
      status: 409,
    });
    const slug = unique('same-');
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => store.write((tx) => aPurpose(tx, { slug }))));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test.each([
    ['no channels', { channels: [] }],
    ['a name in one language only', { name: { bg: 'Име', en: ' ' } }],
    ['a retention that never starts', { retention: { months: 1 } }],
    ['a retention without an end', { retention: { starts: 'withdrawal' } }],
    ['double opt-in without consent', { doubleOptIn: true }],
    ['a consent valid for no time', { consentValidMonths: 0 }],
  ])('with %s is refused by its schema and by the database', async (_, wrong) => {
    const good = definitionOf((await store.write((tx) => aPurpose(tx))) as never);
    expect(purposeDefinition.safeParse({ ...good, ...wrong }).success).toBe(false);
    await expect(
      store.write((tx) => createPurpose(tx, { ...good, ...wrong, slug: unique('p-') } as never)),
    ).rejects.toMatchObject({ code: '23514' });
  });
});

describe('The starter purposes', () => {
  test('are made once, and what was changed since is left alone', async () => {
    await store.write(ensureStarterPurposes);
    const newsletter = await getPurpose(store.db, 'newsletter');
    expect(newsletter).toMatchObject({ legalBasis: 'consent', isMarketing: true, doubleOptIn: true, channels: ['email'] });
    const version = (
      await store.write((tx) =>
        revisePurpose(tx, newsletter.id, definitionOf(newsletter as never), { isMaterial: false, reason: 'Only the words' }),
      )
    ).version;
    await store.write(ensureStarterPurposes);
    expect((await getPurpose(store.db, 'newsletter')).version).toBe(version);
  });

  test('are listed before those of the system', async () => {
    await store.write(ensureStarterPurposes);
    await store.write((tx) => aNewsletter(tx));
    const list = await listPurposes(store.db);
    expect(list.map(({ isSystem }) => isSystem)).toEqual(list.map(({ isSystem }) => isSystem).toSorted());
  });
});
