-- What looks like the work of a program, kept apart for staff to look at: nothing is sent to it and no contact made of it.
-- Somebody's address may be in it who never heard of us, so there is only what a release needs, unreadable without the
-- installation's keys, each address once per form, and two weeks at most.
create table held_submission (
  id uuid primary key default uuidv7(),
  form_id uuid not null references form,
  form_version_id uuid not null references form_version,
  language text not null check (language in ('bg', 'en')),
  reason text not null check (reason in ('trap', 'too-fast', 'flood', 'few-confirm')),
  -- AES-256-GCM of the address, the answers, the ticked boxes and who rendered the text; bound to the row's id.
  sealed bytea not null check (octet_length(sealed) between 29 and 8192),
  match_hash bytea not null check (octet_length(match_hash) = 32),
  received_at timestamptz not null default now(),
  delete_after timestamptz not null default now() + interval '14 days',
  check (delete_after <= received_at + interval '14 days'),
  unique (form_id, match_hash)
);
create index held_submission_by_hash on held_submission (match_hash);
create index held_submission_ends on held_submission (delete_after);

-- How many people came how far, per version and day. A number says nothing about anybody.
create table form_step_count (
  form_version_id uuid not null references form_version,
  day date not null,
  step text not null check (step in ('shown', 'problems', 'held', 'accepted', 'confirmed', 'rejected', 'expired')),
  count bigint not null check (count > 0),
  primary key (form_version_id, day, step)
);

grant select, insert, delete on held_submission to saglasie_app;
grant select, insert, update on form_step_count to saglasie_app;
