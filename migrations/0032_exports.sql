-- Who received whose data, and copies of many people's data at once: for a stated purpose, to a named recipient, only of those the
-- gate lets through at that moment, and of very many only when a second person agrees.

-- Where an id stands among all ids, as a number: the first 60 bits. People whose ids are neighbours were added together.
create function place_of(id uuid) returns bigint language sql immutable strict parallel safe as $$
  select ('x' || substr(replace(id::text, '-', ''), 1, 15))::bit(60)::bigint
$$;

-- One giving of data to one recipient (Art. 4(9), 15(1)(c), 19, 30(1)(d)). Whose data they were is in its parts.
create table disclosure (
  id uuid primary key default uuidv7(),
  recipient_kind text not null check (recipient_kind in ('internal', 'processor', 'third-party', 'authority', 'subject', 'own-system')),
  recipient text not null check (length(trim(recipient)) between 2 and 200),
  recipient_country text check (recipient_country ~ '^[A-Z]{2}$'),
  -- What lets it be given. The gate: the purpose's own permission of each person. Otherwise a rule that the law names: an
  -- authority's request (Art. 6(1)(c)), the person's own right (Art. 15, 20), a copy kept by us against loss (Art. 32(1)(c)).
  rule text not null generated always as (case recipient_kind when 'authority' then 'legal-obligation' when 'subject' then 'right-of-subject'
    when 'own-system' then 'safekeeping' else 'gate' end) stored,
  purpose_id uuid,
  purpose_version integer,
  channel text check (channel in ('email', 'sms', 'phone', 'post', 'none')),
  -- What for, in words; the case or the contract. No address: whom it is about the parts say, and they go with the person.
  statement text not null check (length(trim(statement)) between 3 and 500 and statement !~ '@'),
  -- What an authority may have of people whose data are restricted, if it may (Art. 18(2)).
  restriction_ground text check (restriction_ground in ('legal-claims', 'public-interest')),
  fields text[] not null check (cardinality(fields) between 1 and 500),
  recorded_by_kind text not null check (recorded_by_kind in ('staff', 'api', 'command', 'system')),
  recorded_by uuid,
  recorded_at timestamptz(3) not null default now(),
  -- Of the first people; until then nothing was given to anybody.
  disclosed_at timestamptz(3),
  people integer not null default 0 check (people >= 0),
  foreign key (purpose_id, purpose_version) references purpose_version,
  check ((purpose_id is not null) = (recipient_kind in ('internal', 'processor', 'third-party'))),
  check (num_nulls(purpose_id, purpose_version, channel) in (0, 3)),
  check (restriction_ground is null or recipient_kind = 'authority'),
  check ((recorded_by_kind in ('staff', 'api')) = (recorded_by is not null))
);
create index disclosure_by_time on disclosure (disclosed_at, id) where disclosed_at is not null;

-- A hundred people at most in a row, by their ids: sixteen bytes for each, and one entry of the index for all of them.
create table disclosure_part (
  disclosure_id uuid not null references disclosure on delete cascade,
  attempt integer not null default 1,
  no integer not null,
  contact_ids uuid[] not null check (cardinality(contact_ids) <= 100),
  span int8range generated always as (case when cardinality(contact_ids) > 0
    then int8range(place_of(contact_ids[1]), place_of(contact_ids[cardinality(contact_ids)]), '[]') else 'empty'::int8range end) stored,
  primary key (disclosure_id, attempt, no)
);
create index disclosure_part_by_people on disclosure_part using gist (span);

-- A copy of many people's data. Whom it is of, for what, to whom and which fields is its disclosure's.
create table bulk_export (
  id uuid primary key references disclosure,
  format text not null check (format in ('csv', 'csv-spreadsheet', 'xlsx', 'json', 'jsonl', 'vcf')),
  language text not null check (language in ('bg', 'en')),
  -- For the spreadsheet variant: Bulgarian Excel divides columns by semicolons.
  delimiter text not null default ',' check (delimiter in (',', ';')),
  -- How people were chosen; never what was searched for.
  selection jsonb not null check (jsonb_typeof(selection) = 'object'),
  requested_at timestamptz(3) not null default now(),
  -- Nobody joins those chosen after this.
  sealed_at timestamptz(3),
  chosen integer not null default 0 check (chosen >= 0),
  needs_approval boolean not null default true,
  -- What the gate said when it was asked for: how many it lets through, and how many not, by reason.
  counted jsonb check (jsonb_typeof(counted) = 'object'),
  counted_at timestamptz(3),
  decision text check (decision in ('approved', 'refused')),
  decided_by uuid references staff_member,
  decided_at timestamptz(3),
  attempts integer not null default 0 check (attempts between 0 and 20),
  -- Of the present attempt: how many of those chosen were asked about, and what the gate said.
  passed integer not null default 0,
  outcome jsonb not null default '{}' check (jsonb_typeof(outcome) = 'object'),
  beat_at timestamptz(3),
  finished_at timestamptz(3),
  check (num_nulls(decision, decided_by, decided_at) in (0, 3)),
  check (num_nulls(counted, counted_at) in (0, 2))
);
create index bulk_export_by_time on bulk_export (requested_at);
create index bulk_export_open on bulk_export (requested_at) where finished_at is null;

-- Those chosen, until the copy was taken or its time is over.
create table bulk_export_part (
  export_id uuid not null references bulk_export on delete cascade,
  no integer not null,
  contact_ids uuid[] not null check (cardinality(contact_ids) <= 100),
  span int8range generated always as (case when cardinality(contact_ids) > 0
    then int8range(place_of(contact_ids[1]), place_of(contact_ids[cardinality(contact_ids)]), '[]') else 'empty'::int8range end) stored,
  primary key (export_id, no)
);
create index bulk_export_part_by_people on bulk_export_part using gist (span);

-- From how many people on a second person has to agree. More than before counts from the next day on: whoever raises it for
-- an export of their own waits, and the other is told by the audit.
create table export_policy (
  only_one boolean primary key default true check (only_one),
  approval_above integer not null default 10000 check (approval_above between 0 and 1000000),
  approval_above_before integer not null default 10000,
  decided_by uuid references staff_member,
  decided_at timestamptz(3) not null default '-infinity'
);
insert into export_policy default values;

create function note_former_policy() returns trigger language plpgsql as $$
begin
  new.approval_above_before := case when old.decided_at < now() - interval '24 hours' then old.approval_above
                                    else least(old.approval_above, old.approval_above_before) end;
  new.decided_at := now();
  return new;
end $$;
create trigger export_policy_is_raised_slowly before update on export_policy for each row execute function note_former_policy();

create function export_approval_above() returns integer language sql stable security definer set search_path = saglasie, pg_temp as $$
  select case when decided_at < now() - interval '24 hours' then approval_above else least(approval_above, approval_above_before) end from export_policy
$$;

create function may_decide_export(p_staff_id uuid) returns boolean language sql stable security definer set search_path = saglasie, pg_temp as $$
  select exists (select from staff_member where id = p_staff_id and disabled_at is null and role in ('owner', 'dpo'))
$$;

-- Objections and restrictions are few: whoever asks about many people reads these alone.
create index permission_state_stopping on permission_state (contact_id) where kind in ('restricted', 'objected');

-- The gate's answer about many people, one row each, by the rules of may_process and in its order. What it does not know it asks
-- may_process about. Whoever changes one of the gate's three functions changes the others; src/exports/gate-answers.test.ts holds
-- them to one another.
create function gate_answers(p_contact_ids uuid[], p_purpose_id uuid, p_channel text)
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
end $$;

-- What a disclosure may have of these people, by its rule.
create function disclosure_answers(d disclosure, p_contact_ids uuid[]) returns table (contact_id uuid, allowed boolean, reason text)
language plpgsql stable security definer set search_path = saglasie, pg_temp as $$
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
end $$;

-- Erasures and the writing down of who is in a disclosure wait for one another; erasures do not wait for erasures.
create function lock_disclosures(for_erasure boolean) returns void language plpgsql as $$
begin
  if for_erasure then perform pg_advisory_xact_lock_shared(7215322, 1); else perform pg_advisory_xact_lock(7215322, 1); end if;
end $$;

-- Whatever wrote it: who is restricted is in nothing that leaves the house (Art. 18(2)), and ids are in their order.
create function refuse_wrong_disclosure_part() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;
create trigger disclosure_part_is_lawful after insert on disclosure_part
  referencing new table as added for each statement execute function refuse_wrong_disclosure_part();

-- People only leave a part, and only by being erased; a part may be left empty.
create function keep_disclosure_part() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (new.disclosure_id, new.attempt, new.no) = (old.disclosure_id, old.attempt, old.no) and new.contact_ids <@ old.contact_ids then
    return new;
  end if;
  raise exception '% of disclosure_part is refused: who received whose data is a fact', tg_op using errcode = 'SG001';
end $$;
create trigger disclosure_part_is_kept before update or delete on disclosure_part for each row execute function keep_disclosure_part();
create trigger disclosure_part_is_never_emptied before truncate on disclosure_part for each statement execute function refuse_change();

create function keep_disclosure() returns trigger language plpgsql as $$
begin
  -- The rule follows from the recipient, and is not worked out yet.
  if tg_op = 'UPDATE' and to_jsonb(new) - array['disclosed_at', 'people', 'rule'] = to_jsonb(old) - array['disclosed_at', 'people', 'rule']
     and (old.disclosed_at is null or new.disclosed_at = old.disclosed_at) then
    return new;
  end if;
  raise exception '% of disclosure is refused: who received data, what for, is a fact', tg_op using errcode = 'SG001';
end $$;
create trigger disclosure_is_kept before update or delete on disclosure for each row execute function keep_disclosure();
create trigger disclosure_is_never_emptied before truncate on disclosure for each statement execute function refuse_change();

-- A controller of their own must have been named to people beforehand (Art. 13(1)(e), 14(1)(e)): a permission covers nobody else.
create function refuse_unnamed_recipient() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
begin
  if new.recipient_kind = 'third-party' and not exists (select from purpose p, jsonb_array_elements(p.recipients) r
       where p.id = new.purpose_id and lower(trim(r->>'name')) = lower(trim(new.recipient))) then
    raise exception 'this recipient was not named to people for this purpose' using errcode = 'SG007';
  end if;
  new.people := 0;
  new.disclosed_at := null;
  return new;
end $$;
create trigger disclosure_is_to_a_named_one before insert on disclosure for each row execute function refuse_unnamed_recipient();

-- Writes down who of these is given to the recipient, and answers how many, and how many not, by reason.
create function disclose_people(p_disclosure_id uuid, p_attempt integer, p_first_part integer, p_contact_ids uuid[]) returns jsonb
language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;

-- The same for what was given in another way than by an export: at most so many at a time as nobody needs to agree to.
create function record_disclosed_people(p_disclosure_id uuid, p_contact_ids uuid[]) returns jsonb
language plpgsql security definer set search_path = saglasie, pg_temp as $$
begin
  if exists (select from bulk_export where id = p_disclosure_id) or exists (select from disclosure_part where disclosure_id = p_disclosure_id) then
    raise exception 'whose data were given is written down once' using errcode = 'SG007';
  end if;
  return disclose_people(p_disclosure_id, 1, 0, array(select distinct i from unnest(p_contact_ids) i order by i));
end $$;

create function add_counts(one jsonb, other jsonb) returns jsonb language sql immutable parallel safe as $$
  select coalesce(jsonb_object_agg(key, n), '{}') from (
    select key, sum(value::integer) as n from (select * from jsonb_each_text(one) union all select * from jsonb_each_text(other)) both_of_them group by key) sums
$$;

-- Of people chosen nobody is added or exchanged once the choice is made.
create function refuse_wrong_export_part() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
begin
  if exists (select from added a join bulk_export e on e.id = a.export_id where e.sealed_at is not null) then
    raise exception 'whom an export is of stays as it was asked for' using errcode = 'SG007';
  end if;
  return null;
end $$;
create trigger bulk_export_part_is_in_time after insert on bulk_export_part
  referencing new table as added for each statement execute function refuse_wrong_export_part();

-- Until when an export may be decided or taken.
create function export_until(e bulk_export) returns timestamptz language sql immutable as $$
  select case when e.decision = 'approved' then e.decided_at + interval '24 hours'
              when e.needs_approval then e.requested_at + interval '7 days' else e.requested_at + interval '24 hours' end
$$;

-- Ends the choosing: counts, and says whether a second person has to agree. Exports of the same one within a day count
-- together, or ten small ones would be a large one that nobody saw.
create function seal_export(p_export_id uuid) returns void language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;

create function refuse_wrong_export() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;
create trigger bulk_export_is_in_order before insert or update or delete on bulk_export for each row execute function refuse_wrong_export();
create trigger bulk_export_is_never_emptied before truncate on bulk_export for each statement execute function refuse_change();

-- Begins giving an export out, to whoever asked for it; one at a time. Answers the number of the attempt.
create function begin_export(p_export_id uuid, p_by_kind text, p_by uuid) returns integer
language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;

-- Asks about the people of these parts at this very moment, and writes down who is given. What is read for the export afterwards
-- are the parts of the disclosure, never those chosen.
create function give_export_parts(p_export_id uuid, p_attempt integer, p_first integer, p_last integer) returns jsonb
language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;

-- What the gate says of people chosen, without giving anything.
create function count_export_parts(p_export_id uuid, p_first integer, p_last integer) returns jsonb
language sql stable security definer set search_path = saglasie, pg_temp as $$
  select coalesce(jsonb_object_agg(g.reason, g.people), '{}')
    from (select coalesce(a.reason, 'given') as reason, count(*) as people
            from disclosure d, lateral disclosure_answers(d, array(select i from bulk_export_part p, unnest(p.contact_ids) i
              where p.export_id = p_export_id and p.no between p_first and p_last order by i)) a
           where d.id = p_export_id group by 1) g
$$;

-- The last byte was taken, or the receiver went away before it.
create function end_export(p_export_id uuid, p_attempt integer, p_is_whole boolean) returns void
language plpgsql security definer set search_path = saglasie, pg_temp as $$
begin
  update bulk_export set beat_at = null, finished_at = case when p_is_whole then clock_timestamp() end
   where id = p_export_id and attempts = p_attempt and finished_at is null;
  if p_is_whole then delete from bulk_export_part where export_id = p_export_id; end if;
end $$;

-- By the clock: who was chosen for exports that nobody took in time, or that were refused.
create function forget_chosen() returns integer language plpgsql security definer set search_path = saglasie, pg_temp as $$
declare gone integer;
begin
  delete from bulk_export_part p using bulk_export e
   where e.id = p.export_id and (e.finished_at is not null or e.decision = 'refused' or export_until(e) < now() - interval '6 hours');
  get diagnostics gone = row_count;
  return gone;
end $$;

-- Who is erased goes out of every list of whose data were given or chosen, in the same transaction.
create function forget_in_disclosures() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;
create trigger contact_leaves_disclosures after delete on contact referencing old table as gone for each statement execute function forget_in_disclosures();

revoke all on function gate_answers, disclosure_answers, disclose_people, record_disclosed_people, seal_export, begin_export, give_export_parts,
  count_export_parts, end_export, forget_chosen, may_decide_export from public;
grant execute on function gate_answers, record_disclosed_people, seal_export, begin_export, give_export_parts, count_export_parts, end_export, forget_chosen
  to saglasie_app;
grant select, insert (id, recipient_kind, recipient, recipient_country, purpose_id, purpose_version, channel, statement, restriction_ground, fields,
  recorded_by_kind, recorded_by) on disclosure to saglasie_app;
grant select on disclosure_part to saglasie_app;
grant select, insert (id, format, language, delimiter, selection), update (counted, counted_at, decision, decided_by) on bulk_export to saglasie_app;
grant select, insert (export_id, no, contact_ids) on bulk_export_part to saglasie_app;
grant select, update (approval_above, decided_by) on export_policy to saglasie_app;
