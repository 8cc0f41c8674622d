-- What the ledger's screens ask of a ledger of millions of entries.

-- By purpose, newest first.
create index ledger_entry_by_purpose on ledger_entry (purpose_id, id);

-- Kinds so seldom that the newest fifty of one would be looked for through the whole ledger. Of the others fifty are near.
create index ledger_entry_by_seldom_kind on ledger_entry (kind, id) where kind in (
  'consent-renewed', 'consent-withdrawn', 'consent-expired', 'objected', 'objection-lifted', 'restricted', 'restriction-lifted',
  'basis-ended', 'notice-given');

-- How consent went, by the time it happened and not by the time it was recorded (an import brings years): everything that is
-- counted stands in the index, and only the period is read.
create index ledger_entry_by_time_of_consent on ledger_entry (occurred_at, purpose_id, channel, kind)
  where kind in ('consent-given', 'consent-renewed', 'consent-refused', 'consent-withdrawn', 'consent-expired');

-- Verifications of the whole ledger: asked for on a screen, run by a worker. One at a time.
create table ledger_verification (
  id uuid primary key default uuidv7(),
  requested_at timestamptz(3) not null default now(),
  requested_by uuid,
  -- What a worker that puts entries in order found by itself, instead of being asked.
  cause text not null default 'asked' check (cause in ('asked', 'sequencer')),
  started_at timestamptz(3),
  -- A worker that dies leaves this behind; another takes over when it is not renewed.
  beat_at timestamptz(3),
  entries_done bigint not null default 0 check (entries_done >= 0),
  entries_expected bigint not null default 0 check (entries_expected >= 0),
  finished_at timestamptz(3),
  holds boolean,
  -- Counts, and the first entry that is broken: ids and codes only.
  findings jsonb not null default '{}' check (jsonb_typeof(findings) = 'object'),
  check ((finished_at is null) = (holds is null)),
  check (finished_at is null or started_at is not null)
);
create unique index ledger_verification_one_at_a_time on ledger_verification ((true)) where finished_at is null;
create index ledger_verification_finished on ledger_verification (finished_at) where finished_at is not null;

-- What was found is a fact from then on; whoever wants a better answer verifies again.
create function refuse_change_of_finding() returns trigger language plpgsql as $$
begin
  if old.finished_at is not null then
    raise exception 'a finished verification is not changed' using errcode = 'SG001';
  end if;
  return new;
end $$;
create trigger ledger_verification_stays before update on ledger_verification for each row execute function refuse_change_of_finding();
create trigger ledger_verification_is_kept before delete on ledger_verification for each row execute function refuse_change();
create trigger ledger_verification_is_never_emptied before truncate on ledger_verification for each statement execute function refuse_change();

grant select, insert (requested_by, cause, started_at, finished_at, holds, findings),
  update (started_at, beat_at, entries_done, entries_expected, finished_at, holds, findings) on ledger_verification to saglasie_app;
