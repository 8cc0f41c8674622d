-- Storage limitation (Art. 5(1)(e)): when each datum and each person must go, by the rules of the purposes that hold them; who may
-- not be touched; and what was erased because its time was over. The moment itself is computed here and nowhere else, and the
-- database lets nobody be erased "for retention" before it.

alter table contact_change add column is_forgotten boolean not null default false;

-- A legal hold: claims or an inspection need the data (Art. 17(3)(e), 18(1)(c)). Placed and lifted, never rewritten.
create table retention_hold (
  id uuid primary key default uuidv7(),
  contact_id uuid not null references contact (id) on delete cascade,
  ground text not null check (ground in ('claim', 'authority', 'court', 'legal-obligation')),
  reason text not null check (length(trim(reason)) between 10 and 1000),
  placed_by uuid not null references staff_member (id),
  placed_at timestamptz(3) not null default now(),
  until date check (until > placed_at::date),
  lifted_by uuid references staff_member (id),
  lifted_at timestamptz(3),
  check (num_nulls(lifted_by, lifted_at) in (0, 2))
);
create unique index retention_hold_one_standing on retention_hold (contact_id, ground) where lifted_at is null;
create index retention_hold_by_contact on retention_hold (contact_id, id);

create function is_hold_standing(p_hold retention_hold) returns boolean language sql stable as $$
  select p_hold.lifted_at is null and coalesce(p_hold.until > current_date, true)
$$;

create function keep_hold() returns trigger language plpgsql as $$
begin
  if old.lifted_at is not null or (new.id, new.contact_id, new.ground, new.reason, new.placed_by, new.placed_at, new.until)
       is distinct from (old.id, old.contact_id, old.ground, old.reason, old.placed_by, old.placed_at, old.until) then
    raise exception 'a hold stays as it was placed, and is lifted once' using errcode = 'SG001';
  end if;
  return new;
end $$;
create trigger retention_hold_stays before update on retention_hold for each row execute function keep_hold();
create trigger retention_hold_is_never_emptied before truncate on retention_hold for each statement execute function refuse_change();

-- How a company carries its rules out: whose end needs nobody's word, and from how many people on a second one must agree.
create table retention_switch (
  purpose_id uuid primary key references purpose (id),
  automatic boolean not null,
  decided_by uuid references staff_member (id),
  decided_at timestamptz(3) not null default now()
);
create table retention_setting (
  only_one boolean primary key default true check (only_one),
  second_person_above integer not null default 500 check (second_person_above between 1 and 1000000),
  decided_by uuid references staff_member (id),
  decided_at timestamptz(3) not null default now()
);
insert into retention_setting default values;

create function is_automatic(p_purpose_id uuid) returns boolean language sql stable as $$
  -- The product's own purposes follow the others: nobody is kept for a confirmation message.
  select coalesce((select s.automatic from retention_switch s where s.purpose_id = p_purpose_id),
                  (select p.is_system from purpose p where p.id = p_purpose_id), false)
$$;

-- What is due together: of one purpose (the one whose time ended last), proposed by the sweep, approved by people or by the rule.
create table retention_batch (
  id uuid primary key default uuidv7(),
  purpose_id uuid not null,
  purpose_version integer not null,
  rule jsonb not null check (is_retention_rule(rule)),
  mode text not null check (mode in ('approval', 'automatic')),
  state text not null default 'proposed' check (state in ('proposed', 'approved', 'done')),
  -- Counted up whenever the sweep adds or takes out: whoever approves says which one they saw.
  revision integer not null default 1 check (revision > 0),
  people integer not null default 0 check (people >= 0),
  data integer not null default 0 check (data >= 0),
  -- Who is due by the rule and was left out: how many, by reason.
  excluded jsonb not null default '{}' check (jsonb_typeof(excluded) = 'object'),
  proposed_at timestamptz(3) not null default clock_timestamp(),
  changed_at timestamptz(3) not null default clock_timestamp(),
  first_by uuid references staff_member (id),
  first_at timestamptz(3),
  second_by uuid references staff_member (id),
  second_at timestamptz(3),
  approved_at timestamptz(3),
  counts jsonb not null default '{}' check (jsonb_typeof(counts) = 'object'),
  finished_at timestamptz(3),
  foreign key (purpose_id, purpose_version) references purpose_version (purpose_id, version),
  check (num_nulls(first_by, first_at) in (0, 2)),
  check (num_nulls(second_by, second_at) in (0, 2)),
  check (second_by <> first_by),
  check ((state = 'done') = (finished_at is not null)),
  check ((state = 'proposed') = (approved_at is null)),
  check (mode = 'approval' or first_by is null)
);
create unique index retention_batch_one_proposed on retention_batch (purpose_id, mode) where state = 'proposed';
create index retention_batch_by_state on retention_batch (state, id);

create table retention_item (
  batch_id uuid not null references retention_batch (id),
  contact_id uuid not null references contact (id) on delete cascade,
  -- '' is the person as a whole; else `fact:<field>` or `point:<id>`.
  what text not null check (what = '' or what ~ '^(fact:[a-z][a-z0-9_]{0,59}|point:[0-9a-f-]{36})$'),
  due_at timestamptz(3) not null,
  -- Why nothing was done; what was done leaves no row.
  left_alone text check (left_alone in ('active-again', 'on-hold', 'restricted', 'united')),
  primary key (batch_id, contact_id, what)
);
create unique index retention_item_in_one_batch on retention_item (contact_id, what) where left_alone is null;

-- How many will be due in each month to come, as the last sweep found it. Numbers only.
create table retention_forecast (
  purpose_id uuid not null references purpose (id),
  month date not null check (extract(day from month) = 1),
  people integer not null check (people >= 0),
  data integer not null check (data >= 0),
  primary key (month, purpose_id)
);
create table retention_sweep (
  only_one boolean primary key default true check (only_one),
  swept_at timestamptz(3)
);
insert into retention_sweep default values;

-- What was done, signed, with no word about anybody.
create table retention_certificate (
  batch_id uuid primary key references retention_batch (id),
  body text not null check (body <> ''),
  sha256 bytea not null check (sha256 = sha256(convert_to(body, 'UTF8'))),
  note text not null,
  issued_at timestamptz(3) not null default clock_timestamp()
);
create trigger retention_certificate_is_a_fact before update or delete on retention_certificate for each row execute function refuse_change();
create trigger retention_certificate_is_never_emptied before truncate on retention_certificate for each statement execute function refuse_change();

-- Which batch took a person, so that a certificate can be held against the journal.
alter table erasure_journal add column batch_id uuid references retention_batch (id);
alter table erasure_journal add check (batch_id is null or reason = 'retention');
create index erasure_journal_by_batch on erasure_journal (batch_id, contact_id) where batch_id is not null;

-- When a rule lets go, counted from where it says. 'infinity' plus months is infinity: what stands has no end yet.
create function end_by_rule(rule jsonb, permission_ended timestamptz, last_activity timestamptz, collected timestamptz)
returns timestamptz language sql immutable parallel safe as $$
  select ((case rule->>'starts' when 'withdrawal' then permission_ended when 'end-of-contract' then permission_ended
            when 'last-activity' then last_activity else collected end) at time zone 'UTC'
          + make_interval(months => (rule->>'months')::integer)) at time zone 'UTC'
$$;

-- When each datum of these people may be kept no longer, per purpose that holds it: '' stands for what the ledger and the record
-- itself hold. A datum goes with the last of its purposes, a person with the last of everything. Says nothing of the present
-- moment, so the same answers what is due and what will be.
create function retention_of(p_contact_ids uuid[]) returns table (contact_id uuid, what text, purpose_id uuid, ends_at timestamptz)
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
revoke all on function retention_of from public;
grant execute on function retention_of to saglasie_app;

-- Per datum, and per person ('' of the answer): until when, and for which purpose until then; whether every rule involved runs by itself.
create function retention_ends(p_contact_ids uuid[])
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

-- Why nothing may be done to a person, whatever is due: null when nothing stands against it.
create function retention_obstacle(p_contact_id uuid) returns text
language sql stable security definer set search_path = saglasie, pg_temp as $$
  with recursive record(id) as (
    select p_contact_id union select m.absorbed_id from record r join contact_merge m on m.survivor_id = r.id and m.undone_at is null
  )
  select case
    when exists (select from retention_hold h join record r on r.id = h.contact_id where is_hold_standing(h)) then 'on-hold'
    when exists (select from permission_state s join record r on r.id = s.contact_id where s.register = 'restriction' and s.kind = 'restricted')
      then 'restricted' end
$$;
revoke all on function retention_obstacle from public;
grant execute on function retention_obstacle to saglasie_app;

-- Whom a hold protects nobody erases; and nobody is erased for retention before their time, or while their data may only be stored.
create function refuse_untimely_erasure() returns trigger
language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;
create trigger erasure_is_timely after insert on erasure_journal
  referencing new table as added for each statement execute function refuse_untimely_erasure();

-- History may forget what a value was, once the value itself had to go, and is otherwise not rewritten.
create function keep_history() returns trigger language plpgsql as $$
begin
  if (new.id, new.contact_id, new.field, new.reason, new.changed_by_kind, new.changed_by, new.changed_at, new.provenance_ids, new.merge_id)
       is distinct from (old.id, old.contact_id, old.field, old.reason, old.changed_by_kind, old.changed_by, old.changed_at, old.provenance_ids, old.merge_id)
     or new.old_value is not null or new.new_value is not null or not new.is_forgotten then
    raise exception 'history is not rewritten, only forgotten' using errcode = 'SG001';
  end if;
  return new;
end $$;
create trigger contact_change_only_forgets before update on contact_change for each row execute function keep_history();

-- A batch is approved as it stood when it was seen, by people who may, by two where there are many, or by its rule.
create function refuse_wrong_batch() returns trigger
language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;
create trigger retention_batch_is_in_order before insert or update on retention_batch for each row execute function refuse_wrong_batch();
create trigger retention_batch_is_kept before delete on retention_batch for each row execute function refuse_change();
create trigger retention_batch_is_never_emptied before truncate on retention_batch for each statement execute function refuse_change();

create function keep_approved_items() returns trigger
language plpgsql security definer set search_path = saglasie, pg_temp as $$
begin
  if exists (select from retention_batch b where b.id = new.batch_id and b.state <> 'proposed') then
    raise exception 'nobody is added to a batch that was approved' using errcode = 'SG009';
  end if;
  return new;
end $$;
create trigger retention_item_joins_a_proposal before insert on retention_item for each row execute function keep_approved_items();

grant select, insert on retention_hold, retention_batch, retention_item, retention_switch, retention_certificate to saglasie_app;
grant update (lifted_by, lifted_at) on retention_hold to saglasie_app;
grant update on retention_switch, retention_setting, retention_batch, retention_sweep to saglasie_app;
grant update (left_alone, due_at) on retention_item to saglasie_app;
grant delete on retention_item to saglasie_app;
grant select on retention_setting, retention_sweep to saglasie_app;
grant select, insert, update, delete on retention_forecast to saglasie_app;
grant update (old_value, new_value, is_forgotten) on contact_change to saglasie_app;
