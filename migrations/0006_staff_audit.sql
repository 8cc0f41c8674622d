-- Who works here, with what keys, and what they did.

create table staff_member (
  id uuid primary key default uuidv7(),
  name text not null check (trim(name) <> '' and length(name) <= 200),
  -- Lower case, so that one address is one member.
  email text not null unique check (email = lower(email) and length(email) <= 320),
  email_verified boolean not null default false,
  image text,
  role text not null check (role in ('owner', 'marketer', 'sales', 'dpo', 'auditor')),
  language text not null default 'bg' check (language in ('bg', 'en')),
  disabled_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- The four tables below belong to better-auth; their columns carry our names for its fields.
create table staff_session (
  id uuid primary key default uuidv7(),
  staff_id uuid not null references staff_member on delete cascade,
  token text not null unique,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index staff_session_by_member on staff_session (staff_id);
create index staff_session_expiring on staff_session (expires_at);

create table staff_credential (
  id uuid primary key default uuidv7(),
  staff_id uuid not null references staff_member on delete cascade,
  account_id text not null,
  provider_id text not null,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  -- Argon2id in its usual text form ($argon2id$v=19$…).
  password text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (provider_id, account_id)
);
create index staff_credential_by_member on staff_credential (staff_id);

create table staff_verification (
  id uuid primary key default uuidv7(),
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index staff_verification_by_identifier on staff_verification (identifier);

-- How often signing in was tried lately. Buckets are keyed hashes of an address; logged, so that a crash forgives nothing.
create table staff_sign_in_attempt (
  bucket bytea not null check (octet_length(bucket) = 32),
  window_starts timestamptz not null,
  used integer not null,
  primary key (bucket, window_starts)
);

-- A link that makes one staff member; only its SHA-256 is here.
create table staff_invite (
  id uuid primary key default uuidv7(),
  token_hash bytea not null unique check (octet_length(token_hash) = 32),
  email text not null check (email = lower(email) and length(email) <= 320),
  name text not null default '',
  role text not null check (role in ('owner', 'marketer', 'sales', 'dpo', 'auditor')),
  language text not null default 'bg' check (language in ('bg', 'en')),
  invited_by uuid references staff_member,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  created_at timestamptz not null default now()
);

create table api_key (
  id uuid primary key default uuidv7(),
  name text not null check (trim(name) <> '' and length(name) <= 200),
  -- The part people recognise a key by; not secret.
  prefix text not null unique check (prefix ~ '^sgl_[A-Za-z0-9]{8}$'),
  key_hash bytea not null unique check (octet_length(key_hash) = 32),
  scopes text[] not null check (cardinality(scopes) > 0),
  created_by uuid references staff_member,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null default now()
);

-- Who saw, changed, exported what. Ids and names of fields only: an entry outlives the person it speaks of, so nothing in
-- it may say who that was.
create table audit_entry (
  id uuid primary key default uuidv7(),
  at timestamptz(3) not null default now(),
  actor text not null check (actor in ('staff', 'api', 'contact', 'system', 'command')),
  actor_id uuid,
  action text not null check (action ~ '^[a-z]+(-[a-z]+)*(\.[a-z]+(-[a-z]+)*)+$' and length(action) <= 60),
  subject_kind text check (subject_kind ~ '^[a-z]+(-[a-z]+)*$'),
  subject_id uuid,
  detail jsonb not null default '{}' check (jsonb_typeof(detail) = 'object' and pg_column_size(detail) <= 4000),
  request_id text check (length(request_id) <= 64)
);
create index audit_entry_by_action on audit_entry (action, id);
create index audit_entry_by_actor on audit_entry (actor_id, id) where actor_id is not null;
create index audit_entry_by_subject on audit_entry (subject_id, id) where subject_id is not null;
create trigger audit_entry_is_a_fact before update or delete on audit_entry for each row execute function refuse_change();
create trigger audit_entry_is_never_emptied before truncate on audit_entry for each statement execute function refuse_change();

-- What a request with an Idempotency-Key was answered, for 24 hours. An answer that speaks of a contact goes with them.
create table idempotency (
  -- Keyed hashes of (caller, method, route, key) and of the request.
  key_hash bytea primary key check (octet_length(key_hash) = 32),
  request_hash bytea not null check (octet_length(request_hash) = 32),
  status smallint not null,
  -- json, not jsonb: the same answer again to the byte. Null when it may not be kept: it held a secret that is shown once.
  body json,
  contact_id uuid references contact on delete cascade,
  created_at timestamptz not null default now()
);
create index idempotency_by_age on idempotency (created_at);
create index idempotency_by_contact on idempotency (contact_id) where contact_id is not null;

grant select, insert on staff_member to saglasie_app;
grant update (name, email, email_verified, image, role, language, disabled_at, updated_at) on staff_member to saglasie_app;
grant select, insert, update, delete on staff_session, staff_credential, staff_verification, staff_sign_in_attempt to saglasie_app;
grant select, insert, update (accepted_at) on staff_invite to saglasie_app;
grant select, insert, update (last_used_at, revoked_at) on api_key to saglasie_app;
grant select, insert on audit_entry to saglasie_app;
grant select, insert, delete on idempotency to saglasie_app;
