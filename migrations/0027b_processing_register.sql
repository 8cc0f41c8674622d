-- The register of processing activities (Art. 30(1)) besides its fields: who processes for us (Art. 28), how it is kept secure
-- (Art. 32), and what was weighed (Art. 6(1)(f), 35).

create table processor (
  id uuid primary key default uuidv7(),
  name text not null check (trim(name) <> '' and length(name) <= 200),
  -- What it does for us, as the contract says.
  service text not null check (trim(service) <> '' and length(service) <= 1000),
  country text not null check (country ~ '^[A-Z]{2}$'),
  contact text check (length(contact) <= 300),
  contract_reference text check (trim(contract_reference) <> '' and length(contract_reference) <= 300),
  contract_date date,
  -- Art. 45, 46(2)(b)–(c), 49.
  safeguard text check (safeguard in ('adequacy', 'standard-clauses', 'corporate-rules', 'code-or-certificate', 'derogation')),
  safeguard_note text check (length(safeguard_note) <= 2000),
  -- [{"name": …, "country": …, "service": …}, …]: whom it engages in turn (Art. 28(2), (4)).
  sub_processors jsonb not null default '[]' check (jsonb_typeof(sub_processors) = 'array'),
  archived_at timestamptz(3),
  updated_by uuid,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  check (contract_date is null or contract_reference is not null)
);
create trigger processor_version_is_kept after insert or update on processor
  for each row execute function record_register_version('processor', 'id');

-- With the activity itself, so that each of its versions says who took part.
alter table processing_activity add column processor_ids uuid[] not null default '{}';
create function check_processors_exist() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
begin
  if exists (select from unnest(new.processor_ids) i where not exists (select from processor p where p.id = i)) then
    raise exception 'there is no such processor' using errcode = '23503';
  end if;
  return null;
end $$;
create trigger processing_activity_names_processors after insert or update on processing_activity
  for each row execute function check_processors_exist();

-- What was weighed before a purpose was begun: a legitimate interest (Art. 6(1)(f)), or whether the risk to people is high (Art. 35).
create table assessment (
  purpose_id uuid not null references purpose,
  kind text not null check (kind in ('legitimate-interests', 'impact')),
  answers jsonb not null check (jsonb_typeof(answers) = 'object'),
  outcome text not null,
  reviewed_on date not null,
  next_review_on date,
  assessed_by uuid,
  updated_at timestamptz(3) not null default now(),
  primary key (purpose_id, kind),
  check (outcome = any (case kind when 'legitimate-interests' then array['may-rely', 'may-rely-with-measures', 'may-not-rely']
                                  else array['not-needed', 'needed', 'done'] end)),
  check (next_review_on is null or next_review_on > reviewed_on)
);
create trigger assessment_version_is_kept after insert or update on assessment
  for each row execute function record_register_version('assessment', 'purpose_id', 'kind');

-- Measures that hold for everything we do (Art. 30(1)(g), 32); exactly one row.
create table register_security (
  only_one boolean primary key default true check (only_one),
  measures text[] not null default '{}',
  note text check (length(note) <= 5000),
  updated_by uuid,
  updated_at timestamptz(3) not null default now()
);
create trigger register_security_version_is_kept after insert or update on register_security
  for each row execute function record_register_version('security', 'only_one');

grant select, insert, update on processor, assessment, register_security to saglasie_app;
