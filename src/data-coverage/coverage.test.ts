import { describe, expect, test } from 'vitest';
import { withdrawConsent } from '#src/consent/withdraw-consent.ts';
import { recordTold } from '#src/information-duty/record-told.ts';
import { controllerDetails, saveController } from '#src/register/controller.ts';
import { aConsent, aContact, aNewsletter, anAct, aPurpose, staff, useStore } from '#test/support/factories.ts';
import { countCoverage } from './count-coverage.ts';
import { type Figure, scoreOf } from './coverage.ts';

const store = useStore();
const of = (groups: readonly (Figure & { id: string })[], id: string) => {
  const found = groups.find((one) => one.id === id);
  return found && { data: found.data, accounted: found.accounted, told: found.told, proven: found.proven };
};

describe('Coverage', () => {
  test('counts every datum under its purpose: accounted for, told of, and proven by grade', async () => {
    const { contract, newsletter, unproven } = await store.write(async (tx) => {
      await saveController(tx, controllerDetails.parse({ name: 'Пример ЕООД', address: 'София 1', email: 'o@example.bg' }));
      return { contract: await aPurpose(tx), newsletter: await aNewsletter(tx), unproven: await aPurpose(tx) };
    });
    // First name, family name and e-mail each: three data.
    const customer = await store.write((tx) => aContact(tx, { purpose: contract.id }));
    const subscriber = await store.write(async (tx) => {
      const id = await aContact(tx, { purpose: newsletter.id, legalBasis: 'unknown' });
      return id;
    });
    const bought = await store.write((tx) =>
      aContact(tx, { purpose: unproven.id, source: { kind: 'third-party', label: 'Списък', obtainedFrom: 'other' } }),
    );
    const before = await countCoverage(store.db);
    expect(of(before.purposes, contract.id)).toEqual({ data: 3, accounted: 3, told: 3, proven: 3 });
    expect(of(before.purposes, newsletter.id)).toEqual({ data: 3, accounted: 0, told: 3, proven: 0 });
    expect(of(before.purposes, unproven.id)).toEqual({ data: 3, accounted: 3, told: 0, proven: 3 });
    expect(before.total.data).toBe(9);
    expect(before.fields.map(({ id, data }) => [id, data]).toSorted()).toEqual([
      ['email', 3],
      ['family_name', 3],
      ['given_name', 3],
    ]);
    expect(before.sources).toHaveLength(3);

    // Told: the source's data count.
    await store.write((tx) => recordTold(tx, { contactIds: [bought], how: 'phone', at: new Date(), actor: staff }));
    expect(of((await countCoverage(store.db)).purposes, unproven.id)?.told).toBe(3);

    // A consent of grade D counts half, one that was withdrawn nothing.
    const known = await store.app(
      `insert into provenance (source_id, purpose_id, legal_basis, retention, provided_by_subject)
       select v.source_id, v.purpose_id, 'consent', v.retention, true from contact c join provenance v on v.id = c.origin_id where c.id = $1 returning id`,
      [subscriber],
    );
    await store.app(`update contact_point set provenance_ids = provenance_ids || $2::uuid where contact_id = $1`, [
      subscriber,
      known.rows[0].id,
    ]);
    await store.write((tx) =>
      aConsent(tx, subscriber, newsletter, { actor: staff, method: 'phone', evidence: { note: 'Каза го по телефона.' } }),
    );
    expect(of((await countCoverage(store.db)).purposes, newsletter.id)).toEqual({ data: 3, accounted: 1, told: 3, proven: 0.5 });
    await store.write(async (tx) => withdrawConsent(tx, await anAct(tx, subscriber, newsletter)));
    expect(of((await countCoverage(store.db)).purposes, newsletter.id)?.proven).toBe(0);
    expect(customer).toBeDefined();
  });

  test('is a hundred only where nothing is missing', () => {
    expect(scoreOf({ data: 0, accounted: 0, told: 0, proven: 0 })).toBeUndefined();
    expect(scoreOf({ data: 10, accounted: 10, told: 10, proven: 10 })).toBe(100);
    expect(scoreOf({ data: 1_000_000, accounted: 999_999, told: 1_000_000, proven: 1_000_000 })).toBe(99.9);
    expect(scoreOf({ data: 10, accounted: 0, told: 0, proven: 0 })).toBe(0);
    expect(scoreOf({ data: 10, accounted: 10, told: 0, proven: 5 })).toBe(60);
  });
});
