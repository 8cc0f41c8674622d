-- Forms are written in drafts, published unlawful by nobody, and may ask children, measure, and send what was asked for.

alter table purpose
  -- Recording what people open and follow: asked for apart from the messages (Directive 2002/58/EC Art. 5(3)).
  add column is_measurement boolean not null default false,
  -- Explicit consent (Art. 9(2)(a)): what fields of special categories need.
  add column is_explicit boolean not null default false,
  -- Offered to children too, so whoever is asked is asked whether they are old enough to agree (Art. 8).
  add column needs_age boolean not null default false,
  add constraint purpose_asks_by_consent check (legal_basis = 'consent' or not (is_measurement or is_explicit or needs_age));

-- Since when a form is not shown: texts taken down are not answered any more, however recently somebody opened them.
alter table form add column unpublished_at timestamptz;

-- What is being written. Revisions count on through publications, so that nobody saves over what they have not seen.
create table form_draft (
  form_id uuid primary key references form,
  revision integer not null check (revision > 0),
  -- Null: published as it was, and nobody has written since.
  definition jsonb check (jsonb_typeof(definition) = 'object'),
  based_on uuid references form_version,
  updated_by uuid references staff_member,
  updated_at timestamptz not null default now()
);
create function count_draft_revision() returns trigger language plpgsql as $$
begin
  if new.revision <> old.revision + 1 then
    raise exception 'a draft is saved over the revision that was seen, or not at all' using errcode = 'SG008';
  end if;
  return new;
end $$;
create trigger form_draft_counts_on before update on form_draft for each row execute function count_draft_revision();

-- What is sent to whoever asks for it by a form. Never changed: a link mailed a year ago gives what it promised.
create table form_file (
  id uuid primary key default uuidv7(),
  name text not null check (name ~ '^[^[:cntrl:]/\\]{1,200}$'),
  media_type text not null check (media_type ~ '^[a-z]+/[a-z0-9.+-]+$'),
  content bytea not null check (octet_length(content) between 1 and 5242880),
  sha256 bytea generated always as (sha256(content)) stored,
  uploaded_by uuid references staff_member,
  uploaded_at timestamptz not null default now()
);
create trigger form_file_is_a_fact before update or delete on form_file for each row execute function refuse_change();
create trigger form_file_is_never_emptied before truncate on form_file for each statement execute function refuse_change();

-- Whether what was posted may still be taken in these words: they are the ones shown now, or were until a day ago, and the
-- form was not taken down since.
create function form_version_takes_answers(p_version_id uuid) returns boolean language sql stable as $$
  select f.published_version_id is not null and f.archived_at is null
     and (v.id = f.published_version_id
          or (v.published_at > coalesce(f.unpublished_at, '-infinity')
              and (select min(later.published_at) from form_version later
                    where later.form_id = v.form_id and later.number > v.number) > now() - interval '1 day'))
    from form_version v join form f on f.id = v.form_id
   where v.id = p_version_id
$$;

-- Sent by somebody too young to consent (Art. 8): a parent speaks first.
alter table submission add column under_age boolean not null default false;

-- Who was asked in the child's place, and that they agreed. The holder of parental responsibility is a contact of their own,
-- kept for this and nothing else; with them goes what they said, and a request still waiting for them waits in vain.
create table parental_confirmation (
  submission_id uuid primary key references submission on delete cascade,
  guardian_id uuid not null references contact on delete cascade,
  guardian_name text check (guardian_name ~ '^[^[:cntrl:]]{2,200}$'),
  asked_at timestamptz(3) not null,
  confirmed_at timestamptz(3),
  check ((confirmed_at is null) = (guardian_name is null))
);
create index parental_confirmation_by_guardian on parental_confirmation (guardian_id);

create function refuse_child_alone() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
begin
  if not new.under_age and old.under_age then
    raise exception 'a child''s request stays one' using errcode = 'SG007';
  end if;
  if new.status = 'confirmed' and old.status <> 'confirmed' and new.under_age and not exists (
       select from parental_confirmation p where p.submission_id = new.id and p.confirmed_at is not null) then
    raise exception 'a child''s request is confirmed by whoever holds parental responsibility first' using errcode = 'SG007';
  end if;
  return new;
end $$;
create trigger submission_of_a_child_waits before update on submission for each row
  when (old.under_age) execute function refuse_child_alone();

grant select, insert on form_file to saglasie_app;
grant select, insert, update on form_draft to saglasie_app;
grant select, insert, update, delete on parental_confirmation to saglasie_app;
