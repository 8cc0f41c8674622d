import type { Database } from '#platform/database/connect.ts';
import type { Language } from '#src/languages/languages.ts';

export interface ContactByEmail {
  readonly contactId: string;
  readonly pointId: string;
  readonly state: 'unconfirmed' | 'active' | 'quarantined';
  readonly language: Language;
}

/**
 * The contacts these addresses belong to, by match key; addresses nobody has are not in the answer. Whoever has several is
 * written to at the main one: the gate looks at it, and only its owner is known to be the person.
 */
export async function findContactsByEmail(db: Database, matchKeys: readonly string[]): Promise<Map<string, ContactByEmail>> {
  if (matchKeys.length === 0) return new Map();
  const rows = await db
    .selectFrom('contact_point')
    .innerJoin('contact', 'contact.id', 'contact_point.contact_id')
    .leftJoin('contact_point as main', (join) =>
      join.onRef('main.contact_id', '=', 'contact.id').on('main.kind', '=', 'email').on('main.is_primary', '=', true),
    )
    .select([
      'contact_point.match_key',
      (eb) => eb.fn.coalesce('main.id', 'contact_point.id').as('point_id'),
      'contact.id as contact_id',
      'contact.state',
      'contact.language',
    ])
    .where('contact_point.kind', '=', 'email')
    .where((eb) => eb('contact_point.match_key', '=', eb.fn.any(eb.val(matchKeys))))
    .execute();
  return new Map(
    rows.map((row) => [
      row.match_key,
      {
        contactId: row.contact_id,
        pointId: row.point_id,
        state: row.state as ContactByEmail['state'],
        language: row.language as Language,
      },
    ]),
  );
}
