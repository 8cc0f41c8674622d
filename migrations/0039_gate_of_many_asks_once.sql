-- The answer of each is worked out once. Written out in place it was so for every column that tells of it, with the search among
-- suppressed addresses each time.
create or replace function gate_answers(p_contact_ids uuid[], p_purpose_id uuid, p_channel text)
returns table (contact_id uuid, allowed boolean, reason text)
language plpgsql stable security definer set search_path = saglasie, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  everything constant uuid := '00000000-0000-0000-0000-000000000000';
  the_purpose purpose; point_kind text; first_id uuid; last_id uuid; many integer := cardinality(p_contact_ids); together boolean; open_to text[]; anybody_united boolean;
begin
  select * into the_purpose from purpose where id = p_purpose_id and archived_at is null;
  if the_purpose.id is null or not p_channel = any (the_purpose.channels) then
    return query select w.id, false, case when c.id is null then 'unknown-contact' when c.state = 'merged' then 'merged' when the_purpose.id is null then 'unknown-purpose'
        else 'channel-not-declared' end
      from unnest(p_contact_ids) w(id) left join contact c on c.id = w.id;
    return;
  end if;
  point_kind := case p_channel when 'email' then 'email' when 'post' then 'post' when 'none' then null else 'phone' end;
  first_id := (select w.id from unnest(p_contact_ids) w(id) order by 1 limit 1);
  last_id := (select w.id from unnest(p_contact_ids) w(id) order by 1 desc limit 1);
  -- Neighbours are read as one range of each index; people from here and there one by one.
  together := (select count(*) from (select from contact c where c.id between first_id and last_id limit 3 * many + 1) near) <= 3 * many;
  -- With a legal basis other than consent, marketing by e-mail, SMS or call needs a ground of its own.
  open_to := case when the_purpose.is_marketing and p_channel = 'phone' then array['legal-entity']
                  when the_purpose.is_marketing and p_channel in ('email', 'sms') then array['legal-entity', 'soft-opt-in'] end;
  -- Hardly anybody has addresses of a record that went up in theirs; where nobody has, nobody is looked for.
  anybody_united := point_kind is not null and exists (select from contact_point where came_from is not null);
  return query
  with person as materialized (
    select c.id, c.state from contact c where c.id between first_id and last_id and (together or c.id = any (p_contact_ids))
  ), stopping as materialized (
    select s.contact_id as id, bool_or(s.kind = 'restricted') as is_restricted,
           max(s.occurred_at) filter (where s.kind = 'objected' and (s.purpose_id <> everything or the_purpose.is_marketing
             or the_purpose.legal_basis in ('legitimate-interests', 'public-task'))) as objected_at
      from permission_state s
     where s.kind in ('restricted', 'objected') and s.contact_id between first_id and last_id
       and s.purpose_id in (p_purpose_id, everything) and s.channel in (p_channel, '*')
     group by s.contact_id
  ), stated as materialized (
    select s.contact_id as id, s.register, s.kind, s.kind in ('consent-given', 'consent-renewed') as agrees, s.occurred_at, s.until, s.purpose_version,
           s.permission_ground
      from permission_state s
     where s.contact_id between first_id and last_id and (together or s.contact_id = any (p_contact_ids))
       and s.purpose_id = p_purpose_id and s.channel = p_channel and s.register in ('consent', 'basis', 'request')
  ), point as materialized (
    select cp.contact_id as id, cp.match_hash, cp.must_confirm and cp.verified_at is null as unproven
      from contact_point cp
     where cp.contact_id between first_id and last_id and (together or cp.contact_id = any (p_contact_ids)) and cp.kind = point_kind and cp.is_primary
  ), united as materialized (
    select distinct cp.contact_id as id from contact_point cp
     where anybody_united and cp.contact_id between first_id and last_id and (together or cp.contact_id = any (p_contact_ids))
       and cp.kind = point_kind and cp.came_from is not null and not cp.is_primary
  ), answered as materialized (
    select w.id, case
        when person.id is null then 'unknown-contact'
        when person.state = 'merged' then 'merged'
        when stopping.is_restricted then 'restricted'
        -- A state this does not know; addresses of another record, each of which may have said stop; or of which none comes first.
        when person.state not in ('unconfirmed', 'active', 'quarantined') or united.id is not null or point_kind is not null and point.id is null
          and exists (select from contact_point cp where cp.contact_id = w.id and cp.kind = point_kind) then
          (select case when g.allowed then 'yes' else g.reason end from may_process(w.id, p_purpose_id, p_channel) g)
        when person.state = 'quarantined' and not the_purpose.is_system and not coalesce(consent.agrees, false) then 'quarantined'
        when stopping.objected_at is not null and not coalesce(consent.agrees and consent.occurred_at > stopping.objected_at, false) then 'objected'
        when point_kind is not null and point.id is null then 'no-address'
        when point_kind is not null and exists (
          select from suppression s where s.match_hash = point.match_hash
             and (s.reason = 'hard-bounce' or (s.reason = 'not-me' and s.suppressed_at > now() - interval '30 days')
                  or (the_purpose.is_marketing and not coalesce(consent.agrees and consent.occurred_at > s.suppressed_at, false)))) then 'suppressed'
        when the_purpose.legal_basis = 'consent' then case
          when consent.agrees then case
            when consent.until <= now() then 'consent-expired'
            when consent.purpose_version < the_purpose.covers_from_version then 'consent-outdated'
            when point.unproven then 'address-not-confirmed'
            else 'yes' end
          when consent.kind is not null then consent.kind
          when request.kind is not null then 'consent-not-confirmed'
          else 'consent-never-asked' end
        when basis.kind is null then 'basis-not-recorded'
        when basis.kind <> 'basis-asserted' or basis.until <= now() then 'basis-ended'
        when open_to is not null and not basis.permission_ground = any (open_to) then 'no-channel-permission'
        else 'yes' end as reason
      from unnest(p_contact_ids) w(id)
      left join person on person.id = w.id
      left join stopping on stopping.id = w.id
      left join stated consent on consent.id = w.id and consent.register = 'consent'
      left join stated basis on basis.id = w.id and basis.register = 'basis'
      left join stated request on request.id = w.id and request.register = 'request'
      left join point on point.id = w.id
      left join united on united.id = w.id
  )
  select a.id, a.reason = 'yes', case when a.reason <> 'yes' then a.reason end from answered a;
end $$;
