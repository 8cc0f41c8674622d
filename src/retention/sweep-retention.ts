import { sql } from 'kysely';
import { inTransaction, type Transaction } from '#platform/database/connect.ts';
import type { JobHandle, JobKind } from '#platform/jobs/run-jobs.ts';
import { startJob } from '#platform/jobs/start-job.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import type { Services } from '#src/services.ts';
import type { Right } from '#src/staff/rights.ts';
import { BATCH_JOB } from './execute-batch.ts';
import { type BatchMode, type Obstacle, WHOLE_PERSON } from './retention.ts';

export const SWEEP_JOB = 'retention-sweep';
const AT_ONCE = 2_000;

/** Asks for the sweep; one that is under way serves. */
export function startSweep(tx: Transaction, requestedBy: Parameters<typeof startJob>[1]['requestedBy']): Promise<string> {
  return startJob(tx, { kind: SWEEP_JOB, requestedBy });
}

/**
 * Goes through everybody once, finds what is due and what will be, and keeps the proposed batches at what is due now: whoever
 * became active again leaves them. What rules carry out by themselves is started at the end. Erases nobody.
 */
export const sweepJob: JobKind<Services, Right> = {
  kind: SWEEP_JOB,
  right: 'retention.approve',
  async run({ db }, job) {
    let seen = seenOf(job.cursor);
    while (!seen.isOver) {
      if (!job.mayGoOn()) return 'interrupted';
      seen = await inTransaction(db, (tx) => sweepSome(tx, job, seen));
    }
    await inTransaction(db, (tx) => conclude(tx, seen));
    return 'done';
  },
};

/** How far the sweep is; kept as the job's cursor. Numbers, and the id of whoever was last. */
interface Seen {
  readonly after: string;
  readonly people: number;
  readonly isOver: boolean;
  /** `purpose month` → people, data. */
  readonly forecast: Readonly<Record<string, readonly [number, number]>>;
  /** `purpose mode obstacle` → people. */
  readonly excluded: Readonly<Record<string, number>>;
}

const nobody: Seen = { after: '00000000-0000-0000-0000-000000000000', people: 0, isOver: false, forecast: {}, excluded: {} };

function seenOf(cursor: unknown): Seen {
  return cursor === null || cursor === undefined ? nobody : (cursor as Seen);
}

interface Due {
  readonly contact_id: string;
  readonly what: string;
  readonly ends_at: Date;
  readonly purpose_id: string;
  readonly mode: BatchMode;
  readonly obstacle: Obstacle | null;
}

async function sweepSome(tx: Transaction, job: JobHandle, seen: Seen): Promise<Seen> {
  const people = await sql<{ id: string }>`
    select id from contact where id > ${seen.after}::uuid and state in ('active', 'quarantined') order by id limit ${AT_ONCE}`.execute(
    tx,
  );
  const ids = people.rows.map(({ id }) => id);
  const last = ids.at(-1);
  if (last === undefined) {
    const over = { ...seen, isOver: true };
    await job.checkpoint(tx, { done: seen.people, total: seen.people, cursor: over });
    return over;
  }
  await sql`create temporary table if not exists retention_seen
    (contact_id uuid, what text, ends_at timestamptz, purpose_id uuid, mode text) on commit delete rows`.execute(tx);
  // A datum of somebody who goes as a whole is no matter of its own.
  await sql`
    with ends as materialized (select * from retention_ends(${ids}::uuid[]))
    insert into retention_seen
    select e.contact_id, e.what, e.ends_at, e.purpose_id, case when e.automatic then 'automatic' else 'approval' end
      from ends e join ends w on w.contact_id = e.contact_id and w.what = ''
     where e.ends_at < date_trunc('month', now()) + interval '12 months' and (e.what = '' or w.ends_at > greatest(e.ends_at, now()))`.execute(
    tx,
  );
  const due = await sql<Due>`
    select s.*, retention_obstacle(s.contact_id) as obstacle from retention_seen s where s.ends_at <= now()`.execute(tx);
  const ahead = await sql<{ purpose_id: string; month: string; people: number; data: number }>`
    select purpose_id, date_trunc('month', ends_at)::date::text as month,
           count(*) filter (where what = '')::int as people, count(*) filter (where what <> '')::int as data
      from retention_seen where ends_at > now() group by 1, 2`.execute(tx);
  await propose(
    tx,
    ids,
    due.rows.filter(({ obstacle }) => obstacle === null),
  );

  const next: Seen = {
    after: last,
    people: seen.people + ids.length,
    isOver: false,
    forecast: withForecast(seen.forecast, ahead.rows),
    excluded: withExcluded(seen.excluded, due.rows),
  };
  await job.checkpoint(tx, { done: next.people, cursor: next, counts: { seen: next.people } });
  return next;
}

function withForecast(
  before: Seen['forecast'],
  rows: readonly { purpose_id: string; month: string; people: number; data: number }[],
) {
  const forecast: Record<string, readonly [number, number]> = { ...before };
  for (const row of rows) {
    const key = `${row.purpose_id} ${row.month}`;
    const [people, data] = forecast[key] ?? [0, 0];
    forecast[key] = [people + row.people, data + row.data];
  }
  return forecast;
}

function withExcluded(before: Seen['excluded'], due: readonly Due[]) {
  const excluded: Record<string, number> = { ...before };
  for (const { obstacle, purpose_id: purposeId, mode, what } of due) {
    if (obstacle === null || what !== '') continue;
    const key = `${purposeId} ${mode} ${obstacle}`;
    excluded[key] = (excluded[key] ?? 0) + 1;
  }
  return excluded;
}

/** The proposed batches hold of these people what is due, and nothing else. */
async function propose(tx: Transaction, ids: readonly string[], due: readonly Due[]): Promise<void> {
  const batches = new Map<string, string>();
  for (const key of new Set(due.map(({ purpose_id: purposeId, mode }) => `${purposeId} ${mode}`))) {
    const [purposeId, mode] = key.split(' ');
    await sql`
      insert into retention_batch (purpose_id, purpose_version, rule, mode)
      select id, version, retention, ${mode} from purpose where id = ${purposeId}::uuid
      on conflict do nothing`.execute(tx);
    const { rows } = await sql<{ id: string }>`
      select id from retention_batch where purpose_id = ${purposeId}::uuid and mode = ${mode} and state = 'proposed' for update`.execute(
      tx,
    );
    if (rows[0]) batches.set(key, rows[0].id);
  }
  const items = due.flatMap((one) => {
    const batchId = batches.get(`${one.purpose_id} ${one.mode}`);
    return batchId ? [{ batchId, ...one }] : [];
  });
  const wanted = JSON.stringify(
    items.map((item) => ({ batch_id: item.batchId, contact_id: item.contact_id, what: item.what, due_at: item.ends_at })),
  );
  // What leaves one batch may join another: its rule runs by itself by now, or another purpose ended last.
  const gone = await sql<Joined>`
    delete from retention_item i using retention_batch b
     where b.id = i.batch_id and b.state = 'proposed' and i.contact_id = any(${ids}::uuid[])
       and not exists (select from jsonb_to_recordset(${wanted}::jsonb) as w(batch_id uuid, contact_id uuid, what text)
                        where w.batch_id = i.batch_id and w.contact_id = i.contact_id and w.what = i.what)
    returning i.batch_id, i.what`.execute(tx);
  // Whoever waits in an approved batch already is not proposed a second time.
  const come = await sql<Joined>`
    insert into retention_item (batch_id, contact_id, what, due_at)
    select w.batch_id, w.contact_id, w.what, w.due_at
      from jsonb_to_recordset(${wanted}::jsonb) as w(batch_id uuid, contact_id uuid, what text, due_at timestamptz)
     where not exists (select from retention_item i where i.contact_id = w.contact_id and i.what = w.what and i.left_alone is null)
    returning batch_id, what`.execute(tx);
  for (const { id, people, data } of changesOf(come.rows, gone.rows)) {
    await sql`
      update retention_batch set people = greatest(people + ${people}::int, 0), data = greatest(data + ${data}::int, 0),
             revision = revision + 1, changed_at = clock_timestamp()
       where id = ${id}::uuid and state = 'proposed'`.execute(tx);
  }
}

interface Joined {
  readonly batch_id: string;
  readonly what: string;
}

/** By how much each batch grew or shrank; those in which as many came as went have changed all the same. */
function changesOf(come: readonly Joined[], gone: readonly Joined[]) {
  const changes = new Map<string, { people: number; data: number }>();
  for (const [rows, sign] of [[come, 1] as const, [gone, -1] as const]) {
    for (const { batch_id: id, what } of rows) {
      const change = changes.get(id) ?? { people: 0, data: 0 };
      if (what === WHOLE_PERSON) change.people += sign;
      else change.data += sign;
      changes.set(id, change);
    }
  }
  return [...changes].map(([id, change]) => ({ id, ...change }));
}

/** Writes down what is ahead, counts anew what was erased out of batches meanwhile, and starts what runs by itself. */
async function conclude(tx: Transaction, seen: Seen): Promise<void> {
  const rows = Object.entries(seen.forecast).map(([key, [people, data]]) => {
    const [purpose_id, month] = key.split(' ');
    return { purpose_id, month, people, data };
  });
  await sql`delete from retention_forecast`.execute(tx);
  await sql`
    insert into retention_forecast (purpose_id, month, people, data)
    select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as f(purpose_id uuid, month date, people int, data int)`.execute(
    tx,
  );
  await sql`
    update retention_batch b set people = n.people, data = n.data, revision = b.revision + 1, changed_at = clock_timestamp()
      from (select b.id, count(i.*) filter (where i.what = '')::int as people, count(i.*) filter (where i.what <> '')::int as data
              from retention_batch b left join retention_item i on i.batch_id = b.id where b.state = 'proposed' group by b.id) n
     where n.id = b.id and b.state = 'proposed' and (b.people, b.data) is distinct from (n.people, n.data)`.execute(tx);
  const proposed = await tx
    .selectFrom('retention_batch')
    .select(['id', 'purpose_id', 'mode'])
    .where('state', '=', 'proposed')
    .execute();
  for (const { id, purpose_id: purposeId, mode } of proposed) {
    const of = (obstacle: Obstacle) => seen.excluded[`${purposeId} ${mode} ${obstacle}`];
    const excluded = { 'on-hold': of('on-hold'), restricted: of('restricted') };
    await sql`update retention_batch set excluded = ${JSON.stringify(excluded)}::jsonb where id = ${id}::uuid`.execute(tx);
  }
  await sql`update retention_sweep set swept_at = clock_timestamp()`.execute(tx);
  await startAutomatic(tx);
}

async function startAutomatic(tx: Transaction): Promise<void> {
  const { rows } = await sql<{ id: string; people: number; data: number }>`
    update retention_batch set state = 'approved', approved_at = clock_timestamp()
     where state = 'proposed' and mode = 'automatic' and people + data > 0 and is_automatic(purpose_id)
    returning id, people, data`.execute(tx);
  for (const { id, people, data } of rows) {
    await startJob(tx, { kind: BATCH_JOB, subjectId: id, total: people + data, requestedBy: { kind: 'system' } });
    await recordAudit(tx, {
      actor: { kind: 'system' },
      action: 'retention.approved',
      subject: { kind: 'retention-batch', id },
      detail: { people, data, automatic: true },
    });
  }
}
