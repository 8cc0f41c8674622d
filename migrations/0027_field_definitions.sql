-- Every field that can be known of a person is described: what it is, what it is for, who may see it. What is not described,
-- or serves no purpose in use, nobody can fill in (Art. 5(1)(b)–(c), 25, 30(1)(c)).

-- [{"value": "gold", "label": {"bg": …, "en": …}}, …]; short names are what is stored, so each stands for one thing.
create function is_option_list(options jsonb) returns boolean language sql immutable strict parallel safe as $$
  select jsonb_typeof(options) = 'array' and not exists (
    select from jsonb_array_elements(options) as o
    where coalesce(o->>'value', '') !~ '^[a-z0-9][a-z0-9_-]{0,59}$' or not coalesce(in_every_language(o->'label'), false))
    and (select count(distinct o->>'value') from jsonb_array_elements(options) as o) = jsonb_array_length(options)
$$;

create table field_definition (
  key text primary key check (key ~ '^[a-z][a-z0-9_]{0,59}$'),
  label jsonb not null check (in_every_language(label)),
  type text not null check (type in
    ('text', 'long-text', 'number', 'date', 'yes-no', 'choice', 'several-choices', 'email', 'phone', 'url')),
  options jsonb not null default '[]' check (is_option_list(options)),
  data_category text not null check (data_category in
    ('identity', 'contact', 'professional', 'demographic', 'preferences', 'contract', 'financial', 'communication', 'behaviour', 'other')),
  -- Art. 9(1), and offences (Art. 10), which are held to the same rules here.
  special_category text check (special_category in
    ('ethnic-origin', 'political-opinions', 'beliefs', 'trade-union', 'genetic', 'biometric', 'health', 'sex-life', 'offences', 'not-specified')),
  -- Whose word counts when two disagree (Art. 5(1)(d)).
  source_of_truth text not null check (source_of_truth in ('person', 'staff', 'import', 'other-system')),
  -- Roles of staff, and `api` for programs.
  visible_to text[] not null default '{owner,marketer,sales,dpo,auditor,api}'
    check (visible_to <@ array['owner', 'marketer', 'sales', 'dpo', 'auditor', 'api'] and visible_to @> array['owner', 'dpo']),
  is_standard boolean not null default false,
  -- Addresses serve whatever reaches people by these channels, besides the purposes that name them.
  channels text[] not null default '{}' check (channels <@ array['email', 'sms', 'phone', 'post']),
  archived_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  check ((type in ('choice', 'several-choices')) = (jsonb_array_length(options) >= 2)),
  check ((type in ('choice', 'several-choices')) or jsonb_array_length(options) = 0),
  check (is_standard or cardinality(channels) = 0),
  -- People are found and recognised by these on every screen; one who may not see them could not work with anybody.
  check (key not in ('given_name', 'family_name', 'company', 'email', 'phone', 'postal_address')
     or (visible_to @> array['owner', 'marketer', 'sales', 'dpo', 'auditor', 'api'] and archived_at is null))
);

-- What is stored under a key keeps its meaning: neither key nor type change, and no option goes that somebody may have chosen.
create function field_keeps_its_meaning() returns trigger language plpgsql as $$
begin
  if new.key <> old.key or new.type <> old.type or new.is_standard <> old.is_standard or new.channels <> old.channels
     or (old.special_category is not null and new.special_category is null)
     or exists (select from jsonb_array_elements(old.options) o
                 where not exists (select from jsonb_array_elements(new.options) n where n->>'value' = o->>'value')) then
    raise exception 'the field "%" holds values already: key, type, options and being of a special category stay', old.key using errcode = 'SG022';
  end if;
  new.updated_at := now();
  return new;
end $$;
create trigger field_definition_keeps_its_meaning before update on field_definition for each row execute function field_keeps_its_meaning();

-- One activity of processing per purpose (Art. 30(1)): what the purpose itself does not say.
create table processing_activity (
  purpose_id uuid primary key references purpose,
  data_subjects text[] not null default '{}' check (data_subjects <@ array
    ['customers', 'prospects', 'subscribers', 'visitors', 'suppliers', 'partners', 'employees', 'applicants', 'children', 'others']),
  -- Art. 9(2)(b)–(j); (a) is the purpose's own explicit consent.
  special_condition text check (special_condition in
    ('employment', 'vital-interests', 'non-profit', 'made-public', 'legal-claims', 'public-interest', 'health-care', 'public-health', 'research')),
  -- The law or facts the condition rests on.
  special_reason text check (length(special_reason) <= 2000),
  security_measures text[] not null default '{}',
  security_note text check (length(security_note) <= 5000),
  note text check (length(note) <= 5000),
  reviewed_on date,
  next_review_on date,
  updated_by uuid,
  updated_at timestamptz(3) not null default now(),
  check (next_review_on is null or reviewed_on is null or next_review_on > reviewed_on),
  check (special_condition is null or trim(coalesce(special_reason, '')) <> '')
);

-- What each part of the register said at each moment (Art. 5(2)).
create table register_version (
  part text not null check (part in ('field', 'activity', 'processor', 'assessment', 'security')),
  subject text not null,
  version integer not null check (version > 0),
  definition jsonb not null,
  recorded_at timestamptz(3) not null default clock_timestamp(),
  primary key (part, subject, version)
);
create trigger register_version_is_a_fact before update or delete on register_version for each row execute function refuse_change();
create trigger register_version_is_never_emptied before truncate on register_version for each statement execute function refuse_change();

-- Arguments: the part, and the columns that name the subject.
create function record_register_version() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
declare row_now jsonb := to_jsonb(new); subject_now text;
begin
  if tg_op = 'UPDATE' and row_now - 'updated_at' - 'updated_by' = to_jsonb(old) - 'updated_at' - 'updated_by' then return null; end if;
  select string_agg(row_now->>c, ' ' order by n) into subject_now from unnest(tg_argv[1:]) with ordinality as a(c, n);
  insert into register_version (part, subject, version, definition)
  select tg_argv[0], subject_now, coalesce(max(version), 0) + 1, row_now from register_version where part = tg_argv[0] and subject = subject_now;
  return null;
end $$;
create trigger field_definition_version_is_kept after insert or update on field_definition
  for each row execute function record_register_version('field', 'key');
create trigger processing_activity_version_is_kept after insert or update on processing_activity
  for each row execute function record_register_version('activity', 'purpose_id');

-- Which field serves which purpose in use, and whether it may be held for it: what Art. 9 protects needs a condition of Art. 9(2).
create view field_purpose as
select f.key, p.id as purpose_id,
       f.special_category is null or p.is_explicit or a.special_condition is not null as may_hold
  from field_definition f
  join purpose p on p.archived_at is null and (f.key = any (p.data_categories) or f.channels && p.channels)
  left join processing_activity a on a.purpose_id = p.id
 where f.archived_at is null;

insert into field_definition (key, label, type, data_category, source_of_truth, is_standard, channels) values
  ('given_name', '{"bg": "Име", "en": "First name"}', 'text', 'identity', 'person', true, '{}'),
  ('family_name', '{"bg": "Фамилия", "en": "Last name"}', 'text', 'identity', 'person', true, '{}'),
  ('company', '{"bg": "Фирма", "en": "Company"}', 'text', 'professional', 'person', true, '{}'),
  ('job_title', '{"bg": "Длъжност", "en": "Job title"}', 'text', 'professional', 'person', true, '{}'),
  ('city', '{"bg": "Град", "en": "City"}', 'text', 'contact', 'person', true, '{}'),
  ('note', '{"bg": "Бележка", "en": "Note"}', 'long-text', 'communication', 'staff', true, '{}'),
  ('email', '{"bg": "Имейл", "en": "E-mail"}', 'email', 'contact', 'person', true, '{email}'),
  ('phone', '{"bg": "Телефон", "en": "Phone"}', 'phone', 'contact', 'person', true, '{phone,sms}'),
  ('postal_address', '{"bg": "Пощенски адрес", "en": "Postal address"}', 'long-text', 'contact', 'person', true, '{post}');

-- Fields that published forms have brought, the newest words of each; then whatever else is stored.
insert into field_definition (key, label, type, options, data_category, special_category, source_of_truth)
select distinct on (f->>'key') f->>'key', f->'label',
       case when f->>'type' <> 'choice' or jsonb_array_length(coalesce(f->'options', '[]')) > 1 then f->>'type' else 'text' end,
       case when f->>'type' = 'choice' and jsonb_array_length(coalesce(f->'options', '[]')) > 1 then f->'options' else '[]' end, 'other',
       case when (f->>'sensitive')::boolean then 'not-specified' end, 'person'
  from form_version v, jsonb_array_elements(v.definition->'definition'->'fields') f
 where f ? 'type'
 order by f->>'key', v.published_at desc
on conflict do nothing;
insert into field_definition (key, label, type, data_category, source_of_truth)
select distinct k, jsonb_build_object('bg', k, 'en', k), 'long-text', 'other', 'import' from contact c, jsonb_object_keys(c.facts) k
on conflict do nothing;

-- Only what is new or different is asked about: a person whose field has lost its purpose can still be changed, restricted, merged.
-- A statement of thousands of rows compares its distinct keys.
create function check_facts_serve() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
declare keys text[]; stray text;
begin
  if tg_op = 'INSERT' then
    select array_agg(distinct k) into keys from changed c, jsonb_object_keys(c.facts) k;
  else
    select array_agg(distinct n.key) into keys
      from changed c join before b on b.id = c.id and b.facts is distinct from c.facts, jsonb_each(c.facts) n
     where n.value is distinct from b.facts->n.key;
  end if;
  if keys is null then return null; end if;
  select k into stray from unnest(keys) k where not exists (select from field_purpose s where s.key = k) limit 1;
  if stray is not null then
    raise exception 'the field "%" is not described, or serves no purpose in use: nobody can fill it in', stray using errcode = 'SG020';
  end if;
  -- What Art. 9 protects must rest on a purpose that names it and has a condition, whatever else the person's data rest on.
  if exists (select from field_definition f where f.key = any (keys) and f.special_category is not null) then
    select n.key into stray
      from changed c, jsonb_each(c.facts) n join field_definition f on f.key = n.key and f.special_category is not null
     where n.key = any (keys) and not exists (
       select from jsonb_array_elements_text(n.value->'provenance') i join provenance p on p.id = i::uuid
         join field_purpose s on s.purpose_id = p.purpose_id and s.key = n.key and s.may_hold)
     limit 1;
    if stray is not null then
      raise exception 'the field "%" is of a special category: it needs a purpose with a condition of Art. 9(2)', stray using errcode = 'SG021';
    end if;
  end if;
  return null;
end $$;
create trigger contact_facts_serve_when_added after insert on contact
  referencing new table as changed for each statement execute function check_facts_serve();
create trigger contact_facts_serve_when_changed after update on contact
  referencing old table as before new table as changed for each statement execute function check_facts_serve();

create function check_points_serve() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
declare stray text;
begin
  select k into stray
    from (select distinct case kind when 'post' then 'postal_address' else kind end as k from changed) d
   where not exists (select from field_purpose s where s.key = d.k) limit 1;
  if stray is not null then
    raise exception 'the field "%" serves no purpose in use: nobody can fill it in', stray using errcode = 'SG020';
  end if;
  return null;
end $$;
create trigger contact_point_serves_when_added after insert on contact_point
  referencing new table as changed for each statement execute function check_points_serve();

grant select, insert, update on field_definition, processing_activity to saglasie_app;
grant select on register_version, field_purpose to saglasie_app;
