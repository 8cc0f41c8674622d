import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { giveConsent } from '#src/consent/give-consent.ts';
import { mayProcess } from '#src/permission/may-process.ts';
import { aContact, aNewsletter, anAct, aProvenance, aPurpose, useStore } from '#test/support/factories.ts';

const store = useStore();
const nowhere = randomUUID();

const fact = (provenance: unknown, rest: object = { at: '2026-11-23T10:00:00.000Z' }) =>
  JSON.stringify({ given_name: { value: 'Иван', provenance, ...rest } });

const insertContact = (state: string, facts: string, origin: string | null) =>
  store.app(`insert into contact (state, language, facts, origin_id) values ($1, 'bg', $2, $3) returning id`, [
    state,
    facts,
    origin,
  ]);

const insertPoint = (contactId: string, provenanceIds: readonly string[] | null) =>
  store.app(
    `insert into contact_point (contact_id, kind, original, normalised, match_key, match_hash, provenance_ids)
     values ($1, 'phone', '+359888123456', '+359888123456', '+359888123456', sha256('a'), $2)`,
    [contactId, provenanceIds],
  );

describe('No personal datum without source, legal basis, purpose and retention', () => {
  test('a contact without an origin, or with one that does not exist, is refused', async () => {
    await expect(insertContact('active', '{}', null)).rejects.toMatchObject({ code: '23502' });
    await expect(insertContact('active', '{}', nowhere)).rejects.toMatchObject({ code: expect.stringMatching(/SG002|23503/) });
  });

  test.each([
    ['without a provenance', fact(undefined)],
    ['with an empty list of provenances', fact([])],
    ['with a provenance that is no list', fact(nowhere)],
    ['without a time', fact([nowhere], {})],
    ['whose value is no text', JSON.stringify({ given_name: { value: 7, provenance: [nowhere], at: 'now' } })],
    ['that is a bare text', JSON.stringify({ given_name: 'Иван' })],
    ['in a list instead of an object', JSON.stringify([{ value: 'Иван' }])],
    ['that is JSON null', 'null'],
  ])('a fact %s is refused', async (_, facts) => {
    const origin = await store.write((tx) => aProvenance(tx));
    await expect(insertContact('active', facts, origin)).rejects.toMatchObject({
      code: expect.stringMatching(/^(23514|22023)$/),
    });
  });

  test('a fact whose provenance does not exist is refused, when added and when changed', async () => {
    const origin = await store.write((tx) => aProvenance(tx));
    await expect(insertContact('active', fact([origin, nowhere]), origin)).rejects.toMatchObject({ code: 'SG002' });
    const { rows } = await insertContact('active', fact([origin]), origin);
    await expect(store.app('update contact set facts = $2 where id = $1', [rows[0].id, fact([nowhere])])).rejects.toMatchObject({
      code: 'SG002',
    });
  });

  test('one unaccounted contact among many in a statement refuses them all', async () => {
    const origin = await store.write((tx) => aProvenance(tx));
    const before = await store.app('select count(*) from contact');
    await expect(
      store.app(
        `insert into contact (state, language, facts, origin_id)
         select 'active', 'bg', case when n = 500 then $2::jsonb else $3::jsonb end, $1 from generate_series(1, 1000) n`,
        [origin, fact([nowhere]), fact([origin])],
      ),
    ).rejects.toMatchObject({ code: 'SG002' });
    expect(await store.app('select count(*) from contact').then(({ rows }) => rows)).toEqual(before.rows);
  });

  test('an address without a provenance, or with one that does not exist, is refused', async () => {
    const contactId = await store.write((tx) => aContact(tx));
    await expect(insertPoint(contactId, null)).rejects.toMatchObject({ code: '23502' });
    await expect(insertPoint(contactId, [])).rejects.toMatchObject({ code: '23514' });
    await expect(insertPoint(contactId, [nowhere])).rejects.toMatchObject({ code: 'SG002' });
  });

  test('a provenance needs a source, a purpose and a whole retention rule', async () => {
    const { rows } = await store
      .write((tx) => aProvenance(tx))
      .then((id) => store.app('select * from provenance where id = $1', [id]));
    const [{ source_id, purpose_id }] = rows;
    const insert = (source: string, purpose: string, retention: string) =>
      store.app(
        `insert into provenance (source_id, purpose_id, legal_basis, retention, provided_by_subject) values ($1, $2, 'contract', $3, false)`,
        [source, purpose, retention],
      );
    const rule = '{"starts": "collection", "months": 12}';
    await expect(insert(nowhere, purpose_id, rule)).rejects.toMatchObject({ code: '23503' });
    await expect(insert(source_id, nowhere, rule)).rejects.toMatchObject({ code: '23503' });
    for (const retention of [
      '{}',
      '{"starts": "collection"}',
      '{"months": 1}',
      '{"starts": "some day", "months": 1}',
      '[]',
      'null',
      '{"starts": "collection", "months": -1}',
    ]) {
      await expect(insert(source_id, purpose_id, retention), retention).rejects.toMatchObject({ code: '23514' });
    }
    await insert(source_id, purpose_id, rule);
  });
});

describe('Data without a known basis is in quarantine, and only there', () => {
  const unknown = () => store.write((tx) => aProvenance(tx, { legalBasis: 'unknown' }));

  test('an active or unconfirmed contact cannot hold a datum of unknown basis', async () => {
    const [known, loose] = await Promise.all([store.write((tx) => aProvenance(tx)), unknown()]);
    await expect(insertContact('active', '{}', loose)).rejects.toMatchObject({ code: 'SG003' });
    await expect(insertContact('unconfirmed', fact([loose]), known)).rejects.toMatchObject({ code: 'SG003' });
    const contactId = await store.write((tx) => aContact(tx));
    await expect(insertPoint(contactId, [loose])).rejects.toMatchObject({ code: 'SG003' });
    await expect(store.app('update contact set facts = $2 where id = $1', [contactId, fact([loose])])).rejects.toMatchObject({
      code: 'SG003',
    });
  });

  test('a contact leaves quarantine only when every fact and every address is accounted for', async () => {
    const known = await store.write((tx) => aProvenance(tx));
    const contactId = await store.write((tx) => aContact(tx, { legalBasis: 'unknown' }));
    const release = () => store.app(`update contact set state = 'active' where id = $1`, [contactId]);
    await expect(release()).rejects.toMatchObject({ code: 'SG003' });
    await store.app('update contact set repaired_id = $2, facts = $3 where id = $1', [contactId, known, fact([known])]);
    await expect(release(), 'its e-mail address is still of unknown basis').rejects.toMatchObject({ code: 'SG003' });
    await store.app('update contact_point set provenance_ids = provenance_ids || $2 where contact_id = $1', [contactId, [known]]);
    await release();
  });

  test('nothing may be done with a quarantined contact, whatever basis or consent of long ago the ledger holds', async () => {
    const { contactId, contract, newsletter } = await store.write(async (tx) => {
      const contract = await aPurpose(tx);
      const newsletter = await aNewsletter(tx);
      return { contactId: await aContact(tx, { legalBasis: 'unknown' }), contract, newsletter };
    });
    for (const purpose of [contract, newsletter]) {
      for (const channel of purpose.channels) {
        expect(await mayProcess(store.db, contactId, purpose.id, channel)).toMatchObject({
          allowed: false,
          reason: 'quarantined',
        });
      }
    }
    await store.write(async (tx) => giveConsent(tx, { ...(await anAct(tx, contactId, newsletter)), validMonths: null }));
    expect(await mayProcess(store.db, contactId, newsletter.id, 'email'), 'the person has spoken for themselves').toMatchObject({
      allowed: true,
    });
    expect(await mayProcess(store.db, contactId, contract.id, 'email')).toMatchObject({ allowed: false, reason: 'quarantined' });
  });
});
