-- The ledger of legal facts, and today's permissions folded from it.

create table ledger_entry (
  id uuid primary key,
  kind text not null check (kind in (
    'consent-requested', 'consent-given', 'consent-renewed', 'consent-refused', 'consent-withdrawn', 'consent-expired',
    'objected', 'objection-lifted', 'restricted', 'restriction-lifted', 'basis-asserted', 'basis-ended', 'notice-given')),
  contact_id uuid not null,
  purpose_id uuid references purpose,
  purpose_version integer,
  channel text check (channel in ('email', 'sms', 'phone', 'post', 'none')),
  legal_basis text check (legal_basis in
    ('consent', 'contract', 'legal-obligation', 'vital-interests', 'public-task', 'legitimate-interests')),
  -- ePrivacy permission to use the channel; a different question from the GDPR's legal basis.
  permission_ground text check (permission_ground in ('consent', 'soft-opt-in', 'legal-entity', 'not-needed')),
  occurred_at timestamptz(3) not null,
  until timestamptz(3),
  source_id uuid not null references source,
  notice_hash bytea references notice_text,
  language text check (language in ('bg', 'en')),
  actor text not null check (actor in ('contact', 'staff', 'system', 'import', 'api')),
  actor_id uuid,
  method text not null check (method ~ '^[a-z][a-z0-9-]{0,39}$'),
  evidence jsonb not null default '{}' check (jsonb_typeof(evidence) = 'object'),
  -- SHA-256(0x00 || 0x01 || HMAC-SHA-256(entry key, JCS(entry))): an RFC 6962 leaf that says nothing without the salt.
  leaf_hash bytea not null check (octet_length(leaf_hash) = 32),
  recorded_at timestamptz(3) not null default now(),
  foreign key (purpose_id, purpose_version) references purpose_version,
  check ((purpose_id is null) = (purpose_version is null)),
  check ((actor in ('staff', 'api')) = (actor_id is not null)),
  check (until > occurred_at),
  -- Consent that could not be proven is not consent (Art. 7(1)): it names purpose, channel and the exact text shown.
  check (kind not in ('consent-given', 'consent-renewed') or (purpose_id is not null and channel is not null
     and permission_ground is not distinct from 'consent' and legal_basis is not distinct from 'consent' and (notice_hash is not null or method = 'import'))),
  check (kind not in ('consent-requested', 'consent-refused', 'consent-withdrawn', 'consent-expired', 'basis-ended')
     or (purpose_id is not null and channel is not null)),
  check (kind <> 'basis-asserted' or (purpose_id is not null and channel is not null and legal_basis is not null
     and legal_basis <> 'consent' and permission_ground is not null)),
  check (kind not in ('restricted', 'restriction-lifted') or (purpose_id is null and channel is null))
);
create index ledger_entry_by_contact on ledger_entry (contact_id, id);

create trigger ledger_entry_is_a_fact before update or delete on ledger_entry for each row execute function refuse_change();
create trigger ledger_entry_is_never_emptied before truncate on ledger_entry for each statement execute function refuse_change();

-- The secret that makes a person's leaves unguessable. Destroyed with the person: the leaves stay, their meaning goes.
create table ledger_salt (
  contact_id uuid primary key references contact on delete cascade,
  salt bytea not null check (octet_length(salt) = 32)
);

-- What is left of erased people's entries: hashes that nobody can open any more.
create table ledger_erased (
  id uuid primary key,
  leaf_hash bytea not null check (octet_length(leaf_hash) = 32)
);
create trigger ledger_erased_is_a_fact before update or delete on ledger_erased for each row execute function refuse_change();
create trigger ledger_erased_is_never_emptied before truncate on ledger_erased for each statement execute function refuse_change();

-- Each kind of entry sets one register. Registers keep apart what must not overwrite one another: a stranger who types
-- my address into a form (request) does not touch the consent I gave (consent).
create function register_of(kind text) returns text language sql immutable strict parallel safe as $$
  select case
    when kind = 'consent-requested' then 'request'
    when kind like 'consent-%' then 'consent'
    when kind in ('objected', 'objection-lifted') then 'objection'
    when kind in ('restricted', 'restriction-lifted') then 'restriction'
    when kind in ('basis-asserted', 'basis-ended') then 'basis'
    when kind = 'notice-given' then 'notice'
  end
$$;

-- Of two entries of the same instant the one that protects the person more wins.
create function strictness_of(kind text) returns smallint language sql immutable strict parallel safe as $$
  select (case when kind in ('consent-withdrawn', 'objected', 'restricted', 'basis-ended') then 2
               when kind in ('consent-refused', 'consent-expired') then 1 else 0 end)::smallint
$$;

create table permission_state (
  contact_id uuid not null,
  -- The zero uuid stands for every purpose, '*' for every channel.
  purpose_id uuid not null,
  channel text not null,
  register text not null,
  kind text not null,
  occurred_at timestamptz(3) not null,
  strictness smallint not null,
  entry_id uuid not null,
  until timestamptz(3),
  legal_basis text,
  permission_ground text,
  primary key (contact_id, purpose_id, channel, register)
);
create index permission_state_by_purpose on permission_state (purpose_id, channel, register, kind, contact_id);
create index permission_state_ending on permission_state (until) where register = 'consent' and kind in ('consent-given', 'consent-renewed') and until is not null;

-- The fold: per register the newest entry by (time it happened, strictness, id). A maximum over a total order, so the
-- result does not depend on the order in which entries arrive, and concurrent writers need no lock to agree.
create view permission_fold as
  select distinct on (contact_id, coalesce(purpose_id, '00000000-0000-0000-0000-000000000000'), coalesce(channel, '*'), register_of(kind))
    contact_id, coalesce(purpose_id, '00000000-0000-0000-0000-000000000000') as purpose_id, coalesce(channel, '*') as channel,
    register_of(kind) as register, kind, occurred_at, strictness_of(kind) as strictness, id as entry_id, until, legal_basis, permission_ground
  from ledger_entry
  order by contact_id, coalesce(purpose_id, '00000000-0000-0000-0000-000000000000'), coalesce(channel, '*'), register_of(kind),
    occurred_at desc, strictness_of(kind) desc, id desc;

create function fold_new_entries() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
    register_of(kind), kind, occurred_at, strictness_of(kind), id, until, legal_basis, permission_ground
  from added
  order by contact_id, coalesce(purpose_id, '00000000-0000-0000-0000-000000000000'), coalesce(channel, '*'), register_of(kind),
    occurred_at desc, strictness_of(kind) desc, id desc
  on conflict (contact_id, purpose_id, channel, register) do update
    set kind = excluded.kind, occurred_at = excluded.occurred_at, strictness = excluded.strictness, entry_id = excluded.entry_id,
        until = excluded.until, legal_basis = excluded.legal_basis, permission_ground = excluded.permission_ground
    where (excluded.occurred_at, excluded.strictness, excluded.entry_id) > (held.occurred_at, held.strictness, held.entry_id);
  return null;
end $$;
create trigger ledger_entry_is_folded after insert on ledger_entry
  referencing new table as added for each statement execute function fold_new_entries();

-- Addresses that must not be used again, kept without the address: a keyed hash, why, since when (Art. 17(3), 21(3)).
create table suppression (
  match_hash bytea not null check (octet_length(match_hash) = 32),
  pepper_version smallint not null default 1,
  reason text not null check (reason in ('erased', 'objected', 'not-me', 'complaint', 'hard-bounce')),
  suppressed_at timestamptz(3) not null default now(),
  primary key (match_hash, reason)
);
create trigger suppression_is_a_fact before delete on suppression for each row execute function refuse_change();
create trigger suppression_is_never_emptied before truncate on suppression for each statement execute function refuse_change();

-- A no said again is newer; none ever becomes older than a consent it has outlived.
create function keep_newer_suppression() returns trigger language plpgsql as $$
begin
  new.suppressed_at := greatest(old.suppressed_at, new.suppressed_at);
  return new;
end $$;
create trigger suppression_only_gets_newer before update on suppression for each row execute function keep_newer_suppression();

-- May this contact's data be used for this purpose on this channel, now? The one gate. The answer is no unless
-- something says yes, and it comes with the entry that proves it and a reason the dictionaries translate.
create type gate_answer as (
  allowed boolean,
  reason text,
  legal_basis text,
  permission_ground text,
  since timestamptz,
  until timestamptz,
  entry_id uuid
);

create function may_process(p_contact_id uuid, p_purpose_id uuid, p_channel text) returns gate_answer
language plpgsql stable security definer set search_path = saglasie, pg_temp as $$
declare
  everything constant uuid := '00000000-0000-0000-0000-000000000000';
  person contact; the_purpose purpose; state permission_state;
  consent permission_state; basis permission_state; objection permission_state; suppressed timestamptz;
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
    if not exists (select from contact_point cp where cp.contact_id = p_contact_id
         and cp.kind = case p_channel when 'email' then 'email' when 'post' then 'post' else 'phone' end) then
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

-- Art. 17, the part the application may not do itself: empties the person's ledger entries into bare hashes. Only for
-- whoever the erasure journal names, or it would be a way to forget a withdrawal.
create function erase_ledger_of(p_contact_id uuid) returns integer
language plpgsql security definer set search_path = saglasie, pg_temp as $$
declare erased integer;
begin
  if not exists (select from erasure_journal where contact_id = p_contact_id) then
    raise exception 'a ledger is emptied only at an erasure that is in the journal' using errcode = 'SG005';
  end if;
  -- Waits for entries under way (see fold_new_entries) and lets none in after them.
  perform from ledger_salt where contact_id = p_contact_id for update;
  insert into ledger_erased (id, leaf_hash) select id, leaf_hash from ledger_entry where contact_id = p_contact_id;
  perform set_config('saglasie.erasing', 'on', true);
  delete from ledger_entry where contact_id = p_contact_id;
  get diagnostics erased = row_count;
  perform set_config('saglasie.erasing', 'off', true);
  delete from permission_state where contact_id = p_contact_id;
  delete from ledger_salt where contact_id = p_contact_id;
  return erased;
end $$;
revoke all on function erase_ledger_of from public;
grant execute on function erase_ledger_of to saglasie_app;

-- That a person was erased, without saying who: replayed after a restore so that nobody comes back.
create table erasure_journal (
  contact_id uuid primary key,
  reason text not null check (reason in ('request', 'not-me', 'unconfirmed', 'retention', 'staff')),
  erased_at timestamptz(3) not null default now(),
  erased_by uuid
);
create trigger erasure_journal_is_a_fact before update or delete on erasure_journal for each row execute function refuse_change();
create trigger erasure_journal_is_never_emptied before truncate on erasure_journal for each statement execute function refuse_change();

-- Being in the journal opens the ledger to erase_ledger_of, so nobody gets into it and stays.
create function refuse_unfinished_erasure() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
begin
  if exists (select from contact where id = new.contact_id) then
    raise exception 'an erasure ends with the contact gone' using errcode = 'SG005';
  end if;
  return null;
end $$;
create constraint trigger erasure_is_finished after insert on erasure_journal deferrable initially deferred
  for each row execute function refuse_unfinished_erasure();

-- An erased contact's id is never used again: a write that was under way while the person was erased finds no one.
create function refuse_erased_contact() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
begin
  if exists (select from added a join erasure_journal j on j.contact_id = a.id) then
    raise exception 'this contact was erased and cannot be brought back' using errcode = 'SG005';
  end if;
  return null;
end $$;
create trigger contact_is_not_an_erased_one after insert on contact
  referencing new table as added for each statement execute function refuse_erased_contact();

-- A contact leaves by erasure only: rows deleted in another way would leave entries in the ledger that nobody can verify.
create function refuse_loss_of_contact() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
begin
  if exists (select from removed r where not exists (select from erasure_journal j where j.contact_id = r.id))
     or exists (select from removed r join ledger_entry e on e.contact_id = r.id) then
    raise exception 'a contact is removed by erasure only' using errcode = 'SG005';
  end if;
  return null;
end $$;
create trigger contact_leaves_by_erasure after delete on contact
  referencing old table as removed for each statement execute function refuse_loss_of_contact();
create trigger contact_is_never_emptied before truncate on contact for each statement execute function refuse_change();

grant select, insert (id, kind, contact_id, purpose_id, purpose_version, channel, legal_basis, permission_ground, occurred_at, until,
  source_id, notice_hash, language, actor, actor_id, method, evidence, leaf_hash) on ledger_entry to saglasie_app;
grant select, insert on ledger_salt, suppression, erasure_journal to saglasie_app;
grant update (suppressed_at) on suppression to saglasie_app;
grant select on ledger_erased, permission_state, permission_fold to saglasie_app;
