-- Records that turn out to be of one person: which may be of one (duplicates), and which were united (merging). What was
-- united can be taken apart again for thirty days, each record exactly as it was.

alter table contact drop constraint contact_state_check;
alter table contact add constraint contact_state_check check (state in ('unconfirmed', 'active', 'quarantined', 'merged'));

-- Whose main address this was before records were united: what was said of it as such (a suppression, an open link) goes on.
alter table contact_point add column came_from uuid;
create index contact_point_by_former_owner on contact_point (came_from) where came_from is not null;

-- A value that lost to another when records were united goes into the history with what accounted for it.
alter table contact_change add column provenance_ids uuid[] check (cardinality(provenance_ids) > 0);
alter table contact_change add column merge_id uuid;

-- That one record went up in another. The absorbed contact keeps its row, its ledger, its messages and files; its addresses
-- and chosen values are the survivor's. Kept without identity after an erasure, like the journal: which entries of a ledger
-- rest on a merge that was undone must stay known.
create table contact_merge (
  id uuid primary key default uuidv7(),
  survivor_id uuid not null,
  absorbed_id uuid not null check (absorbed_id <> survivor_id),
  absorbed_state text not null check (absorbed_state in ('active', 'quarantined')),
  merged_at timestamptz(3) not null default clock_timestamp(),
  merged_by_kind text not null check (merged_by_kind in ('staff', 'api', 'command', 'system')),
  merged_by uuid,
  -- The bulk merge it was part of.
  job_id uuid,
  -- What both were before; emptied when it cannot be undone any more.
  before jsonb check (jsonb_typeof(before) = 'object'),
  undo_until timestamptz(3) not null default clock_timestamp() + interval '30 days',
  undone_at timestamptz(3),
  undone_by_kind text check (undone_by_kind in ('staff', 'api', 'command', 'system')),
  undone_by uuid,
  check ((undone_at is null) = (undone_by_kind is null)),
  check (undo_until <= merged_at + interval '30 days 1 second')
);
create unique index contact_merge_once on contact_merge (absorbed_id) where undone_at is null;
create index contact_merge_by_absorbed on contact_merge (absorbed_id);
create index contact_merge_by_survivor on contact_merge (survivor_id, id);
create index contact_merge_undone on contact_merge (id) where undone_at is not null;
create index contact_merge_remembered on contact_merge (undo_until) where before is not null;
create index contact_merge_of_job on contact_merge (job_id) where job_id is not null;
create trigger contact_merge_is_kept before delete on contact_merge for each row execute function refuse_change();
create trigger contact_merge_is_never_emptied before truncate on contact_merge for each statement execute function refuse_change();

-- The fold leaves out what rests on a merge that was undone, and whoever is part of another: what they said is there.
create or replace view permission_fold as
select distinct on (contact_id, coalesce(purpose_id, '00000000-0000-0000-0000-000000000000'), coalesce(channel, '*'), register_of(kind))
  contact_id, coalesce(purpose_id, '00000000-0000-0000-0000-000000000000'::uuid) as purpose_id, coalesce(channel, '*') as channel,
  register_of(kind) as register, kind, occurred_at, strictness_of(kind) as strictness, id as entry_id, until, legal_basis,
  permission_ground, purpose_version
  from ledger_entry e
 where not exists (select from contact_merge m where m.absorbed_id = e.contact_id and m.undone_at is null)
   and not exists (select from contact_merge m where m.undone_at is not null and m.id::text = e.evidence->>'merge')
 order by contact_id, coalesce(purpose_id, '00000000-0000-0000-0000-000000000000'), coalesce(channel, '*'), register_of(kind),
  occurred_at desc, strictness_of(kind) desc, id desc;

create function refold_permissions_of(p_contact_id uuid) returns void
language plpgsql security definer set search_path = saglasie, pg_temp as $$
begin
  delete from permission_state where contact_id = p_contact_id;
  insert into permission_state (contact_id, purpose_id, channel, register, kind, occurred_at, strictness, entry_id, until, legal_basis,
    permission_ground, purpose_version)
  select contact_id, purpose_id, channel, register, kind, occurred_at, strictness, entry_id, until, legal_basis, permission_ground,
    purpose_version
    from permission_fold where contact_id = p_contact_id;
end $$;
revoke all on function refold_permissions_of from public;

-- Waits for entries under way of both and lets none in before this commits: a withdrawal of the same moment is either read
-- by the merge or finds it.
create function hold_ledgers_of(p_contact_ids uuid[]) returns void
language plpgsql security definer set search_path = saglasie, pg_temp as $$
begin
  perform from ledger_salt where contact_id = any (p_contact_ids) order by contact_id for update;
end $$;
revoke all on function hold_ledgers_of from public;
grant execute on function hold_ledgers_of to saglasie_app;

create function refuse_wrong_merge() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;
create trigger contact_merge_is_in_order before insert or update on contact_merge for each row execute function refuse_wrong_merge();

-- The absorbed contact's state and permissions follow from the merge itself; nobody sets them.
create function follow_merge() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;
create trigger contact_merge_is_followed after insert or update on contact_merge for each row execute function follow_merge();

create function keep_merged_contact() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
begin
  if (new.state = 'merged') <> exists (select from contact_merge m where m.absorbed_id = new.id and m.undone_at is null) then
    raise exception 'a contact is merged by a merge, and stays so until that is undone' using errcode = 'SG009';
  end if;
  if old.state = 'merged' and new.state = 'merged'
     and (new.facts, new.language, new.country, new.origin_id) is distinct from (old.facts, old.language, old.country, old.origin_id) then
    raise exception 'this contact went up in another, where its data are changed' using errcode = 'SG009';
  end if;
  return new;
end $$;
create trigger contact_merged_is_kept before update on contact for each row
  when (old.state = 'merged' or new.state = 'merged') execute function keep_merged_contact();
create function refuse_merged_newcomer() returns trigger language plpgsql as $$
begin
  raise exception 'a contact is merged by a merge' using errcode = 'SG009';
end $$;
create trigger contact_is_not_added_merged before insert on contact for each row
  when (new.state = 'merged') execute function refuse_merged_newcomer();

create function refuse_address_of_merged() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
begin
  if exists (select from contact_merge m join added a on a.contact_id = m.absorbed_id where m.undone_at is null) then
    raise exception 'this contact went up in another, where its addresses are' using errcode = 'SG009';
  end if;
  return null;
end $$;
create trigger contact_point_is_of_nobody_merged after insert on contact_point
  referencing new table as added for each statement execute function refuse_address_of_merged();

-- As before, and: an address that changes hands in a merge, or back, waits for its owner exactly as long as it did.
create or replace function mark_replaced_address() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;

-- As before, and: what is said of somebody who went up in another record is written to that one, never into a ledger that
-- nothing reads any more.
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
end $$;

-- A consent said again for the united person names the entry that proves it, and what was shown there.
alter table ledger_entry drop constraint ledger_entry_check3;
alter table ledger_entry add constraint ledger_entry_check3 check (kind not in ('consent-given', 'consent-renewed')
  or (purpose_id is not null and channel is not null and permission_ground is not distinct from 'consent'
      and legal_basis is not distinct from 'consent'
      and (notice_hash is not null or method = 'import' or method = 'merge' and evidence ? 'entry')));

grant select on contact_merge to saglasie_app;
grant insert (survivor_id, absorbed_id, absorbed_state, merged_by_kind, merged_by, job_id, before) on contact_merge to saglasie_app;
grant update (before, undone_at, undone_by_kind, undone_by) on contact_merge to saglasie_app;

-- What a contact can be found by in the search for duplicates: hashes of its telephone, post, name with company, and so on.
-- A contact without a row has not been looked at since it came or changed.
create table contact_match (
  contact_id uuid primary key references contact on delete cascade,
  keys bigint[] not null,
  matched_at timestamptz(3) not null default clock_timestamp()
);
-- Without a list of pending entries: each of thousands of look-ups would read all of it.
create index contact_match_by_key on contact_match using gin (keys) with (fastupdate = off);

create function forget_match() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
begin
  delete from contact_match m using changed c where m.contact_id = c.contact_id;
  return null;
end $$;
create trigger contact_point_is_matched_when_added after insert on contact_point
  referencing new table as changed for each statement execute function forget_match();
create trigger contact_point_is_matched_when_changed after update on contact_point
  referencing new table as changed for each statement execute function forget_match();
create trigger contact_point_is_matched_when_removed after delete on contact_point
  referencing old table as changed for each statement execute function forget_match();
create function forget_match_of_changed() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
begin
  delete from contact_match m using changed c, former f
   where m.contact_id = c.id and f.id = c.id and (c.facts, c.state) is distinct from (f.facts, f.state);
  return null;
end $$;
create trigger contact_is_matched_when_changed after update on contact
  referencing new table as changed old table as former for each statement execute function forget_match_of_changed();

-- Pairs that share a key and wait to be compared. Lost in a crash, and found again.
create unlogged table duplicate_candidate (
  one_id uuid not null references contact on delete cascade,
  other_id uuid not null references contact on delete cascade,
  primary key (one_id, other_id),
  check (one_id < other_id)
);
create index duplicate_candidate_by_other on duplicate_candidate (other_id);

-- Two contacts that may be one person, why, and what was decided about it.
create table duplicate_suggestion (
  one_id uuid not null references contact on delete cascade,
  other_id uuid not null references contact on delete cascade,
  score smallint not null check (score between 1 and 100),
  reasons text[] not null check (cardinality(reasons) > 0),
  found_at timestamptz(3) not null default clock_timestamp(),
  dismissed_at timestamptz(3),
  dismissed_by_kind text check (dismissed_by_kind in ('staff', 'api', 'system')),
  dismissed_by uuid,
  primary key (one_id, other_id),
  check (one_id < other_id),
  check ((dismissed_at is null) = (dismissed_by_kind is null))
);
create index duplicate_suggestion_open on duplicate_suggestion (score desc, one_id, other_id) where dismissed_at is null;
create index duplicate_suggestion_by_other on duplicate_suggestion (other_id);
-- "Not the same person" was decided by somebody and stays decided.
create function keep_dismissal() returns trigger language plpgsql as $$
begin
  if old.dismissed_at is not null then
    raise exception 'that two contacts are not one person stays decided' using errcode = 'SG009';
  end if;
  return new;
end $$;
create trigger duplicate_suggestion_stays_dismissed before update on duplicate_suggestion for each row execute function keep_dismissal();

grant select, insert, update, delete on contact_match, duplicate_candidate to saglasie_app;
grant select, insert, update, delete on duplicate_suggestion to saglasie_app;
