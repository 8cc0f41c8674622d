import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import type { Services } from '#src/services.ts';

/** How far people come with a form. */
export const formSteps = ['shown', 'problems', 'held', 'accepted', 'confirmed', 'rejected', 'expired'] as const;
export type FormStep = (typeof formSteps)[number];

/** Counts wait this long in memory. What a kill -9 takes with it is a few numbers and nobody's data. */
const FLUSH_AFTER_MS = 3000;

interface Counter {
  readonly waiting: Map<string, { versionId: string; day: string; step: FormStep; count: number }>;
  timer: NodeJS.Timeout | undefined;
  flushing: Promise<void>;
}

const counters = new WeakMap<Services['db'], Counter>();

/**
 * Counts that somebody came to this step: a number per version and day, without cookie, id or network address, so that
 * nobody can be followed from one step to the next. Kept in memory and written together, so that looking at a page costs
 * no commit.
 */
export function countStep(services: Pick<Services, 'db' | 'log' | 'now'>, versionId: string, step: FormStep): void {
  const counter = counterOf(services.db);
  const day = services.now().toISOString().slice(0, 10);
  const key = `${versionId} ${day} ${step}`;
  const known = counter.waiting.get(key);
  if (known) known.count += 1;
  else counter.waiting.set(key, { versionId, day, step, count: 1 });
  counter.timer ??= setTimeout(() => {
    counter.timer = undefined;
    flushSteps(services).catch((err: unknown) => services.log.warn({ err }, 'steps of forms were not counted'));
  }, FLUSH_AFTER_MS).unref();
}

/** Writes what was counted so far. Called before the program ends, and before somebody reads the figures. */
export async function flushSteps({ db }: Pick<Services, 'db'>): Promise<void> {
  const counter = counterOf(db);
  clearTimeout(counter.timer);
  counter.timer = undefined;
  // That the one before failed was told to whoever asked for it; its numbers are among these.
  counter.flushing = counter.flushing.catch(() => {}).then(() => write(db, counter));
  await counter.flushing;
}

async function write(db: Database, counter: Counter): Promise<void> {
  const counts = [...counter.waiting.values()];
  if (counts.length === 0) return;
  counter.waiting.clear();
  // In one order everywhere: two processes that write the same rows must not wait for each other.
  counts.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  try {
    await sql`insert into form_step_count (form_version_id, day, step, count)
      select * from unnest(${counts.map((one) => one.versionId)}::uuid[], ${counts.map((one) => one.day)}::date[],
        ${counts.map((one) => one.step)}::text[], ${counts.map((one) => one.count)}::bigint[])
      on conflict (form_version_id, day, step) do update set count = form_step_count.count + excluded.count`.execute(db);
  } catch (cause) {
    // Counted again with the next: while the database is away nothing is lost but time.
    for (const one of counts) {
      const since = counter.waiting.get(keyOf(one));
      counter.waiting.set(keyOf(one), { ...one, count: one.count + (since?.count ?? 0) });
    }
    throw cause;
  }
}

function keyOf(one: { versionId: string; day: string; step: string }): string {
  return `${one.versionId} ${one.day} ${one.step}`;
}

function counterOf(db: Database): Counter {
  let counter = counters.get(db);
  if (!counter) {
    counter = { waiting: new Map(), timer: undefined, flushing: Promise.resolve() };
    counters.set(db, counter);
  }
  return counter;
}

export interface StepsOfDay {
  readonly number: number;
  /** YYYY-MM-DD, in UTC. */
  readonly day: string;
  readonly steps: Readonly<Record<FormStep, number>>;
}

/** The steps of every version of a form, day by day, newest first. */
export async function listSteps(
  db: Database,
  formId: string,
  range: { readonly from: string; readonly to: string },
): Promise<StepsOfDay[]> {
  const { rows } = await sql<{ number: number; day: string; steps: Partial<Record<FormStep, number>> }>`
    select v.number, c.day::text as day, jsonb_object_agg(c.step, c.count) as steps
      from form_step_count c join form_version v on v.id = c.form_version_id
     where v.form_id = ${formId} and c.day between ${range.from}::date and ${range.to}::date
     group by v.number, c.day order by c.day desc, v.number desc`.execute(db);
  return rows.map(({ number, day, steps }) => ({
    number,
    day,
    steps: Object.fromEntries(formSteps.map((step) => [step, steps[step] ?? 0])) as Record<FormStep, number>,
  }));
}

/**
 * Of how many that were asked to confirm through this form since yesterday began, how many did. Counts are of whole days:
 * of those asked in the last minutes some have not had the time.
 */
export async function findConfirmRate(db: Database, formId: string): Promise<{ accepted: number; confirmed: number }> {
  const { rows } = await sql<{ accepted: number; confirmed: number }>`
    select coalesce(sum(count) filter (where step = 'accepted'), 0)::int as accepted,
           coalesce(sum(count) filter (where step = 'confirmed'), 0)::int as confirmed
      from form_step_count c join form_version v on v.id = c.form_version_id
     where v.form_id = ${formId} and c.day >= (now() at time zone 'UTC')::date - 1`.execute(db);
  return rows[0] ?? { accepted: 0, confirmed: 0 };
}
