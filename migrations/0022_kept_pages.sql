-- The pages people were shown, byte for byte. A text under its hash (notice_text) says what was agreed to; a page says how it
-- looked: where the boxes stood, how large the words were. Rendered when the page comes into use and kept, because a later
-- version of the program would render the same words otherwise. No personal data: what was typed, tokens and dates are left
-- blank, and so is whoever it was shown to.
create table kept_page_part (
  hash bytea primary key,
  body text not null check (body <> ''),
  recorded_at timestamptz not null default now(),
  check (hash = sha256(convert_to(body, 'UTF8')))
);

create table kept_page (
  id uuid primary key default uuidv7(),
  surface text not null check (surface in ('form', 'parent', 'confirmation', 'preferences', 'renewal')),
  -- Of a form, the question to a parent and its confirmation; the preference centre shows the purposes as they stand at the moment.
  form_version_id uuid references form_version,
  language text not null check (language in ('bg', 'en')),
  html_hash bytea not null references kept_page_part,
  stylesheet_hash bytea not null references kept_page_part,
  -- From when on this is how the page looked. What was shown earlier was not seen by whoever kept it.
  kept_at timestamptz(3) not null default now(),
  check (surface not in ('form', 'parent', 'confirmation') or form_version_id is not null)
);
create index kept_page_in_use on kept_page (surface, language, form_version_id, kept_at);

create trigger kept_page_part_is_a_fact before update or delete on kept_page_part for each row execute function refuse_change();
create trigger kept_page_part_is_never_emptied before truncate on kept_page_part for each statement execute function refuse_change();
create trigger kept_page_is_a_fact before update or delete on kept_page for each row execute function refuse_change();
create trigger kept_page_is_never_emptied before truncate on kept_page for each statement execute function refuse_change();

-- When a page was kept, and when a text was recorded, is the database's word.
grant select, insert (hash, body) on kept_page_part to saglasie_app;
grant select, insert (surface, form_version_id, language, html_hash, stylesheet_hash) on kept_page to saglasie_app;
