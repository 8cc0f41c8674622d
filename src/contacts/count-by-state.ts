import type { Database } from '#platform/database/connect.ts';
import type { ContactState } from './contact.ts';

/** How many contacts there are in each state. */
export async function countContactsByState(
  db: Database,
): Promise<{ total: number } & Record<Exclude<ContactState, 'merged'>, number>> {
  const total = await db
    .selectFrom('contact')
    .select((eb) => eb.fn.countAll<string>().as('n'))
    .executeTakeFirstOrThrow();
  // Few are not active, and the index holds only those.
  const rows = await db
    .selectFrom('contact')
    .select(['state', (eb) => eb.fn.countAll<string>().as('n')])
    .where('state', '<>', 'active')
    .groupBy('state')
    .execute();
  const of = (state: ContactState) => Number(rows.find((row) => row.state === state)?.n ?? 0);
  const [unconfirmed, quarantined] = [of('unconfirmed'), of('quarantined')];
  // One person is one contact, of however many records.
  const people = Number(total.n) - of('merged');

  return { total: people, active: people - unconfirmed - quarantined, unconfirmed, quarantined };
}
