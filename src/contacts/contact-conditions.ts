import { type RawBuilder, sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import type { Channel } from '#src/purposes/purpose.ts';
import { findProvenanceIdsOf } from '#src/sources/find-provenance.ts';
import { rowsAnswering, wasNeverAsked } from './consent-answers.ts';
import type { ContactFilter } from './list-contacts.ts';

/** A filter as SQL over `contact`, its parts apart so that each way of reading can ask them in the order that is cheap. */
export interface Conditions {
  /** What the contact's own row answers, the country too. */
  readonly own: readonly RawBuilder<boolean>[];
  /** The country by itself: names of one country stand in an index in their order. */
  readonly country: RawBuilder<boolean> | undefined;
  /** What the gate's yes implies, or an answer consists in. */
  readonly standing:
    | {
        /** The rows that say so, to start from: one for each contact. */
        readonly rows: RawBuilder<unknown>;
        /** Asked about one contact. */
        readonly asked: RawBuilder<boolean>;
      }
    | undefined;
  readonly gate: RawBuilder<boolean> | undefined;
}

export async function conditionsOf(db: Database, filter: ContactFilter): Promise<Conditions> {
  const words = filter.search?.normalize('NFC').split(/\s+/).filter(Boolean).slice(0, 6) ?? [];
  const own = words.map(containing);
  if (filter.state) own.push(sql<boolean>`contact.state = ${filter.state}`);
  const country = filter.country ? sql<boolean>`contact.country = ${filter.country}` : undefined;
  if (country) own.push(country);
  if (filter.language) own.push(sql<boolean>`contact.language = ${filter.language}`);
  if (filter.sourceId) {
    // Looked up first: the planner knows how frequent an origin is, and nothing about a subquery's result.
    const origins = await findProvenanceIdsOf(db, filter.sourceId);
    own.push(sql<boolean>`contact.origin_id = any(${origins}::uuid[])`);
  }
  if (filter.answered) {
    const { purposeId, channel, answer } = filter.answered;
    const rows = rowsAnswering(purposeId, channel, answer);
    if (rows) return { own, country, standing: startingFrom(rows), gate: undefined };
    own.push(wasNeverAsked(purposeId, channel));
  }
  if (!filter.may) return { own, country, standing: undefined, gate: undefined };
  const { purposeId, channel } = filter.may;
  return {
    own,
    country,
    standing: standing(purposeId, channel),
    gate: sql<boolean>`(may_process(contact.id, ${purposeId}, ${channel})).allowed`,
  };
}

/**
 * One or two letters hold no trigram: they are looked for at the start of a word, which the index can answer. Lower case is
 * PostgreSQL's, as in the column: JavaScript's differs for İ and for a final Σ.
 */
function containing(word: string): RawBuilder<boolean> {
  const literal = word.replace(/[\\%_]/g, '\\$&');
  return word.length < 3
    ? sql<boolean>`(contact.search_text like lower(${`${literal}%`}) or contact.search_text like lower(${`% ${literal}%`}))`
    : sql<boolean>`contact.search_text like lower(${`%${literal}%`})`;
}

function standing(purposeId: string, channel: Channel) {
  const permission = sql`from permission_state s
    where s.purpose_id = ${purposeId}::uuid and s.channel = ${channel} and coalesce(s.until, 'infinity') > now()
      and s.kind in ('consent-given', 'consent-renewed', 'basis-asserted')
      and (s.register <> 'consent' or s.purpose_version >= (select covers_from_version from purpose where id = ${purposeId}::uuid))
      and s.register = (select case legal_basis when 'consent' then 'consent' else 'basis' end from purpose where id = ${purposeId}::uuid)`;
  return startingFrom(permission);
}

function startingFrom(rows: RawBuilder<unknown>) {
  return {
    rows: sql`select s.contact_id ${rows}`,
    asked: sql<boolean>`(select true ${rows} and s.contact_id = contact.id limit 1)`,
  };
}
