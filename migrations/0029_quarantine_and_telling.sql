-- Data nobody can account for is reviewed, given to its person, accounted for anew or erased; and whoever's data came from
-- somebody else is told so (Art. 14).

-- ---------------------------------------------------------------------------------------------------------------------
-- Deadlines

-- Decreed days off and decreed working days (Labour Code Art. 154(3)); the rest is arithmetic.
create table holiday_override (
  day date primary key,
  is_holiday boolean not null,
  reason text not null check (trim(reason) <> '' and length(reason) <= 500),
  set_by uuid,
  set_at timestamptz(3) not null default now()
);
grant select, insert, update, delete on holiday_override to saglasie_app;

-- Same-numbered day of the next month, or its last, in the controller's place: Reg. 1182/71 Art. 3, before it rolls over
-- weekends and holidays. Alarms go by it.
create function a_month_after(moment timestamptz) returns date language sql stable set search_path = saglasie, pg_temp as $$
  select ((moment at time zone coalesce((select time_zone from controller), 'Europe/Sofia'))::date + interval '1 month')::date
$$;

-- ---------------------------------------------------------------------------------------------------------------------
-- Telling people whose data came from somebody else (Art. 14)

-- Why somebody need not be told (Art. 14(5)). Speaks of a source or of a choice of people, and names nobody.
create table duty_exemption (
  id uuid primary key default uuidv7(),
  ground text not null check (ground in ('has-information', 'impossible', 'disproportionate', 'defeats-the-purpose', 'law', 'secrecy')),
  reason text not null check (length(trim(reason)) between 20 and 2000),
  recorded_by_kind text not null check (recorded_by_kind in ('staff', 'api')),
  recorded_by uuid not null,
  recorded_at timestamptz(3) not null default clock_timestamp()
);
create trigger duty_exemption_is_a_fact before update or delete on duty_exemption for each row execute function refuse_change();
create trigger duty_exemption_is_never_emptied before truncate on duty_exemption for each statement execute function refuse_change();

-- One for each person and each source that is not the person: whom to tell, of what, by when.
create table duty_to_tell (
  contact_id uuid not null references contact on delete cascade,
  source_id uuid not null references source,
  obtained_at timestamptz(3) not null,
  due_on date not null,
  -- Only the ledger writes these: that somebody was told is what an entry with the text they got says.
  told_at timestamptz(3),
  entry_id uuid,
  exemption_id uuid references duty_exemption,
  primary key (contact_id, source_id),
  check ((told_at is null) = (entry_id is null))
);
create index duty_to_tell_open on duty_to_tell (due_on, contact_id) where told_at is null and exemption_id is null;
create index duty_to_tell_of_source on duty_to_tell (source_id, due_on, contact_id) where told_at is null and exemption_id is null;

create function note_duties_to_tell() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;
create trigger contact_from_elsewhere_is_told after insert on contact
  referencing new table as changed for each statement execute function note_duties_to_tell();
create trigger contact_with_more_from_elsewhere_is_told after update on contact
  referencing old table as before new table as changed for each statement execute function note_duties_to_tell();

create function note_duties_of_addresses() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;
create trigger address_from_elsewhere_is_told after insert on contact_point
  referencing new table as changed for each statement execute function note_duties_of_addresses();
create trigger address_with_more_from_elsewhere_is_told after update on contact_point
  referencing new table as changed for each statement execute function note_duties_of_addresses();

insert into duty_to_tell (contact_id, source_id, obtained_at, due_on)
select n.contact_id, v.source_id, min(n.at), a_month_after(min(n.at))
  from (select c.id as contact_id, c.origin_id as provenance_id, c.created_at as at from contact c
        union
        select c.id, p::uuid, c.created_at from contact c, jsonb_each(c.facts) f(key, body), jsonb_array_elements_text(f.body->'provenance') p
        union
        select cp.contact_id, p, cp.created_at from contact_point cp, unnest(cp.provenance_ids) p) n
  join provenance v on v.id = n.provenance_id join source s on s.id = v.source_id and s.obtained_from = 'other'
 group by n.contact_id, v.source_id;

-- "Told" is an entry of the ledger that carries the text and names the sources it spoke of; nothing else settles the duty.
create function settle_duties_to_tell() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
begin
  update duty_to_tell d set told_at = a.occurred_at, entry_id = a.id
    from added a
   where a.kind = 'notice-given' and a.notice_hash is not null and a.evidence ? 'sources'
     and d.contact_id = a.contact_id and d.told_at is null
     and d.source_id::text = any (string_to_array(a.evidence->>'sources', ' '));
  return null;
end $$;
create trigger ledger_entry_tells after insert on ledger_entry
  referencing new table as added for each statement execute function settle_duties_to_tell();

create function keep_duty_exemption() returns trigger language plpgsql as $$
begin
  if old.exemption_id is not null and new.exemption_id is distinct from old.exemption_id then
    raise exception 'an exemption once recorded stays, with its reason' using errcode = 'SG001';
  end if;
  return new;
end $$;
create trigger duty_exemption_stays before update of exemption_id on duty_to_tell for each row execute function keep_duty_exemption();

grant select, insert (ground, reason, recorded_by_kind, recorded_by) on duty_exemption to saglasie_app;
grant select, update (exemption_id) on duty_to_tell to saglasie_app;

-- The first message at the latest (Art. 14(3)(b)): it carries the notice, or follows it. What a message carried is kept with it.
alter table delivery
  add column notice_hash bytea references notice_text,
  add column notice_sources uuid[],
  add constraint delivery_names_what_it_told check ((notice_hash is null) = (notice_sources is null));
create index delivery_told_unnoted on delivery (settled_at) where notice_hash is not null and status = 'sent';
-- Nobody gets the notice twice because two people pressed the button.
create unique index delivery_tells_once_at_a_time on delivery (contact_id) where template = 'tell-source' and status in ('queued', 'held', 'attempting');

-- ---------------------------------------------------------------------------------------------------------------------
-- Quarantine

-- Who is accounted for later keeps the origin they came with, and has a second one beside it.
alter table contact add column repaired_id uuid references provenance;

-- What shows that many people consented: a scan, or a statement of whoever answers for it. Deleted with the last of them.
create table shared_evidence (
  id uuid primary key default uuidv7(),
  statement text check (length(trim(statement)) between 20 and 5000),
  media_type text check (media_type in
    ('application/pdf', 'image/jpeg', 'image/png', 'image/webp', 'audio/mpeg', 'audio/mp4', 'audio/ogg', 'audio/wav')),
  sha256 bytea check (octet_length(sha256) = 32),
  content bytea,
  added_by uuid,
  added_at timestamptz(3) not null default clock_timestamp(),
  check (statement is not null or content is not null),
  check ((content is null) = (media_type is null) and (content is null) = (sha256 is null)),
  check (octet_length(content) between 1 and 10485760),
  check (sha256 = sha256(content))
);
alter table shared_evidence alter column content set storage external;
create trigger shared_evidence_is_a_fact before update on shared_evidence for each row execute function refuse_change();

create table evidence_use (
  contact_id uuid not null references contact on delete cascade,
  evidence_id uuid not null references shared_evidence on delete cascade,
  entry_id uuid not null,
  primary key (contact_id, evidence_id, entry_id)
);
create index evidence_use_by_evidence on evidence_use (evidence_id);

-- What was done with many quarantined people at once, by whom and why. Names sources, countries and ids, never a person's data.
create table quarantine_act (
  id uuid primary key default uuidv7(),
  kind text not null check (kind in ('evidence', 'basis', 'ask')),
  selection jsonb not null check (jsonb_typeof(selection) = 'object'),
  purpose_id uuid not null,
  purpose_version integer not null,
  channels text[] not null check (cardinality(channels) > 0 and channels <@ array['email', 'sms', 'phone', 'post', 'none']),
  legal_basis text not null check (legal_basis in
    ('consent', 'contract', 'legal-obligation', 'vital-interests', 'public-task', 'legitimate-interests')),
  permission_ground text check (permission_ground in ('consent', 'soft-opt-in', 'legal-entity', 'not-needed')),
  reason text not null check (length(trim(reason)) between 20 and 2000),
  -- The weighing of interests (Art. 6(1)(f)), or where it is kept.
  assessment text check (length(trim(assessment)) between 50 and 5000),
  -- What becomes of data the purpose does not cover.
  rest text not null check (rest in ('keep', 'erase')),
  evidence_id uuid references shared_evidence on delete set null,
  consented_at timestamptz(3),
  notice_hash bytea references notice_text,
  started_by_kind text not null check (started_by_kind in ('staff', 'api')),
  started_by uuid not null,
  started_at timestamptz(3) not null default clock_timestamp(),
  foreign key (purpose_id, purpose_version) references purpose_version,
  -- Consent is what the person did, so it comes with what shows it; it is never assigned (Art. 7(1)).
  check ((kind = 'evidence') = (consented_at is not null)),
  check (kind <> 'basis' or legal_basis <> 'consent'),
  check (kind = 'basis' or legal_basis = 'consent'),
  check (kind <> 'basis' or legal_basis <> 'legitimate-interests' or assessment is not null),
  -- What they agreed to is part of the proof.
  check (kind <> 'evidence' or notice_hash is not null)
);
create function check_quarantine_act() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;
create trigger quarantine_act_is_lawful before insert on quarantine_act for each row execute function check_quarantine_act();
create function keep_quarantine_act() returns trigger language plpgsql as $$
begin
  -- Evidence goes with the last person it spoke of; that there was some stays.
  if tg_op = 'UPDATE' and new.evidence_id is null and to_jsonb(new) - 'evidence_id' = to_jsonb(old) - 'evidence_id' then
    return new;
  end if;
  raise exception 'what was done in quarantine is a fact' using errcode = 'SG001';
end $$;
create trigger quarantine_act_is_a_fact before update or delete on quarantine_act for each row execute function keep_quarantine_act();

create function forget_unused_evidence() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
begin
  delete from shared_evidence s using (select distinct evidence_id from removed) r
   where s.id = r.evidence_id and not exists (select from evidence_use u where u.evidence_id = s.id);
  return null;
end $$;
create trigger evidence_goes_with_its_last_person after delete on evidence_use
  referencing old table as removed for each statement execute function forget_unused_evidence();

-- Until when the people of a source may stay in quarantine; the newest one counts. Without a reason: the default of a month.
create table quarantine_deadline (
  id uuid primary key default uuidv7(),
  source_id uuid not null references source,
  expires_on date not null,
  reason text check (length(trim(reason)) between 20 and 2000),
  set_by uuid,
  set_at timestamptz(3) not null default clock_timestamp(),
  check ((set_by is null) = (reason is null)),
  check (expires_on > (set_at at time zone 'UTC')::date)
);
create index quarantine_deadline_of_source on quarantine_deadline (source_id, id desc);
create trigger quarantine_deadline_is_a_fact before update or delete on quarantine_deadline for each row execute function refuse_change();

-- When a quarantined person's data go. Whoever came after the day was set has a month of their own; null while none is set.
create function quarantine_expiry(origin uuid, since timestamptz) returns date
language sql stable security definer set search_path = saglasie, pg_temp as $$
  select case when since <= q.set_at then q.expires_on else greatest(q.expires_on, a_month_after(since)) end
    from provenance v cross join lateral (select * from quarantine_deadline d where d.source_id = v.source_id order by d.id desc limit 1) q
   where v.id = origin
$$;

-- Why the people of a source may be asked once whether they consent although nobody can show where their data came from: they
-- bought something and could object (Directive 2002/58/EC Art. 13(2), ЗЕС чл. 261, ал. 2), or it is a company's own address.
create table asking_ground (
  id uuid primary key default uuidv7(),
  source_id uuid not null references source,
  purpose_id uuid not null references purpose,
  ground text not null check (ground in ('soft-opt-in', 'legal-entity')),
  conditions text[] not null,
  reason text not null check (length(trim(reason)) between 20 and 2000),
  stated_by_kind text not null check (stated_by_kind in ('staff', 'api')),
  stated_by uuid not null,
  stated_at timestamptz(3) not null default clock_timestamp(),
  revoked_at timestamptz(3),
  -- All of them or none: three out of four is no soft opt-in.
  check (conditions @> case ground
    when 'soft-opt-in' then array['own-sale', 'similar-products', 'could-object', 'objection-in-each']
    else array['legal-person-address', 'not-in-refusal-register'] end)
);
create unique index asking_ground_stands on asking_ground (source_id, purpose_id) where revoked_at is null;
-- Soft opt-in begins with an address that the customer gave us in a sale; one that came from anybody else is none.
create function check_asking_ground() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
begin
  if new.ground = 'soft-opt-in' and (select obtained_from from source where id = new.source_id) <> 'data-subject' then
    raise exception 'an address that did not come from the person was not obtained in a sale to them' using errcode = 'SG009';
  end if;
  return new;
end $$;
create trigger asking_ground_can_be_true before insert on asking_ground for each row execute function check_asking_ground();
create function keep_asking_ground() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.revoked_at is null and new.revoked_at is not null
     and to_jsonb(new) - 'revoked_at' = to_jsonb(old) - 'revoked_at' then
    return new;
  end if;
  raise exception 'a ground that was stated can only be taken back' using errcode = 'SG001';
end $$;
create trigger asking_ground_is_a_fact before update or delete on asking_ground for each row execute function keep_asking_ground();

-- Whom we have asked out of quarantine: never again, whoever brings the address back. A keyed hash, as in suppression.
create table asked_once (
  match_hash bytea primary key check (octet_length(match_hash) = 32),
  asked_at timestamptz(3) not null default clock_timestamp()
);
create trigger asked_once_is_a_fact before update or delete on asked_once for each row execute function refuse_change();
create trigger asked_once_is_never_emptied before truncate on asked_once for each statement execute function refuse_change();

grant select, insert on shared_evidence, evidence_use, quarantine_act, asking_ground to saglasie_app;
grant select, insert (source_id, expires_on, reason, set_by) on quarantine_deadline to saglasie_app;
grant update (revoked_at) on asking_ground to saglasie_app;
grant select on asked_once to saglasie_app;

-- Every datum needs one account that is known; that there is an older one nobody can prove is part of its history, and stays.
create or replace function check_contact_point_provenance() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;

-- In quarantine nothing is made of a person's data: a value changes only with an account that is known (the person corrects it,
-- Art. 16), may be deleted, and may become again what it was. Nothing that accounts for a datum is taken off it.
create function refuse_use_in_quarantine() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
begin
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
end $$;
create trigger contact_in_quarantine_is_left_alone before update of facts, origin_id, state on contact
  for each row when (old.state = 'quarantined') execute function refuse_use_in_quarantine();

create function refuse_use_of_quarantined_address() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
declare known boolean;
begin
  if tg_op = 'UPDATE' and new.match_key = old.match_key and new.provenance_ids @> old.provenance_ids then
    return new;
  end if;
  if not exists (select from contact c where c.id = new.contact_id and c.state = 'quarantined'
       -- An address that comes with its contact comes into quarantine with it.
       and (tg_op = 'UPDATE' or c.xmin::text::bigint < pg_current_xact_id()::xid::text::bigint)) then
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
end $$;
create trigger address_in_quarantine_is_left_alone before insert or update of match_key, provenance_ids on contact_point
  for each row execute function refuse_use_of_quarantined_address();

-- Erased because nobody accounted for them in time: only who is in quarantine, and whose time is up.
create function refuse_early_expiry() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;
create trigger quarantine_ends_in_time before insert on erasure_journal
  for each row when (new.reason = 'quarantine') execute function refuse_early_expiry();

-- No basis is put in the place of a consent that was withdrawn (Art. 7(3), 5(1)(a)), nor of one that an objection has ended.
create function refuse_swapped_basis() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;
create trigger ledger_entry_swaps_no_basis after insert on ledger_entry
  referencing new table as added for each statement execute function refuse_swapped_basis();

-- ---------------------------------------------------------------------------------------------------------------------
-- Asking once, out of quarantine

alter table approach drop constraint approach_cause_check,
  add constraint approach_cause_check check (cause in ('renewal', 'changed', 'told', 'spoken', 'repermission'));
create unique index approach_asks_out_of_quarantine_once on approach (contact_id) where cause = 'repermission';
alter table delivery drop constraint delivery_check1,
  add constraint delivery_of_an_approach check
    ((approach_id is not null) = (template in ('renew-consent', 'ask-again', 'purpose-changed', 'confirm-spoken', 'ask-permission')));

create or replace function obstacle_to_approach(p approach) returns text
language plpgsql stable security definer set search_path = saglasie, pg_temp as $$
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
end $$;

create or replace function refuse_hindered_approach() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;

-- At hand-over: as before, and nothing leaves for somebody who does not know yet where their data came from, unless it says so.
create or replace function withhold_denied_delivery() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- Coverage: the last count, since counting a million people takes longer than anyone waits for. Numbers only.
create table coverage_count (
  only_one boolean primary key default true check (only_one),
  figures jsonb not null check (jsonb_typeof(figures) = 'object'),
  took_ms integer not null,
  counted_at timestamptz(3) not null default clock_timestamp()
);
grant select, insert, update on coverage_count to saglasie_app;
