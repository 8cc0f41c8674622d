import type { Database } from '#platform/database/connect.ts';
import { listMigrations } from '#platform/database/migrate.ts';

/** Whether this process should be sent requests. */
export interface Readiness {
  /** Set when the process begins to stop: no new requests, please. */
  stopping: boolean;
  /** Undefined where no worker belongs to this process. */
  worker: 'running' | 'stopped' | undefined;
}

export interface ReadinessReport {
  readonly ready: boolean;
  readonly database: 'ok' | 'unreachable';
  readonly migrations: 'ok' | 'missing' | 'unknown';
  readonly worker: 'running' | 'stopped' | 'elsewhere';
}

/** Asks the database now, and says what stands in the way. */
export async function reportReadiness(db: Database, readiness: Readiness): Promise<ReadinessReport> {
  const worker = readiness.worker ?? 'elsewhere';
  try {
    const [shipped, applied] = await Promise.all([listMigrations(), db.selectFrom('migration').select('name').execute()]);
    const names = new Set(applied.map((row) => row.name));
    const migrations = shipped.every((name) => names.has(name)) ? 'ok' : 'missing';

    return { ready: migrations === 'ok' && worker !== 'stopped' && !readiness.stopping, database: 'ok', migrations, worker };
  } catch {
    // Which error it was is in the log of whoever needed the database; a probe only asks whether.
    return { ready: false, database: 'unreachable', migrations: 'unknown', worker };
  }
}
