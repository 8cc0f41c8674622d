import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keysFrom } from '#platform/crypto/keys.ts';
import { connect } from '#platform/database/connect.ts';
import type { ContactSort } from '#src/contacts/contact.ts';
import { type ContactFilter, countContacts, listContacts } from '#src/contacts/list-contacts.ts';
import type { Channel } from '#src/purposes/purpose.ts';
import { useDatabase } from '#test/support/database.ts';
import { ownerPool } from '#test/support/owner-pool.ts';
import { checkGenerated } from '../bench/generate/check-generated.ts';
import { generateContacts } from '../bench/generate/generate-contacts.ts';

/** More than are gathered at once, so that every way of finding a page is taken. */
const MANY = 7000;

const database = useDatabase();
const keys = keysFrom(Buffer.alloc(32, 1));
let connection: ReturnType<typeof connect>;
let owner: pg.Pool;
let purposes: Record<string, string>;
beforeAll(async () => {
  await generateContacts({ ownerUrl: database.ownerUrl, keys, contacts: MANY });
  connection = connect(database.appUrl);
  owner = ownerPool(database.ownerUrl, 2);
  const { rows } = await owner.query<{ id: string; slug: string }>('select id, slug from purpose');
  purposes = Object.fromEntries(rows.map((row) => [row.slug, row.id]));
});
afterAll(async () => {
  await connection.close();
  await owner.end();
});

test('generated people satisfy everything the database keeps true of real ones', async () => {
  await checkGenerated(database.ownerUrl, keys, MANY);
});

test('letters of Cyrillic and Greek are letters to the search index', async () => {
  const { rows } = await owner.query<{ n: number }>(
    `select least(cardinality(show_trgm('щъркел')), cardinality(show_trgm('Ελένη'))) as n`,
  );
  expect(rows[0]?.n).toBeGreaterThan(4);
});

describe('among thousands, pages hold exactly who matches, in order, and counts are right:', () => {
  const orders = { name: 'sort_name', created: 'id', changed: 'updated_at' } as const;
  const may = (slug: string, channel: Channel) => ({ purposeId: purposes[slug] ?? '', channel });
  const questions: [string, () => ContactFilter, string, ContactSort][] = [
    ['everyone', () => ({}), 'true', 'name'],
    ['a frequent name', () => ({ search: 'мария' }), `search_text like '%мария%'`, 'name'],
    ['something nearly everyone has', () => ({ search: 'example' }), `search_text like '%example%'`, '-name'],
    ['two letters', () => ({ search: 'st' }), `(search_text like 'st%' or search_text like '% st%')`, '-created'],
    [
      'a frequent word at the end of the alphabet',
      () => ({ search: 'янев', country: 'BG' }),
      `search_text like '%янев%' and country = 'BG'`,
      'name',
    ],
    ['a frequent country', () => ({ country: 'BG', state: 'active' }), `country = 'BG' and state = 'active'`, '-changed'],
    ['nobody', () => ({ country: 'LV' }), 'false', 'name'],
    ['whom the newsletter may go to', () => ({ may: may('newsletter', 'email') }), gate('newsletter', 'email'), 'name'],
    ['few, by SMS', () => ({ may: may('events', 'sms') }), gate('events', 'sms'), '-changed'],
    [
      'almost nobody any more',
      () => ({ may: may('consent-confirmation', 'email') }),
      gate('consent-confirmation', 'email'),
      'created',
    ],
    [
      'all of it together',
      () => ({ search: 'example', country: 'BG', may: may('newsletter', 'email') }),
      `search_text like '%example%' and country = 'BG' and ${gate('newsletter', 'email')}`,
      '-name',
    ],
  ];

  test.each(questions)('%s', async (_, filter, condition, sort) => {
    const way = sort.startsWith('-') ? 'desc' : 'asc';
    const column = orders[sort.replace('-', '') as keyof typeof orders];
    const { rows } = await owner.query<{ id: string }>(
      `select id from contact where ${condition} order by ${column} ${way}, id ${way}`,
    );
    const expected = rows.map((row) => row.id);

    const listed: string[] = [];
    let after: { value: string; id: string } | undefined;
    do {
      const page = await listContacts(connection.db, filter(), { sort, limit: 100, after });
      listed.push(...page.contacts.map((contact) => contact.id));
      after = page.next ?? undefined;
    } while (after);
    expect(listed).toEqual(expected);

    const counted = await countContacts(connection.db, filter());
    if (condition !== 'true')
      expect(counted).toEqual({ value: Math.min(expected.length, 1000), atLeast: expected.length > 1000 });
  });
});

function gate(slug: string, channel: string): string {
  return `(may_process(id, (select id from purpose where slug = '${slug}'), '${channel}')).allowed`;
}
