import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import { gradeOfSignature, proofSignature } from '#src/permission/cover-purpose.ts';
import { type CoverageFigures, type Figure, weights } from './coverage.ts';

interface CountedGroup extends Figure {
  readonly key: string | null;
  readonly source_id: string | null;
  readonly purpose_id: string | null;
  readonly of: number;
}

/** Counts every datum once, in one pass over the contacts. */
export async function countCoverage(db: Database): Promise<CoverageFigures> {
  const standing = sql`s.kind in ('consent-given', 'consent-renewed', 'basis-asserted') and coalesce(s.until, 'infinity') > now()`;
  const { rows: signatures } = await sql<{ signature: string }>`
    select distinct ${proofSignature} as signature from permission_state s join ledger_entry e on e.id = s.entry_id
     where s.register = 'consent' and ${standing}`.execute(db);
  const weightOf = JSON.stringify(
    Object.fromEntries(signatures.map(({ signature }) => [signature, weights[gradeOfSignature(signature) ?? 'E']])),
  );
  const { rows } = await sql<CountedGroup>`
    with unknown as materialized (
      select coalesce(jsonb_agg(id), '[]') as list, coalesce(array_agg(id), '{}') as ids from provenance where legal_basis = 'unknown'
    ), held as materialized (
      -- The channel does not matter here: that one of them is proven shows that the datum may serve.
      select s.contact_id, s.purpose_id, max(case s.register when 'basis' then 1 else (${weightOf}::jsonb->>${proofSignature})::float end) as weight
        from permission_state s left join ledger_entry e on e.id = s.entry_id and s.register = 'consent'
       where s.register in ('consent', 'basis') and ${standing}
       group by 1, 2
    ), untold as materialized (
      select contact_id, source_id from duty_to_tell where told_at is null and exemption_id is null
    ), unit as (
      -- An account nobody can prove counts only where there is no other.
      select c.id as contact_id, f.key, i.id::uuid as provenance_id
        from contact c cross join unknown u, jsonb_each(c.facts) f(key, body), jsonb_array_elements_text(f.body->'provenance') i(id)
       where f.body->'provenance' <@ u.list or not u.list ? i.id
      union all
      select p.contact_id, case p.kind when 'post' then 'postal_address' else p.kind end, i.id
        from contact_point p cross join unknown u, unnest(p.provenance_ids) i(id)
       where p.provenance_ids <@ u.ids or not i.id = any (u.ids)
    )
    select u.key, v.source_id, v.purpose_id, grouping(u.key, v.source_id, v.purpose_id) as of, count(*)::int as data,
           count(*) filter (where v.legal_basis <> 'unknown')::int as accounted,
           count(*) filter (where t.contact_id is null)::int as told,
           coalesce(sum(h.weight) filter (where v.legal_basis <> 'unknown'), 0)::float as proven
      from unit u join provenance v on v.id = u.provenance_id
      left join untold t on t.contact_id = u.contact_id and t.source_id = v.source_id
      left join held h on h.contact_id = u.contact_id and h.purpose_id = v.purpose_id
     group by grouping sets ((), (u.key), (v.source_id), (v.purpose_id))`.execute(db);
  const figure = ({ data, accounted, told, proven }: Figure): Figure => ({ data, accounted, told, proven });
  const groups = (of: number, id: (row: CountedGroup) => string | null) =>
    rows
      .filter((row) => row.of === of)
      .map((row) => ({ id: id(row) ?? '', ...figure(row) }))
      .toSorted((one, other) => other.data - one.data);
  const total = rows.find((row) => row.of === 7);
  return {
    total: total ? figure(total) : { data: 0, accounted: 0, told: 0, proven: 0 },
    fields: groups(3, ({ key }) => key),
    sources: groups(5, ({ source_id }) => source_id),
    purposes: groups(6, ({ purpose_id }) => purpose_id),
  };
}
