-- Retention of records that were united, of what a repair gave a basis, and of addresses that anything permits to use. As in 0036, and:
-- what went up in a person holds them too; an address stays as long as there is a permission for it.

alter table retention_item drop constraint retention_item_left_alone_check;
alter table retention_item add check (left_alone in ('active-again', 'on-hold', 'restricted', 'united'));
drop function lock_ledgers_of;

create or replace function retention_of(p_contact_ids uuid[]) returns table (contact_id uuid, what text, purpose_id uuid, ends_at timestamptz)
language sql stable security definer set search_path = saglasie, pg_temp set timezone = 'UTC' as $$
  with person as materialized (
    select c.id, c.facts, c.origin_id, c.repaired_id, c.created_at from contact c where c.id = any(p_contact_ids)
  ), held as materialized (
    select d.contact_id, d.what, d.at, r.purpose_id, r.retention as promised
      from (select p.id as contact_id, '' as what, p.created_at as at, p.origin_id as provenance_id from person p
            union all
            -- What a repair gave a basis later.
            select p.id, '', p.created_at, p.repaired_id from person p where p.repaired_id is not null
            union all
            select p.id, 'fact:' || f.key, (f.body->>'at')::timestamptz, v::uuid
              from person p, jsonb_each(p.facts) f(key, body), jsonb_array_elements_text(f.body->'provenance') v
            union all
            select cp.contact_id, 'point:' || cp.id, cp.created_at, v
              from contact_point cp, unnest(cp.provenance_ids) v where cp.contact_id = any(p_contact_ids)) d
      join provenance r on r.id = d.provenance_id
    union all
    -- An address is needed as long as there is a permission to use it, whoever gave it first and for what.
    select cp.contact_id, 'point:' || cp.id, null, s.purpose_id, u.retention
      from contact_point cp
      join permission_state s on s.contact_id = cp.contact_id and s.register in ('consent', 'basis')
       and cp.kind = case s.channel when 'sms' then 'phone' else s.channel end
      join purpose u on u.id = s.purpose_id
     where cp.contact_id = any(p_contact_ids)
  ), said as materialized (
    select e.contact_id, e.purpose_id,
           max(e.occurred_at) filter (where e.kind in ('consent-requested', 'consent-given', 'consent-renewed', 'consent-refused', 'basis-asserted')) as collected,
           -- What the person did, and agreements made with them. Our own messages, expiries and notices are no activity of theirs.
           max(e.occurred_at) filter (where e.actor = 'contact' or e.actor <> 'system' and e.kind in ('consent-given', 'consent-renewed',
             'consent-refused', 'consent-withdrawn', 'objected', 'objection-lifted', 'basis-asserted')) as active
      from ledger_entry e where e.contact_id = any(p_contact_ids) group by e.contact_id, e.purpose_id
  ), activity as materialized (
    select a.contact_id, max(a.at) as at from (
      select p.id as contact_id, p.created_at as at from person p
      union all select s.contact_id, s.active from said s
      union all select cp.contact_id, cp.verified_at from contact_point cp where cp.contact_id = any(p_contact_ids)
      union all
      select g.contact_id, g.changed_at from contact_change g where g.contact_id = any(p_contact_ids) and g.changed_by_kind = 'contact'
    ) a group by a.contact_id
  ), permission as materialized (
    -- When the last permission ended or will: a consent by withdrawal, its day or an objection after it, a basis by its end or,
    -- where one can object, by objection.
    select s.contact_id, s.purpose_id, max(case
        when s.register = 'request' then null
        when s.kind in ('consent-given', 'consent-renewed', 'basis-asserted') then least(coalesce(s.until, 'infinity'), o.at)
        else s.occurred_at end) as ended
      from permission_state s join purpose u on u.id = s.purpose_id
      left join lateral (
        select min(o.occurred_at) as at from permission_state o
         where o.contact_id = s.contact_id and o.register = 'objection' and o.kind = 'objected' and o.channel in (s.channel, '*')
           and (s.register = 'consent' and o.occurred_at > s.occurred_at and o.purpose_id = s.purpose_id
                or (u.is_marketing or u.legal_basis in ('legitimate-interests', 'public-task'))
                   and o.purpose_id in (s.purpose_id, '00000000-0000-0000-0000-000000000000')
                   and (s.register = 'basis' or o.occurred_at > s.occurred_at))) o on true
     where s.contact_id = any(p_contact_ids) and s.register in ('consent', 'basis', 'request')
     group by s.contact_id, s.purpose_id
  ), datum_time as materialized (
    select h.contact_id, h.purpose_id, max(h.at) as at from held h group by h.contact_id, h.purpose_id
  ), moments as materialized (
    select contact_id, purpose_id, d.contact_id is not null as holds_data, u.retention, u.legal_basis, a.at as last_activity,
           greatest(d.at, s.collected) as collected,
           -- A purpose out of use needs nobody's data any more.
           coalesce(least(p.ended, u.archived_at), greatest(d.at, s.collected)) as ended
      from datum_time d full join permission p using (contact_id, purpose_id)
      join purpose u on u.id = purpose_id join activity a using (contact_id)
      left join said s using (contact_id, purpose_id)
  )
  -- A rule that was promised when the datum was collected is not made longer afterwards; a duty of law may become longer.
  select h.contact_id, h.what, h.purpose_id,
         max(least(end_by_rule(m.retention, m.ended, m.last_activity, m.collected),
                   case when m.legal_basis <> 'legal-obligation' then end_by_rule(h.promised, m.ended, m.last_activity, m.collected) end))
    from held h join moments m on m.contact_id = h.contact_id and m.purpose_id = h.purpose_id
   group by 1, 2, 3
  union all
  select m.contact_id, '', m.purpose_id, end_by_rule(m.retention, m.ended, m.last_activity, m.collected)
    from moments m where not m.holds_data
$$;

create or replace function retention_ends(p_contact_ids uuid[])
returns table (contact_id uuid, what text, ends_at timestamptz, purpose_id uuid, automatic boolean)
language sql stable as $$
  with recursive record(id, person) as (
    select id, id from unnest(p_contact_ids) id
    union
    select m.absorbed_id, r.person from record r join contact_merge m on m.survivor_id = r.id and m.undone_at is null
  ), each as materialized (
    -- What went up in a person holds them too; a datum of its own it has none any more.
    select p.person as contact_id, case when p.person = r.contact_id then r.what else '' end as what, r.purpose_id, r.ends_at,
           r.purpose_id = any(array(select p.id from purpose p where is_automatic(p.id))) as automatic
      from retention_of(array(select id from record)) r join record p on p.id = r.contact_id
  )
  select e.contact_id, '', max(e.ends_at), (array_agg(e.purpose_id order by e.ends_at desc, e.purpose_id))[1], bool_and(e.automatic)
    from each e group by e.contact_id
  union all
  select e.contact_id, e.what, max(e.ends_at), (array_agg(e.purpose_id order by e.ends_at desc, e.purpose_id))[1], bool_and(e.automatic)
    from each e where e.what <> '' group by e.contact_id, e.what
$$;

create or replace function retention_obstacle(p_contact_id uuid) returns text
language sql stable security definer set search_path = saglasie, pg_temp as $$
  with recursive record(id) as (
    select p_contact_id union select m.absorbed_id from record r join contact_merge m on m.survivor_id = r.id and m.undone_at is null
  )
  select case
    when exists (select from retention_hold h join record r on r.id = h.contact_id where is_hold_standing(h)) then 'on-hold'
    when exists (select from permission_state s join record r on r.id = s.contact_id where s.register = 'restriction' and s.kind = 'restricted')
      then 'restricted' end
$$;

create or replace function keep_history() returns trigger language plpgsql as $$
begin
  if (new.id, new.contact_id, new.field, new.reason, new.changed_by_kind, new.changed_by, new.changed_at, new.provenance_ids, new.merge_id)
       is distinct from (old.id, old.contact_id, old.field, old.reason, old.changed_by_kind, old.changed_by, old.changed_at, old.provenance_ids, old.merge_id)
     or new.old_value is not null or new.new_value is not null or not new.is_forgotten then
    raise exception 'history is not rewritten, only forgotten' using errcode = 'SG001';
  end if;
  return new;
end $$;
