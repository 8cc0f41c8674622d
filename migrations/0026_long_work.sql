-- Work that takes longer than anyone waits for: asked for on a screen or a command, done by a worker, piece by piece.

create table job (
  id uuid primary key default uuidv7(),
  kind text not null check (kind ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' and length(kind) <= 60),
  -- What the work is about: an import, a batch. Never a person.
  subject_id uuid,
  -- Names and numbers; no personal data.
  parameters jsonb not null default '{}' check (jsonb_typeof(parameters) = 'object'),
  state text not null default 'waiting' check (state in ('waiting', 'running', 'paused', 'failed', 'stopped', 'done')),
  -- What a person wants of it; whoever works reads it after every piece.
  wish text not null default 'run' check (wish in ('run', 'pause', 'stop')),
  -- Where the next piece begins, written in the transaction of the piece before it.
  cursor jsonb,
  done bigint not null default 0 check (done >= 0),
  total bigint check (total >= 0),
  counts jsonb not null default '{}' check (jsonb_typeof(counts) = 'object'),
  -- A code for the dictionaries.
  problem text,
  failures integer not null default 0,
  not_before timestamptz(3) not null default now(),
  requested_by_kind text not null check (requested_by_kind in ('staff', 'api', 'command', 'system')),
  requested_by uuid,
  requested_at timestamptz(3) not null default clock_timestamp(),
  -- The worker that has it: whoever was thought dead and is not can write nothing any more.
  held_by uuid,
  beat_at timestamptz(3),
  -- Since when and from where on this worker works, for the rate.
  started_at timestamptz(3),
  started_done bigint not null default 0,
  finished_at timestamptz(3),
  check ((state = 'running') = (held_by is not null)),
  check ((state in ('stopped', 'done')) = (finished_at is not null))
);
create unique index job_once_for_its_subject on job (kind, coalesce(subject_id, '00000000-0000-0000-0000-000000000000')) where finished_at is null;
create index job_unfinished on job (not_before, id) where finished_at is null;
create index job_finished on job (finished_at) where finished_at is not null;

create function keep_finished_job() returns trigger language plpgsql as $$
begin
  if old.finished_at is not null then
    raise exception 'work that has ended is not changed' using errcode = 'SG001';
  end if;
  return new;
end $$;
create trigger job_ends_once before update on job for each row execute function keep_finished_job();
create trigger job_is_kept before delete on job for each row execute function refuse_change();
create trigger job_is_never_emptied before truncate on job for each statement execute function refuse_change();

grant select, insert (id, kind, subject_id, parameters, total, requested_by_kind, requested_by), update on job to saglasie_app;
