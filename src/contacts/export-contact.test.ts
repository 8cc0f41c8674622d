import { randomUUID } from 'node:crypto';
import Papa from 'papaparse';
import { beforeAll, describe, expect, test } from 'vitest';
import { objectTo } from '#src/consent/object.ts';
import { aConsent, aContact, aNewsletter, anAct, aPurpose, staff, testKeys, unique, useStore } from '#test/support/factories.ts';
import { editContact } from './edit-contact.ts';
import { exportContact } from './export-contact.ts';

const store = useStore();
let contactId: string;
let stranger: string;
const email = `${unique('maria')}@example.bg`;

const planted = {
  givenName: '=Мария',
  familyName: 'Георгиева-"Мими"',
  company: 'Роза; син, Ко',
  jobTitle: 'Управител',
  city: 'Пловдив',
  note: 'Първи ред\nвтори, с "кавички"',
  email,
  phone: '+359888123456',
  postalAddress: 'ул. Шипка 5\n1000 София',
};

beforeAll(async () => {
  await store.write(async (tx) => {
    const contract = await aPurpose(tx, { name: { bg: 'Договорна работа', en: 'Contract work' } });
    const newsletter = await aNewsletter(tx);
    stranger = await aContact(tx, { givenName: 'Чужденец' });
    contactId = await aContact(tx, { ...planted, purpose: contract.id, city: 'Стара Загора', language: 'bg', country: 'BG' });
    const account = {
      source: { kind: 'third-party', label: 'Търговски регистър', obtainedFrom: 'other' },
      purpose: contract.id,
      legalBasis: 'contract',
    } as const;
    await editContact(tx, testKeys, contactId, { ...account, changes: { city: planted.city }, reason: 'преместване' }, staff);
    await aConsent(tx, contactId, newsletter, { evidence: { network: '192.0.2.0/24', agent: 'Firefox' }, validMonths: 12 });
    const act = await anAct(tx, contactId, newsletter);
    await objectTo(tx, { contactId, sourceId: act.sourceId, actor: act.actor, method: 'rights-page' });
  });
  await store.app(
    `insert into suppression (match_hash, reason) select match_hash, 'complaint' from contact_point where contact_id = $1 and kind = 'email'`,
    [contactId],
  );
});

const copy = async (format: 'csv' | 'json' | 'vcf', language: 'bg' | 'en' = 'bg') =>
  (await exportContact(store.db, contactId, format, language)) ?? expect.unreachable();

/** Every value the person must find in a copy of what is held about them. */
async function everythingHeld(): Promise<string[]> {
  const { rows: entries } = await store.app(
    `select id, kind, channel, legal_basis, permission_ground, encode(notice_hash, 'hex') as notice, encode(leaf_hash, 'hex') as leaf, method, occurred_at, recorded_at, until
       from ledger_entry where contact_id = $1`,
    [contactId],
  );
  const values = entries
    .flatMap((entry) => Object.values(entry))
    .map((value) => (value instanceof Date ? value.toISOString() : value));
  return [
    ...Object.values(planted),
    'Стара Загора',
    'преместване',
    '192.0.2.0/24',
    'Firefox',
    'complaint',
    'Търговски регистър',
    ...values,
  ].filter((value): value is string => typeof value === 'string');
}

/** All texts in a JSON document, however deep; JSON inside of texts too. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.startsWith('{') ? [value, ...textsIn(JSON.parse(value))] : [value];
  if (value && typeof value === 'object') return Object.values(value).flatMap(textsIn);
  return [String(value)];
}

describe('A copy of a person’s data', () => {
  test('as JSON holds everything that is held, each datum with what accounts for it', async () => {
    const { body, mediaType, fileName } = await copy('json');
    const data = JSON.parse(body);
    const texts = new Set(textsIn(data));
    expect((await everythingHeld()).filter((value) => !texts.has(value))).toEqual([]);
    expect(mediaType).toBe('application/json; charset=utf-8');
    expect(fileName).toBe(`saglasie-${contactId}.json`);
    for (const datum of [...data.facts, ...data.addresses]) {
      expect(datum.provenance[0]).toMatchObject({
        source: { label: expect.any(String) },
        purpose: { slug: expect.any(String) },
        legalBasis: 'contract',
        retention: { months: 60 },
      });
    }
    expect(data.facts.find((fact: Record<string, unknown>) => 'city' in fact).provenance[0].source).toMatchObject({
      label: 'Търговски регистър',
      obtainedFrom: 'other',
    });
  });

  test('as CSV holds the same, in words of the chosen language', async () => {
    for (const [language, words] of [
      ['bg', ['Договорна работа']],
      ['en', ['Contract work', 'contract (Art. 6(1)(b) GDPR)', '60 months after the contract ends', 'someone else']],
    ] as const) {
      const { body } = await copy('csv', language);
      const cells = Papa.parse<string[]>(body.slice(1), { delimiter: ',', newline: '\r\n' }).data.flat();
      const texts = new Set(
        cells
          .map((cell) => cell.replace(/^'(?==)/, ''))
          .flatMap((cell) => [cell, ...(cell.startsWith('{') ? textsIn(cell) : [])]),
      );
      expect(
        (await everythingHeld()).filter((value) => !texts.has(value)),
        language,
      ).toEqual([]);
      for (const word of words) expect(cells, language).toContain(word);
    }
  });

  test('as vCard holds what an address book takes over', async () => {
    const { body, mediaType } = await copy('vcf');
    const card = body.replaceAll('\r\n ', '');
    for (const text of [
      '=Мария',
      'Управител',
      'Роза\\; син\\, Ко',
      email,
      '+359888123456',
      'ул. Шипка 5\\n1000 София',
      'Първи ред\\nвтори',
    ])
      expect(card).toContain(text);
    expect(mediaType).toBe('text/vcard; charset=utf-8');
  });

  test('holds nothing of anybody else, and its name names nobody', async () => {
    for (const format of ['csv', 'json', 'vcf'] as const) {
      const { body, fileName } = await copy(format);
      expect(body).not.toContain('Чужденец');
      expect(body).not.toContain(stranger);
      expect(fileName).not.toMatch(/maria|Мария/i);
    }
  });

  test('gives away no secret: neither salt, nor the keyed hash of an address', async () => {
    const { rows } = await store.owner(
      `select encode(s.salt, 'hex') as salt, encode(p.match_hash, 'hex') as hash from ledger_salt s join contact_point p using (contact_id) where contact_id = $1`,
      [contactId],
    );
    for (const format of ['csv', 'json'] as const) {
      const { body } = await copy(format);
      for (const { salt, hash } of rows) {
        expect(body).not.toContain(salt);
        expect(body).not.toContain(hash);
      }
    }
  });

  test('of somebody unknown there is none', async () => {
    for (const format of ['csv', 'json', 'vcf'] as const)
      expect(await exportContact(store.db, randomUUID(), format, 'bg')).toBeUndefined();
  });
});
