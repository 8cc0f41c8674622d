import { type RawBuilder, sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import { categoryOfPoint } from '#src/contacts/add-account.ts';
import { EVERY_CHANNEL, EVERY_PURPOSE } from '#src/permission/current-state.ts';
import type { Outcome, QuarantineAct, Selection } from './quarantine-act.ts';

/** Contacts `c` that are in quarantine and chosen. */
export function chosen({ sourceId, country, language, ids }: Selection): RawBuilder<boolean> {
  const parts = [sql<boolean>`c.state = 'quarantined'`];
  if (sourceId) parts.push(sql`c.origin_id = any (array(select v.id from provenance v where v.source_id = ${sourceId}::uuid))`);
  if (country) parts.push(sql`c.country = ${country}`);
  if (language) parts.push(sql`c.language = ${language}`);
  if (ids) parts.push(sql`c.id = any (${[...ids]}::uuid[])`);
  return sql<boolean>`(${sql.join(parts, sql` and `)})`;
}

/** How many of the chosen people an act would do what to. */
export async function foresee(db: Database, act: QuarantineAct): Promise<Partial<Record<Outcome, number>>> {
  const { rows } = await sql<{ outcome: Outcome; people: number }>`
    select outcome, count(*)::int as people from (select ${outcomeOf(act)} as outcome from contact c where ${chosen(act.selection)}) n
     group by 1`.execute(db);
  return Object.fromEntries(rows.map(({ outcome, people }) => [outcome, people]));
}

/** The next of the chosen people, in the order of their ids, held for this transaction. */
export async function takeSome(
  db: Database,
  act: QuarantineAct,
  page: { after: string | null; limit: number },
): Promise<{ id: string; outcome: Outcome }[]> {
  // Locked before it is asked what they said: a withdrawal that comes first is seen, one that comes later finds this done.
  const { rows: some } = await sql<{ id: string }>`
    select c.id from contact c where ${chosen(act.selection)} and (${page.after}::uuid is null or c.id > ${page.after}::uuid)
     order by c.id limit ${page.limit} for update`.execute(db);
  const ids = some.map(({ id }) => id);
  const { rows } = await sql<{ id: string; outcome: Outcome }>`
    select c.id, ${outcomeOf(act)} as outcome from contact c where c.id = any (${ids}::uuid[]) order by c.id`.execute(db);
  return rows;
}

/** The one rule, asked by the preview and by the job alike. */
function outcomeOf(act: QuarantineAct): RawBuilder<Outcome> {
  const { purpose, channels } = act;
  const no = sql`('consent-withdrawn', 'consent-refused', 'objected')`;
  const channelsToo = sql`s.channel = any (${[...channels, EVERY_CHANNEL]}::text[])`;
  const restricted = sql`exists (select from permission_state s where s.contact_id = c.id and s.register = 'restriction' and s.kind = 'restricted')`;
  if (act.kind === 'ask') {
    return sql<Outcome>`case
      when ${restricted} then 'restricted'
      when exists (select from permission_state s where s.contact_id = c.id
        and (s.kind = 'objected' or s.purpose_id = ${purpose.id}::uuid and s.kind in ${no})) then 'said-no'
      when not exists (select from asking_ground g join provenance v on v.source_id = g.source_id
        where v.id = c.origin_id and g.purpose_id = ${purpose.id}::uuid and g.revoked_at is null) then 'no-ground'
      when not exists (select from contact_point p where p.contact_id = c.id and p.kind = 'email' and p.is_primary) then 'no-address'
      when exists (select from approach a where a.contact_id = c.id and a.cause = 'repermission')
        or exists (select from contact_point p join asked_once o on o.match_hash = p.match_hash where p.contact_id = c.id and p.kind = 'email') then 'asked-before'
      when exists (select from contact_point p join suppression u on u.match_hash = p.match_hash
        where p.contact_id = c.id and p.kind = 'email' and p.is_primary) then 'suppressed'
      when exists (select from permission_state s where s.contact_id = c.id and s.purpose_id = ${purpose.id}::uuid
        and s.channel = 'email' and s.register in ('consent', 'request')) then 'spoke-already'
      else 'will-be-asked' end`;
  }
  const everything = sql`s.purpose_id = ${EVERY_PURPOSE}::uuid`;
  // Evidence speaks of a day, and what was said later counts. Another basis takes the place of no no, however old.
  const saidNo =
    act.kind === 'evidence'
      ? sql`exists (select from permission_state s where s.contact_id = c.id and (s.purpose_id = ${purpose.id}::uuid or ${everything})
          and s.kind in ${no} and s.occurred_at >= ${act.consentedAt?.toISOString() ?? null}::timestamptz)`
      : sql`exists (select from permission_state s where s.contact_id = c.id and s.kind in ${no}
          and (s.purpose_id = ${purpose.id}::uuid or ${everything}
            or ${purpose.isMarketing}::boolean and exists (select from purpose o where o.id = s.purpose_id and o.is_marketing)))`;
  const suppressed =
    act.kind === 'evidence'
      ? sql`exists (select from contact_point p join suppression u on u.match_hash = p.match_hash where p.contact_id = c.id
          and u.reason <> 'hard-bounce' and u.suppressed_at >= ${act.consentedAt?.toISOString() ?? null}::timestamptz)`
      : sql`(${purpose.isMarketing}::boolean and exists (select from contact_point p join suppression u on u.match_hash = p.match_hash
          where p.contact_id = c.id and u.reason <> 'hard-bounce'))`;
  // Consent stands on one channel and basis alike; that they were given on another one before is no reason to refuse.
  const stood = sql`exists (select from permission_state s where s.contact_id = c.id and s.purpose_id = ${purpose.id}::uuid and ${channelsToo}
    and s.kind = 'basis-ended')`;
  const unknown = sql`(select coalesce(jsonb_agg(v.id), '[]') from provenance v where v.legal_basis = 'unknown')`;
  const uncovered = sql`(exists (select from jsonb_each(c.facts) f(key, body)
        where f.body->'provenance' <@ ${unknown} and not f.key = any (${[...act.covers]}::text[]))
      or exists (select from contact_point p where p.contact_id = c.id and to_jsonb(p.provenance_ids) <@ ${unknown}
        and not ${categoryOfPoint} = any (${[...act.covers]}::text[])))`;
  return sql<Outcome>`case
    when ${restricted} then 'restricted'
    when ${saidNo} or ${act.kind === 'basis'}::boolean and ${stood} then 'said-no'
    when ${suppressed} then 'suppressed'
    when not ${uncovered} then 'leaves'
    when ${act.rest} = 'erase' then 'trimmed'
    else 'stays' end`;
}
