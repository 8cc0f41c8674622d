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

CREATE OR REPLACE FUNCTION check_contact_point_provenance()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
declare loose boolean;
begin
  select p.id is not null into loose
    from (select distinct c.state, i.id from changed cp join contact c on c.id = cp.contact_id, unnest(cp.provenance_ids) as i(id)) n
    left join provenance p on p.id = n.id
   where p.id is null or (p.legal_basis = 'unknown' and n.state <> 'quarantined') limit 1;
  if loose then
    raise exception 'a contact that holds data without a known legal basis must be quarantined' using errcode = 'SG003';
  elsif loose is not null then
    raise exception 'personal data without a recorded source, purpose and legal basis are refused' using errcode = 'SG002';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION check_contact_provenance()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'saglasie', 'pg_temp'
AS $function$
declare stray uuid; loose uuid;
begin
  with named as (
    select c.id, c.state, c.origin_id as provenance_id from changed c
    union all
    select c.id, c.state, p::uuid from changed c, jsonb_each(c.facts) f(key, body), jsonb_array_elements_text(f.body->'provenance') p
    union all
    -- Leaving quarantine, or written before their contact (0028), the addresses must be accounted for too; nothing else about a
    -- contact's row concerns them.
    select c.id, c.state, p from changed c join contact_point cp on cp.contact_id = c.id, unnest(cp.provenance_ids) p
     where tg_op = 'INSERT' or c.state not in ('quarantined', 'merged')
  ), distinct_named as (select distinct provenance_id, state from named)
  select n.provenance_id, case when p.legal_basis = 'unknown' and n.state not in ('quarantined', 'merged') then n.provenance_id end
    into stray, loose
    from distinct_named n left join provenance p on p.id = n.provenance_id
   where p.id is null or (p.legal_basis = 'unknown' and n.state not in ('quarantined', 'merged')) limit 1;
  if loose is not null then
    raise exception 'a contact that holds data without a known legal basis must be quarantined' using errcode = 'SG003';
  elsif stray is not null then
    raise exception 'personal data without a recorded source, purpose and legal basis are refused' using errcode = 'SG002';
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
          select cp.must_confirm and cp.verified_at is null as unproven
            from contact_point cp
           where p_channel <> 'none' and cp.contact_id = asked.id and cp.kind = wanted
           order by cp.is_primary desc limit 1) point on true
        -- A dead address gets nothing; "not me" gets nothing for 30 days; otherwise suppression stops marketing until the
        -- person gives a newer consent. What an address that came with a merge was suppressed for follows the person.
        left join lateral (
          select max(s.suppressed_at) as at from contact_point cp join suppression s on s.match_hash = cp.match_hash
           where p_channel <> 'none' and cp.contact_id = asked.id and cp.kind = wanted
             and (cp.is_primary or cp.came_from is not null and s.reason <> 'hard-bounce')
             and (s.reason = 'hard-bounce' or (s.reason = 'not-me' and s.suppressed_at > now() - interval '30 days')
                  or (the_purpose.is_marketing and not (agreed.yes and consent.occurred_at > s.suppressed_at)))) suppressed on true
    ) found;
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
declare consent permission_state; request permission_state; gate gate_answer;
begin
  if p.settled_at is not null then return 'already-answered'; end if;
  if p.cause = 'told' then return null; end if;
  if p.answer_until <= now() then return 'consent-expired'; end if;
  select * into consent from permission_state s where s.contact_id = p.contact_id and s.purpose_id = p.purpose_id
     and s.channel = p.channel and s.register = 'consent';
  gate := may_process(p.contact_id, p.purpose_id, p.channel);
  if p.cause = 'spoken' then
    select * into request from permission_state s where s.contact_id = p.contact_id and s.purpose_id = p.purpose_id
       and s.channel = p.channel and s.register = 'request';
    if request.entry_id is distinct from p.entry_id then return 'already-answered'; end if;
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
  CHECK (cause = ANY (ARRAY['renewal'::text, 'changed'::text, 'told'::text, 'spoken'::text])),
  CHECK (channel = ANY (ARRAY['email'::text, 'sms'::text, 'phone'::text, 'post'::text, 'none'::text]))
);
CREATE INDEX approach_by_contact ON approach USING btree (contact_id, id);
CREATE INDEX approach_by_point ON approach USING btree (contact_point_id) WHERE (contact_point_id IS NOT NULL);
CREATE INDEX approach_open ON approach USING btree (answer_until) WHERE (settled_at IS NULL);
CREATE UNIQUE INDEX approach_asks_once ON approach USING btree (entry_id, purpose_version) WHERE (cause = 'changed'::text);
CREATE UNIQUE INDEX approach_confirms_once ON approach USING btree (entry_id) WHERE (cause = 'spoken'::text);
CREATE UNIQUE INDEX approach_renews_once ON approach USING btree (entry_id) WHERE (cause = 'renewal'::text);
CREATE UNIQUE INDEX approach_tells_once ON approach USING btree (contact_id, purpose_id, purpose_version) WHERE (cause = 'told'::text);
CREATE TRIGGER approach_is_settled_once BEFORE UPDATE ON approach FOR EACH ROW EXECUTE FUNCTION keep_approach();
CREATE TRIGGER approach_is_unhindered BEFORE INSERT ON approach FOR EACH ROW EXECUTE FUNCTION refuse_hindered_approach();
grant insert, select on approach to saglasie_app;
grant update (answer, settled_at) on approach to saglasie_app;

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
  PRIMARY KEY (id),
  FOREIGN KEY (origin_id) REFERENCES provenance(id),
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
CREATE TRIGGER contact_is_accounted_for_when_added AFTER INSERT ON contact REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION check_contact_provenance();
CREATE TRIGGER contact_is_accounted_for_when_changed AFTER UPDATE ON contact REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION check_contact_provenance();
CREATE TRIGGER contact_is_matched_when_changed AFTER UPDATE ON contact REFERENCING OLD TABLE AS former NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION forget_match_of_changed();
CREATE TRIGGER contact_is_never_emptied BEFORE TRUNCATE ON contact FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER contact_is_not_added_merged BEFORE INSERT ON contact FOR EACH ROW WHEN (new.state = 'merged'::text) EXECUTE FUNCTION refuse_merged_newcomer();
CREATE TRIGGER contact_is_not_an_erased_one AFTER INSERT ON contact REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refuse_erased_contact();
CREATE TRIGGER contact_leaves_by_erasure AFTER DELETE ON contact REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION refuse_loss_of_contact();
CREATE TRIGGER contact_merged_is_kept BEFORE UPDATE ON contact FOR EACH ROW WHEN (old.state = 'merged'::text OR new.state = 'merged'::text) EXECUTE FUNCTION keep_merged_contact();
CREATE TRIGGER contact_search_text_is_kept BEFORE INSERT OR UPDATE ON contact FOR EACH ROW EXECUTE FUNCTION refresh_own_search_text();
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
  PRIMARY KEY (id),
  FOREIGN KEY (contact_id) REFERENCES contact(id) ON DELETE CASCADE,
  CHECK (cardinality(provenance_ids) > 0),
  CHECK (changed_by_kind = ANY (ARRAY['contact'::text, 'staff'::text, 'api'::text, 'import'::text, 'system'::text]))
);
CREATE INDEX contact_change_by_contact ON contact_change USING btree (contact_id, id);
grant delete, insert, select on contact_change to saglasie_app;

create table contact_match (
  contact_id uuid not null,
  keys bigint[] not null,
  matched_at timestamp(3) with time zone default clock_timestamp() not null,
  PRIMARY KEY (contact_id),
  FOREIGN KEY (contact_id) REFERENCES contact(id) ON DELETE CASCADE
);
CREATE INDEX contact_match_by_key ON contact_match USING gin (keys);
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
  PRIMARY KEY (id),
  FOREIGN KEY (approach_id) REFERENCES approach(id) ON DELETE CASCADE,
  FOREIGN KEY (contact_id) REFERENCES contact(id) ON DELETE CASCADE,
  FOREIGN KEY (contact_point_id) REFERENCES contact_point(id) ON DELETE SET NULL,
  FOREIGN KEY (purpose_id) REFERENCES purpose(id),
  CHECK ((approach_id IS NOT NULL) = (template = ANY (ARRAY['renew-consent'::text, 'ask-again'::text, 'purpose-changed'::text, 'confirm-spoken'::text]))),
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
CREATE INDEX delivery_waiting ON delivery USING btree (not_before, id) WHERE (status = 'queued'::text);
CREATE UNIQUE INDEX delivery_of_approach ON delivery USING btree (approach_id) WHERE (approach_id IS NOT NULL);
CREATE TRIGGER delivery_passes_the_gate BEFORE INSERT ON delivery FOR EACH ROW EXECUTE FUNCTION refuse_denied_delivery();
CREATE TRIGGER delivery_passes_the_gate_again BEFORE UPDATE ON delivery FOR EACH ROW EXECUTE FUNCTION withhold_denied_delivery();
grant delete, insert, select, update on delivery to saglasie_app;

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

create table erasure_journal (
  contact_id uuid not null,
  reason text not null,
  erased_at timestamp(3) with time zone default now() not null,
  erased_by uuid,
  PRIMARY KEY (contact_id),
  CHECK (reason = ANY (ARRAY['request'::text, 'not-me'::text, 'unconfirmed'::text, 'retention'::text, 'staff'::text, 'quarantine'::text, 'import-undone'::text]))
);
CREATE INDEX erasure_journal_by_time ON erasure_journal USING btree (erased_at);
CREATE CONSTRAINT TRIGGER erasure_is_finished AFTER INSERT ON erasure_journal DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_unfinished_erasure();
CREATE TRIGGER erasure_journal_is_a_fact BEFORE DELETE OR UPDATE ON erasure_journal FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER erasure_journal_is_never_emptied BEFORE TRUNCATE ON erasure_journal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
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
