import { sql } from 'kysely';
import type { Transaction } from '#platform/database/connect.ts';
import type { NewDisclosure } from './disclosure.ts';

/** Whose data were given; how many, and how many not, by reason. `given` is among the reasons when there are any. */
export type DisclosureOutcome = Readonly<Record<string, number>>;

/**
 * Writes down that a recipient is given these people's data (Art. 15(1)(c), 19), before they are. The database asks the gate
 * about each person, and leaves out whom it does not let through: only those counted as `given` may be given.
 *
 * Throws the database's refusal (SG007) of a recipient that people were not told of.
 */
export async function recordDisclosure(
  tx: Transaction,
  disclosure: NewDisclosure,
  contactIds: readonly string[],
): Promise<{ id: string; outcome: DisclosureOutcome }> {
  const id = await stateDisclosure(tx, disclosure);
  const { rows } = await sql<{ outcome: DisclosureOutcome }>`
    select record_disclosed_people(${id}::uuid, ${[...contactIds]}::uuid[]) as outcome`.execute(tx);
  return { id, outcome: rows[0]?.outcome ?? {} };
}

/** States purpose and recipient of something about to be given; until somebody's data are, it tells of nothing. */
export async function stateDisclosure(tx: Transaction, disclosure: NewDisclosure): Promise<string> {
  const { id } = await tx
    .insertInto('disclosure')
    .values({
      recipient_kind: disclosure.recipient.kind,
      recipient: disclosure.recipient.name,
      recipient_country: disclosure.recipient.country ?? null,
      purpose_id: disclosure.purpose?.id ?? null,
      purpose_version: disclosure.purpose?.version ?? null,
      channel: disclosure.purpose?.channel ?? null,
      statement: disclosure.statement,
      restriction_ground: disclosure.restrictionGround ?? null,
      fields: [...disclosure.fields],
      recorded_by_kind: disclosure.by.kind,
      recorded_by: disclosure.by.id ?? null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}
