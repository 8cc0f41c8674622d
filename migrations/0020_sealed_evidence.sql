-- What may be kept of erased people to defend a claim or answer the authority (Art. 17(3)(b), (e)): sealed, under a key that is
-- not in this database, found only by whoever knows the person's address, opened only by two.

-- Whether evidence is kept at an erasure when nobody says so, and why that is necessary. The default is: nothing.
create table evidence_policy (
  only_one boolean primary key default true check (only_one),
  keeps_by_default boolean not null default false,
  ground text not null default 'legal-claims' check (ground in ('legal-claims', 'legal-obligation')),
  necessity text check (length(necessity) <= 2000),
  retention_months integer not null default 60 check (retention_months between 1 and 60),
  decided_by uuid references staff_member,
  decided_at timestamptz(3) not null default now(),
  check (not keeps_by_default or length(trim(coalesce(necessity, ''))) >= 20)
);
insert into evidence_policy default values;

-- The events of consent of one erased person. The id is random and the day is all that is said of the time: nothing here
-- leads to an entry of the erasure journal or of the audit.
create table evidence_capsule (
  id uuid primary key,
  ground text not null check (ground in ('legal-claims', 'legal-obligation')),
  sealed bytea not null check (octet_length(sealed) between 29 and 67108864),
  sealed_on date not null default current_date,
  keep_until date not null,
  check (keep_until >= sealed_on and keep_until <= sealed_on + interval '60 months')
);
create index evidence_capsule_ending on evidence_capsule (keep_until);

-- One per address of the person: a keyed hash, another than the one of suppression, and the capsule's key wrapped under
-- another keyed hash of the address. Without the address not even the holder of all keys opens a capsule.
create table evidence_handle (
  handle bytea not null check (octet_length(handle) = 32),
  capsule_id uuid not null references evidence_capsule on delete cascade,
  wrapped_key bytea not null check (octet_length(wrapped_key) = 60),
  primary key (handle, capsule_id)
);
create index evidence_handle_by_capsule on evidence_handle (capsule_id);

-- A capsule is made by an erasure that is in the journal, of somebody who once consented; not by one of somebody who never did.
create function refuse_capsule_without_erasure() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
begin
  if not exists (select from erasure_journal j
       where j.xmin = pg_current_xact_id()::xid and j.erased_at > now() - interval '1 hour' and j.reason in ('request', 'staff', 'retention')) then
    raise exception 'evidence is sealed only while a person is erased' using errcode = 'SG007';
  end if;
  return new;
end $$;
create trigger evidence_capsule_is_of_an_erasure before insert on evidence_capsule for each row execute function refuse_capsule_without_erasure();
create trigger evidence_handle_is_of_an_erasure before insert on evidence_handle for each row execute function refuse_capsule_without_erasure();

-- A capsule stays as it was sealed until its day comes. That day may be brought forward, never put off.
create function keep_capsule() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (new.id, new.ground, new.sealed, new.sealed_on) = (old.id, old.ground, old.sealed, old.sealed_on)
     and new.keep_until <= old.keep_until then
    return new;
  elsif tg_op = 'DELETE' and old.keep_until <= current_date then
    return old;
  end if;
  raise exception '% of evidence_capsule is refused: it stays as it was sealed until its day, and that day only comes nearer', tg_op
    using errcode = 'SG001';
end $$;
create trigger evidence_capsule_is_kept before update or delete on evidence_capsule for each row execute function keep_capsule();
create trigger evidence_capsule_is_never_emptied before truncate on evidence_capsule for each statement execute function refuse_change();

create function keep_handle() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
begin
  -- The capsule's own row is gone already when its handles go with it.
  if tg_op = 'DELETE' and not exists (select from evidence_capsule where id = old.capsule_id) then return old; end if;
  raise exception '% of evidence_handle is refused: it stays with its capsule', tg_op using errcode = 'SG001';
end $$;
create trigger evidence_handle_is_kept before update or delete on evidence_handle for each row execute function keep_handle();
create trigger evidence_handle_is_never_emptied before truncate on evidence_handle for each statement execute function refuse_change();

-- Asking whether there is evidence of somebody, and being let to look. The keyed hash of the address goes when it is over.
create table evidence_opening (
  id uuid primary key default uuidv7(),
  handle bytea check (octet_length(handle) = 32),
  ground text not null check (ground in ('authority', 'court', 'claim')),
  -- The case it is for. No address: whom it is about the claimant says, not this table.
  reference text not null check (length(trim(reference)) between 3 and 200 and reference !~ '@'),
  requested_by uuid not null references staff_member,
  requested_at timestamptz(3) not null default now(),
  decision text check (decision in ('approved', 'refused')),
  decided_by uuid references staff_member,
  decided_at timestamptz(3),
  opened_at timestamptz(3),
  found boolean,
  check (num_nulls(decision, decided_by, decided_at) in (0, 3)),
  check (num_nulls(opened_at, found) in (0, 2)),
  constraint two_people_open_evidence check (decided_by <> requested_by),
  check (opened_at is null or decision is not distinct from 'approved')
);
create index evidence_opening_by_time on evidence_opening (requested_at);
create index evidence_opening_under_way on evidence_opening (id) where handle is not null;

create function may_open_evidence(p_staff_id uuid) returns boolean language sql stable security definer set search_path = saglasie, pg_temp as $$
  select exists (select from staff_member where id = p_staff_id and disabled_at is null and role in ('owner', 'dpo'))
$$;

create function refuse_wrong_opening() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;
create trigger evidence_opening_is_in_order before insert or update on evidence_opening for each row execute function refuse_wrong_opening();
create trigger evidence_opening_is_a_fact before delete on evidence_opening for each row execute function refuse_change();
create trigger evidence_opening_is_never_emptied before truncate on evidence_opening for each statement execute function refuse_change();

-- Whether this is the address that was asked about: a slip of the pen must not use the one opening up.
create function is_asked_about(p_opening_id uuid, p_handle bytea) returns boolean
language sql stable security definer set search_path = saglasie, pg_temp as $$
  select exists (select from evidence_opening where id = p_opening_id and handle = p_handle)
$$;

-- The only way to a capsule, and to whether there is one: once, by whoever asked, within a day of somebody else's yes. That it
-- was opened is in the audit before anything is seen.
create function open_evidence(p_opening_id uuid, p_staff_id uuid)
returns table (capsule_id uuid, ground text, sealed bytea, wrapped_key bytea, sealed_on date, keep_until date)
language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;

-- By the clock: capsules whose day has come, and hashes of addresses in requests that nobody decided or used.
create function forget_expired_evidence() returns integer language plpgsql security definer set search_path = saglasie, pg_temp as $$
declare gone integer;
begin
  delete from evidence_capsule c where c.keep_until <= current_date;
  get diagnostics gone = row_count;
  update evidence_opening o set handle = null
   where o.handle is not null and coalesce(o.decided_at + interval '24 hours', o.requested_at + interval '7 days') < now();
  return gone;
end $$;

revoke all on function may_open_evidence, is_asked_about, open_evidence, forget_expired_evidence from public;
grant execute on function is_asked_about, open_evidence, forget_expired_evidence to saglasie_app;
grant select, update (keeps_by_default, ground, necessity, retention_months, decided_by, decided_at) on evidence_policy to saglasie_app;
grant select (id, ground, sealed_on, keep_until), insert (id, ground, sealed, keep_until), update (keep_until) on evidence_capsule to saglasie_app;
grant insert on evidence_handle to saglasie_app;
grant select (id, ground, reference, requested_by, requested_at, decision, decided_by, decided_at, opened_at, found),
  insert (handle, ground, reference, requested_by), update (decision, decided_by) on evidence_opening to saglasie_app;
