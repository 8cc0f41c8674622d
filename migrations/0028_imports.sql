-- People brought in from a file: what was brought, on which ground, row by row, and what an undo restores.

create table import (
  id uuid primary key default uuidv7(),
  state text not null default 'uploaded' check (state in
    ('uploaded', 'ready', 'checking', 'checked', 'committing', 'committed', 'stopped', 'undoing', 'undone', 'discarded')),
  file_name text not null check (file_name <> '' and length(file_name) <= 300),
  -- What is known of the file before its rows are read: formats, encodings, names of columns. No row of it.
  file jsonb not null check (jsonb_typeof(file) = 'object'),
  bytes bigint not null check (bytes > 0),
  sha256 bytea not null check (octet_length(sha256) = 32),
  -- The file itself lies in the data folder under the import's id until this moment.
  file_erased_at timestamptz(3),
  -- Purpose, basis, source, mapping, switches; kept as they were when it was committed.
  settings jsonb check (jsonb_typeof(settings) = 'object'),
  purpose_id uuid references purpose,
  source_id uuid references source,
  -- What the newest check found, and what was done.
  checked jsonb check (jsonb_typeof(checked) = 'object'),
  counts jsonb not null default '{}' check (jsonb_typeof(counts) = 'object'),
  created_by_kind text not null check (created_by_kind in ('staff', 'api', 'command')),
  created_by uuid,
  created_at timestamptz(3) not null default clock_timestamp(),
  commit_started_at timestamptz(3),
  committed_at timestamptz(3),
  undo_until timestamptz(3),
  undone_at timestamptz(3),
  -- Once its rows are forgotten it can neither be undone nor looked into; the counts stay.
  rows_erased_at timestamptz(3),
  check (state in ('uploaded', 'discarded') or settings is not null),
  check ((commit_started_at is null) = (state in ('uploaded', 'ready', 'checking', 'checked', 'discarded'))),
  check ((source_id is null) = (commit_started_at is null)),
  check ((undone_at is null) = (state <> 'undone'))
);
create index import_with_file on import (created_at) where file_erased_at is null;

create function keep_import() returns trigger language plpgsql as $$
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
end $$;
create trigger import_is_kept before update on import for each row execute function keep_import();
create trigger import_is_never_removed before delete on import for each row execute function refuse_change();
create trigger import_is_never_emptied before truncate on import for each statement execute function refuse_change();

-- What became of each row. The rows of people who came in whole say no more than who it was; the others keep what stood there,
-- for the error file, and what was there before, for the undo. All of it goes after 30 days, and before that with the person.
create table import_row (
  import_id uuid not null references import,
  row integer not null check (row > 0),
  line integer not null,
  part smallint not null,
  outcome text not null check (outcome in ('new', 'quarantined', 'updated', 'unchanged', 'duplicate', 'refused', 'problem')),
  -- Without a foreign key: a check for each of a million rows, of what the erasure of a contact keeps true anyway.
  contact_id uuid,
  -- Of whoever is no contact: so that the row goes when the person is erased, and is never taken for somebody unknown.
  match_hash bytea check (octet_length(match_hash) = 32),
  codes jsonb check (jsonb_typeof(codes) = 'array'),
  cells jsonb check (jsonb_typeof(cells) = 'array'),
  undo jsonb check (jsonb_typeof(undo) = 'object'),
  primary key (import_id, row),
  check (contact_id is null or outcome <> 'problem')
);
create index import_row_by_contact on import_row (contact_id) where contact_id is not null;
create index import_row_by_hash on import_row (match_hash) where match_hash is not null;
create index import_row_told on import_row (import_id, row) where codes is not null;

grant select, insert, update on import to saglasie_app;
grant select, insert, update, delete on import_row to saglasie_app;

-- An import brings no yes over a no, whoever wrote it and whatever it says. What another Saglasie has proven has its own rule.
create function refuse_import_over_a_no() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;
-- By its name before the fold: what stood before these entries counts.
create trigger ledger_entry_brings_no_yes_over_a_no after insert on ledger_entry
  referencing new table as added for each statement execute function refuse_import_over_a_no();

-- Many people at once: their addresses may be written before they are, within one transaction, so that a contact's copies of them
-- (see refresh_contact_copies) are right from its first row version on. Written the other way round every contact is written twice.
-- (check_contact_provenance, which then looks at them too, has its newest body in 0030.)
alter table contact_point alter constraint contact_point_contact_id_fkey deferrable initially immediate;

create or replace function refresh_own_search_text() returns trigger language plpgsql as $$
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
end $$;

-- The same question as before, as a path that is looked along in place: called as a function of its own for every contact, it took
-- a quarter of the time of writing one.
create or replace function facts_are_accounted_for(facts jsonb) returns boolean language sql immutable parallel safe as $$
  select coalesce(jsonb_typeof(facts) = 'object' and not jsonb_path_exists(facts, '$.keyvalue() ? (
    !(@.key like_regex "^[a-z][a-z0-9_]{0,59}$") || !(@.value.type() == "object")
    || !(@.value.value.type() == "string") || !(@.value.provenance.type() == "array") || !(@.value.provenance.size() > 0)
    || !(exists (@.value.at ? (@ != null))))', silent => true), facts is null)
$$;
