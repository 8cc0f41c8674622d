-- What all migrations together made of the database, for reading and review. Not run by anything.
-- Made by "npm run schema:dump"; test/schema.test.ts compares.

create type gate_answer as (
  allowed boolean,
  reason text,
  legal_basis text,
  permission_ground text,
  since timestamp with time zone,
  until timestamp with time zone,
  entry_id uuid
);

CREATE OR REPLACE FUNCTION a_month_after(moment timestamp with time zone)
 RETURNS date
 LANGUAGE sql
 STABLE
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
  select ((moment at time zone coalesce((select time_zone from controller), 'Europe/Sofia'))::date + interval '1 month')::date
$function$;

CREATE OR REPLACE FUNCTION add_counts(one jsonb, other jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select coalesce(jsonb_object_agg(key, n), '{}') from (
    select key, sum(value::integer) as n from (select * from jsonb_each_text(one) union all select * from jsonb_each_text(other)) both_of_them group by key) sums
$function$;

CREATE OR REPLACE FUNCTION admit_leaves()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
declare first bigint; last bigint; many bigint; admitted bigint;
begin
  select min(position), max(position), count(*) into first, last, many from added;
  if many = 0 then return null; end if;
  if last - first + 1 <> many or first > 0 and not exists (select from ledger_leaf where position = first - 1) then
    raise exception 'positions of the log follow one another without a gap' using errcode = 'SG006';
  end if;
  delete from ledger_waiting w using added a where w.entry_id = a.entry_id and w.leaf_hash = a.leaf_hash;
  get diagnostics admitted = row_count;
  if admitted <> many then
    raise exception 'only a leaf that waits is given a position' using errcode = 'SG006';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION begin_export(p_export_id uuid, p_by_kind text, p_by uuid)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
declare e bulk_export; d disclosure;
begin
  select * into strict e from bulk_export where id = p_export_id for update;
  select * into strict d from disclosure where id = p_export_id;
  if e.sealed_at is null or e.finished_at is not null or export_until(e) < now() or e.needs_approval and e.decision is distinct from 'approved'
     or (d.recorded_by_kind, d.recorded_by) is distinct from (p_by_kind, p_by)
     or e.beat_at > clock_timestamp() - interval '1 minute' then
    raise exception 'an export is given once, to whoever asked for it, in time, and of many only when another agreed' using errcode = 'SG007';
  end if;
  update disclosure set people = 0 where id = p_export_id;
  update bulk_export set attempts = e.attempts + 1, passed = 0, outcome = '{}', beat_at = clock_timestamp() where id = p_export_id;
  return e.attempts + 1;
end $function$;
grant execute on function begin_export to saglasie_app;

CREATE OR REPLACE FUNCTION check_asking_ground()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  if new.ground = 'soft-opt-in' and (select obtained_from from source where id = new.source_id) <> 'data-subject' then
    raise exception 'an address that did not come from the person was not obtained in a sale to them' using errcode = 'SG009';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION check_contact_point_provenance()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
declare stray boolean; loose boolean;
begin
  with sets as (
    select distinct c.state, cp.provenance_ids as ids from changed cp join contact c on c.id = cp.contact_id
  ), judged as (
    select s.state, k.stray, k.known
      from sets s cross join lateral (
        select bool_or(v.id is null) as stray, coalesce(bool_or(v.legal_basis <> 'unknown'), false) as known
          from unnest(s.ids) as i(id) left join provenance v on v.id = i.id) k
  )
  select bool_or(j.stray), bool_or(not j.known and j.state <> 'quarantined') into stray, loose from judged j;
  if stray then
    raise exception 'personal data without a recorded source, purpose and legal basis are refused' using errcode = 'SG002';
  elsif loose then
    raise exception 'a contact that holds data without a known legal basis must be quarantined' using errcode = 'SG003';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION check_contact_provenance()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
declare stray boolean; loose boolean;
begin
  with sets as (
    select c.state, to_jsonb(array_remove(array[c.origin_id, c.repaired_id], null)) as ids from changed c
    union
    select c.state, f.body->'provenance' from changed c, jsonb_each(c.facts) f(key, body)
    union
    -- Leaving quarantine, the addresses must be accounted for too; nothing else about a contact's row concerns them.
    select c.state, to_jsonb(cp.provenance_ids) from changed c join contact_point cp on cp.contact_id = c.id
     where tg_op = 'INSERT' or c.state not in ('quarantined', 'merged')
  ), judged as (
    select s.state, k.stray, k.known
      from sets s cross join lateral (
        select bool_or(v.id is null) as stray, coalesce(bool_or(v.legal_basis <> 'unknown'), false) as known
          from jsonb_array_elements_text(s.ids) as i(id) left join provenance v on v.id = i.id::uuid) k
  )
  select bool_or(j.stray), bool_or(not j.known and j.state not in ('quarantined', 'merged')) into stray, loose from judged j;
  if stray then
    raise exception 'personal data without a recorded source, purpose and legal basis are refused' using errcode = 'SG002';
  elsif loose then
    raise exception 'a contact that holds data without a known legal basis must be quarantined' using errcode = 'SG003';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION check_facts_serve()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
declare keys text[]; stray text;
begin
  if tg_op = 'INSERT' then
    select array_agg(distinct k) into keys from changed c, jsonb_object_keys(c.facts) k;
  else
    select array_agg(distinct n.key) into keys
      from changed c join before b on b.id = c.id and b.facts is distinct from c.facts, jsonb_each(c.facts) n
     where n.value is distinct from b.facts->n.key;
  end if;
  if keys is null then return null; end if;
  select k into stray from unnest(keys) k where not exists (select from field_purpose s where s.key = k) limit 1;
  if stray is not null then
    raise exception 'the field "%" is not described, or serves no purpose in use: nobody can fill it in', stray using errcode = 'SG020';
  end if;
  -- What Art. 9 protects must rest on a purpose that names it and has a condition, whatever else the person's data rest on.
  if exists (select from field_definition f where f.key = any (keys) and f.special_category is not null) then
    select n.key into stray
      from changed c, jsonb_each(c.facts) n join field_definition f on f.key = n.key and f.special_category is not null
     where n.key = any (keys) and not exists (
       select from jsonb_array_elements_text(n.value->'provenance') i join provenance p on p.id = i::uuid
         join field_purpose s on s.purpose_id = p.purpose_id and s.key = n.key and s.may_hold)
     limit 1;
    if stray is not null then
      raise exception 'the field "%" is of a special category: it needs a purpose with a condition of Art. 9(2)', stray using errcode = 'SG021';
    end if;
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION check_points_serve()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
declare stray text;
begin
  select k into stray
    from (select distinct case kind when 'post' then 'postal_address' else kind end as k from changed) d
   where not exists (select from field_purpose s where s.key = d.k) limit 1;
  if stray is not null then
    raise exception 'the field "%" serves no purpose in use: nobody can fill it in', stray using errcode = 'SG020';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION check_processors_exist()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  if exists (select from unnest(new.processor_ids) i where not exists (select from processor p where p.id = i)) then
    raise exception 'there is no such processor' using errcode = '23503';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION check_quarantine_act()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
declare the_purpose purpose;
begin
  select * into the_purpose from purpose where id = new.purpose_id;
  if new.legal_basis <> the_purpose.legal_basis then
    raise exception 'a purpose has one legal basis, which is not chosen per person' using errcode = 'SG009';
  elsif new.kind = 'evidence' and new.evidence_id is null then
    raise exception 'consent is not assigned: it comes with what shows it' using errcode = 'SG009';
  elsif the_purpose.is_marketing and new.legal_basis = 'contract' then
    raise exception 'a contract covers service, never marketing' using errcode = 'SG009';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION count_draft_revision()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.revision <> old.revision + 1 then
    raise exception 'a draft is saved over the revision that was seen, or not at all' using errcode = 'SG008';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION count_export_parts(p_export_id uuid, p_first integer, p_last integer)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
  select coalesce(jsonb_object_agg(g.reason, g.people), '{}')
    from (select coalesce(a.reason, 'given') as reason, count(*) as people
            from disclosure d, lateral disclosure_answers(d, array(select i from bulk_export_part p, unnest(p.contact_ids) i
              where p.export_id = p_export_id and p.no between p_first and p_last order by i)) a
           where d.id = p_export_id group by 1) g
$function$;
grant execute on function count_export_parts to saglasie_app;

CREATE OR REPLACE FUNCTION disclose_people(p_disclosure_id uuid, p_attempt integer, p_first_part integer, p_contact_ids uuid[])
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
declare d disclosure; counts jsonb;
begin
  perform lock_disclosures(false);
  select * into d from disclosure where id = p_disclosure_id for update;
  with answered as materialized (
    select a.contact_id, a.allowed, a.reason from disclosure_answers(d, p_contact_ids) a
  ), kept as (
    insert into disclosure_part (disclosure_id, attempt, no, contact_ids)
    select p_disclosure_id, p_attempt, p_first_part + n.no, array_agg(n.contact_id order by n.contact_id)
      from (select a.contact_id, ((row_number() over (order by a.contact_id) - 1) / 100)::integer as no from answered a where a.allowed) n
     group by n.no
  )
  select coalesce(jsonb_object_agg(g.reason, g.people), '{}') into counts
    from (select coalesce(a.reason, 'given') as reason, count(*) as people from answered a group by 1) g;
  if counts ? 'given' then
    update disclosure set people = people + (counts->>'given')::integer, disclosed_at = coalesce(disclosed_at, clock_timestamp()) where id = p_disclosure_id;
  end if;
  return counts;
end $function$;

CREATE OR REPLACE FUNCTION disclosure_answers(d disclosure, p_contact_ids uuid[])
 RETURNS TABLE(contact_id uuid, allowed boolean, reason text)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  if d.rule = 'gate' then
    return query
    select g.contact_id, g.allowed and not u.untold, case when g.allowed and u.untold then 'not-told' else g.reason end
      from gate_answers(p_contact_ids, d.purpose_id, d.channel) g
      cross join lateral (select g.allowed and d.recipient_kind in ('processor', 'third-party') and exists (
        select from duty_to_tell t where t.contact_id = g.contact_id and t.told_at is null and t.exemption_id is null) as untold) u;
    return;
  end if;
  return query
  select w.id, r.reason is null, r.reason
    from unnest(p_contact_ids) w(id) left join contact c on c.id = w.id
    cross join lateral (select case when c.id is null then 'unknown-contact'
      -- Absorbed by another contact, who stands for them.
      when c.state not in ('unconfirmed', 'active', 'quarantined') then c.state
      when d.recipient_kind = 'authority' and d.restriction_ground is null and exists (select from permission_state s
        where s.contact_id = w.id and s.kind = 'restricted') then 'restricted' end as reason) r;
end $function$;

CREATE OR REPLACE FUNCTION end_by_rule(rule jsonb, permission_ended timestamp with time zone, last_activity timestamp with time zone, collected timestamp with time zone)
 RETURNS timestamp with time zone
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select ((case rule->>'starts' when 'withdrawal' then permission_ended when 'end-of-contract' then permission_ended
            when 'last-activity' then last_activity else collected end) at time zone 'UTC'
          + make_interval(months => (rule->>'months')::integer)) at time zone 'UTC'
$function$;

CREATE OR REPLACE FUNCTION end_export(p_export_id uuid, p_attempt integer, p_is_whole boolean)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  update bulk_export set beat_at = null, finished_at = case when p_is_whole then clock_timestamp() end
   where id = p_export_id and attempts = p_attempt and finished_at is null;
  if p_is_whole then delete from bulk_export_part where export_id = p_export_id; end if;
end $function$;
grant execute on function end_export to saglasie_app;

CREATE OR REPLACE FUNCTION erase_ledger_of(p_contact_ids uuid[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
declare erased integer;
begin
  if exists (select from unnest(p_contact_ids) c(id) where not exists (select from erasure_journal j where j.contact_id = c.id)) then
    raise exception 'a ledger is emptied only at an erasure that is in the journal' using errcode = 'SG005';
  end if;
  -- Waits for entries under way (see fold_new_entries) and lets none in after them; in one order, as they lock theirs.
  perform from ledger_salt where contact_id = any(p_contact_ids) order by contact_id for update;
  insert into ledger_erased (id, leaf_hash) select id, leaf_hash from ledger_entry where contact_id = any(p_contact_ids);
  perform set_config('saglasie.erasing', 'on', true);
  delete from ledger_entry where contact_id = any(p_contact_ids);
  get diagnostics erased = row_count;
  perform set_config('saglasie.erasing', 'off', true);
  delete from permission_state where contact_id = any(p_contact_ids);
  delete from ledger_salt where contact_id = any(p_contact_ids);
  return erased;
end $function$;
grant execute on function erase_ledger_of to saglasie_app;

CREATE OR REPLACE FUNCTION export_approval_above()
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
  select case when decided_at < now() - interval '24 hours' then approval_above else least(approval_above, approval_above_before) end from export_policy
$function$;

CREATE OR REPLACE FUNCTION export_until(e bulk_export)
 RETURNS timestamp with time zone
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select case when e.decision = 'approved' then e.decided_at + interval '24 hours'
              when e.needs_approval then e.requested_at + interval '7 days' else e.requested_at + interval '24 hours' end
$function$;

CREATE OR REPLACE FUNCTION facts_are_accounted_for(facts jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select coalesce(jsonb_typeof(facts) = 'object' and not jsonb_path_exists(facts, '$.keyvalue() ? (
    !(@.key like_regex "^[a-z][a-z0-9_]{0,59}$") || !(@.value.type() == "object")
    || !(@.value.value.type() == "string") || !(@.value.provenance.type() == "array") || !(@.value.provenance.size() > 0)
    || !(exists (@.value.at ? (@ != null))))', silent => true), facts is null)
$function$;

CREATE OR REPLACE FUNCTION field_keeps_its_meaning()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.key <> old.key or new.type <> old.type or new.is_standard <> old.is_standard or new.channels <> old.channels
     or (old.special_category is not null and new.special_category is null)
     or exists (select from jsonb_array_elements(old.options) o
                 where not exists (select from jsonb_array_elements(new.options) n where n->>'value' = o->>'value')) then
    raise exception 'the field "%" holds values already: key, type, options and being of a special category stay', old.key using errcode = 'SG022';
  end if;
  new.updated_at := now();
  return new;
end $function$;

CREATE OR REPLACE FUNCTION fold_new_entries()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  -- Except just after one that is there: whoever withdraws when the clock was set back must not have to wait for it.
  if exists (select from added a where a.occurred_at > clock_timestamp() + interval '1 minute'
       and not exists (select from permission_state s where s.contact_id = a.contact_id
         and s.occurred_at between a.occurred_at - interval '1 second' and a.occurred_at)) then
    raise exception 'a ledger entry cannot have happened in the future' using errcode = 'SG004';
  end if;
  -- Held until this commits, so that an erasure at the same time either finds these entries or leaves no salt for them.
  -- Salts made in this very transaction nobody else can see, let alone destroy; importing a million locks none.
  perform from ledger_salt s where s.contact_id in (select contact_id from added) and s.xmin <> pg_current_xact_id()::xid
    order by s.contact_id for key share;
  if exists (select from added a where not exists (select from ledger_salt s where s.contact_id = a.contact_id)) then
    raise exception 'a ledger entry needs the salt of its contact' using errcode = 'SG004';
  end if;
  if exists (select from contact_merge m join added a on a.contact_id = m.absorbed_id where m.undone_at is null) then
    raise exception 'this contact went up in another, where what is said is written' using errcode = 'SG009';
  end if;
  insert into permission_state as held
  select distinct on (contact_id, coalesce(purpose_id, '00000000-0000-0000-0000-000000000000'), coalesce(channel, '*'), register_of(kind))
    contact_id, coalesce(purpose_id, '00000000-0000-0000-0000-000000000000'), coalesce(channel, '*'),
    register_of(kind), kind, occurred_at, strictness_of(kind), id, until, legal_basis, permission_ground, purpose_version
  from added
  order by contact_id, coalesce(purpose_id, '00000000-0000-0000-0000-000000000000'), coalesce(channel, '*'), register_of(kind),
    occurred_at desc, strictness_of(kind) desc, id desc
  on conflict (contact_id, purpose_id, channel, register) do update
    set kind = excluded.kind, occurred_at = excluded.occurred_at, strictness = excluded.strictness, entry_id = excluded.entry_id,
        until = excluded.until, legal_basis = excluded.legal_basis, permission_ground = excluded.permission_ground,
        purpose_version = excluded.purpose_version
    where (excluded.occurred_at, excluded.strictness, excluded.entry_id) > (held.occurred_at, held.strictness, held.entry_id);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION follow_merge()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  if tg_op = 'INSERT' then
    update contact set state = 'merged' where id = new.absorbed_id;
    perform refold_permissions_of(new.absorbed_id);
  elsif new.undone_at is not null and old.undone_at is null then
    update contact set state = new.absorbed_state where id = new.absorbed_id;
    perform refold_permissions_of(new.absorbed_id);
    perform refold_permissions_of(new.survivor_id);
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION forget_chosen()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
declare gone integer;
begin
  delete from bulk_export_part p using bulk_export e
   where e.id = p.export_id and (e.finished_at is not null or e.decision = 'refused' or export_until(e) < now() - interval '6 hours');
  get diagnostics gone = row_count;
  return gone;
end $function$;
grant execute on function forget_chosen to saglasie_app;

CREATE OR REPLACE FUNCTION forget_expired_evidence()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
declare gone integer;
begin
  delete from evidence_capsule c where c.keep_until <= current_date;
  get diagnostics gone = row_count;
  update evidence_opening o set handle = null
   where o.handle is not null and coalesce(o.decided_at + interval '24 hours', o.requested_at + interval '7 days') < now();
  return gone;
end $function$;
grant execute on function forget_expired_evidence to saglasie_app;

CREATE OR REPLACE FUNCTION forget_in_disclosures()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  if not exists (select from gone) then return null; end if;
  perform lock_disclosures(true);
  if exists (select from disclosure_part) then
    with held as materialized (
      select distinct p.disclosure_id, p.attempt, p.no from gone g join disclosure_part p on p.span @> place_of(g.id) and g.id = any (p.contact_ids)
    ), hit as materialized (
      select p.* from disclosure_part p where (p.disclosure_id, p.attempt, p.no) in (select * from held) order by 1, 2, 3 for update
    ), rest as (
      select h.disclosure_id, h.attempt, h.no, coalesce(array_agg(i.id order by i.id) filter (where g.id is null), '{}') as contact_ids
        from hit h, unnest(h.contact_ids) i(id) left join gone g on g.id = i.id group by 1, 2, 3
    )
    update disclosure_part p set contact_ids = r.contact_ids from rest r
     where (p.disclosure_id, p.attempt, p.no) = (r.disclosure_id, r.attempt, r.no);
  end if;
  if exists (select from bulk_export_part) then
    with held as materialized (
      select distinct p.export_id, p.no from gone g join bulk_export_part p on p.span @> place_of(g.id) and g.id = any (p.contact_ids)
    ), hit as materialized (
      select p.* from bulk_export_part p where (p.export_id, p.no) in (select * from held) order by 1, 2 for update
    ), rest as (
      select h.export_id, h.no, coalesce(array_agg(i.id order by i.id) filter (where g.id is null), '{}') as contact_ids
        from hit h, unnest(h.contact_ids) i(id) left join gone g on g.id = i.id group by 1, 2
    )
    update bulk_export_part p set contact_ids = r.contact_ids from rest r where (p.export_id, p.no) = (r.export_id, r.no);
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION forget_match()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  delete from contact_match m using changed c where m.contact_id = c.contact_id;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION forget_match_of_changed()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  delete from contact_match m using changed c, former f
   where m.contact_id = c.id and f.id = c.id and (c.facts, c.state) is distinct from (f.facts, f.state);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION forget_unused_evidence()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  delete from shared_evidence s using (select distinct evidence_id from removed) r
   where s.id = r.evidence_id and not exists (select from evidence_use u where u.evidence_id = s.id);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION form_version_takes_answers(p_version_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select f.published_version_id is not null and f.archived_at is null
     and (v.id = f.published_version_id
          or (v.published_at > coalesce(f.unpublished_at, '-infinity')
              and (select min(later.published_at) from form_version later
                    where later.form_id = v.form_id and later.number > v.number) > now() - interval '1 day'))
    from form_version v join form f on f.id = v.form_id
   where v.id = p_version_id
$function$;

CREATE OR REPLACE FUNCTION gate_answers(p_contact_ids uuid[], p_purpose_id uuid, p_channel text)
 RETURNS TABLE(contact_id uuid, allowed boolean, reason text)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
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
     where s.kind in ('restricted', 'objected') and s.contact_id between first_id and last_id and (together or s.contact_id = any (p_contact_ids))
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
end $function$;
grant execute on function gate_answers to saglasie_app;

CREATE OR REPLACE FUNCTION give_export_parts(p_export_id uuid, p_attempt integer, p_first integer, p_last integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
declare e bulk_export; ids uuid[]; counts jsonb;
begin
  select * into strict e from bulk_export where id = p_export_id for update;
  if e.attempts <> p_attempt or e.finished_at is not null or e.needs_approval and e.decision is distinct from 'approved'
     or export_until(e) < now() - interval '6 hours' or p_last - p_first not between 0 and 999 then
    raise exception 'this attempt to take the export is over' using errcode = 'SG007';
  end if;
  ids := array(select i from bulk_export_part p, unnest(p.contact_ids) i where p.export_id = p_export_id and p.no between p_first and p_last order by i);
  counts := disclose_people(p_export_id, p_attempt, p_first, ids);
  update bulk_export set passed = passed + cardinality(ids), outcome = add_counts(outcome, counts), beat_at = clock_timestamp() where id = p_export_id;
  return counts;
end $function$;
grant execute on function give_export_parts to saglasie_app;

CREATE OR REPLACE FUNCTION hold_ledgers_of(p_contact_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  perform from ledger_salt where contact_id = any (p_contact_ids) order by contact_id for update;
end $function$;
grant execute on function hold_ledgers_of to saglasie_app;

CREATE OR REPLACE FUNCTION in_every_language(texts jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  select jsonb_typeof(texts) = 'object'
     and coalesce(trim(texts->>'bg'), '') <> ''
     and coalesce(trim(texts->>'en'), '') <> ''
$function$;

CREATE OR REPLACE FUNCTION is_asked_about(p_opening_id uuid, p_handle bytea)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
  select exists (select from evidence_opening where id = p_opening_id and handle = p_handle)
$function$;
grant execute on function is_asked_about to saglasie_app;

CREATE OR REPLACE FUNCTION is_automatic(p_purpose_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  -- The product's own purposes follow the others: nobody is kept for a confirmation message.
  select coalesce((select s.automatic from retention_switch s where s.purpose_id = p_purpose_id),
                  (select p.is_system from purpose p where p.id = p_purpose_id), false)
$function$;

CREATE OR REPLACE FUNCTION is_being_merged(p_contact_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
  select exists (select from contact_merge m where p_contact_id in (m.survivor_id, m.absorbed_id) and m.xmin = pg_current_xact_id()::xid)
$function$;

CREATE OR REPLACE FUNCTION is_hold_standing(p_hold retention_hold)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select p_hold.lifted_at is null and coalesce(p_hold.until > current_date, true)
$function$;

CREATE OR REPLACE FUNCTION is_option_list(options jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  select jsonb_typeof(options) = 'array' and not exists (
    select from jsonb_array_elements(options) as o
    where coalesce(o->>'value', '') !~ '^[a-z0-9][a-z0-9_-]{0,59}$' or not coalesce(in_every_language(o->'label'), false))
    and (select count(distinct o->>'value') from jsonb_array_elements(options) as o) = jsonb_array_length(options)
$function$;

CREATE OR REPLACE FUNCTION is_retention_rule(rule jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  select coalesce(jsonb_typeof(rule) = 'object'
     and rule->>'starts' in ('withdrawal', 'last-activity', 'end-of-contract', 'collection')
     and rule->>'months' ~ '^[0-9]{1,4}$' and (rule->>'months')::integer <= 1200, false)
$function$;

CREATE OR REPLACE FUNCTION is_site_origin(origin text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  select length(origin) <= 200
     and origin ~ '^(https://([a-z0-9]([a-z0-9-]*[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*|http://(localhost|127\.0\.0\.1|\[::1\]))(:[1-9][0-9]{0,4})?$'
$function$;

CREATE OR REPLACE FUNCTION keep_approach()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.settled_at is not null and (new.answer, new.settled_at) is distinct from (old.answer, old.settled_at) then
    raise exception 'an approach is settled once' using errcode = 'SG007';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION keep_approved_items()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  if exists (select from retention_batch b where b.id = new.batch_id and b.state <> 'proposed') then
    raise exception 'nobody is added to a batch that was approved' using errcode = 'SG009';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION keep_asking_ground()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'UPDATE' and old.revoked_at is null and new.revoked_at is not null
     and to_jsonb(new) - 'revoked_at' = to_jsonb(old) - 'revoked_at' then
    return new;
  end if;
  raise exception 'a ground that was stated can only be taken back' using errcode = 'SG001';
end $function$;

CREATE OR REPLACE FUNCTION keep_capsule()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'UPDATE' and (new.id, new.ground, new.sealed, new.sealed_on) = (old.id, old.ground, old.sealed, old.sealed_on)
     and new.keep_until <= old.keep_until then
    return new;
  elsif tg_op = 'DELETE' and old.keep_until <= current_date then
    return old;
  end if;
  raise exception '% of evidence_capsule is refused: it stays as it was sealed until its day, and that day only comes nearer', tg_op
    using errcode = 'SG001';
end $function$;

CREATE OR REPLACE FUNCTION keep_disclosure()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  -- The rule follows from the recipient, and is not worked out yet.
  if tg_op = 'UPDATE' and to_jsonb(new) - array['disclosed_at', 'people', 'rule'] = to_jsonb(old) - array['disclosed_at', 'people', 'rule']
     and (old.disclosed_at is null or new.disclosed_at = old.disclosed_at) then
    return new;
  end if;
  raise exception '% of disclosure is refused: who received data, what for, is a fact', tg_op using errcode = 'SG001';
end $function$;

CREATE OR REPLACE FUNCTION keep_disclosure_part()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'UPDATE' and (new.disclosure_id, new.attempt, new.no) = (old.disclosure_id, old.attempt, old.no) and new.contact_ids <@ old.contact_ids then
    return new;
  end if;
  raise exception '% of disclosure_part is refused: who received whose data is a fact', tg_op using errcode = 'SG001';
end $function$;

CREATE OR REPLACE FUNCTION keep_dismissal()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.dismissed_at is not null then
    raise exception 'that two contacts are not one person stays decided' using errcode = 'SG009';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION keep_duty_exemption()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.exemption_id is not null and new.exemption_id is distinct from old.exemption_id then
    raise exception 'an exemption once recorded stays, with its reason' using errcode = 'SG001';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION keep_finished_job()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.finished_at is not null then
    raise exception 'work that has ended is not changed' using errcode = 'SG001';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION keep_handle()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  -- The capsule's own row is gone already when its handles go with it.
  if tg_op = 'DELETE' and not exists (select from evidence_capsule where id = old.capsule_id) then return old; end if;
  raise exception '% of evidence_handle is refused: it stays with its capsule', tg_op using errcode = 'SG001';
end $function$;

CREATE OR REPLACE FUNCTION keep_history()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if (new.id, new.contact_id, new.field, new.reason, new.changed_by_kind, new.changed_by, new.changed_at, new.provenance_ids, new.merge_id)
       is distinct from (old.id, old.contact_id, old.field, old.reason, old.changed_by_kind, old.changed_by, old.changed_at, old.provenance_ids, old.merge_id)
     or new.old_value is not null or new.new_value is not null or not new.is_forgotten then
    raise exception 'history is not rewritten, only forgotten' using errcode = 'SG001';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION keep_hold()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.lifted_at is not null or (new.id, new.contact_id, new.ground, new.reason, new.placed_by, new.placed_at, new.until)
       is distinct from (old.id, old.contact_id, old.ground, old.reason, old.placed_by, old.placed_at, old.until) then
    raise exception 'a hold stays as it was placed, and is lifted once' using errcode = 'SG001';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION keep_import()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if (new.file_name, new.bytes, new.sha256, new.created_at, new.created_by_kind) is distinct from
     (old.file_name, old.bytes, old.sha256, old.created_at, old.created_by_kind) then
    raise exception 'what was brought in is not changed' using errcode = 'SG001';
  end if;
  if old.commit_started_at is not null and (new.settings, new.purpose_id, new.source_id, new.commit_started_at) is distinct from
     (old.settings, old.purpose_id, old.source_id, old.commit_started_at) then
    raise exception 'on which ground people were brought in is not changed afterwards' using errcode = 'SG001';
  end if;
  if new.state <> old.state and not (old.state, new.state) in (
       ('uploaded', 'ready'), ('uploaded', 'discarded'), ('ready', 'checking'), ('ready', 'committing'), ('ready', 'discarded'),
       ('checking', 'checked'), ('checking', 'ready'), ('checked', 'ready'), ('checked', 'checking'), ('checked', 'committing'),
       ('checked', 'discarded'), ('committing', 'committed'), ('committing', 'stopped'), ('committed', 'undoing'), ('stopped', 'undoing'),
       ('undoing', 'undone'), ('undoing', 'stopped')) then
    raise exception 'an import does not go from % to %', old.state, new.state using errcode = 'SG001';
  end if;
  if new.state = 'undoing' and old.state <> 'undoing' and not (new.undo_until > now() and new.rows_erased_at is null) then
    raise exception 'this import can no longer be undone' using errcode = 'SG001';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION keep_merged_contact()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  if (new.state = 'merged') <> exists (select from contact_merge m where m.absorbed_id = new.id and m.undone_at is null) then
    raise exception 'a contact is merged by a merge, and stays so until that is undone' using errcode = 'SG009';
  end if;
  if old.state = 'merged' and new.state = 'merged'
     and (new.facts, new.language, new.country, new.origin_id) is distinct from (old.facts, old.language, old.country, old.origin_id) then
    raise exception 'this contact went up in another, where its data are changed' using errcode = 'SG009';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION keep_newer_suppression()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.suppressed_at := greatest(old.suppressed_at, new.suppressed_at);
  return new;
end $function$;

CREATE OR REPLACE FUNCTION keep_parental_answer()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.confirmed_at is not null
     or (new.submission_id, new.guardian_id, new.asked_at) is distinct from (old.submission_id, old.guardian_id, old.asked_at) then
    raise exception 'what a parent was asked and said is not changed' using errcode = 'SG001';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION keep_quarantine_act()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  -- Evidence goes with the last person it spoke of; that there was some stays.
  if tg_op = 'UPDATE' and new.evidence_id is null and to_jsonb(new) - 'evidence_id' = to_jsonb(old) - 'evidence_id' then
    return new;
  end if;
  raise exception 'what was done in quarantine is a fact' using errcode = 'SG001';
end $function$;

CREATE OR REPLACE FUNCTION let_duties_follow_merge()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  if tg_op = 'INSERT' then
    insert into duty_to_tell as held (contact_id, source_id, obtained_at, due_on, told_at, entry_id, exemption_id, merge_id)
    select new.survivor_id, d.source_id, d.obtained_at, d.due_on, d.told_at, d.entry_id, d.exemption_id, new.id
      from duty_to_tell d where d.contact_id = new.absorbed_id
    on conflict (contact_id, source_id) do update
      set told_at = coalesce(held.told_at, excluded.told_at), entry_id = case when held.told_at is null then excluded.entry_id else held.entry_id end;
    delete from duty_to_tell where contact_id = new.absorbed_id;
  elsif new.undone_at is not null and old.undone_at is null then
    insert into duty_to_tell (contact_id, source_id, obtained_at, due_on, told_at, entry_id, exemption_id)
    select new.absorbed_id, d.source_id, d.obtained_at, d.due_on, d.told_at, d.entry_id, d.exemption_id
      from duty_to_tell d
     where d.contact_id = new.survivor_id and exists (
       select from contact c join provenance v on v.source_id = d.source_id
        where c.id = new.absorbed_id and (v.id = c.origin_id or c.facts::text like '%' || v.id::text || '%'))
    on conflict do nothing;
    delete from duty_to_tell where contact_id = new.survivor_id and merge_id = new.id;
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION lock_disclosures(for_erasure boolean)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if for_erasure then perform pg_advisory_xact_lock_shared(7215322, 1); else perform pg_advisory_xact_lock(7215322, 1); end if;
end $function$;

CREATE OR REPLACE FUNCTION mark_replaced_address()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  if new.kind <> 'email' then return new; end if;
  if tg_op = 'UPDATE' and new.match_key = old.match_key and exists (
       select from contact_merge m where (m.survivor_id = new.contact_id or m.absorbed_id = new.contact_id)
          and m.xmin = pg_current_xact_id()::xid and (m.undone_at is not null or new.must_confirm or not old.must_confirm)) then
    return new;
  end if;
  if tg_op = 'UPDATE' and new.match_key = old.match_key and (old.is_primary or not new.is_primary) then
    -- Confirming is the only way out.
    new.must_confirm := old.must_confirm;
    return new;
  end if;
  if tg_op = 'UPDATE' and new.match_key <> old.match_key then new.verified_at := null; end if;
  new.must_confirm := exists (select from permission_state s where s.contact_id = new.contact_id and s.register = 'consent'
    and s.channel = 'email' and s.kind in ('consent-given', 'consent-renewed'));
  return new;
end $function$;

CREATE OR REPLACE FUNCTION may_decide_export(p_staff_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
  select exists (select from staff_member where id = p_staff_id and disabled_at is null and role in ('owner', 'dpo'))
$function$;

CREATE OR REPLACE FUNCTION may_open_evidence(p_staff_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
  select exists (select from staff_member where id = p_staff_id and disabled_at is null and role in ('owner', 'dpo'))
$function$;

CREATE OR REPLACE FUNCTION may_process(p_contact_id uuid, p_purpose_id uuid, p_channel text)
 RETURNS gate_answer
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER COST 5000
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
declare
  everything constant uuid := '00000000-0000-0000-0000-000000000000';
  person contact; the_purpose purpose; state permission_state;
  consent permission_state; basis permission_state; objection permission_state; suppressed timestamptz; unproven boolean;
begin
  select * into person from contact where id = p_contact_id;
  if not found then return row(false, 'unknown-contact', null, null, null, null, null)::gate_answer; end if;
  if person.state = 'merged' then return row(false, 'merged', null, null, null, null, null)::gate_answer; end if;
  select * into the_purpose from purpose where id = p_purpose_id;
  if not found or the_purpose.archived_at is not null then
    return row(false, 'unknown-purpose', null, null, null, null, null)::gate_answer;
  end if;
  if not p_channel = any (the_purpose.channels) then
    return row(false, 'channel-not-declared', null, null, null, null, null)::gate_answer;
  end if;

  for state in select * from permission_state s where s.contact_id = p_contact_id
    and s.purpose_id in (p_purpose_id, everything) and s.channel in (p_channel, '*')
  loop
    if state.register = 'restriction' and state.kind = 'restricted' then
      return row(false, 'restricted', null, null, state.occurred_at, null, state.entry_id)::gate_answer;
    elsif state.register = 'consent' then consent := state;
    elsif state.register = 'basis' then basis := state;
    elsif state.register = 'objection' and state.kind = 'objected'
      -- An objection to everything covers direct marketing (Art. 21(2)) and what rests on balancing (Art. 21(1)).
      and (state.purpose_id <> everything or the_purpose.is_marketing or the_purpose.legal_basis in ('legitimate-interests', 'public-task'))
      and (objection.occurred_at is null or (state.occurred_at, state.entry_id) > (objection.occurred_at, objection.entry_id)) then objection := state;
    end if;
  end loop;

  -- Unknown origin means no, except where the person has since spoken for themselves: they asked to confirm a consent a
  -- moment ago, or gave one for this very purpose.
  if person.state = 'quarantined' and not the_purpose.is_system
     and (consent.kind is null or consent.kind not in ('consent-given', 'consent-renewed')) then
    return row(false, 'quarantined', null, null, null, null, null)::gate_answer;
  end if;

  -- A consent the person gave after objecting is their newer word; nothing else outlives an objection.
  if objection.kind is not null and not coalesce(consent.kind in ('consent-given', 'consent-renewed') and consent.occurred_at > objection.occurred_at, false) then
    return row(false, 'objected', null, null, objection.occurred_at, null, objection.entry_id)::gate_answer;
  end if;

  if p_channel <> 'none' then
    select cp.must_confirm and cp.verified_at is null into unproven
      from contact_point cp
     where cp.contact_id = p_contact_id
       and cp.kind = case p_channel when 'email' then 'email' when 'post' then 'post' else 'phone' end
     order by cp.is_primary desc limit 1;
    if not found then
      return row(false, 'no-address', null, null, null, null, null)::gate_answer;
    end if;
    -- A dead address gets nothing; "not me" gets nothing for 30 days; otherwise suppression stops marketing until the
    -- person gives a newer consent.
    select max(s.suppressed_at) into suppressed
      from contact_point cp join suppression s on s.match_hash = cp.match_hash
     where cp.contact_id = p_contact_id and (cp.is_primary or cp.came_from is not null and s.reason <> 'hard-bounce')
       and cp.kind = case p_channel when 'email' then 'email' when 'post' then 'post' else 'phone' end
       and (s.reason = 'hard-bounce' or (s.reason = 'not-me' and s.suppressed_at > now() - interval '30 days')
            or (the_purpose.is_marketing and (consent.kind is null or consent.kind not in ('consent-given', 'consent-renewed')
                or consent.occurred_at <= s.suppressed_at)));
    if suppressed is not null then
      return row(false, 'suppressed', null, null, suppressed, null, null)::gate_answer;
    end if;
  end if;

  if the_purpose.legal_basis = 'consent' then
    if consent.kind in ('consent-given', 'consent-renewed') then
      if consent.until is not null and consent.until <= now() then
        return row(false, 'consent-expired', null, null, consent.until, null, consent.entry_id)::gate_answer;
      end if;
      -- What they agreed to is not what is done today: recipients, data or time were added since.
      if consent.purpose_version < the_purpose.covers_from_version then
        return row(false, 'consent-outdated', null, null, consent.occurred_at, consent.until, consent.entry_id)::gate_answer;
      end if;
      -- The person agreed at another address; that this one is theirs nobody has shown.
      if unproven then
        return row(false, 'address-not-confirmed', null, null, consent.occurred_at, consent.until, consent.entry_id)::gate_answer;
      end if;
      return row(true, 'consent-given', 'consent', 'consent', consent.occurred_at, consent.until, consent.entry_id)::gate_answer;
    elsif consent.kind is not null then
      return row(false, consent.kind, null, null, consent.occurred_at, null, consent.entry_id)::gate_answer;
    end if;
    select * into state from permission_state s where s.contact_id = p_contact_id and s.purpose_id = p_purpose_id
       and s.channel = p_channel and s.register = 'request';
    if found then
      return row(false, 'consent-not-confirmed', null, null, state.occurred_at, null, state.entry_id)::gate_answer;
    end if;
    return row(false, 'consent-never-asked', null, null, null, null, null)::gate_answer;
  end if;

  if basis.kind is distinct from 'basis-asserted' then
    return row(false, case when basis.kind is null then 'basis-not-recorded' else 'basis-ended' end,
      null, null, basis.occurred_at, null, basis.entry_id)::gate_answer;
  end if;
  if basis.until is not null and basis.until <= now() then
    return row(false, 'basis-ended', null, null, basis.until, null, basis.entry_id)::gate_answer;
  end if;
  -- Marketing by e-mail, SMS or call needs a permission of its own, whatever the legal basis (Directive 2002/58/EC Art. 13;
  -- ЗЕС чл. 261 counts calls too). That an existing customer could object (13(2)) opens messages only, not calls.
  if the_purpose.is_marketing and p_channel in ('email', 'sms', 'phone') and basis.permission_ground <> 'legal-entity'
     and (p_channel = 'phone' or basis.permission_ground <> 'soft-opt-in') then
    return row(false, 'no-channel-permission', null, null, basis.occurred_at, null, basis.entry_id)::gate_answer;
  end if;
  return row(true, 'basis-asserted', basis.legal_basis, basis.permission_ground, basis.occurred_at, basis.until, basis.entry_id)::gate_answer;
end $function$;

CREATE OR REPLACE FUNCTION may_process_many(p_contact_ids uuid[], p_purpose_id uuid, p_channel text)
 RETURNS TABLE(contact_id uuid, allowed boolean, reason text, legal_basis text, permission_ground text, since timestamp with time zone, until timestamp with time zone, entry_id uuid)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER COST 5000 ROWS 100
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
#variable_conflict use_column
declare
  everything constant uuid := '00000000-0000-0000-0000-000000000000';
  wanted constant text := case p_channel when 'email' then 'email' when 'post' then 'post' else 'phone' end;
  the_purpose purpose; by_consent boolean; is_objectionable boolean; nobody text;
  anybody_united constant boolean := exists (select from contact_merge where undone_at is null);
begin
  select * into the_purpose from purpose where id = p_purpose_id;
  if not found or the_purpose.archived_at is not null then
    nobody := 'unknown-purpose';
  elsif not p_channel = any (the_purpose.channels) then
    nobody := 'channel-not-declared';
  end if;
  if nobody is not null then
    return query select asked.id, false, case when person.id is null then 'unknown-contact' when person.state = 'merged' then 'merged' else nobody end,
        null::text, null::text, null::timestamptz, null::timestamptz, null::uuid
      from (select distinct unnest(p_contact_ids)) asked(id) left join contact person on person.id = asked.id;
    return;
  end if;
  by_consent := the_purpose.legal_basis = 'consent';
  -- An objection to everything covers direct marketing (Art. 21(2)) and what rests on balancing (Art. 21(1)).
  is_objectionable := the_purpose.is_marketing or the_purpose.legal_basis in ('legitimate-interests', 'public-task');

  return query
  select found.id, found.reason in ('consent-given', 'basis-asserted'), found.reason,
         case found.reason when 'consent-given' then 'consent' when 'basis-asserted' then found.basis_legal end,
         case found.reason when 'consent-given' then 'consent' when 'basis-asserted' then found.basis_ground end,
         case when found.reason in ('unknown-contact', 'merged', 'quarantined', 'no-address', 'consent-never-asked') then null
              when found.reason = 'restricted' then found.restricted_at
              when found.reason = 'objected' then found.objected_at
              when found.reason = 'suppressed' then found.suppressed_at
              when found.reason = 'consent-not-confirmed' then found.requested_at
              when found.reason = 'consent-expired' and found.agreed then found.consent_until
              when by_consent then found.consent_at
              when found.reason = 'basis-ended' and found.basis_kind = 'basis-asserted' then found.basis_until
              else found.basis_at end,
         case when found.reason in ('consent-given', 'consent-outdated', 'address-not-confirmed') then found.consent_until
              when found.reason = 'basis-asserted' then found.basis_until end,
         case when found.reason in ('unknown-contact', 'merged', 'quarantined', 'no-address', 'suppressed', 'consent-never-asked') then null
              when found.reason = 'restricted' then found.restricted_by
              when found.reason = 'objected' then found.objected_by
              when found.reason = 'consent-not-confirmed' then found.requested_by
              when by_consent then found.consent_by
              else found.basis_by end
    from (
      select asked.id, agreed.yes as agreed, restriction.occurred_at as restricted_at, restriction.entry_id as restricted_by,
             objection.occurred_at as objected_at, objection.entry_id as objected_by, suppressed.at as suppressed_at,
             request.occurred_at as requested_at, request.entry_id as requested_by,
             consent.occurred_at as consent_at, consent.until as consent_until, consent.entry_id as consent_by,
             basis.kind as basis_kind, basis.occurred_at as basis_at, basis.until as basis_until, basis.entry_id as basis_by,
             basis.legal_basis as basis_legal, basis.permission_ground as basis_ground,
             case
               when person.id is null then 'unknown-contact'
               when person.state = 'merged' then 'merged'
               when restriction.entry_id is not null then 'restricted'
               -- Unknown origin means no, except where the person has since spoken for themselves: they asked to confirm a
               -- consent a moment ago, or gave one for this very purpose.
               when person.state = 'quarantined' and not the_purpose.is_system and not agreed.yes then 'quarantined'
               -- A consent the person gave after objecting is their newer word; nothing else outlives an objection.
               when objection.entry_id is not null and not (agreed.yes and consent.occurred_at > objection.occurred_at) then 'objected'
               when p_channel <> 'none' and point.unproven is null then 'no-address'
               when suppressed.at is not null then 'suppressed'
               when by_consent then case
                 when agreed.yes then case
                   when consent.until <= now() then 'consent-expired'
                   -- What they agreed to is not what is done today: recipients, data or time were added since.
                   when consent.purpose_version < the_purpose.covers_from_version then 'consent-outdated'
                   -- The person agreed at another address; that this one is theirs nobody has shown.
                   when point.unproven then 'address-not-confirmed'
                   else 'consent-given' end
                 when consent.kind is not null then consent.kind
                 when request.entry_id is not null then 'consent-not-confirmed'
                 else 'consent-never-asked' end
               when basis.kind is null then 'basis-not-recorded'
               when basis.kind <> 'basis-asserted' or basis.until <= now() then 'basis-ended'
               -- Marketing by e-mail, SMS or call needs a permission of its own, whatever the legal basis (Directive 2002/58/EC
               -- Art. 13; ЗЕС чл. 261 counts calls too). That an existing customer could object (13(2)) opens messages only,
               -- not calls.
               when the_purpose.is_marketing and p_channel in ('email', 'sms', 'phone') and basis.permission_ground <> 'legal-entity'
                and (p_channel = 'phone' or basis.permission_ground <> 'soft-opt-in') then 'no-channel-permission'
               else 'basis-asserted' end as reason
        from (select distinct unnest(p_contact_ids)) asked(id)
        left join contact person on person.id = asked.id
        left join permission_state restriction on restriction.contact_id = asked.id and restriction.purpose_id = everything
         and restriction.channel = '*' and restriction.register = 'restriction' and restriction.kind = 'restricted'
        left join permission_state consent on consent.contact_id = asked.id and consent.purpose_id = p_purpose_id
         and consent.channel = p_channel and consent.register = 'consent'
        cross join lateral (select coalesce(consent.kind in ('consent-given', 'consent-renewed'), false)) agreed(yes)
        left join permission_state request on by_consent and request.contact_id = asked.id and request.purpose_id = p_purpose_id
         and request.channel = p_channel and request.register = 'request'
        left join permission_state basis on not by_consent and basis.contact_id = asked.id and basis.purpose_id = p_purpose_id
         and basis.channel = p_channel and basis.register = 'basis'
        left join lateral (
          select s.occurred_at, s.entry_id from permission_state s
           where s.contact_id = asked.id and s.purpose_id in (p_purpose_id, everything) and s.channel in (p_channel, '*')
             and s.register = 'objection' and s.kind = 'objected' and (s.purpose_id <> everything or is_objectionable)
           order by s.occurred_at desc, s.entry_id desc limit 1) objection on true
        left join lateral (
          select cp.must_confirm and cp.verified_at is null as unproven, case when cp.is_primary then cp.match_hash end as match_hash
            from contact_point cp
           where p_channel <> 'none' and cp.contact_id = asked.id and cp.kind = wanted
           order by cp.is_primary desc limit 1) point on true
        -- A dead address gets nothing; "not me" gets nothing for 30 days; otherwise suppression stops marketing until the
        -- person gives a newer consent.
        left join lateral (
          select max(s.suppressed_at) as at
            from (select point.match_hash, true as is_main
                  union all
                  select cp.match_hash, false from contact_point cp
                   where anybody_united and p_channel <> 'none' and cp.contact_id = asked.id and cp.kind = wanted
                     and cp.came_from is not null and not cp.is_primary) own
            join suppression s on s.match_hash = own.match_hash
           where (own.is_main or s.reason <> 'hard-bounce')
             and (s.reason = 'hard-bounce' or (s.reason = 'not-me' and s.suppressed_at > now() - interval '30 days')
                  or (the_purpose.is_marketing and not (agreed.yes and consent.occurred_at > s.suppressed_at)))) suppressed on true
    ) found;
end $function$;

CREATE OR REPLACE FUNCTION note_duties_of_addresses()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  -- Most addresses come with their contact, whose own row says the same already.
  insert into duty_to_tell (contact_id, source_id, obtained_at, due_on)
  select cp.contact_id, v.source_id, min(cp.created_at), a_month_after(min(cp.created_at))
    from changed cp cross join lateral unnest(cp.provenance_ids) p
    join provenance v on v.id = p join source s on s.id = v.source_id and s.obtained_from = 'other'
    join contact c on c.id = cp.contact_id and c.origin_id <> p
   group by cp.contact_id, v.source_id
  on conflict do nothing;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION note_duties_to_tell()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  if tg_op = 'INSERT' then
    insert into duty_to_tell (contact_id, source_id, obtained_at, due_on)
    select n.contact_id, v.source_id, min(n.at), a_month_after(min(n.at))
      from (select c.id as contact_id, c.origin_id::text as provenance_id, c.created_at as at from changed c
            union
            select c.id, p, c.created_at from changed c, jsonb_each(c.facts) f(key, body), jsonb_array_elements_text(f.body->'provenance') p) n
      join provenance v on v.id = n.provenance_id::uuid join source s on s.id = v.source_id and s.obtained_from = 'other'
     group by n.contact_id, v.source_id
    on conflict do nothing;
  else
    insert into duty_to_tell (contact_id, source_id, obtained_at, due_on)
    select n.contact_id, v.source_id, now(), a_month_after(now())
      from (select c.id as contact_id, c.origin_id::text as provenance_id from changed c join before b on b.id = c.id and b.origin_id <> c.origin_id
            union
            select c.id, p from changed c join before b on b.id = c.id and b.facts <> c.facts,
                jsonb_each(c.facts) f(key, body), jsonb_array_elements_text(f.body->'provenance') p) n
      join provenance v on v.id = n.provenance_id::uuid join source s on s.id = v.source_id and s.obtained_from = 'other'
     group by n.contact_id, v.source_id
    on conflict do nothing;
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION note_former_policy()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.approval_above_before := case when old.decided_at < now() - interval '24 hours' then old.approval_above
                                    else least(old.approval_above, old.approval_above_before) end;
  new.decided_at := now();
  return new;
end $function$;

CREATE OR REPLACE FUNCTION number_purpose_version()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'UPDATE' then
    new.slug := old.slug;
    new.version := old.version + 1;
    new.updated_at := now();
    -- A consent that stopped covering never covers again: what people agreed to does not grow by itself.
    if new.covers_from_version not in (old.covers_from_version, new.version) then
      raise exception 'a consent covers from the version it did before, or from the new one' using errcode = 'SG008';
    end if;
  else
    new.version := 1;
    new.covers_from_version := 1;
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION obstacle_to_approach(p approach)
 RETURNS text
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
declare consent permission_state; request permission_state; gate gate_answer; person contact;
begin
  if p.settled_at is not null then return 'already-answered'; end if;
  if p.cause = 'told' then return null; end if;
  if p.answer_until <= now() then return 'consent-expired'; end if;
  select * into consent from permission_state s where s.contact_id = p.contact_id and s.purpose_id = p.purpose_id
     and s.channel = p.channel and s.register = 'consent';
  gate := may_process(p.contact_id, p.purpose_id, p.channel);
  if p.cause in ('spoken', 'repermission') then
    select * into request from permission_state s where s.contact_id = p.contact_id and s.purpose_id = p.purpose_id
       and s.channel = p.channel and s.register = 'request';
    if request.entry_id is distinct from p.entry_id then return 'already-answered'; end if;
  end if;
  if p.cause = 'repermission' then
    select * into person from contact c where c.id = p.contact_id;
    if person.state <> 'quarantined' then return 'already-answered'; end if;
    if consent.kind is not null then
      return case when consent.kind in ('consent-withdrawn', 'consent-refused', 'consent-expired') then consent.kind else 'already-answered' end;
    end if;
    -- Only where the law lets us write without a consent: somebody answers for that, for this source and this purpose.
    if not exists (select from asking_ground g join provenance v on v.source_id = g.source_id
         where v.id = person.origin_id and g.purpose_id = p.purpose_id and g.revoked_at is null) then
      return 'no-channel-permission';
    end if;
    if exists (select from permission_state s where s.contact_id = p.contact_id and s.register = 'objection' and s.kind = 'objected') then
      return 'objected';
    end if;
    -- Asking is marketing itself: a no of this address to any of it is a no to the question.
    if exists (select from contact_point cp join suppression s on s.match_hash = cp.match_hash
         where cp.contact_id = p.contact_id and cp.kind = 'email' and cp.is_primary) then
      return 'suppressed';
    end if;
    if gate.reason <> 'quarantined' then return gate.reason; end if;
    return null;
  end if;
  if p.cause = 'spoken' then
    -- Whatever they said after it is the newer word.
    if consent.occurred_at > request.occurred_at then return 'already-answered'; end if;
    if gate.reason in ('restricted', 'unknown-purpose', 'channel-not-declared', 'no-address')
       or gate.reason in ('objected', 'suppressed') and gate.since > request.occurred_at then
      return gate.reason;
    end if;
    return null;
  end if;
  -- A no, an end or a newer yes: nothing is asked again.
  if consent.entry_id is distinct from p.entry_id then
    return case when consent.kind in ('consent-withdrawn', 'consent-refused', 'consent-expired') then consent.kind else 'already-answered' end;
  end if;
  -- A child consented together with a parent (Art. 8(1)), and does not go on alone.
  if exists (select from purpose u join ledger_entry e on e.id = p.entry_id
              where u.id = p.purpose_id and u.needs_age and e.evidence ? 'guardian') then
    return 'parent-needed';
  end if;
  if gate.reason = (case p.cause when 'renewal' then 'consent-given' else 'consent-outdated' end) then return null; end if;
  return case when gate.allowed then 'already-answered' else gate.reason end;
end $function$;

CREATE OR REPLACE FUNCTION obstacle_to_approach_by_id(p_approach_id uuid)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
  select obstacle_to_approach(a) from approach a where a.id = p_approach_id
$function$;

CREATE OR REPLACE FUNCTION open_evidence(p_opening_id uuid, p_staff_id uuid)
 RETURNS TABLE(capsule_id uuid, ground text, sealed bytea, wrapped_key bytea, sealed_on date, keep_until date)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
declare opening evidence_opening; known boolean;
begin
  select * into opening from evidence_opening o where o.id = p_opening_id for update;
  if not found or opening.requested_by <> p_staff_id or opening.decision is distinct from 'approved' or opening.decided_by = opening.requested_by
     or opening.opened_at is not null or opening.handle is null or opening.decided_at < now() - interval '24 hours'
     or not may_open_evidence(opening.requested_by) or not may_open_evidence(opening.decided_by) then
    raise exception 'evidence is opened once, by whoever asked for it, within a day of another''s approval' using errcode = 'SG007';
  end if;
  known := exists (select from evidence_handle h join evidence_capsule c on c.id = h.capsule_id
                    where h.handle = opening.handle and c.keep_until > current_date);
  update evidence_opening o set opened_at = now(), found = known, handle = null where o.id = p_opening_id;
  insert into audit_entry (actor, actor_id, action, subject_kind, subject_id, detail)
    values ('staff', p_staff_id, 'evidence.opened', 'evidence-opening', p_opening_id, jsonb_build_object('found', known, 'ground', opening.ground));
  return query select c.id, c.ground, c.sealed, h.wrapped_key, c.sealed_on, c.keep_until
    from evidence_handle h join evidence_capsule c on c.id = h.capsule_id
   where h.handle = opening.handle and c.keep_until > current_date order by c.sealed_on, c.id;
end $function$;
grant execute on function open_evidence to saglasie_app;

CREATE OR REPLACE FUNCTION place_of(id uuid)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  select ('x' || substr(replace(id::text, '-', ''), 1, 15))::bit(60)::bigint
$function$;

CREATE OR REPLACE FUNCTION quarantine_expiry(origin uuid, since timestamp with time zone)
 RETURNS date
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
  select case when since <= q.set_at then q.expires_on else greatest(q.expires_on, a_month_after(since)) end
    from provenance v cross join lateral (select * from quarantine_deadline d where d.source_id = v.source_id order by d.id desc limit 1) q
   where v.id = origin
$function$;

CREATE OR REPLACE FUNCTION queue_new_leaves()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  insert into ledger_waiting (entry_id, leaf_hash) select id, leaf_hash from added;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION record_disclosed_people(p_disclosure_id uuid, p_contact_ids uuid[])
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  if exists (select from bulk_export where id = p_disclosure_id) or exists (select from disclosure_part where disclosure_id = p_disclosure_id) then
    raise exception 'whose data were given is written down once' using errcode = 'SG007';
  end if;
  return disclose_people(p_disclosure_id, 1, 0, array(select distinct i from unnest(p_contact_ids) i order by i));
end $function$;
grant execute on function record_disclosed_people to saglasie_app;

CREATE OR REPLACE FUNCTION record_purpose_version()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  insert into purpose_version (purpose_id, version, definition) values (new.id, new.version, to_jsonb(new));
  return null;
end $function$;

CREATE OR REPLACE FUNCTION record_register_version()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
declare row_now jsonb := to_jsonb(new); subject_now text;
begin
  if tg_op = 'UPDATE' and row_now - 'updated_at' - 'updated_by' = to_jsonb(old) - 'updated_at' - 'updated_by' then return null; end if;
  select string_agg(row_now->>c, ' ' order by n) into subject_now from unnest(tg_argv[1:]) with ordinality as a(c, n);
  insert into register_version (part, subject, version, definition)
  select tg_argv[0], subject_now, coalesce(max(version), 0) + 1, row_now from register_version where part = tg_argv[0] and subject = subject_now;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION refold_permissions_of(p_contact_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  delete from permission_state where contact_id = p_contact_id;
  insert into permission_state (contact_id, purpose_id, channel, register, kind, occurred_at, strictness, entry_id, until, legal_basis,
    permission_ground, purpose_version)
  select contact_id, purpose_id, channel, register, kind, occurred_at, strictness, entry_id, until, legal_basis, permission_ground,
    purpose_version
    from permission_fold where contact_id = p_contact_id;
end $function$;

CREATE OR REPLACE FUNCTION refresh_contact_copies()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  if tg_op = 'INSERT' and not exists (
    select from changed n join contact c on c.id = n.contact_id
     where n.kind <> 'email' or not n.is_primary or c.primary_email is distinct from n.original
        or c.search_text <> lower(concat_ws(' ', nullif(trim(coalesce(c.given_name, '') || ' ' || coalesce(c.family_name, '')), ''),
             c.company, case when lower(n.original) = n.match_key then n.match_key else n.match_key || ' ' || lower(n.original) end))
        or exists (select from contact_point other where other.contact_id = n.contact_id and other.id <> n.id)) then
    return null;
  end if;
  update contact c set primary_email = e.original, search_text = search_text_of(c)
    from (select distinct contact_id from changed) d
    left join contact_point e on e.contact_id = d.contact_id and e.kind = 'email' and e.is_primary
   where c.id = d.contact_id
     and (c.primary_email, c.search_text) is distinct from (e.original, search_text_of(c));
  return null;
end $function$;

CREATE OR REPLACE FUNCTION refresh_own_search_text()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare points text; email text;
begin
  if tg_op = 'UPDATE' and new.facts is not distinct from old.facts then
    return new;
  end if;
  if tg_op = 'INSERT' then
    -- As search_text_of_points, and the main address with it: one question for each new contact, not two.
    select string_agg(case when lower(cp.original) = cp.match_key then cp.match_key else cp.match_key || ' ' || lower(cp.original) end,
                      ' ' order by cp.kind, cp.is_primary desc, cp.id) filter (where cp.kind in ('email', 'phone')),
           min(cp.original) filter (where cp.kind = 'email' and cp.is_primary)
      into points, email from contact_point cp where cp.contact_id = new.id;
    new.primary_email := coalesce(email, new.primary_email);
  else
    points := search_text_of_points(new.id);
  end if;
  new.search_text := lower(concat_ws(' ',
    nullif(trim(coalesce(new.facts->'given_name'->>'value', '') || ' ' || coalesce(new.facts->'family_name'->>'value', '')), ''),
    new.facts->'company'->>'value',
    coalesce(points, case when tg_op = 'INSERT' then nullif(lower(coalesce(new.primary_email, '')), '') end)));
  if tg_op = 'UPDATE' then new.updated_at := now(); end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION refuse_address_of_merged()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  if exists (select from contact_merge m join added a on a.contact_id = m.absorbed_id where m.undone_at is null) then
    raise exception 'this contact went up in another, where its addresses are' using errcode = 'SG009';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION refuse_asking_too_soon()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  if exists (
    select from added a join purpose p on p.id = a.purpose_id
     where a.kind in ('consent-requested', 'consent-given', 'consent-renewed')
       and (a.method in ('renewal', 'ask-again') and a.kind = 'consent-requested' or a.evidence->>'initiative' = 'company')
       and exists (
         select from ledger_entry e
          where e.contact_id = a.contact_id and e.id <> a.id and e.occurred_at <= a.occurred_at
            and e.occurred_at > a.occurred_at - make_interval(months => p.ask_again_after_months)
            and (e.kind in ('consent-withdrawn', 'consent-refused') and e.purpose_id = a.purpose_id and e.channel = a.channel
                 or e.kind = 'objected' and coalesce(e.purpose_id, a.purpose_id) = a.purpose_id and coalesce(e.channel, a.channel) = a.channel
                    and (e.purpose_id is not null or p.is_marketing))
            -- Unless they came back by themselves since.
            and not exists (select from ledger_entry y where y.contact_id = a.contact_id and y.id <> a.id and y.purpose_id = a.purpose_id
                 and y.channel = a.channel and y.kind in ('consent-given', 'consent-renewed') and y.occurred_at > e.occurred_at
                 and y.occurred_at <= a.occurred_at))) then
    raise exception 'whoever said no may not be asked again yet' using errcode = 'SG007';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION refuse_capsule_without_erasure()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  if not exists (select from erasure_journal j
       where j.erased_at between now() - interval '1 millisecond' and now() + interval '1 millisecond'
         and j.xmin = pg_current_xact_id()::xid and j.reason in ('request', 'staff', 'retention')) then
    raise exception 'evidence is sealed only while a person is erased' using errcode = 'SG007';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' and tg_table_name = 'ledger_entry' and current_setting('saglasie.erasing', true) = 'on'
     and current_user = (select tableowner from pg_tables where schemaname = tg_table_schema and tablename = tg_table_name) then
    return old;
  end if;
  raise exception '% of % is refused: its rows are facts and are only ever added to', tg_op, tg_table_name
    using errcode = 'SG001';
end $function$;

CREATE OR REPLACE FUNCTION refuse_change_of_finding()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.finished_at is not null then
    raise exception 'a finished verification is not changed' using errcode = 'SG001';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION refuse_child_alone()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  if not new.under_age and old.under_age then
    raise exception 'a child''s request stays one' using errcode = 'SG007';
  end if;
  if new.status = 'confirmed' and old.status <> 'confirmed' and new.under_age and not exists (
       select from parental_confirmation p where p.submission_id = new.id and p.confirmed_at is not null) then
    raise exception 'a child''s request is confirmed by whoever holds parental responsibility first' using errcode = 'SG007';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION refuse_denied_delivery()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
declare answer gate_answer; obstacle text;
begin
  -- The main address of the channel: it is the one the gate looks at.
  if not exists (select from contact_point cp where cp.id = new.contact_point_id and cp.contact_id = new.contact_id and cp.is_primary
       and cp.kind = case new.channel when 'sms' then 'phone' else new.channel end) then
    raise exception 'a delivery goes to the contact''s own address' using errcode = 'SG006';
  end if;
  answer := may_process(new.contact_id, new.purpose_id, new.channel);
  if not answer.allowed then
    raise exception 'the gate denies this delivery: %', answer.reason using errcode = 'SG006';
  end if;
  if new.approach_id is not null then
    obstacle := obstacle_to_approach_by_id(new.approach_id);
    if obstacle is not null then
      raise exception 'the person may not be approached: %', obstacle using errcode = 'SG007';
    end if;
  end if;
  new.allowed_by := answer.entry_id;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION refuse_early_expiry()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  if not exists (select from contact c where c.id = new.contact_id and c.state = 'quarantined'
       and quarantine_expiry(c.origin_id, c.created_at) < (now() at time zone coalesce((select time_zone from controller), 'Europe/Sofia'))::date) then
    raise exception 'quarantine has not ended for this contact' using errcode = 'SG009';
  end if;
  -- Restricted data are kept, for the person's claims or until a dispute is settled (Art. 18(1)); a question of ours is waited for.
  if exists (select from permission_state s where s.contact_id = new.contact_id and s.register = 'restriction' and s.kind = 'restricted')
     or exists (select from approach a where a.contact_id = new.contact_id and a.settled_at is null and a.cause = 'repermission') then
    raise exception 'restricted data, and people whose answer is awaited, do not expire' using errcode = 'SG009';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION refuse_erased_contact()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  if exists (select from added a join erasure_journal j on j.contact_id = a.id) then
    raise exception 'this contact was erased and cannot be brought back' using errcode = 'SG005';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION refuse_hindered_approach()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
declare obstacle text;
begin
  if new.settled_at is not null then
    raise exception 'an approach begins unanswered' using errcode = 'SG007';
  end if;
  if not exists (select from contact_point cp where cp.id = new.contact_point_id and cp.contact_id = new.contact_id and cp.is_primary
       and cp.kind = 'email') then
    raise exception 'a person is approached at their own address' using errcode = 'SG007';
  end if;
  obstacle := obstacle_to_approach(new);
  if obstacle is not null then
    raise exception 'the person may not be approached: %', obstacle using errcode = 'SG007';
  end if;
  if new.cause = 'repermission' then
    insert into asked_once (match_hash) select match_hash from contact_point where id = new.contact_point_id on conflict do nothing;
    if not found then
      raise exception 'the person may not be approached: they were asked once, and are not asked again' using errcode = 'SG007';
    end if;
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION refuse_import_over_a_no()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  if exists (
    select from added a join purpose p on p.id = a.purpose_id
     where a.actor = 'import' and not a.evidence ? 'package' and a.kind in ('consent-given', 'consent-renewed', 'basis-asserted')
       and (exists (select from permission_state s where s.contact_id = a.contact_id
              and s.purpose_id in (a.purpose_id, '00000000-0000-0000-0000-000000000000') and s.channel in (a.channel, '*')
              and (s.kind = 'restricted'
                or s.kind = 'objected' and (s.purpose_id = a.purpose_id or p.is_marketing or p.legal_basis in ('legitimate-interests', 'public-task'))
                or s.kind in ('consent-withdrawn', 'consent-refused') and a.kind <> 'basis-asserted'
                or s.kind = 'basis-ended' and a.kind = 'basis-asserted'))
         or a.kind <> 'basis-asserted' and exists (select from contact_point cp join suppression s on s.match_hash = cp.match_hash
              where cp.contact_id = a.contact_id)))
     or exists (select from added a where a.actor = 'import' and not a.evidence ? 'package'
                   and a.kind in ('objection-lifted', 'restriction-lifted')) then
    raise exception 'an import brings no yes over a no' using errcode = 'SG007';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION refuse_loss_of_contact()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  if exists (select from removed r where not exists (select from erasure_journal j where j.contact_id = r.id))
     or exists (select from removed r join ledger_entry e on e.contact_id = r.id) then
    raise exception 'a contact is removed by erasure only' using errcode = 'SG005';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION refuse_merged_newcomer()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'a contact is merged by a merge' using errcode = 'SG009';
end $function$;

CREATE OR REPLACE FUNCTION refuse_swapped_basis()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  if exists (
    select from added a join purpose p on p.id = a.purpose_id
     where a.method = 'quarantine-repair' and a.kind in ('basis-asserted', 'consent-given', 'consent-renewed') and exists (
       select from permission_state s join purpose o on o.id = s.purpose_id or s.purpose_id = '00000000-0000-0000-0000-000000000000'
        where s.contact_id = a.contact_id and s.entry_id <> a.id
          and (s.purpose_id in (a.purpose_id, '00000000-0000-0000-0000-000000000000') or p.is_marketing and o.is_marketing)
          and (a.kind = 'basis-asserted' or s.occurred_at >= a.occurred_at)
          and (a.kind = 'basis-asserted' or s.purpose_id in (a.purpose_id, '00000000-0000-0000-0000-000000000000'))
          and s.kind in ('consent-withdrawn', 'consent-refused', 'objected'))) then
    raise exception 'no other basis takes the place of a consent that was withdrawn' using errcode = 'SG009';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION refuse_unfinished_erasure()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  if exists (select from contact where id = new.contact_id) then
    raise exception 'an erasure ends with the contact gone' using errcode = 'SG005';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION refuse_unnamed_recipient()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  if new.recipient_kind = 'third-party' and not exists (select from purpose p, jsonb_array_elements(p.recipients) r
       where p.id = new.purpose_id and lower(trim(r->>'name')) = lower(trim(new.recipient))) then
    raise exception 'this recipient was not named to people for this purpose' using errcode = 'SG007';
  end if;
  new.people := 0;
  new.disclosed_at := null;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION refuse_untimely_erasure()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
declare timed uuid[];
begin
  if exists (select from added a join retention_hold h on h.contact_id = a.contact_id where is_hold_standing(h)) then
    raise exception 'a person on hold is not erased' using errcode = 'SG009';
  end if;
  select array_agg(a.contact_id) into timed from added a where a.reason = 'retention';
  if timed is null then return null; end if;
  perform from ledger_salt where contact_id = any(timed) order by contact_id for update;
  if exists (select from unnest(timed) t(id) where retention_obstacle(t.id) is not null)
     or exists (select from retention_of(timed) r where r.ends_at > now()) then
    raise exception 'nobody is erased for retention before the last purpose that holds their data has ended' using errcode = 'SG009';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION refuse_use_in_quarantine()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  if is_being_merged(new.id) then return new; end if;
  if new.origin_id <> old.origin_id then
    raise exception 'where data came from is not rewritten: a repair adds to it' using errcode = 'SG009';
  end if;
  if new.state not in ('quarantined', 'active') then
    raise exception 'a contact leaves quarantine by a repair or by erasure' using errcode = 'SG009';
  end if;
  if new.facts is distinct from old.facts and exists (
    select from jsonb_each(new.facts) f(key, body)
     where jsonb_typeof(f.body->'provenance') = 'array'
       and case when f.body->>'value' is distinct from old.facts->f.key->>'value'
           then not exists (select from jsonb_array_elements_text(f.body->'provenance') p join provenance v on v.id = p::uuid and v.legal_basis <> 'unknown')
             and not exists (select from contact_change h where h.contact_id = new.id and h.field = f.key and h.old_value = f.body->>'value')
           else not f.body->'provenance' @> (old.facts->f.key->'provenance') end) then
    raise exception 'data in quarantine are not changed without an account that is known' using errcode = 'SG009';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION refuse_use_of_quarantined_address()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
declare known boolean;
begin
  if tg_op = 'UPDATE' and new.match_key = old.match_key and new.provenance_ids @> old.provenance_ids then
    return new;
  end if;
  if not exists (select from contact c where c.id = new.contact_id and c.state = 'quarantined'
       -- An address that comes with its contact comes into quarantine with it.
       and (tg_op = 'UPDATE' or c.xmin::text::bigint < pg_current_xact_id()::xid::text::bigint))
     or is_being_merged(new.contact_id) then
    return new;
  end if;
  if tg_op = 'UPDATE' and new.match_key = old.match_key then
    raise exception 'where data came from is not rewritten: a repair adds to it' using errcode = 'SG009';
  end if;
  select bool_or(v.legal_basis <> 'unknown') into known from provenance v where v.id = any (new.provenance_ids);
  if not coalesce(known, true) and not exists (select from contact_change h where h.contact_id = new.contact_id and h.field = new.kind and h.old_value = new.original) then
    raise exception 'data in quarantine are not changed without an account that is known' using errcode = 'SG009';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION refuse_wrong_batch()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
declare people_who_may integer;
begin
  if tg_op = 'INSERT' then
    if new.state <> 'proposed' or new.first_by is not null or new.second_by is not null then
      raise exception 'a batch begins as a proposal' using errcode = 'SG009';
    end if;
    return new;
  end if;
  if old.state = 'done' or (new.id, new.purpose_id, new.mode, new.proposed_at) is distinct from (old.id, old.purpose_id, old.mode, old.proposed_at) then
    raise exception 'what was done with a batch stays' using errcode = 'SG009';
  end if;
  if old.state <> 'proposed' and (new.people, new.data, new.revision, new.first_by, new.first_at, new.second_by, new.second_at, new.approved_at, new.rule)
       is distinct from (old.people, old.data, old.revision, old.first_by, old.first_at, old.second_by, old.second_at, old.approved_at, old.rule) then
    raise exception 'a batch stays as it was approved' using errcode = 'SG009';
  end if;
  -- Whoever agreed to another content has agreed to nothing.
  if old.state = 'proposed' and new.state = 'proposed' and new.revision <> old.revision then
    new.first_by := null; new.first_at := null; new.second_by := null; new.second_at := null;
  end if;
  if new.state = 'done' and old.state <> 'approved' or new.state = 'proposed' and old.state <> 'proposed' then
    raise exception 'a batch is proposed, approved and done, in this order' using errcode = 'SG009';
  end if;
  if old.state = 'proposed' and new.state = 'approved' then
    if new.revision <> old.revision then raise exception 'a batch is approved as it was seen' using errcode = 'SG009'; end if;
    if new.mode = 'automatic' then
      if not is_automatic(new.purpose_id) then raise exception 'this rule does not run by itself' using errcode = 'SG009'; end if;
    else
      select count(distinct m.id) into people_who_may from staff_member m
       where m.id in (new.first_by, new.second_by) and m.disabled_at is null and m.role in ('owner', 'dpo');
      if people_who_may < 1 or new.first_by is null
         or new.people > (select second_person_above from retention_setting) and people_who_may < 2 then
        raise exception 'a batch is approved by somebody who may, a large one by two' using errcode = 'SG009';
      end if;
    end if;
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION refuse_wrong_checkpoint()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
declare last ledger_checkpoint; leaves bigint;
begin
  select * into last from ledger_checkpoint order by number desc limit 1;
  if new.number <> coalesce(last.number + 1, 0) then
    raise exception 'checkpoints are numbered one after another' using errcode = 'SG006';
  end if;
  if new.size < last.size or new.size = last.size and new.root <> last.root then
    raise exception 'a log only grows' using errcode = 'SG006';
  end if;
  select coalesce(max(position) + 1, 0) into leaves from ledger_leaf;
  if new.size <> leaves then
    raise exception 'a checkpoint covers every leaf there is' using errcode = 'SG006';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION refuse_wrong_disclosure_part()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  if exists (select from added a join disclosure d on d.id = a.disclosure_id, unnest(a.contact_ids) i(id)
              join permission_state s on s.contact_id = i.id and s.kind = 'restricted' and s.register = 'restriction'
             where d.recipient_kind in ('processor', 'third-party') or d.recipient_kind = 'authority' and d.restriction_ground is null) then
    raise exception 'data of a person whose processing is restricted are not given to others' using errcode = 'SG007';
  end if;
  if exists (select from added a, generate_subscripts(a.contact_ids, 1) at where a.contact_ids[at] >= a.contact_ids[at + 1]) then
    raise exception 'the people of a part stand in the order of their ids' using errcode = 'SG007';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION refuse_wrong_export()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
declare asked_by uuid;
begin
  if tg_op = 'INSERT' then
    if new.sealed_at is not null or new.chosen <> 0 or not new.needs_approval or new.decision is not null or new.attempts <> 0 or new.finished_at is not null then
      raise exception 'an export begins with nothing decided' using errcode = 'SG007';
    end if;
    new.requested_at := now();
    return new;
  end if;
  if tg_op = 'DELETE' then
    raise exception 'DELETE of bulk_export is refused: what was exported is a fact' using errcode = 'SG001';
  end if;
  if (new.id, new.format, new.language, new.delimiter, new.selection, new.requested_at) is distinct from
     (old.id, old.format, old.language, old.delimiter, old.selection, old.requested_at)
     or old.sealed_at is not null and (new.sealed_at, new.chosen, new.needs_approval) is distinct from (old.sealed_at, old.chosen, old.needs_approval)
     or old.finished_at is not null and new.finished_at is distinct from old.finished_at then
    raise exception 'what was asked stays as it was asked' using errcode = 'SG007';
  end if;
  if (new.decision, new.decided_by) is distinct from (old.decision, old.decided_by) then
    select recorded_by into asked_by from disclosure where id = old.id;
    if old.decision is not null or not old.needs_approval or old.sealed_at is null or export_until(old) < now()
       or new.decided_by is not distinct from asked_by or not may_decide_export(new.decided_by) then
      raise exception 'an export of many is decided once, by an owner or a data protection officer who did not ask for it' using errcode = 'SG007';
    end if;
    new.decided_at := now();
  elsif new.decided_at is distinct from old.decided_at then
    raise exception 'what was decided stays decided' using errcode = 'SG007';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION refuse_wrong_export_part()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  if exists (select from added a join bulk_export e on e.id = a.export_id where e.sealed_at is not null) then
    raise exception 'whom an export is of stays as it was asked for' using errcode = 'SG007';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION refuse_wrong_merge()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
declare survivor contact; absorbed contact;
begin
  if tg_op = 'INSERT' then
    if new.undone_at is not null then
      raise exception 'a merge begins standing' using errcode = 'SG009';
    end if;
    perform hold_ledgers_of(array[new.survivor_id, new.absorbed_id]);
    select * into survivor from contact where id = new.survivor_id for update;
    select * into absorbed from contact where id = new.absorbed_id for update;
    -- Whoever has not confirmed yet may be a typing error or a stranger; they are confirmed or erased within days.
    if coalesce(survivor.state, '') not in ('active', 'quarantined') or absorbed.state is distinct from new.absorbed_state then
      raise exception 'only people who are here for good, and not part of another record, are united' using errcode = 'SG009';
    end if;
    -- Art. 18(2): data whose processing is restricted may only be stored.
    if exists (select from permission_state s where s.contact_id in (new.survivor_id, new.absorbed_id)
         and s.register = 'restriction' and s.kind = 'restricted') then
      raise exception 'a restricted contact is not united with another' using errcode = 'SG009';
    end if;
    return new;
  end if;
  if (new.id, new.survivor_id, new.absorbed_id, new.absorbed_state, new.merged_at, new.merged_by_kind, new.merged_by, new.job_id, new.undo_until)
     is distinct from
     (old.id, old.survivor_id, old.absorbed_id, old.absorbed_state, old.merged_at, old.merged_by_kind, old.merged_by, old.job_id, old.undo_until) then
    raise exception 'which records were united is not changed' using errcode = 'SG001';
  end if;
  if new.before is not null and new.before is distinct from old.before then
    raise exception 'what records were before they were united is not changed' using errcode = 'SG001';
  end if;
  if (new.undone_at, new.undone_by_kind, new.undone_by) is distinct from (old.undone_at, old.undone_by_kind, old.undone_by) then
    if old.undone_at is not null or old.before is null or old.undo_until < clock_timestamp() then
      raise exception 'a merge is undone once, within thirty days' using errcode = 'SG009';
    end if;
    perform hold_ledgers_of(array[new.survivor_id, new.absorbed_id]);
    if exists (select from contact_merge m where m.undone_at is null and (m.absorbed_id = new.survivor_id or m.survivor_id = new.survivor_id and m.id > new.id)) then
      raise exception 'merges of one record are undone in the order opposite to that they were made in' using errcode = 'SG009';
    end if;
    if exists (select from permission_state s where s.contact_id = new.survivor_id and s.register = 'restriction' and s.kind = 'restricted') then
      raise exception 'a restricted contact is not taken apart' using errcode = 'SG009';
    end if;
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION refuse_wrong_opening()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  if tg_op = 'INSERT' then
    if not may_open_evidence(new.requested_by) or new.handle is null or new.decision is not null or new.opened_at is not null then
      raise exception 'evidence is asked for by somebody who may, and nothing is decided yet' using errcode = 'SG007';
    end if;
    new.requested_at := now();
    return new;
  end if;
  if (new.id, new.ground, new.reference, new.requested_by, new.requested_at) is distinct from
     (old.id, old.ground, old.reference, old.requested_by, old.requested_at) or new.handle is distinct from old.handle and new.handle is not null then
    raise exception 'what was asked stays as it was asked' using errcode = 'SG007';
  end if;
  if new.decision is distinct from old.decision then
    if old.decision is not null or old.handle is null or old.requested_at < now() - interval '7 days'
       or not may_open_evidence(new.decided_by) or not may_open_evidence(old.requested_by) then
      raise exception 'a request for evidence is decided once, within seven days, by somebody who may' using errcode = 'SG007';
    end if;
    new.decided_at := now();
    if new.decision = 'refused' then new.handle := null; end if;
  elsif (new.decided_by, new.decided_at) is distinct from (old.decided_by, old.decided_at) then
    raise exception 'what was decided stays decided' using errcode = 'SG007';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION register_of(kind text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select case
    when kind = 'consent-requested' then 'request'
    when kind like 'consent-%' then 'consent'
    when kind in ('objected', 'objection-lifted') then 'objection'
    when kind in ('restricted', 'restriction-lifted') then 'restriction'
    when kind in ('basis-asserted', 'basis-ended') then 'basis'
    when kind = 'notice-given' then 'notice'
  end
$function$;

CREATE OR REPLACE FUNCTION retention_ends(p_contact_ids uuid[])
 RETURNS TABLE(contact_id uuid, what text, ends_at timestamp with time zone, purpose_id uuid, automatic boolean)
 LANGUAGE sql
 STABLE
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION retention_obstacle(p_contact_id uuid)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
  with recursive record(id) as (
    select p_contact_id union select m.absorbed_id from record r join contact_merge m on m.survivor_id = r.id and m.undone_at is null
  )
  select case
    when exists (select from retention_hold h join record r on r.id = h.contact_id where is_hold_standing(h)) then 'on-hold'
    when exists (select from permission_state s join record r on r.id = s.contact_id where s.register = 'restriction' and s.kind = 'restricted')
      then 'restricted' end
$function$;
grant execute on function retention_obstacle to saglasie_app;

CREATE OR REPLACE FUNCTION retention_of(p_contact_ids uuid[])
 RETURNS TABLE(contact_id uuid, what text, purpose_id uuid, ends_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
 SET "TimeZone" TO 'UTC'
AS $function$
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
$function$;
grant execute on function retention_of to saglasie_app;

CREATE OR REPLACE FUNCTION seal_export(p_export_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
declare d disclosure; many integer; lately integer;
begin
  select * into strict d from disclosure where id = p_export_id;
  select coalesce(sum(cardinality(contact_ids)), 0) into many from bulk_export_part where export_id = p_export_id;
  if d.recipient_kind = 'subject' and many <> 1 then
    raise exception 'to a person go their own data alone' using errcode = 'SG007';
  end if;
  select coalesce(sum(o.chosen), 0) into lately from bulk_export o join disclosure od on od.id = o.id
   where o.id <> p_export_id and not o.needs_approval and o.requested_at > now() - interval '24 hours'
     and od.recorded_by_kind = d.recorded_by_kind and od.recorded_by is not distinct from d.recorded_by;
  update bulk_export set sealed_at = now(), chosen = many, needs_approval = many + lately > export_approval_above() and many > 0
   where id = p_export_id and sealed_at is null;
end $function$;
grant execute on function seal_export to saglasie_app;

CREATE OR REPLACE FUNCTION search_text_of(person contact)
 RETURNS text
 LANGUAGE sql
 STABLE
AS $function$
  select lower(concat_ws(' ', nullif(trim(coalesce(person.given_name, '') || ' ' || coalesce(person.family_name, '')), ''), person.company,
    search_text_of_points(person.id)))
$function$;

CREATE OR REPLACE FUNCTION search_text_of_points(p_contact_id uuid)
 RETURNS text
 LANGUAGE sql
 STABLE
AS $function$
  select string_agg(case when lower(cp.original) = cp.match_key then cp.match_key else cp.match_key || ' ' || lower(cp.original) end,
                    ' ' order by cp.kind, cp.is_primary desc, cp.id)
    from contact_point cp where cp.contact_id = p_contact_id and cp.kind in ('email', 'phone')
$function$;

CREATE OR REPLACE FUNCTION settle_duties_to_tell()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
begin
  update duty_to_tell d set told_at = a.occurred_at, entry_id = a.id
    from added a
   where a.kind = 'notice-given' and a.notice_hash is not null and a.evidence ? 'sources'
     and d.contact_id = a.contact_id and d.told_at is null
     and d.source_id::text = any (string_to_array(a.evidence->>'sources', ' '));
  return null;
end $function$;

CREATE OR REPLACE FUNCTION strictness_of(kind text)
 RETURNS smallint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select (case when kind is null then null
               when kind in ('consent-withdrawn', 'objected', 'restricted', 'basis-ended') then 2
               when kind in ('consent-refused', 'consent-expired') then 1 else 0 end)::smallint
$function$;

CREATE OR REPLACE FUNCTION withhold_denied_delivery()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
declare answer gate_answer; obstacle text;
begin
  if (new.contact_id, coalesce(new.contact_point_id, old.contact_point_id), new.purpose_id, new.channel,
      new.template, new.approach_id) is distinct from
     (old.contact_id, old.contact_point_id, old.purpose_id, old.channel, old.template, old.approach_id) then
    raise exception 'a delivery keeps its addressee, purpose and kind' using errcode = 'SG006';
  end if;
  if old.status in ('sent', 'unknown') and (new.notice_hash, new.notice_sources) is distinct from (old.notice_hash, old.notice_sources) then
    raise exception 'what a message told is a fact' using errcode = 'SG006';
  end if;
  if new.status in ('attempting', 'sent') and old.status not in ('attempting', 'sent') then
    answer := may_process(new.contact_id, new.purpose_id, new.channel);
    if new.contact_point_id is null then
      answer := row(false, 'no-address', null, null, null, null, null)::gate_answer;
    end if;
    if answer.allowed and new.approach_id is not null then
      obstacle := obstacle_to_approach_by_id(new.approach_id);
      if obstacle is not null then
        answer := row(false, obstacle, null, null, null, null, null)::gate_answer;
      end if;
    end if;
    if not answer.allowed then
      new.status := 'withheld';
      new.withheld_because := answer.reason;
      new.settled_at := now();
      new.lease_until := null;
    else
      -- Refused, not withheld: it leaves as soon as whoever delivers has put the notice into it.
      if exists (select from duty_to_tell d where d.contact_id = new.contact_id and d.told_at is null and d.exemption_id is null
           and not d.source_id = any (coalesce(new.notice_sources, '{}'))) then
        raise exception 'the first message to a person says where their data came from' using errcode = 'SG010';
      end if;
      new.allowed_by := answer.entry_id;
    end if;
  end if;
  return new;
end $function$;

create view field_purpose as
 SELECT f.key,
    p.id AS purpose_id,
    f.special_category IS NULL OR p.is_explicit OR a.special_condition IS NOT NULL AS may_hold
   FROM field_definition f
     JOIN purpose p ON p.archived_at IS NULL AND ((f.key = ANY (p.data_categories)) OR f.channels && p.channels)
     LEFT JOIN processing_activity a ON a.purpose_id = p.id
  WHERE f.archived_at IS NULL;
grant select on field_purpose to saglasie_app;

create view permission_fold as
 SELECT DISTINCT ON (contact_id, (COALESCE(purpose_id, '00000000-0000-0000-0000-000000000000'::uuid)), (COALESCE(channel, '*'::text)), (register_of(kind))) contact_id,
    COALESCE(purpose_id, '00000000-0000-0000-0000-000000000000'::uuid) AS purpose_id,
    COALESCE(channel, '*'::text) AS channel,
    register_of(kind) AS register,
    kind,
    occurred_at,
    strictness_of(kind) AS strictness,
    id AS entry_id,
    until,
    legal_basis,
    permission_ground,
    purpose_version
   FROM ledger_entry e
  WHERE NOT (EXISTS ( SELECT
           FROM contact_merge m
          WHERE m.absorbed_id = e.contact_id AND m.undone_at IS NULL)) AND NOT (EXISTS ( SELECT
           FROM contact_merge m
          WHERE m.undone_at IS NOT NULL AND m.id::text = (e.evidence ->> 'merge'::text)))
  ORDER BY contact_id, (COALESCE(purpose_id, '00000000-0000-0000-0000-000000000000'::uuid)), (COALESCE(channel, '*'::text)), (register_of(kind)), occurred_at DESC, (strictness_of(kind)) DESC, id DESC;
grant select on permission_fold to saglasie_app;

create table api_key (
  id uuid default uuidv7() not null,
  name text not null,
  prefix text not null,
  key_hash bytea not null,
  scopes text[] not null,
  created_by uuid,
  expires_at timestamp with time zone,
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  PRIMARY KEY (id),
  UNIQUE (key_hash),
  UNIQUE (prefix),
  FOREIGN KEY (created_by) REFERENCES staff_member(id),
  CHECK (TRIM(BOTH FROM name) <> ''::text AND length(name) <= 200),
  CHECK (cardinality(scopes) > 0),
  CHECK (octet_length(key_hash) = 32),
  CHECK (prefix ~ '^sgl_[A-Za-z0-9]{8}$'::text)
);
grant insert, select on api_key to saglasie_app;
grant update (last_used_at, revoked_at) on api_key to saglasie_app;

create table approach (
  id uuid not null,
  cause text not null,
  contact_id uuid not null,
  contact_point_id uuid,
  purpose_id uuid not null,
  purpose_version integer not null,
  channel text not null,
  entry_id uuid,
  approached_at timestamp(3) with time zone default clock_timestamp() not null,
  answer_until timestamp(3) with time zone,
  answer text,
  settled_at timestamp(3) with time zone,
  PRIMARY KEY (id),
  FOREIGN KEY (contact_id) REFERENCES contact(id) ON DELETE CASCADE,
  FOREIGN KEY (contact_point_id) REFERENCES contact_point(id) ON DELETE SET NULL,
  FOREIGN KEY (purpose_id, purpose_version) REFERENCES purpose_version(purpose_id, version),
  CHECK ((answer IS NULL) = (settled_at IS NULL)),
  CHECK ((cause = 'told'::text) = (answer_until IS NULL)),
  CHECK ((cause = 'told'::text) = (entry_id IS NULL)),
  CHECK (answer = ANY (ARRAY['yes'::text, 'no'::text, 'silence'::text, 'told'::text])),
  CHECK (answer_until > approached_at),
  CHECK (cause = ANY (ARRAY['renewal'::text, 'changed'::text, 'told'::text, 'spoken'::text, 'repermission'::text])),
  CHECK (channel = ANY (ARRAY['email'::text, 'sms'::text, 'phone'::text, 'post'::text, 'none'::text]))
);
CREATE INDEX approach_by_contact ON approach USING btree (contact_id, id);
CREATE INDEX approach_by_point ON approach USING btree (contact_point_id) WHERE (contact_point_id IS NOT NULL);
CREATE INDEX approach_open ON approach USING btree (answer_until) WHERE (settled_at IS NULL);
CREATE UNIQUE INDEX approach_asks_once ON approach USING btree (entry_id, purpose_version) WHERE (cause = 'changed'::text);
CREATE UNIQUE INDEX approach_asks_out_of_quarantine_once ON approach USING btree (contact_id) WHERE (cause = 'repermission'::text);
CREATE UNIQUE INDEX approach_confirms_once ON approach USING btree (entry_id) WHERE (cause = 'spoken'::text);
CREATE UNIQUE INDEX approach_renews_once ON approach USING btree (entry_id) WHERE (cause = 'renewal'::text);
CREATE UNIQUE INDEX approach_tells_once ON approach USING btree (contact_id, purpose_id, purpose_version) WHERE (cause = 'told'::text);
CREATE TRIGGER approach_is_settled_once BEFORE UPDATE ON approach FOR EACH ROW EXECUTE FUNCTION keep_approach();
CREATE TRIGGER approach_is_unhindered BEFORE INSERT ON approach FOR EACH ROW EXECUTE FUNCTION refuse_hindered_approach();
grant insert, select on approach to saglasie_app;
grant update (answer, settled_at) on approach to saglasie_app;

create table asked_once (
  match_hash bytea not null,
  asked_at timestamp(3) with time zone default clock_timestamp() not null,
  PRIMARY KEY (match_hash),
  CHECK (octet_length(match_hash) = 32)
);
CREATE TRIGGER asked_once_is_a_fact BEFORE DELETE OR UPDATE ON asked_once FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER asked_once_is_never_emptied BEFORE TRUNCATE ON asked_once FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant select on asked_once to saglasie_app;

create table asking_ground (
  id uuid default uuidv7() not null,
  source_id uuid not null,
  purpose_id uuid not null,
  ground text not null,
  conditions text[] not null,
  reason text not null,
  stated_by_kind text not null,
  stated_by uuid not null,
  stated_at timestamp(3) with time zone default clock_timestamp() not null,
  revoked_at timestamp(3) with time zone,
  PRIMARY KEY (id),
  FOREIGN KEY (purpose_id) REFERENCES purpose(id),
  FOREIGN KEY (source_id) REFERENCES source(id),
  CHECK (conditions @>
CASE ground
    WHEN 'soft-opt-in'::text THEN ARRAY['own-sale'::text, 'similar-products'::text, 'could-object'::text, 'objection-in-each'::text]
    ELSE ARRAY['legal-person-address'::text, 'not-in-refusal-register'::text]
END),
  CHECK (ground = ANY (ARRAY['soft-opt-in'::text, 'legal-entity'::text])),
  CHECK (length(TRIM(BOTH FROM reason)) >= 20 AND length(TRIM(BOTH FROM reason)) <= 2000),
  CHECK (stated_by_kind = ANY (ARRAY['staff'::text, 'api'::text]))
);
CREATE UNIQUE INDEX asking_ground_stands ON asking_ground USING btree (source_id, purpose_id) WHERE (revoked_at IS NULL);
CREATE TRIGGER asking_ground_can_be_true BEFORE INSERT ON asking_ground FOR EACH ROW EXECUTE FUNCTION check_asking_ground();
CREATE TRIGGER asking_ground_is_a_fact BEFORE DELETE OR UPDATE ON asking_ground FOR EACH ROW EXECUTE FUNCTION keep_asking_ground();
grant insert, select on asking_ground to saglasie_app;
grant update (revoked_at) on asking_ground to saglasie_app;

create table assessment (
  purpose_id uuid not null,
  kind text not null,
  answers jsonb not null,
  outcome text not null,
  reviewed_on date not null,
  next_review_on date,
  assessed_by uuid,
  updated_at timestamp(3) with time zone default now() not null,
  PRIMARY KEY (purpose_id, kind),
  FOREIGN KEY (purpose_id) REFERENCES purpose(id),
  CHECK (jsonb_typeof(answers) = 'object'::text),
  CHECK (kind = ANY (ARRAY['legitimate-interests'::text, 'impact'::text])),
  CHECK (next_review_on IS NULL OR next_review_on > reviewed_on),
  CHECK (outcome = ANY (
CASE kind
    WHEN 'legitimate-interests'::text THEN ARRAY['may-rely'::text, 'may-rely-with-measures'::text, 'may-not-rely'::text]
    ELSE ARRAY['not-needed'::text, 'needed'::text, 'done'::text]
END))
);
CREATE TRIGGER assessment_version_is_kept AFTER INSERT OR UPDATE ON assessment FOR EACH ROW EXECUTE FUNCTION record_register_version('assessment', 'purpose_id', 'kind');
grant insert, select, update on assessment to saglasie_app;

create table audit_entry (
  id uuid default uuidv7() not null,
  at timestamp(3) with time zone default now() not null,
  actor text not null,
  actor_id uuid,
  action text not null,
  subject_kind text,
  subject_id uuid,
  detail jsonb default '{}'::jsonb not null,
  request_id text,
  PRIMARY KEY (id),
  CHECK (action ~ '^[a-z]+(-[a-z]+)*(\.[a-z]+(-[a-z]+)*)+$'::text AND length(action) <= 60),
  CHECK (actor = ANY (ARRAY['staff'::text, 'api'::text, 'contact'::text, 'system'::text, 'command'::text])),
  CHECK (jsonb_typeof(detail) = 'object'::text AND pg_column_size(detail) <= 4000),
  CHECK (length(request_id) <= 64),
  CHECK (subject_kind ~ '^[a-z]+(-[a-z]+)*$'::text)
);
CREATE INDEX audit_entry_by_action ON audit_entry USING btree (action, id);
CREATE INDEX audit_entry_by_actor ON audit_entry USING btree (actor_id, id) WHERE (actor_id IS NOT NULL);
CREATE INDEX audit_entry_by_subject ON audit_entry USING btree (subject_id, id) WHERE (subject_id IS NOT NULL);
CREATE TRIGGER audit_entry_is_a_fact BEFORE DELETE OR UPDATE ON audit_entry FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_entry_is_never_emptied BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant insert, select on audit_entry to saglasie_app;

create table bulk_export (
  id uuid not null,
  format text not null,
  language text not null,
  delimiter text default ','::text not null,
  selection jsonb not null,
  requested_at timestamp(3) with time zone default now() not null,
  sealed_at timestamp(3) with time zone,
  chosen integer default 0 not null,
  needs_approval boolean default true not null,
  counted jsonb,
  counted_at timestamp(3) with time zone,
  decision text,
  decided_by uuid,
  decided_at timestamp(3) with time zone,
  attempts integer default 0 not null,
  passed integer default 0 not null,
  outcome jsonb default '{}'::jsonb not null,
  beat_at timestamp(3) with time zone,
  finished_at timestamp(3) with time zone,
  PRIMARY KEY (id),
  FOREIGN KEY (decided_by) REFERENCES staff_member(id),
  FOREIGN KEY (id) REFERENCES disclosure(id),
  CHECK (attempts >= 0 AND attempts <= 20),
  CHECK (chosen >= 0),
  CHECK (decision = ANY (ARRAY['approved'::text, 'refused'::text])),
  CHECK (delimiter = ANY (ARRAY[','::text, ';'::text])),
  CHECK (format = ANY (ARRAY['csv'::text, 'csv-spreadsheet'::text, 'xlsx'::text, 'json'::text, 'jsonl'::text, 'vcf'::text])),
  CHECK (jsonb_typeof(counted) = 'object'::text),
  CHECK (jsonb_typeof(outcome) = 'object'::text),
  CHECK (jsonb_typeof(selection) = 'object'::text),
  CHECK (language = ANY (ARRAY['bg'::text, 'en'::text])),
  CHECK (num_nulls(counted, counted_at) = ANY (ARRAY[0, 2])),
  CHECK (num_nulls(decision, decided_by, decided_at) = ANY (ARRAY[0, 3]))
);
CREATE INDEX bulk_export_by_time ON bulk_export USING btree (requested_at);
CREATE INDEX bulk_export_open ON bulk_export USING btree (requested_at) WHERE (finished_at IS NULL);
CREATE TRIGGER bulk_export_is_in_order BEFORE INSERT OR DELETE OR UPDATE ON bulk_export FOR EACH ROW EXECUTE FUNCTION refuse_wrong_export();
CREATE TRIGGER bulk_export_is_never_emptied BEFORE TRUNCATE ON bulk_export FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant insert (id, format, language, delimiter, selection) on bulk_export to saglasie_app;
grant select on bulk_export to saglasie_app;
grant update (counted, counted_at, decision, decided_by) on bulk_export to saglasie_app;

create table bulk_export_part (
  export_id uuid not null,
  no integer not null,
  contact_ids uuid[] not null,
  span int8range generated always as (
CASE
    WHEN (cardinality(contact_ids) > 0) THEN int8range(place_of(contact_ids[1]), place_of(contact_ids[cardinality(contact_ids)]), '[]'::text)
    ELSE 'empty'::int8range
END) stored,
  PRIMARY KEY (export_id, no),
  FOREIGN KEY (export_id) REFERENCES bulk_export(id) ON DELETE CASCADE,
  CHECK (cardinality(contact_ids) <= 100)
);
CREATE INDEX bulk_export_part_by_people ON bulk_export_part USING gist (span);
CREATE TRIGGER bulk_export_part_is_in_time AFTER INSERT ON bulk_export_part REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refuse_wrong_export_part();
grant insert (export_id, no, contact_ids) on bulk_export_part to saglasie_app;
grant select on bulk_export_part to saglasie_app;

create table consent_package (
  id uuid default uuidv7() not null,
  contact_id uuid not null,
  log text not null,
  controller text not null,
  sha256 bytea not null,
  body text not null,
  received_at timestamp(3) with time zone default now() not null,
  PRIMARY KEY (id),
  UNIQUE (contact_id, sha256),
  FOREIGN KEY (contact_id) REFERENCES contact(id) ON DELETE CASCADE,
  CHECK (controller <> ''::text),
  CHECK (log <> ''::text),
  CHECK (sha256 = sha256(convert_to(body, 'UTF8'::name)))
);
CREATE TRIGGER consent_package_is_a_fact BEFORE UPDATE ON consent_package FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consent_package_is_never_emptied BEFORE TRUNCATE ON consent_package FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant insert (contact_id, log, controller, sha256, body) on consent_package to saglasie_app;
grant select on consent_package to saglasie_app;

create table contact (
  id uuid default uuidv7() not null,
  state text not null,
  language text not null,
  country text,
  facts jsonb default '{}'::jsonb not null,
  origin_id uuid not null,
  given_name text generated always as (((facts -> 'given_name'::text) ->> 'value'::text)) stored,
  family_name text generated always as (((facts -> 'family_name'::text) ->> 'value'::text)) stored,
  company text generated always as (((facts -> 'company'::text) ->> 'value'::text)) stored,
  sort_name text generated always as ((
CASE
    WHEN ((((facts -> 'family_name'::text) ->> 'value'::text) ~* '^[а-я]'::text) OR (((facts -> 'family_name'::text) IS NULL) AND (((facts -> 'given_name'::text) ->> 'value'::text) ~* '^[а-я]'::text))) THEN '1'::text
    WHEN (((facts -> 'family_name'::text) IS NULL) AND ((facts -> 'given_name'::text) IS NULL)) THEN '3'::text
    ELSE '2'::text
END || lower(((COALESCE(((facts -> 'family_name'::text) ->> 'value'::text), ''::text) || ' '::text) || COALESCE(((facts -> 'given_name'::text) ->> 'value'::text), ''::text))))) stored,
  primary_email text,
  search_text text default ''::text not null,
  created_at timestamp(3) with time zone default now() not null,
  updated_at timestamp(3) with time zone default now() not null,
  repaired_id uuid,
  PRIMARY KEY (id),
  FOREIGN KEY (origin_id) REFERENCES provenance(id),
  FOREIGN KEY (repaired_id) REFERENCES provenance(id),
  CHECK (country ~ '^[A-Z]{2}$'::text),
  CHECK (facts_are_accounted_for(facts)),
  CHECK (language = ANY (ARRAY['bg'::text, 'en'::text])),
  CHECK (state = ANY (ARRAY['unconfirmed'::text, 'active'::text, 'quarantined'::text, 'merged'::text]))
);
CREATE INDEX contact_by_change ON contact USING btree (updated_at, id);
CREATE INDEX contact_by_country ON contact USING btree (country, sort_name, id);
CREATE INDEX contact_by_name ON contact USING btree (sort_name, id);
CREATE INDEX contact_by_origin ON contact USING btree (origin_id, id);
CREATE INDEX contact_by_search ON contact USING gin (search_text gin_trgm_ops) WITH (fastupdate='on');
CREATE INDEX contact_not_active ON contact USING btree (state, id) WHERE (state <> 'active'::text);
CREATE TRIGGER contact_facts_serve_when_added AFTER INSERT ON contact REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION check_facts_serve();
CREATE TRIGGER contact_facts_serve_when_changed AFTER UPDATE ON contact REFERENCING OLD TABLE AS before NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION check_facts_serve();
CREATE TRIGGER contact_from_elsewhere_is_told AFTER INSERT ON contact REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_duties_to_tell();
CREATE TRIGGER contact_in_quarantine_is_left_alone BEFORE UPDATE OF facts, origin_id, state ON contact FOR EACH ROW WHEN (old.state = 'quarantined'::text) EXECUTE FUNCTION refuse_use_in_quarantine();
CREATE TRIGGER contact_is_accounted_for_when_added AFTER INSERT ON contact REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION check_contact_provenance();
CREATE TRIGGER contact_is_accounted_for_when_changed AFTER UPDATE ON contact REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION check_contact_provenance();
CREATE TRIGGER contact_is_matched_when_changed AFTER UPDATE ON contact REFERENCING OLD TABLE AS former NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION forget_match_of_changed();
CREATE TRIGGER contact_is_never_emptied BEFORE TRUNCATE ON contact FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER contact_is_not_added_merged BEFORE INSERT ON contact FOR EACH ROW WHEN (new.state = 'merged'::text) EXECUTE FUNCTION refuse_merged_newcomer();
CREATE TRIGGER contact_is_not_an_erased_one AFTER INSERT ON contact REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refuse_erased_contact();
CREATE TRIGGER contact_leaves_by_erasure AFTER DELETE ON contact REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION refuse_loss_of_contact();
CREATE TRIGGER contact_leaves_disclosures AFTER DELETE ON contact REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION forget_in_disclosures();
CREATE TRIGGER contact_merged_is_kept BEFORE UPDATE ON contact FOR EACH ROW WHEN (old.state = 'merged'::text OR new.state = 'merged'::text) EXECUTE FUNCTION keep_merged_contact();
CREATE TRIGGER contact_search_text_is_kept BEFORE INSERT OR UPDATE ON contact FOR EACH ROW EXECUTE FUNCTION refresh_own_search_text();
CREATE TRIGGER contact_with_more_from_elsewhere_is_told AFTER UPDATE ON contact REFERENCING OLD TABLE AS before NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_duties_to_tell();
grant delete, insert, select, update on contact to saglasie_app;

create table contact_change (
  id uuid default uuidv7() not null,
  contact_id uuid not null,
  field text not null,
  old_value text,
  new_value text,
  reason text,
  changed_by_kind text not null,
  changed_by uuid,
  changed_at timestamp(3) with time zone default now() not null,
  provenance_ids uuid[],
  merge_id uuid,
  is_forgotten boolean default false not null,
  PRIMARY KEY (id),
  FOREIGN KEY (contact_id) REFERENCES contact(id) ON DELETE CASCADE,
  CHECK (cardinality(provenance_ids) > 0),
  CHECK (changed_by_kind = ANY (ARRAY['contact'::text, 'staff'::text, 'api'::text, 'import'::text, 'system'::text]))
);
CREATE INDEX contact_change_by_contact ON contact_change USING btree (contact_id, id);
CREATE TRIGGER contact_change_only_forgets BEFORE UPDATE ON contact_change FOR EACH ROW EXECUTE FUNCTION keep_history();
grant delete, insert, select on contact_change to saglasie_app;
grant update (old_value, new_value, is_forgotten) on contact_change to saglasie_app;

create table contact_match (
  contact_id uuid not null,
  keys bigint[] not null,
  matched_at timestamp(3) with time zone default clock_timestamp() not null,
  PRIMARY KEY (contact_id),
  FOREIGN KEY (contact_id) REFERENCES contact(id) ON DELETE CASCADE
);
CREATE INDEX contact_match_by_key ON contact_match USING gin (keys) WITH (fastupdate=off);
grant delete, insert, select, update on contact_match to saglasie_app;

create table contact_merge (
  id uuid default uuidv7() not null,
  survivor_id uuid not null,
  absorbed_id uuid not null,
  absorbed_state text not null,
  merged_at timestamp(3) with time zone default clock_timestamp() not null,
  merged_by_kind text not null,
  merged_by uuid,
  job_id uuid,
  before jsonb,
  undo_until timestamp(3) with time zone default (clock_timestamp() + '30 days'::interval) not null,
  undone_at timestamp(3) with time zone,
  undone_by_kind text,
  undone_by uuid,
  PRIMARY KEY (id),
  CHECK ((undone_at IS NULL) = (undone_by_kind IS NULL)),
  CHECK (absorbed_id <> survivor_id),
  CHECK (absorbed_state = ANY (ARRAY['active'::text, 'quarantined'::text])),
  CHECK (jsonb_typeof(before) = 'object'::text),
  CHECK (merged_by_kind = ANY (ARRAY['staff'::text, 'api'::text, 'command'::text, 'system'::text])),
  CHECK (undo_until <= (merged_at + '30 days 00:00:01'::interval)),
  CHECK (undone_by_kind = ANY (ARRAY['staff'::text, 'api'::text, 'command'::text, 'system'::text]))
);
CREATE INDEX contact_merge_by_absorbed ON contact_merge USING btree (absorbed_id);
CREATE INDEX contact_merge_by_survivor ON contact_merge USING btree (survivor_id, id);
CREATE INDEX contact_merge_of_job ON contact_merge USING btree (job_id) WHERE (job_id IS NOT NULL);
CREATE INDEX contact_merge_remembered ON contact_merge USING btree (undo_until) WHERE (before IS NOT NULL);
CREATE INDEX contact_merge_undone ON contact_merge USING btree (id) WHERE (undone_at IS NOT NULL);
CREATE UNIQUE INDEX contact_merge_once ON contact_merge USING btree (absorbed_id) WHERE (undone_at IS NULL);
CREATE TRIGGER contact_merge_is_followed AFTER INSERT OR UPDATE ON contact_merge FOR EACH ROW EXECUTE FUNCTION follow_merge();
CREATE TRIGGER contact_merge_is_in_order BEFORE INSERT OR UPDATE ON contact_merge FOR EACH ROW EXECUTE FUNCTION refuse_wrong_merge();
CREATE TRIGGER contact_merge_is_kept BEFORE DELETE ON contact_merge FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER contact_merge_is_never_emptied BEFORE TRUNCATE ON contact_merge FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER duties_follow_merge AFTER INSERT OR UPDATE ON contact_merge FOR EACH ROW EXECUTE FUNCTION let_duties_follow_merge();
grant insert (survivor_id, absorbed_id, absorbed_state, merged_by_kind, merged_by, job_id, before) on contact_merge to saglasie_app;
grant select on contact_merge to saglasie_app;
grant update (before, undone_at, undone_by_kind, undone_by) on contact_merge to saglasie_app;

create table contact_point (
  id uuid default uuidv7() not null,
  contact_id uuid not null,
  kind text not null,
  original text not null,
  normalised text not null,
  match_key text not null,
  match_hash bytea not null,
  provenance_ids uuid[] not null,
  is_primary boolean default true not null,
  verified_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone default now() not null,
  must_confirm boolean default false not null,
  came_from uuid,
  PRIMARY KEY (id),
  FOREIGN KEY (contact_id) REFERENCES contact(id) ON DELETE CASCADE DEFERRABLE,
  CHECK (cardinality(provenance_ids) > 0),
  CHECK (kind = ANY (ARRAY['email'::text, 'phone'::text, 'post'::text])),
  CHECK (octet_length(match_hash) = 32),
  CHECK (original <> ''::text AND length(original) <= 1000)
);
CREATE INDEX contact_point_by_contact ON contact_point USING btree (contact_id);
CREATE INDEX contact_point_by_former_owner ON contact_point USING btree (came_from) WHERE (came_from IS NOT NULL);
CREATE INDEX contact_point_by_hash ON contact_point USING btree (match_hash);
CREATE INDEX contact_point_by_match_key ON contact_point USING btree (match_key) WHERE (kind <> 'email'::text);
CREATE UNIQUE INDEX contact_point_email ON contact_point USING btree (match_key) WHERE (kind = 'email'::text);
CREATE UNIQUE INDEX contact_point_one_primary ON contact_point USING btree (contact_id, kind) WHERE is_primary;
CREATE TRIGGER address_from_elsewhere_is_told AFTER INSERT ON contact_point REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_duties_of_addresses();
CREATE TRIGGER address_in_quarantine_is_left_alone BEFORE INSERT OR UPDATE OF match_key, provenance_ids ON contact_point FOR EACH ROW EXECUTE FUNCTION refuse_use_of_quarantined_address();
CREATE TRIGGER address_with_more_from_elsewhere_is_told AFTER UPDATE ON contact_point REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_duties_of_addresses();
CREATE TRIGGER contact_point_is_accounted_for_when_added AFTER INSERT ON contact_point REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION check_contact_point_provenance();
CREATE TRIGGER contact_point_is_accounted_for_when_changed AFTER UPDATE ON contact_point REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION check_contact_point_provenance();
CREATE TRIGGER contact_point_is_copied_when_added AFTER INSERT ON contact_point REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION refresh_contact_copies();
CREATE TRIGGER contact_point_is_copied_when_changed AFTER UPDATE ON contact_point REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION refresh_contact_copies();
CREATE TRIGGER contact_point_is_copied_when_removed AFTER DELETE ON contact_point REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION refresh_contact_copies();
CREATE TRIGGER contact_point_is_matched_when_added AFTER INSERT ON contact_point REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION forget_match();
CREATE TRIGGER contact_point_is_matched_when_changed AFTER UPDATE ON contact_point REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION forget_match();
CREATE TRIGGER contact_point_is_matched_when_removed AFTER DELETE ON contact_point REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION forget_match();
CREATE TRIGGER contact_point_is_of_nobody_merged AFTER INSERT ON contact_point REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refuse_address_of_merged();
CREATE TRIGGER contact_point_replaces BEFORE INSERT OR UPDATE OF match_key, is_primary, must_confirm ON contact_point FOR EACH ROW EXECUTE FUNCTION mark_replaced_address();
CREATE TRIGGER contact_point_serves_when_added AFTER INSERT ON contact_point REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION check_points_serve();
grant delete, insert, select, update on contact_point to saglasie_app;

create table controller (
  only_one boolean default true not null,
  name text not null,
  registration_number text,
  address text not null,
  email text not null,
  phone text,
  dpo_name text,
  dpo_email text,
  country text default 'BG'::text not null,
  time_zone text default 'Europe/Sofia'::text not null,
  default_language text default 'bg'::text not null,
  updated_at timestamp with time zone default now() not null,
  PRIMARY KEY (only_one),
  CHECK (TRIM(BOTH FROM address) <> ''::text),
  CHECK (TRIM(BOTH FROM name) <> ''::text),
  CHECK (country ~ '^[A-Z]{2}$'::text),
  CHECK (default_language = ANY (ARRAY['bg'::text, 'en'::text])),
  CHECK (only_one)
);
grant insert, select, update on controller to saglasie_app;

create table coverage_count (
  only_one boolean default true not null,
  figures jsonb not null,
  took_ms integer not null,
  counted_at timestamp(3) with time zone default clock_timestamp() not null,
  PRIMARY KEY (only_one),
  CHECK (jsonb_typeof(figures) = 'object'::text),
  CHECK (only_one)
);
grant insert, select, update on coverage_count to saglasie_app;

create table delivery (
  id uuid not null,
  contact_id uuid not null,
  contact_point_id uuid,
  purpose_id uuid not null,
  channel text not null,
  template text not null,
  parameters jsonb default '{}'::jsonb not null,
  language text not null,
  status text default 'queued'::text not null,
  allowed_by uuid,
  withheld_because text,
  attempts integer default 0 not null,
  not_before timestamp with time zone default now() not null,
  lease_until timestamp with time zone,
  last_error text,
  message_id text,
  created_at timestamp(3) with time zone default now() not null,
  settled_at timestamp(3) with time zone,
  approach_id uuid,
  notice_hash bytea,
  notice_sources uuid[],
  PRIMARY KEY (id),
  FOREIGN KEY (approach_id) REFERENCES approach(id) ON DELETE CASCADE,
  FOREIGN KEY (contact_id) REFERENCES contact(id) ON DELETE CASCADE,
  FOREIGN KEY (contact_point_id) REFERENCES contact_point(id) ON DELETE SET NULL,
  FOREIGN KEY (notice_hash) REFERENCES notice_text(hash),
  FOREIGN KEY (purpose_id) REFERENCES purpose(id),
  CHECK ((approach_id IS NOT NULL) = (template = ANY (ARRAY['renew-consent'::text, 'ask-again'::text, 'purpose-changed'::text, 'confirm-spoken'::text, 'ask-permission'::text]))),
  CHECK ((notice_hash IS NULL) = (notice_sources IS NULL)),
  CHECK (channel = ANY (ARRAY['email'::text, 'sms'::text, 'post'::text])),
  CHECK (language = ANY (ARRAY['bg'::text, 'en'::text])),
  CHECK (status <> 'withheld'::text OR withheld_because IS NOT NULL),
  CHECK (status = ANY (ARRAY['queued'::text, 'held'::text, 'attempting'::text, 'sent'::text, 'failed'::text, 'unknown'::text, 'withheld'::text])),
  CHECK (template ~ '^[a-z][a-z0-9-]{0,59}$'::text)
);
CREATE INDEX delivery_by_contact ON delivery USING btree (contact_id, id);
CREATE INDEX delivery_by_point ON delivery USING btree (contact_point_id) WHERE (contact_point_id IS NOT NULL);
CREATE INDEX delivery_gone_wrong ON delivery USING btree (status, id) WHERE (status = ANY (ARRAY['failed'::text, 'unknown'::text, 'withheld'::text]));
CREATE INDEX delivery_held ON delivery USING btree (id) WHERE (status = 'held'::text);
CREATE INDEX delivery_leased ON delivery USING btree (lease_until) WHERE (status = 'attempting'::text);
CREATE INDEX delivery_told_unnoted ON delivery USING btree (settled_at) WHERE ((notice_hash IS NOT NULL) AND (status = 'sent'::text));
CREATE INDEX delivery_waiting ON delivery USING btree (not_before, id) WHERE (status = 'queued'::text);
CREATE UNIQUE INDEX delivery_of_approach ON delivery USING btree (approach_id) WHERE (approach_id IS NOT NULL);
CREATE UNIQUE INDEX delivery_tells_once_at_a_time ON delivery USING btree (contact_id) WHERE ((template = 'tell-source'::text) AND (status = ANY (ARRAY['queued'::text, 'held'::text, 'attempting'::text])));
CREATE TRIGGER delivery_passes_the_gate BEFORE INSERT ON delivery FOR EACH ROW EXECUTE FUNCTION refuse_denied_delivery();
CREATE TRIGGER delivery_passes_the_gate_again BEFORE UPDATE ON delivery FOR EACH ROW EXECUTE FUNCTION withhold_denied_delivery();
grant delete, insert, select, update on delivery to saglasie_app;

create table disclosure (
  id uuid default uuidv7() not null,
  recipient_kind text not null,
  recipient text not null,
  recipient_country text,
  rule text generated always as (
CASE recipient_kind
    WHEN 'authority'::text THEN 'legal-obligation'::text
    WHEN 'subject'::text THEN 'right-of-subject'::text
    WHEN 'own-system'::text THEN 'safekeeping'::text
    ELSE 'gate'::text
END) stored not null,
  purpose_id uuid,
  purpose_version integer,
  channel text,
  statement text not null,
  restriction_ground text,
  fields text[] not null,
  recorded_by_kind text not null,
  recorded_by uuid,
  recorded_at timestamp(3) with time zone default now() not null,
  disclosed_at timestamp(3) with time zone,
  people integer default 0 not null,
  PRIMARY KEY (id),
  FOREIGN KEY (purpose_id, purpose_version) REFERENCES purpose_version(purpose_id, version),
  CHECK ((purpose_id IS NOT NULL) = (recipient_kind = ANY (ARRAY['internal'::text, 'processor'::text, 'third-party'::text]))),
  CHECK ((recorded_by_kind = ANY (ARRAY['staff'::text, 'api'::text])) = (recorded_by IS NOT NULL)),
  CHECK (cardinality(fields) >= 1 AND cardinality(fields) <= 500),
  CHECK (channel = ANY (ARRAY['email'::text, 'sms'::text, 'phone'::text, 'post'::text, 'none'::text])),
  CHECK (length(TRIM(BOTH FROM recipient)) >= 2 AND length(TRIM(BOTH FROM recipient)) <= 200),
  CHECK (length(TRIM(BOTH FROM statement)) >= 3 AND length(TRIM(BOTH FROM statement)) <= 500 AND statement !~ '@'::text),
  CHECK (num_nulls(purpose_id, purpose_version, channel) = ANY (ARRAY[0, 3])),
  CHECK (people >= 0),
  CHECK (recipient_country ~ '^[A-Z]{2}$'::text),
  CHECK (recipient_kind = ANY (ARRAY['internal'::text, 'processor'::text, 'third-party'::text, 'authority'::text, 'subject'::text, 'own-system'::text])),
  CHECK (recorded_by_kind = ANY (ARRAY['staff'::text, 'api'::text, 'command'::text, 'system'::text])),
  CHECK (restriction_ground = ANY (ARRAY['legal-claims'::text, 'public-interest'::text])),
  CHECK (restriction_ground IS NULL OR recipient_kind = 'authority'::text)
);
CREATE INDEX disclosure_by_time ON disclosure USING btree (disclosed_at, id) WHERE (disclosed_at IS NOT NULL);
CREATE TRIGGER disclosure_is_kept BEFORE DELETE OR UPDATE ON disclosure FOR EACH ROW EXECUTE FUNCTION keep_disclosure();
CREATE TRIGGER disclosure_is_never_emptied BEFORE TRUNCATE ON disclosure FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER disclosure_is_to_a_named_one BEFORE INSERT ON disclosure FOR EACH ROW EXECUTE FUNCTION refuse_unnamed_recipient();
grant insert (id, recipient_kind, recipient, recipient_country, purpose_id, purpose_version, channel, statement, restriction_ground, fields, recorded_by_kind, recorded_by) on disclosure to saglasie_app;
grant select on disclosure to saglasie_app;

create table disclosure_part (
  disclosure_id uuid not null,
  attempt integer default 1 not null,
  no integer not null,
  contact_ids uuid[] not null,
  span int8range generated always as (
CASE
    WHEN (cardinality(contact_ids) > 0) THEN int8range(place_of(contact_ids[1]), place_of(contact_ids[cardinality(contact_ids)]), '[]'::text)
    ELSE 'empty'::int8range
END) stored,
  PRIMARY KEY (disclosure_id, attempt, no),
  FOREIGN KEY (disclosure_id) REFERENCES disclosure(id) ON DELETE CASCADE,
  CHECK (cardinality(contact_ids) <= 100)
);
CREATE INDEX disclosure_part_by_people ON disclosure_part USING gist (span);
CREATE TRIGGER disclosure_part_is_kept BEFORE DELETE OR UPDATE ON disclosure_part FOR EACH ROW EXECUTE FUNCTION keep_disclosure_part();
CREATE TRIGGER disclosure_part_is_lawful AFTER INSERT ON disclosure_part REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refuse_wrong_disclosure_part();
CREATE TRIGGER disclosure_part_is_never_emptied BEFORE TRUNCATE ON disclosure_part FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant select on disclosure_part to saglasie_app;

create unlogged table duplicate_candidate (
  one_id uuid not null,
  other_id uuid not null,
  PRIMARY KEY (one_id, other_id),
  FOREIGN KEY (one_id) REFERENCES contact(id) ON DELETE CASCADE,
  FOREIGN KEY (other_id) REFERENCES contact(id) ON DELETE CASCADE,
  CHECK (one_id < other_id)
);
CREATE INDEX duplicate_candidate_by_other ON duplicate_candidate USING btree (other_id);
grant delete, insert, select, update on duplicate_candidate to saglasie_app;

create table duplicate_suggestion (
  one_id uuid not null,
  other_id uuid not null,
  score smallint not null,
  reasons text[] not null,
  found_at timestamp(3) with time zone default clock_timestamp() not null,
  dismissed_at timestamp(3) with time zone,
  dismissed_by_kind text,
  dismissed_by uuid,
  PRIMARY KEY (one_id, other_id),
  FOREIGN KEY (one_id) REFERENCES contact(id) ON DELETE CASCADE,
  FOREIGN KEY (other_id) REFERENCES contact(id) ON DELETE CASCADE,
  CHECK ((dismissed_at IS NULL) = (dismissed_by_kind IS NULL)),
  CHECK (cardinality(reasons) > 0),
  CHECK (dismissed_by_kind = ANY (ARRAY['staff'::text, 'api'::text, 'system'::text])),
  CHECK (one_id < other_id),
  CHECK (score >= 1 AND score <= 100)
);
CREATE INDEX duplicate_suggestion_by_other ON duplicate_suggestion USING btree (other_id);
CREATE INDEX duplicate_suggestion_open ON duplicate_suggestion USING btree (score DESC, one_id, other_id) WHERE (dismissed_at IS NULL);
CREATE TRIGGER duplicate_suggestion_stays_dismissed BEFORE UPDATE ON duplicate_suggestion FOR EACH ROW EXECUTE FUNCTION keep_dismissal();
grant delete, insert, select, update on duplicate_suggestion to saglasie_app;

create table duty_exemption (
  id uuid default uuidv7() not null,
  ground text not null,
  reason text not null,
  recorded_by_kind text not null,
  recorded_by uuid not null,
  recorded_at timestamp(3) with time zone default clock_timestamp() not null,
  PRIMARY KEY (id),
  CHECK (ground = ANY (ARRAY['has-information'::text, 'impossible'::text, 'disproportionate'::text, 'defeats-the-purpose'::text, 'law'::text, 'secrecy'::text])),
  CHECK (length(TRIM(BOTH FROM reason)) >= 20 AND length(TRIM(BOTH FROM reason)) <= 2000),
  CHECK (recorded_by_kind = ANY (ARRAY['staff'::text, 'api'::text]))
);
CREATE TRIGGER duty_exemption_is_a_fact BEFORE DELETE OR UPDATE ON duty_exemption FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER duty_exemption_is_never_emptied BEFORE TRUNCATE ON duty_exemption FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant insert (ground, reason, recorded_by_kind, recorded_by) on duty_exemption to saglasie_app;
grant select on duty_exemption to saglasie_app;

create table duty_to_tell (
  contact_id uuid not null,
  source_id uuid not null,
  obtained_at timestamp(3) with time zone not null,
  due_on date not null,
  told_at timestamp(3) with time zone,
  entry_id uuid,
  exemption_id uuid,
  merge_id uuid,
  PRIMARY KEY (contact_id, source_id),
  FOREIGN KEY (contact_id) REFERENCES contact(id) ON DELETE CASCADE,
  FOREIGN KEY (exemption_id) REFERENCES duty_exemption(id),
  FOREIGN KEY (source_id) REFERENCES source(id),
  CHECK ((told_at IS NULL) = (entry_id IS NULL))
);
CREATE INDEX duty_to_tell_of_source ON duty_to_tell USING btree (source_id, due_on, contact_id) WHERE ((told_at IS NULL) AND (exemption_id IS NULL));
CREATE INDEX duty_to_tell_open ON duty_to_tell USING btree (due_on, contact_id) WHERE ((told_at IS NULL) AND (exemption_id IS NULL));
CREATE TRIGGER duty_exemption_stays BEFORE UPDATE OF exemption_id ON duty_to_tell FOR EACH ROW EXECUTE FUNCTION keep_duty_exemption();
grant select on duty_to_tell to saglasie_app;
grant update (exemption_id) on duty_to_tell to saglasie_app;

create table erasure_journal (
  contact_id uuid not null,
  reason text not null,
  erased_at timestamp(3) with time zone default now() not null,
  erased_by uuid,
  batch_id uuid,
  PRIMARY KEY (contact_id),
  FOREIGN KEY (batch_id) REFERENCES retention_batch(id),
  CHECK (batch_id IS NULL OR reason = 'retention'::text),
  CHECK (reason = ANY (ARRAY['request'::text, 'not-me'::text, 'unconfirmed'::text, 'retention'::text, 'staff'::text, 'quarantine'::text, 'import-undone'::text]))
);
CREATE INDEX erasure_journal_by_batch ON erasure_journal USING btree (batch_id, contact_id) WHERE (batch_id IS NOT NULL);
CREATE INDEX erasure_journal_by_time ON erasure_journal USING btree (erased_at);
CREATE CONSTRAINT TRIGGER erasure_is_finished AFTER INSERT ON erasure_journal DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_unfinished_erasure();
CREATE TRIGGER erasure_is_timely AFTER INSERT ON erasure_journal REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refuse_untimely_erasure();
CREATE TRIGGER erasure_journal_is_a_fact BEFORE DELETE OR UPDATE ON erasure_journal FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER erasure_journal_is_never_emptied BEFORE TRUNCATE ON erasure_journal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER quarantine_ends_in_time BEFORE INSERT ON erasure_journal FOR EACH ROW WHEN (new.reason = 'quarantine'::text) EXECUTE FUNCTION refuse_early_expiry();
grant insert, select on erasure_journal to saglasie_app;

create table evidence_capsule (
  id uuid not null,
  ground text not null,
  sealed bytea not null,
  sealed_on date default CURRENT_DATE not null,
  keep_until date not null,
  PRIMARY KEY (id),
  CHECK (ground = ANY (ARRAY['legal-claims'::text, 'legal-obligation'::text])),
  CHECK (keep_until >= sealed_on AND keep_until <= (sealed_on + '5 years'::interval)),
  CHECK (octet_length(sealed) >= 29 AND octet_length(sealed) <= 67108864)
);
CREATE INDEX evidence_capsule_ending ON evidence_capsule USING btree (keep_until);
CREATE TRIGGER evidence_capsule_is_kept BEFORE DELETE OR UPDATE ON evidence_capsule FOR EACH ROW EXECUTE FUNCTION keep_capsule();
CREATE TRIGGER evidence_capsule_is_never_emptied BEFORE TRUNCATE ON evidence_capsule FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER evidence_capsule_is_of_an_erasure BEFORE INSERT ON evidence_capsule FOR EACH ROW EXECUTE FUNCTION refuse_capsule_without_erasure();
grant insert (id, ground, sealed, keep_until) on evidence_capsule to saglasie_app;
grant select (id, ground, sealed_on, keep_until) on evidence_capsule to saglasie_app;
grant update (keep_until) on evidence_capsule to saglasie_app;

create table evidence_file (
  id uuid default uuidv7() not null,
  contact_id uuid not null,
  entry_id uuid not null,
  media_type text not null,
  size integer not null,
  sha256 bytea not null,
  content bytea not null,
  added_by uuid,
  added_at timestamp(3) with time zone default clock_timestamp() not null,
  PRIMARY KEY (id),
  FOREIGN KEY (contact_id) REFERENCES contact(id) ON DELETE CASCADE,
  FOREIGN KEY (entry_id) REFERENCES ledger_entry(id) ON DELETE CASCADE,
  CHECK (media_type = ANY (ARRAY['application/pdf'::text, 'image/jpeg'::text, 'image/png'::text, 'image/webp'::text, 'audio/mpeg'::text, 'audio/mp4'::text, 'audio/ogg'::text, 'audio/wav'::text])),
  CHECK (octet_length(content) = size),
  CHECK (sha256 = sha256(content)),
  CHECK (size >= 1 AND size <= 10485760)
);
CREATE INDEX evidence_file_by_contact ON evidence_file USING btree (contact_id, id);
CREATE INDEX evidence_file_by_entry ON evidence_file USING btree (entry_id);
CREATE TRIGGER evidence_file_is_a_fact BEFORE UPDATE ON evidence_file FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER evidence_file_is_never_emptied BEFORE TRUNCATE ON evidence_file FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant insert, select on evidence_file to saglasie_app;

create table evidence_handle (
  handle bytea not null,
  capsule_id uuid not null,
  wrapped_key bytea not null,
  PRIMARY KEY (handle, capsule_id),
  FOREIGN KEY (capsule_id) REFERENCES evidence_capsule(id) ON DELETE CASCADE,
  CHECK (octet_length(handle) = 32),
  CHECK (octet_length(wrapped_key) = 60)
);
CREATE INDEX evidence_handle_by_capsule ON evidence_handle USING btree (capsule_id);
CREATE TRIGGER evidence_handle_is_kept BEFORE DELETE OR UPDATE ON evidence_handle FOR EACH ROW EXECUTE FUNCTION keep_handle();
CREATE TRIGGER evidence_handle_is_never_emptied BEFORE TRUNCATE ON evidence_handle FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER evidence_handle_is_of_an_erasure BEFORE INSERT ON evidence_handle FOR EACH ROW EXECUTE FUNCTION refuse_capsule_without_erasure();
grant insert on evidence_handle to saglasie_app;

create table evidence_opening (
  id uuid default uuidv7() not null,
  handle bytea,
  ground text not null,
  reference text not null,
  requested_by uuid not null,
  requested_at timestamp(3) with time zone default now() not null,
  decision text,
  decided_by uuid,
  decided_at timestamp(3) with time zone,
  opened_at timestamp(3) with time zone,
  found boolean,
  PRIMARY KEY (id),
  FOREIGN KEY (decided_by) REFERENCES staff_member(id),
  FOREIGN KEY (requested_by) REFERENCES staff_member(id),
  CHECK (decided_by <> requested_by),
  CHECK (decision = ANY (ARRAY['approved'::text, 'refused'::text])),
  CHECK (ground = ANY (ARRAY['authority'::text, 'court'::text, 'claim'::text])),
  CHECK (length(TRIM(BOTH FROM reference)) >= 3 AND length(TRIM(BOTH FROM reference)) <= 200 AND reference !~ '@'::text),
  CHECK (num_nulls(decision, decided_by, decided_at) = ANY (ARRAY[0, 3])),
  CHECK (num_nulls(opened_at, found) = ANY (ARRAY[0, 2])),
  CHECK (octet_length(handle) = 32),
  CHECK (opened_at IS NULL OR NOT decision IS DISTINCT FROM 'approved'::text)
);
CREATE INDEX evidence_opening_by_time ON evidence_opening USING btree (requested_at);
CREATE INDEX evidence_opening_under_way ON evidence_opening USING btree (id) WHERE (handle IS NOT NULL);
CREATE TRIGGER evidence_opening_is_a_fact BEFORE DELETE ON evidence_opening FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER evidence_opening_is_in_order BEFORE INSERT OR UPDATE ON evidence_opening FOR EACH ROW EXECUTE FUNCTION refuse_wrong_opening();
CREATE TRIGGER evidence_opening_is_never_emptied BEFORE TRUNCATE ON evidence_opening FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant insert (handle, ground, reference, requested_by) on evidence_opening to saglasie_app;
grant select (id, ground, reference, requested_by, requested_at, decision, decided_by, decided_at, opened_at, found) on evidence_opening to saglasie_app;
grant update (decision, decided_by) on evidence_opening to saglasie_app;

create table evidence_policy (
  only_one boolean default true not null,
  keeps_by_default boolean default false not null,
  ground text default 'legal-claims'::text not null,
  necessity text,
  retention_months integer default 60 not null,
  decided_by uuid,
  decided_at timestamp(3) with time zone default now() not null,
  PRIMARY KEY (only_one),
  FOREIGN KEY (decided_by) REFERENCES staff_member(id),
  CHECK (NOT keeps_by_default OR length(TRIM(BOTH FROM COALESCE(necessity, ''::text))) >= 20),
  CHECK (ground = ANY (ARRAY['legal-claims'::text, 'legal-obligation'::text])),
  CHECK (length(necessity) <= 2000),
  CHECK (only_one),
  CHECK (retention_months >= 1 AND retention_months <= 60)
);
grant select on evidence_policy to saglasie_app;
grant update (keeps_by_default, ground, necessity, retention_months, decided_by, decided_at) on evidence_policy to saglasie_app;

create table evidence_use (
  contact_id uuid not null,
  evidence_id uuid not null,
  entry_id uuid not null,
  PRIMARY KEY (contact_id, evidence_id, entry_id),
  FOREIGN KEY (contact_id) REFERENCES contact(id) ON DELETE CASCADE,
  FOREIGN KEY (evidence_id) REFERENCES shared_evidence(id) ON DELETE CASCADE
);
CREATE INDEX evidence_use_by_evidence ON evidence_use USING btree (evidence_id);
CREATE TRIGGER evidence_goes_with_its_last_person AFTER DELETE ON evidence_use REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION forget_unused_evidence();
grant insert, select on evidence_use to saglasie_app;

create table export_policy (
  only_one boolean default true not null,
  approval_above integer default 10000 not null,
  approval_above_before integer default 10000 not null,
  decided_by uuid,
  decided_at timestamp(3) with time zone default '-infinity'::timestamp with time zone not null,
  PRIMARY KEY (only_one),
  FOREIGN KEY (decided_by) REFERENCES staff_member(id),
  CHECK (approval_above >= 0 AND approval_above <= 1000000),
  CHECK (only_one)
);
CREATE TRIGGER export_policy_is_raised_slowly BEFORE UPDATE ON export_policy FOR EACH ROW EXECUTE FUNCTION note_former_policy();
grant select on export_policy to saglasie_app;
grant update (approval_above, decided_by) on export_policy to saglasie_app;

create table field_definition (
  key text not null,
  label jsonb not null,
  type text not null,
  options jsonb default '[]'::jsonb not null,
  data_category text not null,
  special_category text,
  source_of_truth text not null,
  visible_to text[] default '{owner,marketer,sales,dpo,auditor,api}'::text[] not null,
  is_standard boolean default false not null,
  channels text[] default '{}'::text[] not null,
  archived_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone default now() not null,
  updated_at timestamp(3) with time zone default now() not null,
  PRIMARY KEY (key),
  CHECK ((key <> ALL (ARRAY['given_name'::text, 'family_name'::text, 'company'::text, 'email'::text, 'phone'::text, 'postal_address'::text])) OR visible_to @> ARRAY['owner'::text, 'marketer'::text, 'sales'::text, 'dpo'::text, 'auditor'::text, 'api'::text] AND archived_at IS NULL),
  CHECK ((type = ANY (ARRAY['choice'::text, 'several-choices'::text])) = (jsonb_array_length(options) >= 2)),
  CHECK ((type = ANY (ARRAY['choice'::text, 'several-choices'::text])) OR jsonb_array_length(options) = 0),
  CHECK (channels <@ ARRAY['email'::text, 'sms'::text, 'phone'::text, 'post'::text]),
  CHECK (data_category = ANY (ARRAY['identity'::text, 'contact'::text, 'professional'::text, 'demographic'::text, 'preferences'::text, 'contract'::text, 'financial'::text, 'communication'::text, 'behaviour'::text, 'other'::text])),
  CHECK (in_every_language(label)),
  CHECK (is_option_list(options)),
  CHECK (is_standard OR cardinality(channels) = 0),
  CHECK (key ~ '^[a-z][a-z0-9_]{0,59}$'::text),
  CHECK (source_of_truth = ANY (ARRAY['person'::text, 'staff'::text, 'import'::text, 'other-system'::text])),
  CHECK (special_category = ANY (ARRAY['ethnic-origin'::text, 'political-opinions'::text, 'beliefs'::text, 'trade-union'::text, 'genetic'::text, 'biometric'::text, 'health'::text, 'sex-life'::text, 'offences'::text, 'not-specified'::text])),
  CHECK (type = ANY (ARRAY['text'::text, 'long-text'::text, 'number'::text, 'date'::text, 'yes-no'::text, 'choice'::text, 'several-choices'::text, 'email'::text, 'phone'::text, 'url'::text])),
  CHECK (visible_to <@ ARRAY['owner'::text, 'marketer'::text, 'sales'::text, 'dpo'::text, 'auditor'::text, 'api'::text] AND visible_to @> ARRAY['owner'::text, 'dpo'::text])
);
CREATE TRIGGER field_definition_keeps_its_meaning BEFORE UPDATE ON field_definition FOR EACH ROW EXECUTE FUNCTION field_keeps_its_meaning();
CREATE TRIGGER field_definition_version_is_kept AFTER INSERT OR UPDATE ON field_definition FOR EACH ROW EXECUTE FUNCTION record_register_version('field', 'key');
grant insert, select, update on field_definition to saglasie_app;

create unlogged table flood_counter (
  bucket bytea not null,
  window_starts timestamp with time zone not null,
  used integer not null,
  PRIMARY KEY (bucket, window_starts)
);
grant delete, insert, select, update on flood_counter to saglasie_app;

create table form (
  id uuid default uuidv7() not null,
  slug text not null,
  published_version_id uuid,
  archived_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  unpublished_at timestamp with time zone,
  PRIMARY KEY (id),
  UNIQUE (slug),
  FOREIGN KEY (published_version_id) REFERENCES form_version(id),
  CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text AND length(slug) <= 60)
);
grant insert, select, update on form to saglasie_app;

create table form_draft (
  form_id uuid not null,
  revision integer not null,
  definition jsonb,
  based_on uuid,
  updated_by uuid,
  updated_at timestamp with time zone default now() not null,
  PRIMARY KEY (form_id),
  FOREIGN KEY (based_on) REFERENCES form_version(id),
  FOREIGN KEY (form_id) REFERENCES form(id),
  FOREIGN KEY (updated_by) REFERENCES staff_member(id),
  CHECK (jsonb_typeof(definition) = 'object'::text),
  CHECK (revision > 0)
);
CREATE TRIGGER form_draft_counts_on BEFORE UPDATE ON form_draft FOR EACH ROW EXECUTE FUNCTION count_draft_revision();
grant insert, select, update on form_draft to saglasie_app;

create table form_file (
  id uuid default uuidv7() not null,
  name text not null,
  media_type text not null,
  content bytea not null,
  sha256 bytea generated always as (sha256(content)) stored,
  uploaded_by uuid,
  uploaded_at timestamp with time zone default now() not null,
  PRIMARY KEY (id),
  FOREIGN KEY (uploaded_by) REFERENCES staff_member(id),
  CHECK (media_type ~ '^[a-z]+/[a-z0-9.+-]+$'::text),
  CHECK (name ~ '^[^[:cntrl:]/\\]{1,200}$'::text),
  CHECK (octet_length(content) >= 1 AND octet_length(content) <= 5242880)
);
CREATE TRIGGER form_file_is_a_fact BEFORE DELETE OR UPDATE ON form_file FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER form_file_is_never_emptied BEFORE TRUNCATE ON form_file FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant insert, select on form_file to saglasie_app;

create table form_mapping (
  form_id uuid not null,
  field text not null,
  value text not null,
  purpose_id uuid not null,
  channel text not null,
  PRIMARY KEY (form_id, field, value),
  FOREIGN KEY (form_id) REFERENCES form(id),
  FOREIGN KEY (purpose_id) REFERENCES purpose(id),
  CHECK (channel = ANY (ARRAY['email'::text, 'sms'::text, 'phone'::text])),
  CHECK (length(field) >= 1 AND length(field) <= 100 AND field !~ '[[:cntrl:]]'::text AND (field <> ALL (ARRAY['consent'::text, '_form'::text, '_lang'::text, '_version'::text, '_return'::text]))),
  CHECK (length(value) >= 1 AND length(value) <= 200 AND value !~ '[[:cntrl:]]'::text)
);
grant delete, insert, select on form_mapping to saglasie_app;

create table form_return_address (
  form_id uuid not null,
  address text not null,
  origin text not null,
  PRIMARY KEY (form_id, address),
  FOREIGN KEY (form_id, origin) REFERENCES form_site(form_id, origin) ON DELETE CASCADE,
  CHECK ("left"(address, length(origin) + 1) = (origin || '/'::text)),
  CHECK (length(address) <= 500 AND address ~ '^[\x21-\x7e]+$'::text AND address !~ '[?#\\]'::text)
);
grant delete, insert, select on form_return_address to saglasie_app;

create table form_site (
  form_id uuid not null,
  origin text not null,
  created_at timestamp with time zone default now() not null,
  PRIMARY KEY (form_id, origin),
  FOREIGN KEY (form_id) REFERENCES form(id),
  CHECK (is_site_origin(origin))
);
grant delete, insert, select on form_site to saglasie_app;

create table form_step_count (
  form_version_id uuid not null,
  day date not null,
  step text not null,
  count bigint not null,
  PRIMARY KEY (form_version_id, day, step),
  FOREIGN KEY (form_version_id) REFERENCES form_version(id),
  CHECK (count > 0),
  CHECK (step = ANY (ARRAY['shown'::text, 'problems'::text, 'held'::text, 'accepted'::text, 'confirmed'::text, 'rejected'::text, 'expired'::text]))
);
grant insert, select, update on form_step_count to saglasie_app;

create table form_version (
  id uuid default uuidv7() not null,
  form_id uuid not null,
  number integer not null,
  definition jsonb not null,
  notice_hashes jsonb not null,
  published_by uuid,
  published_at timestamp with time zone default now() not null,
  PRIMARY KEY (id),
  UNIQUE (form_id, number),
  FOREIGN KEY (form_id) REFERENCES form(id),
  CHECK (in_every_language(notice_hashes)),
  CHECK (number > 0)
);
CREATE TRIGGER form_version_is_a_fact BEFORE DELETE OR UPDATE ON form_version FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER form_version_is_never_emptied BEFORE TRUNCATE ON form_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant insert, select on form_version to saglasie_app;

create table held_submission (
  id uuid default uuidv7() not null,
  form_id uuid not null,
  form_version_id uuid not null,
  language text not null,
  reason text not null,
  sealed bytea not null,
  match_hash bytea not null,
  received_at timestamp with time zone default now() not null,
  delete_after timestamp with time zone default (now() + '14 days'::interval) not null,
  PRIMARY KEY (id),
  UNIQUE (form_id, match_hash),
  FOREIGN KEY (form_id) REFERENCES form(id),
  FOREIGN KEY (form_version_id) REFERENCES form_version(id),
  CHECK (delete_after <= (received_at + '14 days'::interval)),
  CHECK (language = ANY (ARRAY['bg'::text, 'en'::text])),
  CHECK (octet_length(match_hash) = 32),
  CHECK (octet_length(sealed) >= 29 AND octet_length(sealed) <= 8192),
  CHECK (reason = ANY (ARRAY['trap'::text, 'too-fast'::text, 'flood'::text, 'few-confirm'::text]))
);
CREATE INDEX held_submission_by_hash ON held_submission USING btree (match_hash);
CREATE INDEX held_submission_ends ON held_submission USING btree (delete_after);
grant delete, insert, select on held_submission to saglasie_app;

create table holiday_override (
  day date not null,
  is_holiday boolean not null,
  reason text not null,
  set_by uuid,
  set_at timestamp(3) with time zone default now() not null,
  PRIMARY KEY (day),
  CHECK (TRIM(BOTH FROM reason) <> ''::text AND length(reason) <= 500)
);
grant delete, insert, select, update on holiday_override to saglasie_app;

create table idempotency (
  key_hash bytea not null,
  request_hash bytea not null,
  status smallint not null,
  body json,
  contact_id uuid,
  created_at timestamp with time zone default now() not null,
  PRIMARY KEY (key_hash),
  FOREIGN KEY (contact_id) REFERENCES contact(id) ON DELETE CASCADE,
  CHECK (octet_length(key_hash) = 32),
  CHECK (octet_length(request_hash) = 32)
);
CREATE INDEX idempotency_by_age ON idempotency USING btree (created_at);
CREATE INDEX idempotency_by_contact ON idempotency USING btree (contact_id) WHERE (contact_id IS NOT NULL);
grant delete, insert, select on idempotency to saglasie_app;

create table import (
  id uuid default uuidv7() not null,
  state text default 'uploaded'::text not null,
  file_name text not null,
  file jsonb not null,
  bytes bigint not null,
  sha256 bytea not null,
  file_erased_at timestamp(3) with time zone,
  settings jsonb,
  purpose_id uuid,
  source_id uuid,
  checked jsonb,
  counts jsonb default '{}'::jsonb not null,
  created_by_kind text not null,
  created_by uuid,
  created_at timestamp(3) with time zone default clock_timestamp() not null,
  commit_started_at timestamp(3) with time zone,
  committed_at timestamp(3) with time zone,
  undo_until timestamp(3) with time zone,
  undone_at timestamp(3) with time zone,
  rows_erased_at timestamp(3) with time zone,
  PRIMARY KEY (id),
  FOREIGN KEY (purpose_id) REFERENCES purpose(id),
  FOREIGN KEY (source_id) REFERENCES source(id),
  CHECK ((commit_started_at IS NULL) = (state = ANY (ARRAY['uploaded'::text, 'ready'::text, 'checking'::text, 'checked'::text, 'discarded'::text]))),
  CHECK ((source_id IS NULL) = (commit_started_at IS NULL)),
  CHECK ((state = ANY (ARRAY['uploaded'::text, 'discarded'::text])) OR settings IS NOT NULL),
  CHECK ((undone_at IS NULL) = (state <> 'undone'::text)),
  CHECK (bytes > 0),
  CHECK (created_by_kind = ANY (ARRAY['staff'::text, 'api'::text, 'command'::text])),
  CHECK (file_name <> ''::text AND length(file_name) <= 300),
  CHECK (jsonb_typeof(checked) = 'object'::text),
  CHECK (jsonb_typeof(counts) = 'object'::text),
  CHECK (jsonb_typeof(file) = 'object'::text),
  CHECK (jsonb_typeof(settings) = 'object'::text),
  CHECK (octet_length(sha256) = 32),
  CHECK (state = ANY (ARRAY['uploaded'::text, 'ready'::text, 'checking'::text, 'checked'::text, 'committing'::text, 'committed'::text, 'stopped'::text, 'undoing'::text, 'undone'::text, 'discarded'::text]))
);
CREATE INDEX import_with_file ON import USING btree (created_at) WHERE (file_erased_at IS NULL);
CREATE TRIGGER import_is_kept BEFORE UPDATE ON import FOR EACH ROW EXECUTE FUNCTION keep_import();
CREATE TRIGGER import_is_never_emptied BEFORE TRUNCATE ON import FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER import_is_never_removed BEFORE DELETE ON import FOR EACH ROW EXECUTE FUNCTION refuse_change();
grant insert, select, update on import to saglasie_app;

create table import_row (
  import_id uuid not null,
  "row" integer not null,
  line integer not null,
  part smallint not null,
  outcome text not null,
  contact_id uuid,
  match_hash bytea,
  codes jsonb,
  cells jsonb,
  undo jsonb,
  PRIMARY KEY (import_id, "row"),
  FOREIGN KEY (import_id) REFERENCES import(id),
  CHECK ("row" > 0),
  CHECK (contact_id IS NULL OR outcome <> 'problem'::text),
  CHECK (jsonb_typeof(cells) = 'array'::text),
  CHECK (jsonb_typeof(codes) = 'array'::text),
  CHECK (jsonb_typeof(undo) = 'object'::text),
  CHECK (octet_length(match_hash) = 32),
  CHECK (outcome = ANY (ARRAY['new'::text, 'quarantined'::text, 'updated'::text, 'unchanged'::text, 'duplicate'::text, 'refused'::text, 'problem'::text]))
);
CREATE INDEX import_row_by_contact ON import_row USING btree (contact_id) WHERE (contact_id IS NOT NULL);
CREATE INDEX import_row_by_hash ON import_row USING btree (match_hash) WHERE (match_hash IS NOT NULL);
CREATE INDEX import_row_told ON import_row USING btree (import_id, "row") WHERE (codes IS NOT NULL);
grant delete, insert, select, update on import_row to saglasie_app;

create table instance (
  only_one boolean default true not null,
  id uuid default gen_random_uuid() not null,
  key_fingerprint text not null,
  setup_token_hash bytea,
  setup_completed_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  PRIMARY KEY (only_one),
  CHECK (only_one)
);
grant insert, select, update on instance to saglasie_app;

create table job (
  id uuid default uuidv7() not null,
  kind text not null,
  subject_id uuid,
  parameters jsonb default '{}'::jsonb not null,
  state text default 'waiting'::text not null,
  wish text default 'run'::text not null,
  cursor jsonb,
  done bigint default 0 not null,
  total bigint,
  counts jsonb default '{}'::jsonb not null,
  problem text,
  failures integer default 0 not null,
  not_before timestamp(3) with time zone default now() not null,
  requested_by_kind text not null,
  requested_by uuid,
  requested_at timestamp(3) with time zone default clock_timestamp() not null,
  held_by uuid,
  beat_at timestamp(3) with time zone,
  started_at timestamp(3) with time zone,
  started_done bigint default 0 not null,
  finished_at timestamp(3) with time zone,
  PRIMARY KEY (id),
  CHECK ((state = 'running'::text) = (held_by IS NOT NULL)),
  CHECK ((state = ANY (ARRAY['stopped'::text, 'done'::text])) = (finished_at IS NOT NULL)),
  CHECK (done >= 0),
  CHECK (jsonb_typeof(counts) = 'object'::text),
  CHECK (jsonb_typeof(parameters) = 'object'::text),
  CHECK (kind ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$'::text AND length(kind) <= 60),
  CHECK (requested_by_kind = ANY (ARRAY['staff'::text, 'api'::text, 'command'::text, 'system'::text])),
  CHECK (state = ANY (ARRAY['waiting'::text, 'running'::text, 'paused'::text, 'failed'::text, 'stopped'::text, 'done'::text])),
  CHECK (total >= 0),
  CHECK (wish = ANY (ARRAY['run'::text, 'pause'::text, 'stop'::text]))
);
CREATE INDEX job_finished ON job USING btree (finished_at) WHERE (finished_at IS NOT NULL);
CREATE INDEX job_unfinished ON job USING btree (not_before, id) WHERE (finished_at IS NULL);
CREATE UNIQUE INDEX job_once_for_its_subject ON job USING btree (kind, COALESCE(subject_id, '00000000-0000-0000-0000-000000000000'::uuid)) WHERE (finished_at IS NULL);
CREATE TRIGGER job_ends_once BEFORE UPDATE ON job FOR EACH ROW EXECUTE FUNCTION keep_finished_job();
CREATE TRIGGER job_is_kept BEFORE DELETE ON job FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER job_is_never_emptied BEFORE TRUNCATE ON job FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant insert (id, kind, subject_id, parameters, total, requested_by_kind, requested_by) on job to saglasie_app;
grant select, update on job to saglasie_app;

create table kept_page (
  id uuid default uuidv7() not null,
  surface text not null,
  form_version_id uuid,
  language text not null,
  html_hash bytea not null,
  stylesheet_hash bytea not null,
  kept_at timestamp(3) with time zone default now() not null,
  PRIMARY KEY (id),
  FOREIGN KEY (form_version_id) REFERENCES form_version(id),
  FOREIGN KEY (html_hash) REFERENCES kept_page_part(hash),
  FOREIGN KEY (stylesheet_hash) REFERENCES kept_page_part(hash),
  CHECK ((surface <> ALL (ARRAY['form'::text, 'parent'::text, 'confirmation'::text])) OR form_version_id IS NOT NULL),
  CHECK (language = ANY (ARRAY['bg'::text, 'en'::text])),
  CHECK (surface = ANY (ARRAY['form'::text, 'parent'::text, 'confirmation'::text, 'preferences'::text, 'renewal'::text]))
);
CREATE INDEX kept_page_in_use ON kept_page USING btree (surface, language, form_version_id, kept_at);
CREATE TRIGGER kept_page_is_a_fact BEFORE DELETE OR UPDATE ON kept_page FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER kept_page_is_never_emptied BEFORE TRUNCATE ON kept_page FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant insert (surface, form_version_id, language, html_hash, stylesheet_hash) on kept_page to saglasie_app;
grant select on kept_page to saglasie_app;

create table kept_page_part (
  hash bytea not null,
  body text not null,
  recorded_at timestamp with time zone default now() not null,
  PRIMARY KEY (hash),
  CHECK (body <> ''::text),
  CHECK (hash = sha256(convert_to(body, 'UTF8'::name)))
);
CREATE TRIGGER kept_page_part_is_a_fact BEFORE DELETE OR UPDATE ON kept_page_part FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER kept_page_part_is_never_emptied BEFORE TRUNCATE ON kept_page_part FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant insert (hash, body) on kept_page_part to saglasie_app;
grant select on kept_page_part to saglasie_app;

create table ledger_checkpoint (
  number bigint not null,
  size bigint not null,
  root bytea not null,
  note text not null,
  signed_at timestamp(3) with time zone default now() not null,
  PRIMARY KEY (number),
  CHECK (number >= 0),
  CHECK (octet_length(root) = 32),
  CHECK (size >= 0)
);
CREATE INDEX ledger_checkpoint_by_size ON ledger_checkpoint USING btree (size);
CREATE TRIGGER ledger_checkpoint_grows BEFORE INSERT ON ledger_checkpoint FOR EACH ROW EXECUTE FUNCTION refuse_wrong_checkpoint();
CREATE TRIGGER ledger_checkpoint_is_a_fact BEFORE DELETE OR UPDATE ON ledger_checkpoint FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_checkpoint_is_never_emptied BEFORE TRUNCATE ON ledger_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant insert (number, size, root, note) on ledger_checkpoint to saglasie_app;
grant select on ledger_checkpoint to saglasie_app;

create table ledger_cosignature (
  checkpoint bigint not null,
  witness text not null,
  line text not null,
  received_at timestamp(3) with time zone default now() not null,
  PRIMARY KEY (checkpoint, witness),
  FOREIGN KEY (checkpoint) REFERENCES ledger_checkpoint(number)
);
CREATE TRIGGER ledger_cosignature_is_a_fact BEFORE DELETE OR UPDATE ON ledger_cosignature FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_cosignature_is_never_emptied BEFORE TRUNCATE ON ledger_cosignature FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant insert (checkpoint, witness, line) on ledger_cosignature to saglasie_app;
grant select on ledger_cosignature to saglasie_app;

create table ledger_entry (
  id uuid not null,
  kind text not null,
  contact_id uuid not null,
  purpose_id uuid,
  purpose_version integer,
  channel text,
  legal_basis text,
  permission_ground text,
  occurred_at timestamp(3) with time zone not null,
  until timestamp(3) with time zone,
  source_id uuid not null,
  notice_hash bytea,
  language text,
  actor text not null,
  actor_id uuid,
  method text not null,
  evidence jsonb default '{}'::jsonb not null,
  leaf_hash bytea not null,
  recorded_at timestamp(3) with time zone default now() not null,
  PRIMARY KEY (id),
  FOREIGN KEY (notice_hash) REFERENCES notice_text(hash),
  FOREIGN KEY (purpose_id) REFERENCES purpose(id),
  FOREIGN KEY (purpose_id, purpose_version) REFERENCES purpose_version(purpose_id, version),
  FOREIGN KEY (source_id) REFERENCES source(id),
  CHECK ((actor = ANY (ARRAY['staff'::text, 'api'::text])) = (actor_id IS NOT NULL)),
  CHECK ((kind <> ALL (ARRAY['consent-given'::text, 'consent-renewed'::text])) OR purpose_id IS NOT NULL AND channel IS NOT NULL AND NOT permission_ground IS DISTINCT FROM 'consent'::text AND NOT legal_basis IS DISTINCT FROM 'consent'::text AND (notice_hash IS NOT NULL OR method = 'import'::text OR method = 'merge'::text AND evidence ? 'entry'::text)),
  CHECK ((kind <> ALL (ARRAY['consent-requested'::text, 'consent-refused'::text, 'consent-withdrawn'::text, 'consent-expired'::text, 'basis-ended'::text])) OR purpose_id IS NOT NULL AND channel IS NOT NULL),
  CHECK ((kind <> ALL (ARRAY['restricted'::text, 'restriction-lifted'::text])) OR purpose_id IS NULL AND channel IS NULL),
  CHECK ((purpose_id IS NULL) = (purpose_version IS NULL)),
  CHECK (actor = ANY (ARRAY['contact'::text, 'staff'::text, 'system'::text, 'import'::text, 'api'::text])),
  CHECK (channel = ANY (ARRAY['email'::text, 'sms'::text, 'phone'::text, 'post'::text, 'none'::text])),
  CHECK (jsonb_typeof(evidence) = 'object'::text),
  CHECK (kind <> 'basis-asserted'::text OR purpose_id IS NOT NULL AND channel IS NOT NULL AND legal_basis IS NOT NULL AND legal_basis <> 'consent'::text AND permission_ground IS NOT NULL),
  CHECK (kind = ANY (ARRAY['consent-requested'::text, 'consent-given'::text, 'consent-renewed'::text, 'consent-refused'::text, 'consent-withdrawn'::text, 'consent-expired'::text, 'objected'::text, 'objection-lifted'::text, 'restricted'::text, 'restriction-lifted'::text, 'basis-asserted'::text, 'basis-ended'::text, 'notice-given'::text])),
  CHECK (language = ANY (ARRAY['bg'::text, 'en'::text])),
  CHECK (legal_basis = ANY (ARRAY['consent'::text, 'contract'::text, 'legal-obligation'::text, 'vital-interests'::text, 'public-task'::text, 'legitimate-interests'::text])),
  CHECK (method ~ '^[a-z][a-z0-9-]{0,39}$'::text),
  CHECK (octet_length(leaf_hash) = 32),
  CHECK (permission_ground = ANY (ARRAY['consent'::text, 'soft-opt-in'::text, 'legal-entity'::text, 'not-needed'::text])),
  CHECK (until > occurred_at)
);
CREATE INDEX ledger_entry_by_contact ON ledger_entry USING btree (contact_id, id);
CREATE INDEX ledger_entry_by_purpose ON ledger_entry USING btree (purpose_id, id);
CREATE INDEX ledger_entry_by_seldom_kind ON ledger_entry USING btree (kind, id) WHERE (kind = ANY (ARRAY['consent-renewed'::text, 'consent-withdrawn'::text, 'consent-expired'::text, 'objected'::text, 'objection-lifted'::text, 'restricted'::text, 'restriction-lifted'::text, 'basis-ended'::text, 'notice-given'::text]));
CREATE INDEX ledger_entry_by_time_of_consent ON ledger_entry USING btree (occurred_at, purpose_id, channel, kind) WHERE (kind = ANY (ARRAY['consent-given'::text, 'consent-renewed'::text, 'consent-refused'::text, 'consent-withdrawn'::text, 'consent-expired'::text]));
CREATE TRIGGER ledger_entry_asks_in_time AFTER INSERT ON ledger_entry REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refuse_asking_too_soon();
CREATE TRIGGER ledger_entry_brings_no_yes_over_a_no AFTER INSERT ON ledger_entry REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refuse_import_over_a_no();
CREATE TRIGGER ledger_entry_is_a_fact BEFORE DELETE OR UPDATE ON ledger_entry FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_entry_is_folded AFTER INSERT ON ledger_entry REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION fold_new_entries();
CREATE TRIGGER ledger_entry_is_never_emptied BEFORE TRUNCATE ON ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_entry_swaps_no_basis AFTER INSERT ON ledger_entry REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refuse_swapped_basis();
CREATE TRIGGER ledger_entry_tells AFTER INSERT ON ledger_entry REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION settle_duties_to_tell();
CREATE TRIGGER ledger_entry_waits_for_its_position AFTER INSERT ON ledger_entry REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION queue_new_leaves();
grant insert (id, kind, contact_id, purpose_id, purpose_version, channel, legal_basis, permission_ground, occurred_at, until, source_id, notice_hash, language, actor, actor_id, method, evidence, leaf_hash) on ledger_entry to saglasie_app;
grant select on ledger_entry to saglasie_app;

create table ledger_erased (
  id uuid not null,
  leaf_hash bytea not null,
  PRIMARY KEY (id),
  CHECK (octet_length(leaf_hash) = 32)
);
CREATE TRIGGER ledger_erased_is_a_fact BEFORE DELETE OR UPDATE ON ledger_erased FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_erased_is_never_emptied BEFORE TRUNCATE ON ledger_erased FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant select on ledger_erased to saglasie_app;

create table ledger_key (
  name text not null,
  public_key bytea not null,
  used_from timestamp(3) with time zone default now() not null,
  PRIMARY KEY (name, public_key),
  CHECK (name <> ''::text),
  CHECK (octet_length(public_key) = 32)
);
CREATE TRIGGER ledger_key_is_a_fact BEFORE DELETE OR UPDATE ON ledger_key FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_key_is_never_emptied BEFORE TRUNCATE ON ledger_key FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant insert (name, public_key) on ledger_key to saglasie_app;
grant select on ledger_key to saglasie_app;

create table ledger_leaf (
  "position" bigint not null,
  entry_id uuid not null,
  leaf_hash bytea not null,
  PRIMARY KEY ("position"),
  UNIQUE (entry_id),
  CHECK ("position" >= 0),
  CHECK (octet_length(leaf_hash) = 32)
);
CREATE TRIGGER ledger_leaf_is_a_fact BEFORE DELETE OR UPDATE ON ledger_leaf FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_leaf_is_admitted AFTER INSERT ON ledger_leaf REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION admit_leaves();
CREATE TRIGGER ledger_leaf_is_never_emptied BEFORE TRUNCATE ON ledger_leaf FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant insert ("position", entry_id, leaf_hash) on ledger_leaf to saglasie_app;
grant select on ledger_leaf to saglasie_app;

create table ledger_salt (
  contact_id uuid not null,
  salt bytea not null,
  PRIMARY KEY (contact_id),
  FOREIGN KEY (contact_id) REFERENCES contact(id) ON DELETE CASCADE,
  CHECK (octet_length(salt) = 32)
);
grant insert, select on ledger_salt to saglasie_app;

create table ledger_tile (
  level smallint not null,
  number bigint not null,
  root bytea not null,
  PRIMARY KEY (level, number),
  CHECK (level >= 0 AND level <= 7),
  CHECK (number >= 0),
  CHECK (octet_length(root) = 32)
);
CREATE TRIGGER ledger_tile_is_a_fact BEFORE DELETE OR UPDATE ON ledger_tile FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_tile_is_never_emptied BEFORE TRUNCATE ON ledger_tile FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant insert (level, number, root) on ledger_tile to saglasie_app;
grant select on ledger_tile to saglasie_app;

create table ledger_timestamp (
  checkpoint bigint not null,
  token bytea not null,
  stamped_at timestamp with time zone not null,
  received_at timestamp(3) with time zone default now() not null,
  PRIMARY KEY (checkpoint),
  FOREIGN KEY (checkpoint) REFERENCES ledger_checkpoint(number)
);
CREATE TRIGGER ledger_timestamp_is_a_fact BEFORE DELETE OR UPDATE ON ledger_timestamp FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_timestamp_is_never_emptied BEFORE TRUNCATE ON ledger_timestamp FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant insert (checkpoint, token, stamped_at) on ledger_timestamp to saglasie_app;
grant select on ledger_timestamp to saglasie_app;

create table ledger_verification (
  id uuid default uuidv7() not null,
  requested_at timestamp(3) with time zone default now() not null,
  requested_by uuid,
  cause text default 'asked'::text not null,
  started_at timestamp(3) with time zone,
  beat_at timestamp(3) with time zone,
  entries_done bigint default 0 not null,
  entries_expected bigint default 0 not null,
  finished_at timestamp(3) with time zone,
  holds boolean,
  findings jsonb default '{}'::jsonb not null,
  PRIMARY KEY (id),
  CHECK ((finished_at IS NULL) = (holds IS NULL)),
  CHECK (cause = ANY (ARRAY['asked'::text, 'sequencer'::text])),
  CHECK (entries_done >= 0),
  CHECK (entries_expected >= 0),
  CHECK (finished_at IS NULL OR started_at IS NOT NULL),
  CHECK (jsonb_typeof(findings) = 'object'::text)
);
CREATE INDEX ledger_verification_finished ON ledger_verification USING btree (finished_at) WHERE (finished_at IS NOT NULL);
CREATE UNIQUE INDEX ledger_verification_one_at_a_time ON ledger_verification USING btree ((true)) WHERE (finished_at IS NULL);
CREATE TRIGGER ledger_verification_is_kept BEFORE DELETE ON ledger_verification FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_verification_is_never_emptied BEFORE TRUNCATE ON ledger_verification FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_verification_stays BEFORE UPDATE ON ledger_verification FOR EACH ROW EXECUTE FUNCTION refuse_change_of_finding();
grant insert (requested_by, cause, started_at, finished_at, holds, findings) on ledger_verification to saglasie_app;
grant select on ledger_verification to saglasie_app;
grant update (started_at, beat_at, entries_done, entries_expected, finished_at, holds, findings) on ledger_verification to saglasie_app;

create table ledger_waiting (
  entry_id uuid not null,
  leaf_hash bytea not null,
  appended_at timestamp(3) with time zone default now() not null,
  PRIMARY KEY (entry_id),
  CHECK (octet_length(leaf_hash) = 32)
);
CREATE TRIGGER ledger_waiting_is_never_emptied BEFORE TRUNCATE ON ledger_waiting FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant select on ledger_waiting to saglasie_app;

create table migration (
  name text not null,
  sha256 text not null,
  applied_at timestamp with time zone default now() not null,
  PRIMARY KEY (name)
);
grant select on migration to saglasie_app;

create table notice (
  slug text not null,
  version integer not null,
  language text not null,
  hash bytea not null,
  recorded_at timestamp with time zone default now() not null,
  PRIMARY KEY (slug, version, language),
  FOREIGN KEY (hash) REFERENCES notice_text(hash),
  CHECK (language = ANY (ARRAY['bg'::text, 'en'::text])),
  CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text),
  CHECK (version > 0)
);
CREATE INDEX notice_by_hash ON notice USING btree (hash);
CREATE TRIGGER notice_is_a_fact BEFORE DELETE OR UPDATE ON notice FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER notice_is_never_emptied BEFORE TRUNCATE ON notice FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant insert, select on notice to saglasie_app;

create table notice_text (
  hash bytea not null,
  body text not null,
  recorded_at timestamp with time zone default now() not null,
  PRIMARY KEY (hash),
  CHECK (body <> ''::text),
  CHECK (hash = sha256(convert_to(body, 'UTF8'::name)))
);
CREATE TRIGGER notice_text_is_a_fact BEFORE DELETE OR UPDATE ON notice_text FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER notice_text_is_never_emptied BEFORE TRUNCATE ON notice_text FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant insert, select on notice_text to saglasie_app;

create table parental_confirmation (
  submission_id uuid not null,
  guardian_id uuid not null,
  guardian_name text,
  asked_at timestamp(3) with time zone not null,
  confirmed_at timestamp(3) with time zone,
  PRIMARY KEY (submission_id),
  FOREIGN KEY (guardian_id) REFERENCES contact(id) ON DELETE CASCADE,
  FOREIGN KEY (submission_id) REFERENCES submission(id) ON DELETE CASCADE,
  CHECK ((confirmed_at IS NULL) = (guardian_name IS NULL)),
  CHECK (guardian_name ~ '^[^[:cntrl:]]{2,200}$'::text)
);
CREATE INDEX parental_confirmation_by_guardian ON parental_confirmation USING btree (guardian_id);
CREATE TRIGGER parental_confirmation_is_never_emptied BEFORE TRUNCATE ON parental_confirmation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER parental_confirmation_is_said_once BEFORE UPDATE ON parental_confirmation FOR EACH ROW EXECUTE FUNCTION keep_parental_answer();
grant insert, select on parental_confirmation to saglasie_app;
grant update (guardian_name, confirmed_at) on parental_confirmation to saglasie_app;

create table permission_state (
  contact_id uuid not null,
  purpose_id uuid not null,
  channel text not null,
  register text not null,
  kind text not null,
  occurred_at timestamp(3) with time zone not null,
  strictness smallint not null,
  entry_id uuid not null,
  until timestamp(3) with time zone,
  legal_basis text,
  permission_ground text,
  purpose_version integer,
  PRIMARY KEY (contact_id, purpose_id, channel, register)
);
CREATE INDEX permission_state_answered ON permission_state USING btree (purpose_id, channel, kind, contact_id) WHERE ((register = 'consent'::text) AND (kind <> ALL (ARRAY['consent-given'::text, 'consent-renewed'::text])));
CREATE INDEX permission_state_asked ON permission_state USING btree (purpose_id, channel, contact_id) WHERE (register = 'request'::text);
CREATE INDEX permission_state_ending ON permission_state USING btree (until) WHERE ((register = 'consent'::text) AND (kind = ANY (ARRAY['consent-given'::text, 'consent-renewed'::text])) AND (until IS NOT NULL));
CREATE INDEX permission_state_standing ON permission_state USING btree (purpose_id, channel, COALESCE(until, 'infinity'::timestamp with time zone), contact_id) WHERE (kind = ANY (ARRAY['consent-given'::text, 'consent-renewed'::text, 'basis-asserted'::text]));
CREATE INDEX permission_state_stopping ON permission_state USING btree (contact_id) WHERE (kind = ANY (ARRAY['restricted'::text, 'objected'::text]));
grant select on permission_state to saglasie_app;

create table processing_activity (
  purpose_id uuid not null,
  data_subjects text[] default '{}'::text[] not null,
  special_condition text,
  special_reason text,
  security_measures text[] default '{}'::text[] not null,
  security_note text,
  note text,
  reviewed_on date,
  next_review_on date,
  updated_by uuid,
  updated_at timestamp(3) with time zone default now() not null,
  processor_ids uuid[] default '{}'::uuid[] not null,
  PRIMARY KEY (purpose_id),
  FOREIGN KEY (purpose_id) REFERENCES purpose(id),
  CHECK (data_subjects <@ ARRAY['customers'::text, 'prospects'::text, 'subscribers'::text, 'visitors'::text, 'suppliers'::text, 'partners'::text, 'employees'::text, 'applicants'::text, 'children'::text, 'others'::text]),
  CHECK (length(note) <= 5000),
  CHECK (length(security_note) <= 5000),
  CHECK (length(special_reason) <= 2000),
  CHECK (next_review_on IS NULL OR reviewed_on IS NULL OR next_review_on > reviewed_on),
  CHECK (special_condition = ANY (ARRAY['employment'::text, 'vital-interests'::text, 'non-profit'::text, 'made-public'::text, 'legal-claims'::text, 'public-interest'::text, 'health-care'::text, 'public-health'::text, 'research'::text])),
  CHECK (special_condition IS NULL OR TRIM(BOTH FROM COALESCE(special_reason, ''::text)) <> ''::text)
);
CREATE TRIGGER processing_activity_names_processors AFTER INSERT OR UPDATE ON processing_activity FOR EACH ROW EXECUTE FUNCTION check_processors_exist();
CREATE TRIGGER processing_activity_version_is_kept AFTER INSERT OR UPDATE ON processing_activity FOR EACH ROW EXECUTE FUNCTION record_register_version('activity', 'purpose_id');
grant insert, select, update on processing_activity to saglasie_app;

create table processor (
  id uuid default uuidv7() not null,
  name text not null,
  service text not null,
  country text not null,
  contact text,
  contract_reference text,
  contract_date date,
  safeguard text,
  safeguard_note text,
  sub_processors jsonb default '[]'::jsonb not null,
  archived_at timestamp(3) with time zone,
  updated_by uuid,
  created_at timestamp(3) with time zone default now() not null,
  updated_at timestamp(3) with time zone default now() not null,
  PRIMARY KEY (id),
  CHECK (TRIM(BOTH FROM contract_reference) <> ''::text AND length(contract_reference) <= 300),
  CHECK (TRIM(BOTH FROM name) <> ''::text AND length(name) <= 200),
  CHECK (TRIM(BOTH FROM service) <> ''::text AND length(service) <= 1000),
  CHECK (contract_date IS NULL OR contract_reference IS NOT NULL),
  CHECK (country ~ '^[A-Z]{2}$'::text),
  CHECK (jsonb_typeof(sub_processors) = 'array'::text),
  CHECK (length(contact) <= 300),
  CHECK (length(safeguard_note) <= 2000),
  CHECK (safeguard = ANY (ARRAY['adequacy'::text, 'standard-clauses'::text, 'corporate-rules'::text, 'code-or-certificate'::text, 'derogation'::text]))
);
CREATE TRIGGER processor_version_is_kept AFTER INSERT OR UPDATE ON processor FOR EACH ROW EXECUTE FUNCTION record_register_version('processor', 'id');
grant insert, select, update on processor to saglasie_app;

create table provenance (
  id uuid default uuidv7() not null,
  source_id uuid not null,
  purpose_id uuid not null,
  legal_basis text not null,
  retention jsonb not null,
  provided_by_subject boolean not null,
  created_at timestamp with time zone default now() not null,
  PRIMARY KEY (id),
  UNIQUE (source_id, purpose_id, legal_basis, provided_by_subject),
  FOREIGN KEY (purpose_id) REFERENCES purpose(id),
  FOREIGN KEY (source_id) REFERENCES source(id),
  CHECK (is_retention_rule(retention)),
  CHECK (legal_basis = ANY (ARRAY['consent'::text, 'contract'::text, 'legal-obligation'::text, 'vital-interests'::text, 'public-task'::text, 'legitimate-interests'::text, 'unknown'::text]))
);
CREATE TRIGGER provenance_is_a_fact BEFORE DELETE OR UPDATE ON provenance FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER provenance_is_never_emptied BEFORE TRUNCATE ON provenance FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant insert, select on provenance to saglasie_app;

create table purpose (
  id uuid default uuidv7() not null,
  slug text not null,
  version integer default 1 not null,
  name jsonb not null,
  explanation jsonb not null,
  legal_basis text not null,
  data_categories text[] not null,
  channels text[] not null,
  recipients jsonb default '[]'::jsonb not null,
  retention jsonb not null,
  is_marketing boolean not null,
  double_opt_in boolean not null,
  consent_valid_months integer,
  is_system boolean default false not null,
  archived_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  is_measurement boolean default false not null,
  is_explicit boolean default false not null,
  needs_age boolean default false not null,
  renew_before_days integer default 30 not null,
  ask_again_after_months integer default 12 not null,
  covers_from_version integer default 1 not null,
  change_signs text[] default '{}'::text[] not null,
  change_reason text,
  PRIMARY KEY (id),
  UNIQUE (slug),
  CHECK (TRIM(BOTH FROM change_reason) <> ''::text AND length(change_reason) <= 2000),
  CHECK (ask_again_after_months >= 1 AND ask_again_after_months <= 120),
  CHECK (cardinality(channels) > 0 AND channels <@ ARRAY['email'::text, 'sms'::text, 'phone'::text, 'post'::text, 'none'::text]),
  CHECK (cardinality(data_categories) > 0),
  CHECK (change_signs = '{}'::text[] OR covers_from_version = version OR change_reason IS NOT NULL),
  CHECK (consent_valid_months >= 1 AND consent_valid_months <= 120),
  CHECK (covers_from_version >= 1 AND covers_from_version <= version),
  CHECK (in_every_language(explanation)),
  CHECK (in_every_language(name)),
  CHECK (is_retention_rule(retention)),
  CHECK (jsonb_typeof(recipients) = 'array'::text),
  CHECK (legal_basis = 'consent'::text OR NOT (is_measurement OR is_explicit OR needs_age)),
  CHECK (legal_basis = 'consent'::text OR NOT double_opt_in),
  CHECK (legal_basis = ANY (ARRAY['consent'::text, 'contract'::text, 'legal-obligation'::text, 'vital-interests'::text, 'public-task'::text, 'legitimate-interests'::text])),
  CHECK (renew_before_days >= 1 AND renew_before_days <= 180),
  CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text AND length(slug) <= 60)
);
CREATE TRIGGER purpose_is_versioned BEFORE INSERT OR UPDATE ON purpose FOR EACH ROW EXECUTE FUNCTION number_purpose_version();
CREATE TRIGGER purpose_version_is_kept AFTER INSERT OR UPDATE ON purpose FOR EACH ROW EXECUTE FUNCTION record_purpose_version();
grant insert, select, update on purpose to saglasie_app;

create table purpose_version (
  purpose_id uuid not null,
  version integer not null,
  definition jsonb not null,
  recorded_at timestamp with time zone default now() not null,
  PRIMARY KEY (purpose_id, version),
  FOREIGN KEY (purpose_id) REFERENCES purpose(id)
);
CREATE TRIGGER purpose_version_is_a_fact BEFORE DELETE OR UPDATE ON purpose_version FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER purpose_version_is_never_emptied BEFORE TRUNCATE ON purpose_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant select on purpose_version to saglasie_app;

create table quarantine_act (
  id uuid default uuidv7() not null,
  kind text not null,
  selection jsonb not null,
  purpose_id uuid not null,
  purpose_version integer not null,
  channels text[] not null,
  legal_basis text not null,
  permission_ground text,
  reason text not null,
  assessment text,
  rest text not null,
  evidence_id uuid,
  consented_at timestamp(3) with time zone,
  notice_hash bytea,
  started_by_kind text not null,
  started_by uuid not null,
  started_at timestamp(3) with time zone default clock_timestamp() not null,
  PRIMARY KEY (id),
  FOREIGN KEY (evidence_id) REFERENCES shared_evidence(id) ON DELETE SET NULL,
  FOREIGN KEY (notice_hash) REFERENCES notice_text(hash),
  FOREIGN KEY (purpose_id, purpose_version) REFERENCES purpose_version(purpose_id, version),
  CHECK ((kind = 'evidence'::text) = (consented_at IS NOT NULL)),
  CHECK (cardinality(channels) > 0 AND channels <@ ARRAY['email'::text, 'sms'::text, 'phone'::text, 'post'::text, 'none'::text]),
  CHECK (jsonb_typeof(selection) = 'object'::text),
  CHECK (kind <> 'basis'::text OR legal_basis <> 'consent'::text),
  CHECK (kind <> 'basis'::text OR legal_basis <> 'legitimate-interests'::text OR assessment IS NOT NULL),
  CHECK (kind <> 'evidence'::text OR notice_hash IS NOT NULL),
  CHECK (kind = 'basis'::text OR legal_basis = 'consent'::text),
  CHECK (kind = ANY (ARRAY['evidence'::text, 'basis'::text, 'ask'::text])),
  CHECK (legal_basis = ANY (ARRAY['consent'::text, 'contract'::text, 'legal-obligation'::text, 'vital-interests'::text, 'public-task'::text, 'legitimate-interests'::text])),
  CHECK (length(TRIM(BOTH FROM assessment)) >= 50 AND length(TRIM(BOTH FROM assessment)) <= 5000),
  CHECK (length(TRIM(BOTH FROM reason)) >= 20 AND length(TRIM(BOTH FROM reason)) <= 2000),
  CHECK (permission_ground = ANY (ARRAY['consent'::text, 'soft-opt-in'::text, 'legal-entity'::text, 'not-needed'::text])),
  CHECK (rest = ANY (ARRAY['keep'::text, 'erase'::text])),
  CHECK (started_by_kind = ANY (ARRAY['staff'::text, 'api'::text]))
);
CREATE TRIGGER quarantine_act_is_a_fact BEFORE DELETE OR UPDATE ON quarantine_act FOR EACH ROW EXECUTE FUNCTION keep_quarantine_act();
CREATE TRIGGER quarantine_act_is_lawful BEFORE INSERT ON quarantine_act FOR EACH ROW EXECUTE FUNCTION check_quarantine_act();
grant insert, select on quarantine_act to saglasie_app;

create table quarantine_deadline (
  id uuid default uuidv7() not null,
  source_id uuid not null,
  expires_on date not null,
  reason text,
  set_by uuid,
  set_at timestamp(3) with time zone default clock_timestamp() not null,
  PRIMARY KEY (id),
  FOREIGN KEY (source_id) REFERENCES source(id),
  CHECK ((set_by IS NULL) = (reason IS NULL)),
  CHECK (expires_on > (set_at AT TIME ZONE 'UTC'::text)::date),
  CHECK (length(TRIM(BOTH FROM reason)) >= 20 AND length(TRIM(BOTH FROM reason)) <= 2000)
);
CREATE INDEX quarantine_deadline_of_source ON quarantine_deadline USING btree (source_id, id DESC);
CREATE TRIGGER quarantine_deadline_is_a_fact BEFORE DELETE OR UPDATE ON quarantine_deadline FOR EACH ROW EXECUTE FUNCTION refuse_change();
grant insert (source_id, expires_on, reason, set_by) on quarantine_deadline to saglasie_app;
grant select on quarantine_deadline to saglasie_app;

create table register_security (
  only_one boolean default true not null,
  measures text[] default '{}'::text[] not null,
  note text,
  updated_by uuid,
  updated_at timestamp(3) with time zone default now() not null,
  PRIMARY KEY (only_one),
  CHECK (length(note) <= 5000),
  CHECK (only_one)
);
CREATE TRIGGER register_security_version_is_kept AFTER INSERT OR UPDATE ON register_security FOR EACH ROW EXECUTE FUNCTION record_register_version('security', 'only_one');
grant insert, select, update on register_security to saglasie_app;

create table register_version (
  part text not null,
  subject text not null,
  version integer not null,
  definition jsonb not null,
  recorded_at timestamp(3) with time zone default clock_timestamp() not null,
  PRIMARY KEY (part, subject, version),
  CHECK (part = ANY (ARRAY['field'::text, 'activity'::text, 'processor'::text, 'assessment'::text, 'security'::text])),
  CHECK (version > 0)
);
CREATE TRIGGER register_version_is_a_fact BEFORE DELETE OR UPDATE ON register_version FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER register_version_is_never_emptied BEFORE TRUNCATE ON register_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant select on register_version to saglasie_app;

create table retention_batch (
  id uuid default uuidv7() not null,
  purpose_id uuid not null,
  purpose_version integer not null,
  rule jsonb not null,
  mode text not null,
  state text default 'proposed'::text not null,
  revision integer default 1 not null,
  people integer default 0 not null,
  data integer default 0 not null,
  excluded jsonb default '{}'::jsonb not null,
  proposed_at timestamp(3) with time zone default clock_timestamp() not null,
  changed_at timestamp(3) with time zone default clock_timestamp() not null,
  first_by uuid,
  first_at timestamp(3) with time zone,
  second_by uuid,
  second_at timestamp(3) with time zone,
  approved_at timestamp(3) with time zone,
  counts jsonb default '{}'::jsonb not null,
  finished_at timestamp(3) with time zone,
  PRIMARY KEY (id),
  FOREIGN KEY (first_by) REFERENCES staff_member(id),
  FOREIGN KEY (purpose_id, purpose_version) REFERENCES purpose_version(purpose_id, version),
  FOREIGN KEY (second_by) REFERENCES staff_member(id),
  CHECK ((state = 'done'::text) = (finished_at IS NOT NULL)),
  CHECK ((state = 'proposed'::text) = (approved_at IS NULL)),
  CHECK (data >= 0),
  CHECK (is_retention_rule(rule)),
  CHECK (jsonb_typeof(counts) = 'object'::text),
  CHECK (jsonb_typeof(excluded) = 'object'::text),
  CHECK (mode = 'approval'::text OR first_by IS NULL),
  CHECK (mode = ANY (ARRAY['approval'::text, 'automatic'::text])),
  CHECK (num_nulls(first_by, first_at) = ANY (ARRAY[0, 2])),
  CHECK (num_nulls(second_by, second_at) = ANY (ARRAY[0, 2])),
  CHECK (people >= 0),
  CHECK (revision > 0),
  CHECK (second_by <> first_by),
  CHECK (state = ANY (ARRAY['proposed'::text, 'approved'::text, 'done'::text]))
);
CREATE INDEX retention_batch_by_state ON retention_batch USING btree (state, id);
CREATE UNIQUE INDEX retention_batch_one_proposed ON retention_batch USING btree (purpose_id, mode) WHERE (state = 'proposed'::text);
CREATE TRIGGER retention_batch_is_in_order BEFORE INSERT OR UPDATE ON retention_batch FOR EACH ROW EXECUTE FUNCTION refuse_wrong_batch();
CREATE TRIGGER retention_batch_is_kept BEFORE DELETE ON retention_batch FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER retention_batch_is_never_emptied BEFORE TRUNCATE ON retention_batch FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant insert, select, update on retention_batch to saglasie_app;

create table retention_certificate (
  batch_id uuid not null,
  body text not null,
  sha256 bytea not null,
  note text not null,
  issued_at timestamp(3) with time zone default clock_timestamp() not null,
  PRIMARY KEY (batch_id),
  FOREIGN KEY (batch_id) REFERENCES retention_batch(id),
  CHECK (body <> ''::text),
  CHECK (sha256 = sha256(convert_to(body, 'UTF8'::name)))
);
CREATE TRIGGER retention_certificate_is_a_fact BEFORE DELETE OR UPDATE ON retention_certificate FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER retention_certificate_is_never_emptied BEFORE TRUNCATE ON retention_certificate FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant insert, select on retention_certificate to saglasie_app;

create table retention_forecast (
  purpose_id uuid not null,
  month date not null,
  people integer not null,
  data integer not null,
  PRIMARY KEY (month, purpose_id),
  FOREIGN KEY (purpose_id) REFERENCES purpose(id),
  CHECK (EXTRACT(day FROM month) = 1::numeric),
  CHECK (data >= 0),
  CHECK (people >= 0)
);
grant delete, insert, select, update on retention_forecast to saglasie_app;

create table retention_hold (
  id uuid default uuidv7() not null,
  contact_id uuid not null,
  ground text not null,
  reason text not null,
  placed_by uuid not null,
  placed_at timestamp(3) with time zone default now() not null,
  until date,
  lifted_by uuid,
  lifted_at timestamp(3) with time zone,
  PRIMARY KEY (id),
  FOREIGN KEY (contact_id) REFERENCES contact(id) ON DELETE CASCADE,
  FOREIGN KEY (lifted_by) REFERENCES staff_member(id),
  FOREIGN KEY (placed_by) REFERENCES staff_member(id),
  CHECK (ground = ANY (ARRAY['claim'::text, 'authority'::text, 'court'::text, 'legal-obligation'::text])),
  CHECK (length(TRIM(BOTH FROM reason)) >= 10 AND length(TRIM(BOTH FROM reason)) <= 1000),
  CHECK (num_nulls(lifted_by, lifted_at) = ANY (ARRAY[0, 2])),
  CHECK (until > placed_at::date)
);
CREATE INDEX retention_hold_by_contact ON retention_hold USING btree (contact_id, id);
CREATE UNIQUE INDEX retention_hold_one_standing ON retention_hold USING btree (contact_id, ground) WHERE (lifted_at IS NULL);
CREATE TRIGGER retention_hold_is_never_emptied BEFORE TRUNCATE ON retention_hold FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER retention_hold_stays BEFORE UPDATE ON retention_hold FOR EACH ROW EXECUTE FUNCTION keep_hold();
grant insert, select on retention_hold to saglasie_app;
grant update (lifted_by, lifted_at) on retention_hold to saglasie_app;

create table retention_item (
  batch_id uuid not null,
  contact_id uuid not null,
  what text not null,
  due_at timestamp(3) with time zone not null,
  left_alone text,
  PRIMARY KEY (batch_id, contact_id, what),
  FOREIGN KEY (batch_id) REFERENCES retention_batch(id),
  FOREIGN KEY (contact_id) REFERENCES contact(id) ON DELETE CASCADE,
  CHECK (left_alone = ANY (ARRAY['active-again'::text, 'on-hold'::text, 'restricted'::text, 'united'::text])),
  CHECK (what = ''::text OR what ~ '^(fact:[a-z][a-z0-9_]{0,59}|point:[0-9a-f-]{36})$'::text)
);
CREATE UNIQUE INDEX retention_item_in_one_batch ON retention_item USING btree (contact_id, what) WHERE (left_alone IS NULL);
CREATE TRIGGER retention_item_joins_a_proposal BEFORE INSERT ON retention_item FOR EACH ROW EXECUTE FUNCTION keep_approved_items();
grant delete, insert, select on retention_item to saglasie_app;
grant update (due_at, left_alone) on retention_item to saglasie_app;

create table retention_setting (
  only_one boolean default true not null,
  second_person_above integer default 500 not null,
  decided_by uuid,
  decided_at timestamp(3) with time zone default now() not null,
  PRIMARY KEY (only_one),
  FOREIGN KEY (decided_by) REFERENCES staff_member(id),
  CHECK (only_one),
  CHECK (second_person_above >= 1 AND second_person_above <= 1000000)
);
grant select, update on retention_setting to saglasie_app;

create table retention_sweep (
  only_one boolean default true not null,
  swept_at timestamp(3) with time zone,
  PRIMARY KEY (only_one),
  CHECK (only_one)
);
grant select, update on retention_sweep to saglasie_app;

create table retention_switch (
  purpose_id uuid not null,
  automatic boolean not null,
  decided_by uuid,
  decided_at timestamp(3) with time zone default now() not null,
  PRIMARY KEY (purpose_id),
  FOREIGN KEY (decided_by) REFERENCES staff_member(id),
  FOREIGN KEY (purpose_id) REFERENCES purpose(id)
);
grant insert, select, update on retention_switch to saglasie_app;

create table shared_evidence (
  id uuid default uuidv7() not null,
  statement text,
  media_type text,
  sha256 bytea,
  content bytea,
  added_by uuid,
  added_at timestamp(3) with time zone default clock_timestamp() not null,
  PRIMARY KEY (id),
  CHECK ((content IS NULL) = (media_type IS NULL) AND (content IS NULL) = (sha256 IS NULL)),
  CHECK (length(TRIM(BOTH FROM statement)) >= 20 AND length(TRIM(BOTH FROM statement)) <= 5000),
  CHECK (media_type = ANY (ARRAY['application/pdf'::text, 'image/jpeg'::text, 'image/png'::text, 'image/webp'::text, 'audio/mpeg'::text, 'audio/mp4'::text, 'audio/ogg'::text, 'audio/wav'::text])),
  CHECK (octet_length(content) >= 1 AND octet_length(content) <= 10485760),
  CHECK (octet_length(sha256) = 32),
  CHECK (sha256 = sha256(content)),
  CHECK (statement IS NOT NULL OR content IS NOT NULL)
);
CREATE TRIGGER shared_evidence_is_a_fact BEFORE UPDATE ON shared_evidence FOR EACH ROW EXECUTE FUNCTION refuse_change();
grant insert, select on shared_evidence to saglasie_app;

create table source (
  id uuid default uuidv7() not null,
  kind text not null,
  label text not null,
  obtained_from text not null,
  form_version_id uuid,
  created_by uuid,
  created_at timestamp with time zone default now() not null,
  PRIMARY KEY (id),
  FOREIGN KEY (form_version_id) REFERENCES form_version(id),
  CHECK (TRIM(BOTH FROM label) <> ''::text AND length(label) <= 500),
  CHECK (kind = ANY (ARRAY['form'::text, 'page'::text, 'import'::text, 'staff'::text, 'person'::text, 'event'::text, 'third-party'::text, 'api'::text, 'system'::text])),
  CHECK (obtained_from = ANY (ARRAY['data-subject'::text, 'other'::text]))
);
CREATE UNIQUE INDEX source_of_form_version ON source USING btree (form_version_id) WHERE (form_version_id IS NOT NULL);
CREATE TRIGGER source_is_a_fact BEFORE DELETE OR UPDATE ON source FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER source_is_never_emptied BEFORE TRUNCATE ON source FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant insert, select on source to saglasie_app;

create table staff_credential (
  id uuid default uuidv7() not null,
  staff_id uuid not null,
  account_id text not null,
  provider_id text not null,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamp with time zone,
  refresh_token_expires_at timestamp with time zone,
  scope text,
  password text,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  PRIMARY KEY (id),
  UNIQUE (provider_id, account_id),
  FOREIGN KEY (staff_id) REFERENCES staff_member(id) ON DELETE CASCADE
);
CREATE INDEX staff_credential_by_member ON staff_credential USING btree (staff_id);
grant delete, insert, select, update on staff_credential to saglasie_app;

create table staff_invite (
  id uuid default uuidv7() not null,
  token_hash bytea not null,
  email text not null,
  name text default ''::text not null,
  role text not null,
  language text default 'bg'::text not null,
  invited_by uuid,
  expires_at timestamp with time zone not null,
  accepted_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  PRIMARY KEY (id),
  UNIQUE (token_hash),
  FOREIGN KEY (invited_by) REFERENCES staff_member(id),
  CHECK (email = lower(email) AND length(email) <= 320),
  CHECK (language = ANY (ARRAY['bg'::text, 'en'::text])),
  CHECK (octet_length(token_hash) = 32),
  CHECK (role = ANY (ARRAY['owner'::text, 'marketer'::text, 'sales'::text, 'dpo'::text, 'auditor'::text]))
);
grant insert, select on staff_invite to saglasie_app;
grant update (accepted_at) on staff_invite to saglasie_app;

create table staff_member (
  id uuid default uuidv7() not null,
  name text not null,
  email text not null,
  email_verified boolean default false not null,
  image text,
  role text not null,
  language text default 'bg'::text not null,
  disabled_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  PRIMARY KEY (id),
  UNIQUE (email),
  CHECK (TRIM(BOTH FROM name) <> ''::text AND length(name) <= 200),
  CHECK (email = lower(email) AND length(email) <= 320),
  CHECK (language = ANY (ARRAY['bg'::text, 'en'::text])),
  CHECK (role = ANY (ARRAY['owner'::text, 'marketer'::text, 'sales'::text, 'dpo'::text, 'auditor'::text]))
);
grant insert, select on staff_member to saglasie_app;
grant update (name, email, email_verified, image, role, language, disabled_at, updated_at) on staff_member to saglasie_app;

create table staff_session (
  id uuid default uuidv7() not null,
  staff_id uuid not null,
  token text not null,
  expires_at timestamp with time zone not null,
  ip_address text,
  user_agent text,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  PRIMARY KEY (id),
  UNIQUE (token),
  FOREIGN KEY (staff_id) REFERENCES staff_member(id) ON DELETE CASCADE
);
CREATE INDEX staff_session_by_member ON staff_session USING btree (staff_id);
CREATE INDEX staff_session_expiring ON staff_session USING btree (expires_at);
grant delete, insert, select, update on staff_session to saglasie_app;

create table staff_sign_in_attempt (
  bucket bytea not null,
  window_starts timestamp with time zone not null,
  used integer not null,
  PRIMARY KEY (bucket, window_starts),
  CHECK (octet_length(bucket) = 32)
);
grant delete, insert, select, update on staff_sign_in_attempt to saglasie_app;

create table staff_verification (
  id uuid default uuidv7() not null,
  identifier text not null,
  value text not null,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  PRIMARY KEY (id)
);
CREATE INDEX staff_verification_by_identifier ON staff_verification USING btree (identifier);
grant delete, insert, select, update on staff_verification to saglasie_app;

create table submission (
  id uuid not null,
  form_version_id uuid not null,
  contact_id uuid not null,
  language text not null,
  status text not null,
  answers jsonb default '{}'::jsonb not null,
  boxes jsonb not null,
  evidence jsonb default '{}'::jsonb not null,
  created_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone not null,
  settled_at timestamp(3) with time zone,
  under_age boolean default false not null,
  PRIMARY KEY (id),
  FOREIGN KEY (contact_id) REFERENCES contact(id) ON DELETE CASCADE,
  FOREIGN KEY (form_version_id) REFERENCES form_version(id),
  CHECK (language = ANY (ARRAY['bg'::text, 'en'::text])),
  CHECK (status = ANY (ARRAY['pending'::text, 'confirmed'::text, 'rejected'::text, 'expired'::text]))
);
CREATE INDEX submission_by_contact ON submission USING btree (contact_id, created_at);
CREATE INDEX submission_waiting ON submission USING btree (expires_at) WHERE (status = 'pending'::text);
CREATE TRIGGER submission_of_a_child_waits BEFORE UPDATE ON submission FOR EACH ROW WHEN (old.under_age) EXECUTE FUNCTION refuse_child_alone();
grant delete, insert, select, update on submission to saglasie_app;

create table suppression (
  match_hash bytea not null,
  pepper_version smallint default 1 not null,
  reason text not null,
  suppressed_at timestamp(3) with time zone default now() not null,
  PRIMARY KEY (match_hash, reason),
  CHECK (octet_length(match_hash) = 32),
  CHECK (reason = ANY (ARRAY['erased'::text, 'objected'::text, 'not-me'::text, 'complaint'::text, 'hard-bounce'::text]))
);
CREATE TRIGGER suppression_is_a_fact BEFORE DELETE ON suppression FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER suppression_is_never_emptied BEFORE TRUNCATE ON suppression FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER suppression_only_gets_newer BEFORE UPDATE ON suppression FOR EACH ROW EXECUTE FUNCTION keep_newer_suppression();
grant insert, select on suppression to saglasie_app;
grant update (suppressed_at) on suppression to saglasie_app;
