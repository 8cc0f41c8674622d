import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '#platform/database/migrate.ts';
import { startEmbeddedPostgres } from '#platform/postgres/start-embedded-postgres.ts';
import { describeSchema } from './dump-schema-of.ts';
import { onDatabase, urlOf } from './on-database.ts';

const TARGET = join(import.meta.dirname, '..', '..', 'schema.sql');

await dumpSchema();

/** `npm run schema:dump`: writes down what all migrations together made, so that a review sees what the database became. */
async function dumpSchema(): Promise<void> {
  const server = await findServer();
  try {
    const name = `saglasie_dump_${randomBytes(4).toString('hex')}`;
    await onDatabase(server.url, `create database ${name}`);
    try {
      const url = urlOf(server.url, name);
      await migrate(url);
      await writeFile(TARGET, await describeSchema(url));
    } finally {
      await onDatabase(server.url, `drop database ${name} with (force)`);
    }
  } finally {
    await server.stop();
  }
}

async function findServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env.TEST_DATABASE_URL ?? process.env.DATABASE_URL;
  if (given) return { url: given, stop: async () => {} };

  const dataFolder = await mkdtemp(join(tmpdir(), 'saglasie-dump-'));
  const postgres = await startEmbeddedPostgres({ dataFolder, purpose: 'command', log: () => {}, settings: { fsync: 'off' } });
  return {
    url: postgres.url,
    async stop() {
      await postgres.stop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}
