import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { migrate } from '#platform/database/migrate.ts';
import { startEmbeddedPostgres } from '#platform/postgres/start-embedded-postgres.ts';
import { onDatabase, urlOf } from './on-database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server of this run, for its owner, and the migrated database to clone. */
    postgres: { readonly serverUrl: string; readonly template: string };
  }
}

/** Gives the run one PostgreSQL with one migrated template; every test file clones it. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const server = await findServer();
  try {
    const template = await createTemplate(server.url);
    project.provide('postgres', { serverUrl: server.url, template });
    return async () => {
      await onDatabase(server.url, `alter database ${template} with is_template false`);
      await onDatabase(server.url, `drop database ${template} with (force)`);
      await server.stop();
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function createTemplate(serverUrl: string): Promise<string> {
  const template = `saglasie_template_${randomBytes(4).toString('hex')}`;
  await onDatabase(serverUrl, `create database ${template}`);
  await migrate(urlOf(serverUrl, template));
  // A connection left on the template would make every clone fail, so nobody may open one.
  await onDatabase(serverUrl, `alter database ${template} with is_template true allow_connections false`);
  return template;
}

async function findServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env.TEST_DATABASE_URL ?? process.env.DATABASE_URL;
  if (given) return { url: given, stop: async () => {} };

  const dataFolder = await mkdtemp(join(tmpdir(), 'saglasie-test-'));
  const postgres = await startEmbeddedPostgres({
    dataFolder,
    purpose: 'server',
    log: () => {},
    // Nothing here has to survive the run.
    settings: { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: '200' },
  });
  return {
    url: postgres.url,
    async stop() {
      await postgres.stop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}
