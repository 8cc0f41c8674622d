import type { Config } from '#platform/config.ts';
import type { Keys } from '#platform/crypto/keys.ts';
import type { Database } from '#platform/database/connect.ts';
import type { Log } from '#platform/log.ts';

/** What the running program has; passed in, never global. */
export interface Services {
  readonly config: Config;
  readonly db: Database;
  readonly keys: Keys;
  readonly log: Log;
  /** The present moment. Legal facts take the database's clock instead, so that several machines agree. */
  now(): Date;
}
