-- Everything lives in one schema. The application signs in as a member of saglasie_app, a role that owns nothing:
-- what it may not do (change the ledger, write permissions by hand) is refused here, not by its good manners.

do $$
begin
  if not exists (select from pg_roles where rolname = 'saglasie_app') then
    create role saglasie_app nologin;
  end if;
exception when duplicate_object or unique_violation then null; -- another database of this cluster was quicker
end $$;

create extension if not exists pg_trgm with schema public;

revoke create on schema public from public;
grant usage on schema saglasie to saglasie_app;

-- Rows of append-only tables are facts. Whoever connects, UPDATE, DELETE and TRUNCATE are refused; the one lawful
-- exception (a person's ledger entries at their erasure, Art. 17) runs inside a function of the owner that says so.
create function refuse_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and tg_table_name = 'ledger_entry' and current_setting('saglasie.erasing', true) = 'on'
     and current_user = (select tableowner from pg_tables where schemaname = tg_table_schema and tablename = tg_table_name) then
    return old;
  end if;
  raise exception '% of % is refused: its rows are facts and are only ever added to', tg_op, tg_table_name
    using errcode = 'SG001';
end $$;

-- True when every language the product speaks has a text that is not blank.
create function in_every_language(texts jsonb) returns boolean language sql immutable strict parallel safe as $$
  select jsonb_typeof(texts) = 'object'
     and coalesce(trim(texts->>'bg'), '') <> ''
     and coalesce(trim(texts->>'en'), '') <> ''
$$;

-- Facts about this installation; exactly one row.
create table instance (
  only_one boolean primary key default true check (only_one),
  id uuid not null default gen_random_uuid(),
  key_fingerprint text not null,
  setup_token_hash bytea,
  setup_completed_at timestamptz,
  created_at timestamptz not null default now()
);

-- The controller (Art. 4(7)): who decides why and how personal data are used here. Shown on every public page.
create table controller (
  only_one boolean primary key default true check (only_one),
  name text not null check (trim(name) <> ''),
  registration_number text,
  address text not null check (trim(address) <> ''),
  email text not null,
  phone text,
  dpo_name text,
  dpo_email text,
  country text not null default 'BG' check (country ~ '^[A-Z]{2}$'),
  time_zone text not null default 'Europe/Sofia',
  default_language text not null default 'bg' check (default_language in ('bg', 'en')),
  updated_at timestamptz not null default now()
);

grant select, insert, update on instance, controller to saglasie_app;
