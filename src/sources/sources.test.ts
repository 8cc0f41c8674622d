import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { purposeDefinition } from '#src/purposes/purpose.ts';
import { revisePurpose } from '#src/purposes/revise-purpose.ts';
import { aPurpose, aSource, unique, useStore } from '#test/support/factories.ts';
import { findProvenances } from './find-provenance.ts';
import { recordProvenance, recordSource } from './record-source.ts';
import { recordSystemSource } from './record-system-source.ts';

const store = useStore();

describe('A provenance', () => {
  const aPair = () => store.write(async (tx) => ({ purpose: await aPurpose(tx), sourceId: await aSource(tx) }));

  test('of one source, purpose and basis is one, however often it is asked for and by how many at once', async () => {
    const { purpose, sourceId } = await aPair();
    const record = (legalBasis: 'contract' | 'unknown' = 'contract', providedBySubject = true) =>
      store.write((tx) => recordProvenance(tx, { sourceId, purposeId: purpose.id, legalBasis, providedBySubject }));
    expect(new Set(await Promise.all(Array.from({ length: 6 }, () => record()))).size).toBe(1);
    expect(new Set([await record(), await record('unknown'), await record('contract', false)]).size).toBe(3);
  });

  test('keeps the retention that was promised when it was first used', async () => {
    const { purpose, sourceId } = await aPair();
    const id = await store.write((tx) =>
      recordProvenance(tx, { sourceId, purposeId: purpose.id, legalBasis: 'contract', providedBySubject: true }),
    );
    await store.write((tx) =>
      revisePurpose(
        tx,
        purpose.id,
        { ...purposeDefinition.parse(purpose), retention: { starts: 'collection', months: 600 } },
        { isMaterial: true },
      ),
    );
    expect((await findProvenances(store.db, [id])).get(id)?.retention).toEqual(purpose.retention);
  });

  test('needs a purpose and a source that exist', async () => {
    const { purpose, sourceId } = await aPair();
    const record = (of: { sourceId?: string; purposeId?: string }) =>
      store.write((tx) =>
        recordProvenance(tx, { sourceId, purposeId: purpose.id, legalBasis: 'contract', providedBySubject: true, ...of }),
      );
    await expect(record({ purposeId: randomUUID() })).rejects.toThrow('purpose');
    await expect(record({ sourceId: randomUUID() })).rejects.toMatchObject({ code: '23503' });
  });

  test('that does not exist is not in the answer', async () => {
    expect(await findProvenances(store.db, [randomUUID()])).toEqual(new Map());
    expect(await findProvenances(store.db, [])).toEqual(new Map());
  });
});

describe('A source', () => {
  test('of the product itself is one per label, and of a form version one', async () => {
    const label = unique('Expiry ');
    const [one, other] = [
      await store.write((tx) => recordSystemSource(tx, label)),
      await store.write((tx) => recordSystemSource(tx, label)),
    ];
    expect(one).toBe(other);
    const form = await store.app('insert into form (slug) values ($1) returning id', [unique('f-')]);
    const version = await store.app(
      `insert into form_version (form_id, number, definition, notice_hashes) values ($1, 1, '{}', '{"bg": "00", "en": "11"}') returning id`,
      [form.rows[0].id],
    );
    const record = () =>
      store.write((tx) =>
        recordSource(tx, { kind: 'form', label: 'Бюлетин', obtainedFrom: 'data-subject', formVersionId: version.rows[0].id }),
      );
    expect(await record()).toBe(await record());
  });

  test('says in words what it is', async () => {
    await expect(store.write((tx) => aSource(tx, { label: '  ' }))).rejects.toMatchObject({ code: '23514' });
  });
});
