import type pg from 'pg';
import { type Config, readConfig } from '#platform/config.ts';
import { openKeys } from '#platform/crypto/keys.ts';
import { assertSafeDatabase } from '#platform/database/assert-safe.ts';
import { connect, inTransaction } from '#platform/database/connect.ts';
import { appUrlFor, migrate } from '#platform/database/migrate.ts';
import { createLog } from '#platform/log.ts';
import { startEmbeddedPostgres } from '#platform/postgres/start-embedded-postgres.ts';
import type { Services } from '#src/services.ts';
import { recordInstance } from '#src/set-up/set-up-token.ts';

/** Tables whose rows are facts: the application's role may add to them and no more. */
export const tablesOfFacts = [
  'ledger_entry',
  'ledger_erased',
  'ledger_leaf',
  'ledger_tile',
  'ledger_checkpoint',
  'ledger_key',
  'ledger_cosignature',
  'ledger_timestamp',
  'purpose_version',
  'register_version',
  'notice',
  'notice_text',
  'source',
  'provenance',
  'form_version',
  'erasure_journal',
  'audit_entry',
] as const;

export interface OpenServices {
  readonly services: Services;
  readonly pool: pg.Pool;
  /** URL of the role that owns the schema. */
  readonly ownerUrl: string;
  readonly appUrl: string;
  /** Closes the pool, and the embedded PostgreSQL where this process started it. */
  close(): Promise<void>;
}

/**
 * Everything the program runs on, in the order it depends on one another: configuration, keys, PostgreSQL, schema, the
 * role that owns nothing.
 *
 * @param onDatabaseLost called when the embedded PostgreSQL ends by itself.
 * @throws ConfigInvalid, KeysUnreadable, PostgresStartError, DatabaseRefused, KeysDoNotFit: each says what to do.
 */
export async function openServices(
  env: NodeJS.ProcessEnv,
  purpose: 'server' | 'command',
  onDatabaseLost: () => void = () => {},
): Promise<OpenServices> {
  const config = readConfig(env);
  const log = createLog(purpose === 'server' || env.SAGLASIE_LOG_LEVEL ? config : { logLevel: 'silent' });
  const keys = await openKeys(config.dataFolder);
  const postgres = await openPostgres(config, purpose, log, onDatabaseLost);
  try {
    await migrate(postgres.url);
    const appUrl = await appUrlFor(postgres.url, keys.sign('database role', Buffer.from('application')).toString('base64url'));
    const { db, pool, close } = connect(appUrl, { onIdleError: (err) => log.warn({ err }, 'idle database connection lost') });
    // One that breaks while in use fails its query too; without a listener Node would end the process on top of it.
    pool.on('connect', (client) => {
      client.on('error', (err) => log.warn({ err }, 'database connection lost'));
    });
    try {
      await assertSafeDatabase(db, tablesOfFacts);
      await inTransaction(db, (tx) => recordInstance(tx, keys.fingerprint));
    } catch (cause) {
      await close();
      throw cause;
    }

    return {
      services: { config, db, keys, log, now: () => new Date() },
      pool,
      ownerUrl: postgres.url,
      appUrl,
      async close() {
        await close();
        await postgres.stop();
      },
    };
  } catch (cause) {
    await postgres.stop();
    throw cause;
  }
}

async function openPostgres(
  config: Config,
  purpose: 'server' | 'command',
  log: Services['log'],
  onLost: () => void,
): Promise<{ url: string; stop(): Promise<void> }> {
  if (config.databaseUrl) return { url: config.databaseUrl, stop: async () => {} };

  return startEmbeddedPostgres({
    dataFolder: config.dataFolder,
    purpose,
    log: (event, facts) => {
      log.info({ ...facts }, event);
      if (event === 'postgres.lost') onLost();
    },
  });
}
