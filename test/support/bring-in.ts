import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { uuidv7 } from '#platform/crypto/uuid.ts';
import { inTransaction } from '#platform/database/connect.ts';
import { runOneJob } from '#platform/jobs/run-jobs.ts';
import { createLog } from '#platform/log.ts';
import { everyJob } from '#src/every-job.ts';
import { addImport, lookAtUpload } from '#src/imports/add-import.ts';
import { setUpImport } from '#src/imports/change-import.ts';
import { requestCheck } from '#src/imports/check-import.ts';
import { requestCommit } from '#src/imports/commit-import.ts';
import { getImport } from '#src/imports/find-import.ts';
import { type Import, type ImportSettings, importSettings } from '#src/imports/import.ts';
import { recogniseFile } from '#src/imports/presets/recognise-file.ts';
import { requestUndo } from '#src/imports/undo-import.ts';
import { storeUpload, uploadPath } from '#src/imports/uploads.ts';
import type { Services } from '#src/services.ts';
import { type Store, testKeys } from './factories.ts';

const by = { kind: 'command' } as const;

/** Services enough for imports, with a data folder of their own. */
export function importServices(store: Store): Services {
  const dataFolder = mkdtempSync(join(tmpdir(), `saglasie-imports-${randomBytes(4).toString('hex')}-`));
  return {
    config: { dataFolder } as Services['config'],
    get db() {
      return store.db;
    },
    keys: testKeys,
    log: createLog({ logLevel: 'silent' }),
    now: () => new Date(),
  };
}

export type Wanted = Pick<ImportSettings, 'purpose' | 'legalBasis'> & Partial<ImportSettings>;

/** Stores a file and says what it is: by its likeliest recognition unless told. */
export async function aFile(services: Services, body: string | Buffer, wanted: Wanted, fileName = 'people.csv'): Promise<Import> {
  const id = uuidv7();
  const stored = await storeUpload(services.config, id, Readable.from([Buffer.from(body)]), undefined, {
    largest: 2e9,
    reserve: 0,
  });
  const file = await lookAtUpload(uploadPath(services.config, id), fileName);
  const [likeliest] = recogniseFile(file, fileName);
  await inTransaction(services.db, async (tx) => {
    await addImport(tx, { id, fileName, file, stored, by: { kind: 'command', id: null } });
    const settings = importSettings.parse({
      mapping: likeliest?.mapping ?? [],
      partStatuses: likeliest?.partStatuses ?? [],
      source: 'Old CRM 2026',
      obtainedFrom: 'other',
      ...wanted,
    });
    await setUpImport(tx, id, settings);
  });
  return getImport(services.db, id);
}

async function done(services: Services, id: string, jobId: string): Promise<Import> {
  await runOneJob(services, everyJob, { id: jobId });
  return getImport(services.db, id);
}

export async function check(services: Services, id: string): Promise<Import> {
  return done(services, id, await inTransaction(services.db, (tx) => requestCheck(tx, id, by)));
}

export async function commit(services: Services, id: string): Promise<Import> {
  return done(services, id, await inTransaction(services.db, (tx) => requestCommit(tx, id, by)));
}

export async function undo(services: Services, id: string): Promise<Import> {
  return done(services, id, await inTransaction(services.db, (tx) => requestUndo(tx, id, by)));
}

/** A file brought in and committed. */
export async function bringIn(services: Services, body: string | Buffer, wanted: Wanted, fileName?: string): Promise<Import> {
  return commit(services, (await aFile(services, body, wanted, fileName)).id);
}
