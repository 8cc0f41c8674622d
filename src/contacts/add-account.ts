import { sql } from 'kysely';
import type { Transaction } from '#platform/database/connect.ts';

/** Which data of quarantined people get an account that is known, and what becomes of the rest. */
export interface NewAccount {
  readonly contactIds: readonly string[];
  /** Which account joins which: the provenance nobody can prove, and the one that stands beside it from now on. */
  readonly beside: ReadonlyMap<string, string>;
  /** Kinds of data the purpose covers, as it names them. */
  readonly covers: readonly string[];
  /** `erase`: data the purpose does not cover go. `keep`: they stay, and keep their contact in quarantine. */
  readonly rest: 'keep' | 'erase';
}

/** What a purpose calls an address of a kind. */
export const categoryOfPoint = sql`case p.kind when 'post' then 'postal_address' else p.kind end`;

/**
 * Gives data whose legal basis nobody knew an account that is known. What accounted for them before stays with them: provenance
 * is added to, never rewritten. Contacts none of whose data is left without leave quarantine; answers which did.
 */
export async function addAccount(tx: Transaction, account: NewAccount): Promise<string[]> {
  const { beside, rest } = account;
  const ids = [...account.contactIds];
  const covers = [...account.covers];
  const loose = [...beside.keys()];
  const map = JSON.stringify(Object.fromEntries(beside));
  const looseList = JSON.stringify(loose);

  if (rest === 'erase') {
    const { rows: gone } = await sql<{ contact_id: string; field: string }>`
      with uncovered as (
        delete from contact_point p
         where p.contact_id = any (${ids}::uuid[]) and p.provenance_ids <@ ${loose}::uuid[] and not ${categoryOfPoint} = any (${covers}::text[])
        returning p.contact_id, p.kind as field)
      select contact_id, field from uncovered
      union all
      select c.id, f.key from contact c, jsonb_each(c.facts) f(key, body)
       where c.id = any (${ids}::uuid[]) and f.body->'provenance' <@ ${looseList}::jsonb and not f.key = any (${covers}::text[])`.execute(
      tx,
    );
    // What it was is not kept, or it would not be gone; that it went is.
    await sql`insert into contact_change (contact_id, field, changed_by_kind, changed_at)
      select * from unnest(${gone.map((one) => one.contact_id)}::uuid[], ${gone.map((one) => one.field)}::text[]),
        (select 'system', clock_timestamp()) as by(kind, at)`.execute(tx);
  }
  await sql`
    update contact_point p set provenance_ids = p.provenance_ids || array(
        select distinct (${map}::jsonb->>x::text)::uuid from unnest(p.provenance_ids) x where ${map}::jsonb ? x::text)
     where p.contact_id = any (${ids}::uuid[]) and p.provenance_ids <@ ${loose}::uuid[] and ${categoryOfPoint} = any (${covers}::text[])`.execute(
    tx,
  );
  await sql`
    update contact c set updated_at = clock_timestamp(),
      repaired_id = coalesce(c.repaired_id, (${map}::jsonb->>c.origin_id::text)::uuid),
      facts = coalesce((
        select jsonb_object_agg(f.key, case
            when f.body->'provenance' <@ ${looseList}::jsonb and f.key = any (${covers}::text[])
              then jsonb_set(f.body, '{provenance}', (f.body->'provenance') || (
                select jsonb_agg(distinct ${map}::jsonb->>x) from jsonb_array_elements_text(f.body->'provenance') x where ${map}::jsonb ? x))
            else f.body end)
          from jsonb_each(c.facts) f(key, body)
         where not (${rest === 'erase'}::boolean and f.body->'provenance' <@ ${looseList}::jsonb and not f.key = any (${covers}::text[]))), '{}')
     where c.id = any (${ids}::uuid[]) and c.state = 'quarantined'`.execute(tx);
  return leaveQuarantine(tx, ids);
}

/** Contacts all of whose data are accounted for now are in quarantine no more; the database looks at each of them again. */
async function leaveQuarantine(tx: Transaction, contactIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update contact c set state = 'active'
     where c.id = any (${[...contactIds]}::uuid[]) and c.state = 'quarantined'
       and exists (select from provenance v where v.id in (c.origin_id, c.repaired_id) and v.legal_basis <> 'unknown')
       and not exists (select from contact_point p where p.contact_id = c.id
         and not exists (select from provenance v where v.id = any (p.provenance_ids) and v.legal_basis <> 'unknown'))
       and not exists (select from jsonb_each(c.facts) f(key, body)
         where not exists (select from jsonb_array_elements_text(f.body->'provenance') i join provenance v on v.id = i::uuid and v.legal_basis <> 'unknown'))
    returning c.id`.execute(tx);
  return rows.map(({ id }) => id);
}

/** Accounts of unknown legal basis on which data of these people rest. */
export async function findUnproven(
  tx: Transaction,
  contactIds: readonly string[],
): Promise<{ id: string; sourceId: string; providedBySubject: boolean }[]> {
  const ids = [...contactIds];
  const { rows } = await sql<{ id: string; sourceId: string; providedBySubject: boolean }>`
    with held as (
      select origin_id as id from contact where id = any (${ids}::uuid[])
      union
      select p::uuid from contact c, jsonb_each(c.facts) f(key, body), jsonb_array_elements_text(f.body->'provenance') p
       where c.id = any (${ids}::uuid[])
      union
      select p from contact_point cp, unnest(cp.provenance_ids) p where cp.contact_id = any (${ids}::uuid[])
    )
    select v.id, v.source_id as "sourceId", v.provided_by_subject as "providedBySubject"
      from held h join provenance v on v.id = h.id and v.legal_basis = 'unknown'`.execute(tx);
  return rows;
}
