-- People, how to reach them, and for every datum where it came from and why it is here.

-- Facts are {"given_name": {"value": "Мария", "provenance": ["<uuid>", …], "at": "2026-11-23T10:00:00.000Z"}, …}.
-- One row per person keeps import and list fast; the checks below keep every single value accounted for.
create function facts_are_accounted_for(facts jsonb) returns boolean language sql immutable strict parallel safe as $$
  select jsonb_typeof(facts) = 'object' and not exists (
    select from jsonb_each(facts) as fact(key, body)
    where fact.key !~ '^[a-z][a-z0-9_]{0,59}$'
       or jsonb_typeof(fact.body) <> 'object'
       or coalesce(jsonb_typeof(fact.body->'value'), '') <> 'string'
       or coalesce(jsonb_typeof(fact.body->'provenance'), '') <> 'array'
       or jsonb_array_length(fact.body->'provenance') = 0
       or fact.body->>'at' is null)
$$;

create table contact (
  id uuid primary key default uuidv7(),
  state text not null check (state in ('unconfirmed', 'active', 'quarantined')),
  language text not null check (language in ('bg', 'en')),
  country text check (country ~ '^[A-Z]{2}$'),
  facts jsonb not null default '{}' check (facts_are_accounted_for(facts)),
  origin_id uuid not null references provenance,
  given_name text generated always as (facts->'given_name'->>'value') stored,
  family_name text generated always as (facts->'family_name'->>'value') stored,
  company text generated always as (facts->'company'->>'value') stored,
  sort_name text generated always as (lower(coalesce(facts->'family_name'->>'value', '') || ' ' || coalesce(facts->'given_name'->>'value', ''))) stored,
  -- Copied here from contact_point by a trigger so that a list of a million reads one table.
  primary_email text,
  search_text text not null default '',
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create index contact_by_name on contact (sort_name, id);
create index contact_by_change on contact (updated_at, id);
create index contact_by_origin on contact (origin_id, id);
create index contact_not_active on contact (state, id) where state <> 'active';
create index contact_by_search on contact using gin (search_text public.gin_trgm_ops) with (fastupdate = on);

create table contact_point (
  id uuid primary key default uuidv7(),
  contact_id uuid not null references contact on delete cascade,
  kind text not null check (kind in ('email', 'phone', 'post')),
  original text not null check (original <> '' and length(original) <= 1000),
  normalised text not null,
  match_key text not null,
  -- HMAC-SHA-256 of the match key under a pepper kept outside the database: what suppression compares.
  match_hash bytea not null check (octet_length(match_hash) = 32),
  provenance_ids uuid[] not null check (cardinality(provenance_ids) > 0),
  is_primary boolean not null default true,
  verified_at timestamptz(3),
  created_at timestamptz(3) not null default now()
);
create unique index contact_point_email on contact_point (match_key) where kind = 'email';
create index contact_point_by_contact on contact_point (contact_id);
create index contact_point_by_match_key on contact_point (match_key) where kind <> 'email';
create index contact_point_by_hash on contact_point (match_hash);
create unique index contact_point_one_primary on contact_point (contact_id, kind) where is_primary;

-- What a value was before someone changed it (Art. 16, Art. 5(1)(d)); goes with the person.
create table contact_change (
  id uuid primary key default uuidv7(),
  contact_id uuid not null references contact on delete cascade,
  field text not null,
  old_value text,
  new_value text,
  reason text,
  changed_by_kind text not null check (changed_by_kind in ('contact', 'staff', 'api', 'import', 'system')),
  changed_by uuid,
  changed_at timestamptz(3) not null default now()
);
create index contact_change_by_contact on contact_change (contact_id, id);

-- A provenance that does not exist accounts for nothing; a basis nobody knows means quarantine, and only that.
create function check_contact_provenance() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
declare stray uuid; loose uuid;
begin
  with named as (
    select c.id, c.state, c.origin_id as provenance_id from changed c
    union all
    select c.id, c.state, p::uuid from changed c, jsonb_each(c.facts) f(key, body), jsonb_array_elements_text(f.body->'provenance') p
    union all
    -- Leaving quarantine, the addresses must be accounted for too; nothing else about a contact's row concerns them.
    select c.id, c.state, p from changed c join contact_point cp on cp.contact_id = c.id, unnest(cp.provenance_ids) p
     where tg_op = 'UPDATE' and c.state <> 'quarantined'
  ), distinct_named as (select distinct provenance_id, state from named)
  select n.provenance_id, case when p.legal_basis = 'unknown' and n.state <> 'quarantined' then n.provenance_id end
    into stray, loose
    from distinct_named n left join provenance p on p.id = n.provenance_id
   where p.id is null or (p.legal_basis = 'unknown' and n.state <> 'quarantined') limit 1;
  if loose is not null then
    raise exception 'a contact that holds data without a known legal basis must be quarantined' using errcode = 'SG003';
  elsif stray is not null then
    raise exception 'personal data without a recorded source, purpose and legal basis are refused' using errcode = 'SG002';
  end if;
  return null;
end $$;
create trigger contact_is_accounted_for_when_added after insert on contact
  referencing new table as changed for each statement execute function check_contact_provenance();
create trigger contact_is_accounted_for_when_changed after update on contact
  referencing new table as changed for each statement execute function check_contact_provenance();

create function check_contact_point_provenance() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
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
end $$;
create trigger contact_point_is_accounted_for_when_added after insert on contact_point
  referencing new table as changed for each statement execute function check_contact_point_provenance();
create trigger contact_point_is_accounted_for_when_changed after update on contact_point
  referencing new table as changed for each statement execute function check_contact_point_provenance();

-- An internationalised address is found as people write it and as machines do.
create function search_text_of_points(p_contact_id uuid) returns text language sql stable as $$
  select string_agg(case when lower(cp.original) = cp.match_key then cp.match_key else cp.match_key || ' ' || lower(cp.original) end,
                    ' ' order by cp.kind, cp.is_primary desc, cp.id)
    from contact_point cp where cp.contact_id = p_contact_id and cp.kind in ('email', 'phone')
$$;

-- Keeps the copies in contact true. Rows already right (import writes them so) are not touched again.
create function search_text_of(person contact) returns text language sql stable as $$
  select lower(concat_ws(' ', nullif(trim(coalesce(person.given_name, '') || ' ' || coalesce(person.family_name, '')), ''), person.company,
    search_text_of_points(person.id)))
$$;
create function refresh_contact_copies() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
begin
  update contact c set primary_email = e.original, search_text = search_text_of(c)
    from (select distinct contact_id from changed) d
    left join contact_point e on e.contact_id = d.contact_id and e.kind = 'email' and e.is_primary
   where c.id = d.contact_id
     and (c.primary_email, c.search_text) is distinct from (e.original, search_text_of(c));
  return null;
end $$;
create trigger contact_point_is_copied_when_added after insert on contact_point
  referencing new table as changed for each statement execute function refresh_contact_copies();
create trigger contact_point_is_copied_when_changed after update on contact_point
  referencing new table as changed for each statement execute function refresh_contact_copies();
create trigger contact_point_is_copied_when_removed after delete on contact_point
  referencing old table as changed for each statement execute function refresh_contact_copies();

-- BEFORE triggers do not see generated columns yet, so the names are read from the facts.
create function refresh_own_search_text() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.facts is not distinct from old.facts then
    return new;
  end if;
  new.search_text := lower(concat_ws(' ',
    nullif(trim(coalesce(new.facts->'given_name'->>'value', '') || ' ' || coalesce(new.facts->'family_name'->>'value', '')), ''),
    new.facts->'company'->>'value',
    case when tg_op = 'INSERT' then nullif(lower(coalesce(new.primary_email, '')), '')
         else search_text_of_points(new.id) end));
  if tg_op = 'UPDATE' then new.updated_at := now(); end if;
  return new;
end $$;
create trigger contact_search_text_is_kept before insert or update on contact for each row execute function refresh_own_search_text();

grant select, insert, update, delete on contact, contact_point to saglasie_app;
grant select, insert, delete on contact_change to saglasie_app;
