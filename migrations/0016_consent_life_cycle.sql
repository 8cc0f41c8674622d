-- The life of a consent after it was given: it ends, is renewed, stops covering what is done today, or is recorded by staff.

-- When to ask again before a consent ends, how long to leave whoever said no alone, and from which version on a consent
-- covers what is done today. Versioned with everything else a purpose says.
alter table purpose
  add column renew_before_days integer not null default 30 check (renew_before_days between 1 and 180),
  add column ask_again_after_months integer not null default 12 check (ask_again_after_months between 1 and 120),
  add column covers_from_version integer not null default 1,
  -- What in the newest change looks as if it went beyond what people had agreed to; and, where staff decided otherwise, why.
  add column change_signs text[] not null default '{}',
  add column change_reason text check (trim(change_reason) <> '' and length(change_reason) <= 2000),
  add check (covers_from_version between 1 and version),
  add check (change_signs = '{}' or covers_from_version = version or change_reason is not null);

create or replace function number_purpose_version() returns trigger language plpgsql as $$
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
end $$;

-- Which version of the purpose each register speaks of.
alter table permission_state add column purpose_version integer;
update permission_state s set purpose_version = e.purpose_version from ledger_entry e where e.id = s.entry_id;

create or replace view permission_fold as
  select distinct on (contact_id, coalesce(purpose_id, '00000000-0000-0000-0000-000000000000'), coalesce(channel, '*'), register_of(kind))
    contact_id, coalesce(purpose_id, '00000000-0000-0000-0000-000000000000') as purpose_id, coalesce(channel, '*') as channel,
    register_of(kind) as register, kind, occurred_at, strictness_of(kind) as strictness, id as entry_id, until, legal_basis, permission_ground, purpose_version
  from ledger_entry
  order by contact_id, coalesce(purpose_id, '00000000-0000-0000-0000-000000000000'), coalesce(channel, '*'), register_of(kind),
    occurred_at desc, strictness_of(kind) desc, id desc;

create or replace function fold_new_entries() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;

-- What people answered, and who was asked: the list filters by it.
create index permission_state_answered on permission_state (purpose_id, channel, kind, contact_id)
  where register = 'consent' and kind not in ('consent-given', 'consent-renewed');
create index permission_state_asked on permission_state (purpose_id, channel, contact_id) where register = 'request';

-- Consents do not follow to an address that nobody has shown to be the person's. Marked is what comes to somebody who had
-- agreed with another address; an address that was there when they agreed, or came with an import, is not.
alter table contact_point add column must_confirm boolean not null default false;

create function mark_replaced_address() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
begin
  if new.kind <> 'email' then return new; end if;
  if tg_op = 'UPDATE' and new.match_key = old.match_key and (old.is_primary or not new.is_primary) then
    -- Confirming is the only way out.
    new.must_confirm := old.must_confirm;
    return new;
  end if;
  if tg_op = 'UPDATE' and new.match_key <> old.match_key then new.verified_at := null; end if;
  new.must_confirm := exists (select from permission_state s where s.contact_id = new.contact_id and s.register = 'consent'
    and s.channel = 'email' and s.kind in ('consent-given', 'consent-renewed'));
  return new;
end $$;
create trigger contact_point_replaces before insert or update of match_key, is_primary, must_confirm on contact_point
  for each row execute function mark_replaced_address();

-- May this contact's data be used for this purpose on this channel, now? As before, and: a consent must cover what the
-- purpose says today, and the address must be the person's.
create or replace function may_process(p_contact_id uuid, p_purpose_id uuid, p_channel text) returns gate_answer
language plpgsql stable security definer set search_path = saglasie, pg_temp as $$
declare
  everything constant uuid := '00000000-0000-0000-0000-000000000000';
  person contact; the_purpose purpose; state permission_state;
  consent permission_state; basis permission_state; objection permission_state; suppressed timestamptz; unproven boolean;
begin
  select * into person from contact where id = p_contact_id;
  if not found then return row(false, 'unknown-contact', null, null, null, null, null)::gate_answer; end if;
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
      and (objection.occurred_at is null or state.occurred_at > objection.occurred_at) then objection := state;
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
     where cp.contact_id = p_contact_id and cp.is_primary
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
end $$;
alter function may_process(uuid, uuid, text) cost 5000;

-- We turn to a person of our own accord: to renew a consent that ends soon, to ask again after a change that it does not
-- cover, to tell of a change, or to have what they said to a colleague confirmed at their address. Once each.
create table approach (
  id uuid primary key,
  cause text not null check (cause in ('renewal', 'changed', 'told', 'spoken')),
  contact_id uuid not null references contact on delete cascade,
  -- Empty once the address was corrected or removed: whoever has the old mailbox cannot answer for the person any more.
  contact_point_id uuid references contact_point on delete set null,
  purpose_id uuid not null,
  purpose_version integer not null,
  channel text not null check (channel in ('email', 'sms', 'phone', 'post', 'none')),
  -- The consent it is about, or the request that waits to be confirmed.
  entry_id uuid,
  approached_at timestamptz(3) not null default clock_timestamp(),
  answer_until timestamptz(3),
  answer text check (answer in ('yes', 'no', 'silence', 'told')),
  settled_at timestamptz(3),
  foreign key (purpose_id, purpose_version) references purpose_version,
  check ((answer is null) = (settled_at is null)),
  check ((cause = 'told') = (entry_id is null)),
  check ((cause = 'told') = (answer_until is null)),
  check (answer_until > approached_at)
);
create unique index approach_renews_once on approach (entry_id) where cause = 'renewal';
create unique index approach_asks_once on approach (entry_id, purpose_version) where cause = 'changed';
create unique index approach_tells_once on approach (contact_id, purpose_id, purpose_version) where cause = 'told';
create unique index approach_confirms_once on approach (entry_id) where cause = 'spoken';
create index approach_by_contact on approach (contact_id, id);
create index approach_open on approach (answer_until) where settled_at is null;

-- Why this person may not be approached now; null when nothing stands in the way.
create function obstacle_to_approach(p approach) returns text
language plpgsql stable security definer set search_path = saglasie, pg_temp as $$
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
  if gate.reason = (case p.cause when 'renewal' then 'consent-given' else 'consent-outdated' end) then return null; end if;
  return case when gate.allowed then 'already-answered' else gate.reason end;
end $$;
create function obstacle_to_approach_by_id(p_approach_id uuid) returns text
language sql stable security definer set search_path = saglasie, pg_temp as $$
  select obstacle_to_approach(a) from approach a where a.id = p_approach_id
$$;

create function refuse_hindered_approach() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;
create trigger approach_is_unhindered before insert on approach for each row execute function refuse_hindered_approach();

create function keep_approach() returns trigger language plpgsql as $$
begin
  if old.settled_at is not null and (new.answer, new.settled_at) is distinct from (old.answer, old.settled_at) then
    raise exception 'an approach is settled once' using errcode = 'SG007';
  end if;
  return new;
end $$;
create trigger approach_is_settled_once before update on approach for each row execute function keep_approach();

-- One message for an approach, and none of these kinds without one.
alter table delivery add column approach_id uuid references approach on delete cascade,
  add check ((approach_id is not null) = (template in ('renew-consent', 'ask-again', 'purpose-changed', 'confirm-spoken')));
create unique index delivery_of_approach on delivery (approach_id) where approach_id is not null;

create or replace function refuse_denied_delivery() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;

create or replace function withhold_denied_delivery() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;

-- Whoever said no is left alone for as long as the purpose promises. Asking is a request of ours: a renewal, a question after
-- a change, or a colleague who asked; what people come to say by themselves is never refused.
create function refuse_asking_too_soon() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;
create trigger ledger_entry_asks_in_time after insert on ledger_entry
  referencing new table as added for each statement execute function refuse_asking_too_soon();

-- What shows that someone said yes on paper, by phone or in person. Never changed; goes with the entry it proves.
create table evidence_file (
  id uuid primary key default uuidv7(),
  contact_id uuid not null references contact on delete cascade,
  entry_id uuid not null references ledger_entry on delete cascade,
  media_type text not null check (media_type in
    ('application/pdf', 'image/jpeg', 'image/png', 'image/webp', 'audio/mpeg', 'audio/mp4', 'audio/ogg', 'audio/wav')),
  size integer not null check (size between 1 and 10485760),
  sha256 bytea not null,
  content bytea not null,
  added_by uuid,
  added_at timestamptz(3) not null default clock_timestamp(),
  check (octet_length(content) = size),
  check (sha256 = sha256(content))
);
alter table evidence_file alter column content set storage external;
create index evidence_file_by_contact on evidence_file (contact_id, id);
create index evidence_file_by_entry on evidence_file (entry_id);
create trigger evidence_file_is_a_fact before update on evidence_file for each row execute function refuse_change();
create trigger evidence_file_is_never_emptied before truncate on evidence_file for each statement execute function refuse_change();

grant select, insert on approach, evidence_file to saglasie_app;
grant update (answer, settled_at) on approach to saglasie_app;
