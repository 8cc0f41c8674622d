-- Why personal data are used (Art. 5(1)(b)), with which words people were told, and where data came from.

-- How long: {"starts": "withdrawal" | "last-activity" | "end-of-contract" | "collection", "months": n}.
create function is_retention_rule(rule jsonb) returns boolean language sql immutable strict parallel safe as $$
  select coalesce(jsonb_typeof(rule) = 'object'
     and rule->>'starts' in ('withdrawal', 'last-activity', 'end-of-contract', 'collection')
     and rule->>'months' ~ '^[0-9]{1,4}$' and (rule->>'months')::integer <= 1200, false)
$$;

create table purpose (
  id uuid primary key default uuidv7(),
  slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 60),
  version integer not null default 1,
  name jsonb not null check (in_every_language(name)),
  explanation jsonb not null check (in_every_language(explanation)),
  legal_basis text not null check (legal_basis in
    ('consent', 'contract', 'legal-obligation', 'vital-interests', 'public-task', 'legitimate-interests')),
  data_categories text[] not null check (cardinality(data_categories) > 0),
  channels text[] not null check (cardinality(channels) > 0 and channels <@ array['email', 'sms', 'phone', 'post', 'none']),
  recipients jsonb not null default '[]' check (jsonb_typeof(recipients) = 'array'),
  retention jsonb not null check (is_retention_rule(retention)),
  is_marketing boolean not null,
  double_opt_in boolean not null,
  consent_valid_months integer check (consent_valid_months between 1 and 120),
  is_system boolean not null default false,
  archived_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (legal_basis = 'consent' or not double_opt_in)
);

-- What a purpose said at each moment: a consent is read against the words that held when it was given.
create table purpose_version (
  purpose_id uuid not null references purpose,
  version integer not null,
  definition jsonb not null,
  recorded_at timestamptz not null default now(),
  primary key (purpose_id, version)
);

create function number_purpose_version() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    new.slug := old.slug;
    new.version := old.version + 1;
    new.updated_at := now();
  else
    new.version := 1;
  end if;
  return new;
end $$;
create trigger purpose_is_versioned before insert or update on purpose for each row execute function number_purpose_version();

create function record_purpose_version() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
begin
  insert into purpose_version (purpose_id, version, definition) values (new.id, new.version, to_jsonb(new));
  return null;
end $$;
create trigger purpose_version_is_kept after insert or update on purpose for each row execute function record_purpose_version();
create trigger purpose_version_is_a_fact before update or delete on purpose_version for each row execute function refuse_change();
create trigger purpose_version_is_never_emptied before truncate on purpose_version for each statement execute function refuse_change();

-- The exact bytes people were shown, kept forever under their SHA-256. No personal data.
create table notice_text (
  hash bytea primary key,
  body text not null check (body <> ''),
  recorded_at timestamptz not null default now(),
  check (hash = sha256(convert_to(body, 'UTF8')))
);
create table notice (
  slug text not null check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  version integer not null check (version > 0),
  language text not null check (language in ('bg', 'en')),
  hash bytea not null references notice_text,
  recorded_at timestamptz not null default now(),
  primary key (slug, version, language)
);
create index notice_by_hash on notice (hash);
create trigger notice_text_is_a_fact before update or delete on notice_text for each row execute function refuse_change();
create trigger notice_text_is_never_emptied before truncate on notice_text for each statement execute function refuse_change();
create trigger notice_is_a_fact before update or delete on notice for each row execute function refuse_change();
create trigger notice_is_never_emptied before truncate on notice for each statement execute function refuse_change();

-- Where data came from. obtained_from decides between Art. 13 (the person) and Art. 14 (anyone else).
create table source (
  id uuid primary key default uuidv7(),
  kind text not null check (kind in ('form', 'page', 'import', 'staff', 'person', 'event', 'third-party', 'api', 'system')),
  label text not null check (trim(label) <> '' and length(label) <= 500),
  obtained_from text not null check (obtained_from in ('data-subject', 'other')),
  form_version_id uuid,
  created_by uuid,
  created_at timestamptz not null default now()
);
create unique index source_of_form_version on source (form_version_id) where form_version_id is not null;

-- One combination of source, purpose, basis and retention. Data point at these; a datum without one cannot be stored.
create table provenance (
  id uuid primary key default uuidv7(),
  source_id uuid not null references source,
  purpose_id uuid not null references purpose,
  legal_basis text not null check (legal_basis in
    ('consent', 'contract', 'legal-obligation', 'vital-interests', 'public-task', 'legitimate-interests', 'unknown')),
  retention jsonb not null check (is_retention_rule(retention)),
  provided_by_subject boolean not null,
  created_at timestamptz not null default now(),
  unique (source_id, purpose_id, legal_basis, provided_by_subject)
);
create trigger source_is_a_fact before update or delete on source for each row execute function refuse_change();
create trigger source_is_never_emptied before truncate on source for each statement execute function refuse_change();
create trigger provenance_is_a_fact before update or delete on provenance for each row execute function refuse_change();
create trigger provenance_is_never_emptied before truncate on provenance for each statement execute function refuse_change();

grant select, insert, update on purpose to saglasie_app;
grant select on purpose_version to saglasie_app;
grant select, insert on notice, notice_text, source, provenance to saglasie_app;
