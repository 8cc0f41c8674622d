import { describe, expect, test } from 'vitest';
import { addContact } from '#src/contacts/add-contact.ts';
import { describeContact } from '#src/contacts/describe-contact.ts';
import { editContact } from '#src/contacts/edit-contact.ts';
import { archivePurpose } from '#src/purposes/revise-purpose.ts';
import { recordProvenance } from '#src/sources/record-source.ts';
import {
  aContact,
  aNewsletter,
  aProvenance,
  aPurpose,
  aSource,
  staff,
  testKeys,
  unique,
  useStore,
} from '#test/support/factories.ts';
import { changeField, createField, setFieldArchived } from './define-field.ts';
import type { FieldType } from './field.ts';
import { findField, listFields } from './find-field.ts';
import { readFieldValue } from './read-field-value.ts';

const store = useStore();
const told = { isMaterial: false, reason: 'Nobody is in it yet' };
const label = { bg: 'Размер на екипа', en: 'Team size' };

function aField(over: Partial<{ key: string; type: FieldType; purposes: string[]; specialCategory: 'health' | null }> = {}) {
  return store.write((tx) =>
    createField(
      tx,
      {
        key: unique('field_'),
        type: 'text',
        label,
        options: [],
        dataCategory: 'professional',
        specialCategory: null,
        sourceOfTruth: 'person',
        visibleTo: ['owner', 'dpo'],
        purposes: [],
        ...over,
      },
      told,
    ),
  );
}

const factsOf = (key: string, provenance: string) =>
  JSON.stringify({ [key]: { value: 'x', provenance: [provenance], at: '2026-11-24T10:00:00.000Z' } });

const insert = (key: string, provenance: string) =>
  store.app(`insert into contact (state, language, facts, origin_id) values ('active', 'bg', $1, $2) returning id`, [
    factsOf(key, provenance),
    provenance,
  ]);

describe('What is not described, or serves no purpose in use, nobody can fill in', () => {
  test('the database refuses a fact nobody described, alone and among thousands', async () => {
    const origin = await store.write((tx) => aProvenance(tx));
    await expect(insert('shoe_size', origin)).rejects.toMatchObject({ code: 'SG020' });
    await expect(
      store.app(
        `insert into contact (state, language, facts, origin_id)
         select 'active', 'bg', case when n = 1999 then $2::jsonb else $3::jsonb end, $1 from generate_series(1, 2000) n`,
        [origin, factsOf('shoe_size', origin), factsOf('given_name', origin)],
      ),
    ).rejects.toMatchObject({ code: 'SG020' });
    expect((await store.app(`select from contact where facts ? 'shoe_size'`)).rowCount).toBe(0);
  });

  test('a described field waits for a purpose, and loses its last with it; what else is known can still be changed', async () => {
    const { origin, purpose } = await store.write(async (tx) => ({
      origin: await aProvenance(tx),
      purpose: await aPurpose(tx, { dataCategories: ['email'] }),
    }));
    const { key } = await aField();
    await expect(insert(key, origin)).rejects.toMatchObject({ code: 'SG020' });

    const terms = { label, options: [], dataCategory: 'other', specialCategory: null, sourceOfTruth: 'staff' } as const;
    await store.write((tx) => changeField(tx, key, { ...terms, visibleTo: ['owner', 'dpo'], purposes: [purpose.id] }, told));
    const { rows } = await insert(key, origin);

    await store.write((tx) => archivePurpose(tx, purpose.id));
    await expect(insert(key, origin)).rejects.toMatchObject({ code: 'SG020' });
    await store.app(`update contact set language = 'en', country = 'BG' where id = $1`, [rows[0].id]);
    await store.app(`update contact set facts = facts || $2 where id = $1`, [rows[0].id, factsOf('given_name', origin)]);
    await expect(
      store.app(`update contact set facts = jsonb_set(facts, array[$2, 'value'], '"other"') where id = $1`, [rows[0].id, key]),
    ).rejects.toMatchObject({ code: 'SG020' });
  });

  test('an archived field takes nothing in, and what it held stays with its person', async () => {
    const { origin, purpose } = await store.write(async (tx) => ({ origin: await aProvenance(tx), purpose: await aPurpose(tx) }));
    const { key } = await aField({ purposes: [purpose.id] });
    const { rows } = await insert(key, origin);
    await store.write((tx) => setFieldArchived(tx, key, true));
    await expect(insert(key, origin)).rejects.toMatchObject({ code: 'SG020' });
    expect((await describeContact(store.db, rows[0].id))?.facts).toMatchObject([{ field: key, value: 'x' }]);
    expect((await findField(store.db, key))?.archivedAt).toBeInstanceOf(Date);
    expect((await listFields(store.db)).some((field) => field.key === key)).toBe(false);
  });

  test('an address that serves neither a purpose nor a channel of one is refused', async () => {
    const contactId = await store.write((tx) => aContact(tx));
    const session = await store.session('owner');
    try {
      await session.query('begin');
      await session.query('update purpose set archived_at = now()');
      await session.query('set local role saglasie_app');
      await expect(
        session.query(
          `insert into contact_point (contact_id, kind, original, normalised, match_key, match_hash, provenance_ids)
           select $1, 'phone', '+359888123456', '+359888123456', '+359888123456', sha256('a'), array[origin_id] from contact where id = $1`,
          [contactId],
        ),
      ).rejects.toMatchObject({ code: 'SG020' });
    } finally {
      await session.query('rollback');
      session.release();
    }
  });
});

describe('What Art. 9 protects is held only under a condition', () => {
  test('a fact rests on a purpose that names it and has a condition; another purpose of the person does not lend its own', async () => {
    const { plain, explicit, other } = await store.write(async (tx) => ({
      plain: await aPurpose(tx, { dataCategories: ['email'] }),
      explicit: await aNewsletter(tx, { dataCategories: ['email'], isExplicit: true }),
      other: await aPurpose(tx, { dataCategories: ['email'] }),
    }));
    const { key } = await aField({ specialCategory: 'health', purposes: [plain.id, explicit.id] });
    const [ofPlain, ofExplicit, ofOther] = await store.write(async (tx) => {
      const sourceId = await aSource(tx);
      const make = (purposeId: string, legalBasis: 'contract' | 'consent') =>
        recordProvenance(tx, { sourceId, purposeId, legalBasis, providedBySubject: true });
      return [await make(plain.id, 'contract'), await make(explicit.id, 'consent'), await make(other.id, 'contract')];
    });
    await expect(insert(key, ofPlain)).rejects.toMatchObject({ code: 'SG021' });
    await expect(insert(key, ofOther)).rejects.toMatchObject({ code: 'SG021' });
    await insert(key, ofExplicit);

    await expect(
      store.app(`insert into processing_activity (purpose_id, special_condition) values ($1, 'legal-claims')`, [plain.id]),
      'a condition without what it rests on',
    ).rejects.toMatchObject({ code: '23514' });
    await store.app(
      `insert into processing_activity (purpose_id, special_condition, special_reason) values ($1, 'legal-claims', 'дело 1/2026')`,
      [plain.id],
    );
    const { rows } = await insert(key, ofPlain);
    await expect(insert(key, ofOther)).rejects.toMatchObject({ code: 'SG021' });
    await expect(
      store.app(`update contact set facts = $2 where id = $1`, [rows[0].id, factsOf(key, ofOther)]),
      'nor may it be moved under a purpose without one',
    ).rejects.toMatchObject({ code: 'SG021' });
  });

  test('staff are told so field by field', async () => {
    const purpose = await store.write((tx) => aPurpose(tx, { dataCategories: ['email', 'given_name'] }));
    const { key } = await aField({ specialCategory: 'health', purposes: [purpose.id] });
    const idle = await aField();
    const add = (fields: Record<string, string>) =>
      store.write((tx) =>
        addContact(
          tx,
          testKeys,
          {
            givenName: 'Иван',
            fields,
            purpose: purpose.id,
            legalBasis: 'contract',
            language: 'bg',
            source: { kind: 'staff', label: 'Обаждане', obtainedFrom: 'data-subject' },
          },
          staff,
        ),
      );
    await expect(add({ [idle.key]: 'x', unheard_of: 'y' })).rejects.toMatchObject({
      fields: [
        { field: `fields.${idle.key}`, code: 'field-serves-nothing' },
        { field: 'fields.unheard_of', code: 'unknown-field' },
      ],
    });
    await expect(add({ [key]: 'астма' })).rejects.toMatchObject({
      fields: [{ field: `fields.${key}`, code: 'field-serves-nothing' }],
    });
  });
});

describe('A field keeps its meaning', () => {
  const options = [
    { value: 'gold', label: { bg: 'Злато', en: 'Gold' } },
    { value: 'silver', label: { bg: 'Сребро', en: 'Silver' } },
  ];

  test('neither program nor owner of the database change its key, its type or the options people chose', async () => {
    const key = unique('field_');
    const columns = `('${key}', '{"bg":"а","en":"a"}', 'choice', '${JSON.stringify(options)}', 'other', 'person')`;
    await store.app(`insert into field_definition (key, label, type, options, data_category, source_of_truth) values ${columns}`);
    for (const change of [
      `type = 'several-choices'`,
      `key = 'other_key'`,
      `is_standard = true`,
      `options = options - 0 || '[{"value":"tin","label":{"bg":"а","en":"a"}}]'`,
    ]) {
      for (const by of ['app', 'owner'] as const) {
        await expect(store[by](`update field_definition set ${change} where key = $1`, [key]), change).rejects.toMatchObject({
          code: 'SG022',
        });
      }
    }
    await store.app(`update field_definition set special_category = 'health' where key = $1`, [key]);
    await expect(store.app(`update field_definition set special_category = null where key = $1`, [key])).rejects.toMatchObject({
      code: 'SG022',
    });
    await expect(store.app(`delete from field_definition where key = $1`, [key])).rejects.toMatchObject({ code: '42501' });
    await expect(store.app(`update register_version set version = 9`)).rejects.toMatchObject({
      code: expect.stringMatching(/42501|SG001/),
    });
  });

  test('what it said before stays', async () => {
    const { key } = await aField();
    const terms = {
      options: [],
      dataCategory: 'other',
      specialCategory: null,
      sourceOfTruth: 'staff',
      visibleTo: ['owner', 'dpo'],
    } as const;
    await store.write((tx) =>
      changeField(
        tx,
        key,
        { ...terms, visibleTo: ['owner', 'dpo'], options: [], label: { bg: 'Хора', en: 'People' }, purposes: [] },
        told,
      ),
    );
    const { rows } = await store.app(
      `select version, definition->'label'->>'en' as label from register_version where part = 'field' and subject = $1 order by version`,
      [key],
    );
    expect(rows).toEqual([
      { version: 1, label: 'Team size' },
      { version: 2, label: 'People' },
    ]);
  });

  test('a purpose that is given more data gets a version, and somebody says what people are told', async () => {
    const purpose = await store.write((tx) => aPurpose(tx));
    const key = unique('field_');
    const field = {
      key,
      type: 'text',
      label,
      options: [],
      dataCategory: 'other',
      specialCategory: null,
      sourceOfTruth: 'person',
    } as const;
    const create = (change: { isMaterial: boolean; reason?: string }) =>
      store.write((tx) =>
        createField(tx, { ...field, options: [], visibleTo: ['owner', 'dpo'], purposes: [purpose.slug] }, change),
      );
    await expect(create({ isMaterial: false })).rejects.toMatchObject({ fields: [{ code: 'why-not-material' }] });
    expect(await findField(store.db, key), 'nothing is left behind').toBeUndefined();
    expect((await create(told)).purposes).toMatchObject([{ id: purpose.id, mayHold: true }]);
    const { rows } = await store.app('select version, data_categories from purpose where id = $1', [purpose.id]);
    expect(rows[0].version).toBe(2);
    expect(rows[0].data_categories).toContain(key);
  });
});

describe('Every kind of field takes what it can hold and nothing else', () => {
  const options = [
    { value: 'red', label: { bg: 'Червено', en: 'Red' } },
    { value: 'blue', label: { bg: 'Синьо', en: 'Blue' } },
  ];
  const read = (type: FieldType, typed: string | string[]) => readFieldValue({ type, options }, typed, 'BG');

  test.each<[FieldType, string | string[], string | null]>([
    ['text', '  Анна  ', 'Анна'],
    ['text', ' ', null],
    ['long-text', 'а\r\nб', 'а\nб'],
    ['number', '1 200,50', '1200.50'],
    ['date', '31.12.2026 г.', '2026-12-31'],
    ['yes-no', 'yes', 'yes'],
    ['choice', 'red', 'red'],
    ['several-choices', ['blue', 'red'], 'red,blue'],
    ['several-choices', 'blue, red', 'red,blue'],
    ['several-choices', [], null],
    ['email', 'Ivan@Example.com', 'Ivan@example.com'],
    ['phone', '0888 123 456', '+359888123456'],
    ['url', 'example.com/а', 'https://example.com/%D0%B0'],
  ])('%s: %j is kept as %j', (type, typed, value) => {
    expect(read(type, typed)).toEqual({ value });
  });

  test.each<[FieldType, string | string[], string]>([
    ['text', 'a\u202Eb', 'forbidden-characters'],
    ['text', 'a\nb', 'forbidden-characters'],
    ['text', 'x'.repeat(301), 'too-long'],
    ['number', 'twelve', 'number-invalid'],
    ['date', '31.02.2026', 'date-invalid'],
    ['yes-no', 'да', 'not-one-of'],
    ['choice', 'green', 'not-one-of'],
    ['several-choices', ['red', 'green'], 'not-one-of'],
    ['email', 'ivan', 'invalid-email'],
    ['phone', '12', 'invalid-phone'],
    ['url', 'javascript:alert(1)', 'url-invalid'],
    ['url', 'data:text/html,x', 'url-invalid'],
    ['text', ['a'], 'wrong-type'],
  ])('%s: %j is refused as %s', (type, typed, code) => {
    expect(read(type, typed)).toMatchObject({ problem: { code } });
  });

  test('a value is corrected, cleared and kept in the history like any other', async () => {
    const purpose = await store.write((tx) => aPurpose(tx));
    const { key } = await aField({ type: 'number', purposes: [purpose.id] });
    const contactId = await store.write((tx) => aContact(tx, { purpose: purpose.id, fields: { [key]: '12,5' } }));
    const heldNow = async () => (await describeContact(store.db, contactId))?.facts.find(({ field }) => field === key)?.value;
    expect(await heldNow()).toBe('12.5');
    const account = {
      purpose: purpose.id,
      legalBasis: 'contract',
      source: { kind: 'staff', label: 'Обаждане', obtainedFrom: 'data-subject' },
    } as const;
    const edit = (value: string | null) =>
      store.write((tx) => editContact(tx, testKeys, contactId, { ...account, changes: { fields: { [key]: value } } }, staff));
    await expect(edit('много')).rejects.toMatchObject({ fields: [{ field: `changes.fields.${key}`, code: 'number-invalid' }] });
    await edit('13');
    await edit(null);
    expect(await heldNow()).toBeUndefined();
    const { rows } = await store.app(
      'select old_value, new_value from contact_change where contact_id = $1 and field = $2 order by id',
      [contactId, key],
    );
    expect(rows).toEqual([
      { old_value: '12.5', new_value: '13' },
      { old_value: '13', new_value: null },
    ]);
  });
});
