-- What the public touches, and what leaves.

create table form (
  id uuid primary key default uuidv7(),
  slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 60),
  published_version_id uuid,
  archived_at timestamptz,
  created_at timestamptz not null default now()
);
create table form_version (
  id uuid primary key default uuidv7(),
  form_id uuid not null references form,
  number integer not null check (number > 0),
  definition jsonb not null,
  -- language -> SHA-256 (hex) of the text shown: the page a person saw in that language.
  notice_hashes jsonb not null check (in_every_language(notice_hashes)),
  published_by uuid,
  published_at timestamptz not null default now(),
  unique (form_id, number)
);
alter table form add foreign key (published_version_id) references form_version;
alter table source add foreign key (form_version_id) references form_version;
create trigger form_version_is_a_fact before update or delete on form_version for each row execute function refuse_change();
create trigger form_version_is_never_emptied before truncate on form_version for each statement execute function refuse_change();

-- One sending of a form. Answers wait here until the address is confirmed: a stranger's typing changes nobody's record.
create table submission (
  id uuid primary key,
  form_version_id uuid not null references form_version,
  contact_id uuid not null references contact on delete cascade,
  language text not null check (language in ('bg', 'en')),
  status text not null check (status in ('pending', 'confirmed', 'rejected', 'expired')),
  answers jsonb not null default '{}',
  -- [{"purpose": "<uuid>", "channel": "email", "ticked": true}, …]: every box that was shown, and what was done with it.
  boxes jsonb not null,
  evidence jsonb not null default '{}',
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  settled_at timestamptz(3)
);
create index submission_by_contact on submission (contact_id, created_at);
create index submission_waiting on submission (expires_at) where status = 'pending';

-- How often something was tried in a window. Buckets are keyed hashes; nothing here says who.
create unlogged table flood_counter (
  bucket bytea not null,
  window_starts timestamptz not null,
  used integer not null,
  primary key (bucket, window_starts)
);

-- Every message to a person. The database refuses a row the gate denies, and asks again when it is handed over.
create table delivery (
  id uuid primary key,
  contact_id uuid not null references contact on delete cascade,
  -- Empty once the address was corrected or removed: that a message was sent stays in the person's history.
  contact_point_id uuid references contact_point on delete set null,
  purpose_id uuid not null references purpose,
  channel text not null check (channel in ('email', 'sms', 'post')),
  template text not null check (template ~ '^[a-z][a-z0-9-]{0,59}$'),
  -- References only (ids); texts are rendered at hand-over.
  parameters jsonb not null default '{}',
  language text not null check (language in ('bg', 'en')),
  status text not null default 'queued' check (status in ('queued', 'held', 'attempting', 'sent', 'failed', 'unknown', 'withheld')),
  allowed_by uuid,
  withheld_because text,
  attempts integer not null default 0,
  not_before timestamptz not null default now(),
  lease_until timestamptz,
  last_error text,
  message_id text,
  created_at timestamptz(3) not null default now(),
  settled_at timestamptz(3),
  check (status <> 'withheld' or withheld_because is not null)
);
create index delivery_waiting on delivery (not_before, id) where status = 'queued';
create index delivery_leased on delivery (lease_until) where status = 'attempting';
create index delivery_by_contact on delivery (contact_id, id);
create index delivery_held on delivery (id) where status = 'held';

create function refuse_denied_delivery() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
declare answer gate_answer;
begin
  -- The main address of the channel: it is the one the gate looks at.
  if not exists (select from contact_point cp where cp.id = new.contact_point_id and cp.contact_id = new.contact_id and cp.is_primary
       and cp.kind = case new.channel when 'sms' then 'phone' else new.channel end) then
    raise exception 'a delivery goes to the contact''s own address' using errcode = 'SG006';
  end if;
  answer := may_process(new.contact_id, new.purpose_id, new.channel);
  if not answer.allowed then
    raise exception 'the gate denies this delivery: %', answer.reason using errcode = 'SG006';
  end if;
  new.allowed_by := answer.entry_id;
  return new;
end $$;
create trigger delivery_passes_the_gate before insert on delivery for each row execute function refuse_denied_delivery();

-- At hand-over the gate decides anew: what was allowed when queued may have been withdrawn a second ago.
create function withhold_denied_delivery() returns trigger language plpgsql security definer set search_path = saglasie, pg_temp as $$
declare answer gate_answer;
begin
  if (new.contact_id, coalesce(new.contact_point_id, old.contact_point_id), new.purpose_id, new.channel) is distinct from
     (old.contact_id, old.contact_point_id, old.purpose_id, old.channel) then
    raise exception 'a delivery keeps its addressee and purpose' using errcode = 'SG006';
  end if;
  if new.status in ('attempting', 'sent') and old.status not in ('attempting', 'sent') then
    answer := may_process(new.contact_id, new.purpose_id, new.channel);
    if new.contact_point_id is null then
      answer := row(false, 'no-address', null, null, null, null, null)::gate_answer;
    end if;
    if not answer.allowed then
      new.status := 'withheld';
      new.withheld_because := answer.reason;
      new.settled_at := now();
      new.lease_until := null;
    else
      new.allowed_by := answer.entry_id;
    end if;
  end if;
  return new;
end $$;
create trigger delivery_passes_the_gate_again before update on delivery for each row execute function withhold_denied_delivery();

grant select, insert, update on form to saglasie_app;
grant select, insert on form_version to saglasie_app;
grant select, insert, update, delete on submission, flood_counter, delivery to saglasie_app;
