import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import type { Channel } from '#src/purposes/purpose.ts';
import type { Disclosure, DisclosureRule, RecipientKind, RestrictionGround } from './disclosure.ts';

interface DisclosureRow {
  readonly id: string;
  readonly recipient_kind: RecipientKind;
  readonly recipient: string;
  readonly recipient_country: string | null;
  readonly rule: DisclosureRule;
  readonly purpose_id: string | null;
  readonly channel: Channel | null;
  readonly statement: string;
  readonly restriction_ground: RestrictionGround | null;
  readonly fields: string[];
  readonly recorded_by_kind: Disclosure['by']['kind'];
  readonly recorded_by: string | null;
  readonly disclosed_at: Date;
  readonly people: number;
}

/** Whom a person's data were given to, under whichever of these records, newest first: one look into the index for each, however many people a disclosure is of. */
export async function disclosuresOf(db: Database, contactIds: readonly string[]): Promise<Disclosure[]> {
  const { rows } = await sql<DisclosureRow>`
    select d.* from disclosure d
     where d.disclosed_at is not null and d.id in (
       select p.disclosure_id from unnest(${[...contactIds]}::uuid[]) of(id)
         join disclosure_part p on p.span @> place_of(of.id) and of.id = any (p.contact_ids))
     order by d.disclosed_at desc, d.id desc`.execute(db);
  return rows.map(disclosureOf);
}

/** Every disclosure, newest first, from `after` on. */
export async function listDisclosures(
  db: Database,
  page: { limit: number; after?: { at: string; id: string } | undefined },
): Promise<{ disclosures: Disclosure[]; next: { at: string; id: string } | null }> {
  const after = page.after ? sql`and (d.disclosed_at, d.id) < (${page.after.at}::timestamptz, ${page.after.id}::uuid)` : sql``;
  const { rows } = await sql<DisclosureRow>`
    select d.* from disclosure d where d.disclosed_at is not null ${after}
     order by d.disclosed_at desc, d.id desc limit ${page.limit + 1}`.execute(db);
  const disclosures = rows.slice(0, page.limit).map(disclosureOf);
  const last = disclosures.at(-1);
  return { disclosures, next: rows.length > page.limit && last ? { at: last.disclosedAt.toISOString(), id: last.id } : null };
}

function disclosureOf(row: DisclosureRow): Disclosure {
  return {
    id: row.id,
    recipient: { kind: row.recipient_kind, name: row.recipient, country: row.recipient_country },
    rule: row.rule,
    purposeId: row.purpose_id,
    channel: row.channel,
    statement: row.statement,
    restrictionGround: row.restriction_ground,
    fields: row.fields,
    by: { kind: row.recorded_by_kind, id: row.recorded_by },
    disclosedAt: row.disclosed_at,
    people: row.people,
  };
}
