-- A Merkle log (RFC 6962) over every ledger entry ever made. Whoever appends only leaves the leaf in a queue; one sequencer
-- gives positions, in order. What the application writes here it can only write right: a position without a gap, a leaf
-- that waits and is the one of its entry, a checkpoint that grows.

-- Leaves without a position yet. No appender waits for another, nor for the sequencer.
create table ledger_waiting (
  entry_id uuid primary key,
  leaf_hash bytea not null check (octet_length(leaf_hash) = 32),
  appended_at timestamptz(3) not null default now()
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, vacuum_truncate = off);
create trigger ledger_waiting_is_never_emptied before truncate on ledger_waiting for each statement execute function refuse_change();

create function queue_new_leaves() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
begin
  insert into ledger_waiting (entry_id, leaf_hash) select id, leaf_hash from added;
  return null;
end $$;
create trigger ledger_entry_waits_for_its_position after insert on ledger_entry
  referencing new table as added for each statement execute function queue_new_leaves();

create table ledger_leaf (
  position bigint primary key check (position >= 0),
  entry_id uuid not null unique,
  leaf_hash bytea not null check (octet_length(leaf_hash) = 32)
);

-- The hash over all leaves of a full tile (C2SP tlog-tiles): of level 0 over 256 leaves, of level 1 over 65,536, and so on.
-- Everything else of the tree is computed from at most 256 hashes a level.
create table ledger_tile (
  level smallint not null check (level between 0 and 7),
  number bigint not null check (number >= 0),
  root bytea not null check (octet_length(root) = 32),
  primary key (level, number)
);

-- Signed statements about the whole log (C2SP tlog-checkpoint), each as it was published.
create table ledger_checkpoint (
  number bigint primary key check (number >= 0),
  size bigint not null check (size >= 0),
  root bytea not null check (octet_length(root) = 32),
  note text not null,
  signed_at timestamptz(3) not null default now()
);
create index ledger_checkpoint_by_size on ledger_checkpoint (size);

-- Under which name and key the log has signed, since when. Receipts of years ago are checked against these.
create table ledger_key (
  name text not null check (name <> ''),
  public_key bytea not null check (octet_length(public_key) = 32),
  used_from timestamptz(3) not null default now(),
  primary key (name, public_key)
);

-- Who else has seen a checkpoint: signatures of witnesses (C2SP tlog-cosignature), and time stamps (RFC 3161).
create table ledger_cosignature (
  checkpoint bigint not null references ledger_checkpoint,
  witness text not null,
  line text not null,
  received_at timestamptz(3) not null default now(),
  primary key (checkpoint, witness)
);
create table ledger_timestamp (
  checkpoint bigint primary key references ledger_checkpoint,
  token bytea not null,
  stamped_at timestamptz not null,
  received_at timestamptz(3) not null default now()
);

do $$
declare facts text;
begin
  foreach facts in array array['ledger_leaf', 'ledger_tile', 'ledger_checkpoint', 'ledger_key', 'ledger_cosignature', 'ledger_timestamp'] loop
    execute format('create trigger %1$s_is_a_fact before update or delete on %1$s for each row execute function refuse_change()', facts);
    execute format('create trigger %1$s_is_never_emptied before truncate on %1$s for each statement execute function refuse_change()', facts);
  end loop;
end $$;

create function admit_leaves() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;
create trigger ledger_leaf_is_admitted after insert on ledger_leaf
  referencing new table as added for each statement execute function admit_leaves();

create function refuse_wrong_checkpoint() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;
create trigger ledger_checkpoint_grows before insert on ledger_checkpoint for each row execute function refuse_wrong_checkpoint();

-- Entries made before there was a log, and those of people already erased, have their place in it too.
insert into ledger_waiting (entry_id, leaf_hash)
  select id, leaf_hash from ledger_entry union all select id, leaf_hash from ledger_erased;

grant select on ledger_waiting to saglasie_app;
grant select, insert (position, entry_id, leaf_hash) on ledger_leaf to saglasie_app;
grant select, insert (level, number, root) on ledger_tile to saglasie_app;
grant select, insert (number, size, root, note) on ledger_checkpoint to saglasie_app;
grant select, insert (name, public_key) on ledger_key to saglasie_app;
grant select, insert (checkpoint, witness, line) on ledger_cosignature to saglasie_app;
grant select, insert (checkpoint, token, stamped_at) on ledger_timestamp to saglasie_app;
