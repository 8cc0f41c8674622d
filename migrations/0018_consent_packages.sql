-- Consent histories brought from other logs, each as it was received: the evidence behind the entries recorded from it.
create table consent_package (
  id uuid primary key default uuidv7(),
  contact_id uuid not null references contact on delete cascade,
  -- Name of the log that proves it, and who kept that log.
  log text not null check (log <> ''),
  controller text not null check (controller <> ''),
  sha256 bytea not null,
  body text not null,
  received_at timestamptz(3) not null default now(),
  check (sha256 = sha256(convert_to(body, 'UTF8'))),
  unique (contact_id, sha256)
);
create trigger consent_package_is_a_fact before update on consent_package for each row execute function refuse_change();
create trigger consent_package_is_never_emptied before truncate on consent_package for each statement execute function refuse_change();

grant select, insert (contact_id, log, controller, sha256, body) on consent_package to saglasie_app;
