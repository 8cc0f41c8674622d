import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, inject } from 'vitest';
import { appUrlFor } from '#platform/database/migrate.ts';
import { onDatabase, urlOf } from './on-database.ts';

export interface TestDatabase {
  /** For the role that owns the schema. */
  readonly ownerUrl: string;
  /** For the role the application signs in with. */
  readonly appUrl: string;
}

/** Gives a test file a migrated database of its own; the URLs can be read from its first hook on. */
export function useDatabase(): TestDatabase {
  const name = `saglasie_test_${randomBytes(6).toString('hex')}`;
  let urls: TestDatabase | undefined;

  beforeAll(async () => {
    const { serverUrl, template } = inject('postgres');
    // Copying files beats copying through the WAL more than twice here, with fsync off.
    await onDatabase(serverUrl, `create database ${name} template ${template} strategy file_copy`);
    const ownerUrl = urlOf(serverUrl, name);
    urls = { ownerUrl, appUrl: await appUrlFor(ownerUrl) };
  });

  afterAll(async () => {
    const dropLogin = urls ? [`drop role if exists "${new URL(urls.appUrl).username}"`] : [];
    await onDatabase(inject('postgres').serverUrl, `drop database if exists ${name} with (force)`, ...dropLogin);
  });

  return {
    get ownerUrl() {
      return opened().ownerUrl;
    },
    get appUrl() {
      return opened().appUrl;
    },
  };

  function opened(): TestDatabase {
    if (!urls) throw new Error('The test database exists from the first hook on: read its URL in beforeAll or later.');
    return urls;
  }
}
