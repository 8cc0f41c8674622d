import { createWriteStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Writable } from 'node:stream';
import type { WritableStream as WebWritable } from 'node:stream/web';
import { setTimeout as sleep } from 'node:timers/promises';
import { uuidv7 } from '#platform/crypto/uuid.ts';
import { inTransaction } from '#platform/database/connect.ts';
import { toPublicId } from '#platform/http/ids.ts';
import { runOneJob } from '#platform/jobs/run-jobs.ts';
import { findJob } from '#platform/jobs/start-job.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { everyJob } from '#src/every-job.ts';
import { addImport, lookAtUpload } from '#src/imports/add-import.ts';
import { discardImport, setUpImport } from '#src/imports/change-import.ts';
import { requestCheck } from '#src/imports/check-import.ts';
import { dropFile, requestCommit } from '#src/imports/commit-import.ts';
import { getImport } from '#src/imports/find-import.ts';
import { type Import, type ImportSettings, importSettings } from '#src/imports/import.ts';
import { countReasons, listRows } from '#src/imports/list-rows.ts';
import { columnMapping } from '#src/imports/presets/column-mapping.ts';
import { type PresetName, presetNames } from '#src/imports/presets/preset.ts';
import { recogniseFile } from '#src/imports/presets/recognise-file.ts';
import type { ImportFile } from '#src/imports/reading/import-file.ts';
import { eraseUpload, storeFile, uploadPath } from '#src/imports/uploads.ts';
import { writeErrorFile } from '#src/imports/write-error-file.ts';
import { problems } from '#src/languages/en/problems.ts';
import { languages } from '#src/languages/languages.ts';
import { legalBases } from '#src/purposes/purpose.ts';
import type { Services } from '#src/services.ts';
import { type OptionValues, oneOf, type Run, type Terminal, text, UsageError } from './command.ts';
import { withServices } from './with-services.ts';

/** So many rows that did not come in whole are named in the answer; all of them are in the error file. */
const MOST_NAMED = 1000;

/** Brings in a file: all of it, or with `--dry-run` nothing but what would happen. */
export const importFile: Run = async (values, terminal) => {
  const path = values['file'];
  if (typeof path !== 'string') throw new UsageError('Name the file to import.');
  const file = await stat(path).catch(() => undefined);
  if (!file?.isFile()) throw new UsageError('There is no file of this name that can be read.');
  const given = await readMap(values);
  const asked = readSettings(values);
  return withServices(terminal, async ({ services }) => {
    const id = uuidv7();
    const one = await bringIn(services, id, { path, bytes: file.size, given, asked, preset: presetOf(values) });
    const isTrial = values['dry-run'] === true;
    const jobId = await inTransaction(services.db, async (tx) => {
      await recordAudit(tx, {
        actor: { kind: 'command' },
        action: isTrial ? 'import.checked' : 'import.committed',
        subject: { kind: 'import', id },
        detail: { purpose: asked.purpose, legalBasis: asked.legalBasis },
      });
      return isTrial ? requestCheck(tx, id, { kind: 'command' }) : requestCommit(tx, id, { kind: 'command' });
    });
    const problem = await drive(services, jobId, terminal);
    if (problem !== undefined) {
      terminal.talk(problem);
      return 1;
    }
    await tell(services, await getImport(services.db, one.id), values, terminal);
    if (isTrial) {
      await inTransaction(services.db, (tx) => discardImport(tx, id));
      await dropFile(services, id);
    }
    return 0;
  });
};

interface Brought {
  readonly path: string;
  readonly bytes: number;
  readonly given: Pick<ImportSettings, 'mapping' | 'partStatuses'> | undefined;
  readonly asked: Omit<ImportSettings, 'mapping' | 'partStatuses' | 'preset'>;
  readonly preset: PresetName;
}

async function bringIn(services: Services, id: string, { path, bytes, given, asked, preset }: Brought): Promise<Import> {
  const stored = await storeFile(services.config, id, path, bytes);
  try {
    const fileName = basename(path);
    const file = await lookAtUpload(uploadPath(services.config, id), fileName);
    const meaning = given ? { ...given, preset: null } : meaningOf(file, fileName, preset);
    return await inTransaction(services.db, async (tx) => {
      const one = await addImport(tx, { id, fileName, file, stored, by: { kind: 'command', id: null } });
      await setUpImport(tx, id, { ...asked, ...meaning });
      return one;
    });
  } catch (cause) {
    await eraseUpload(services.config, id);
    throw cause;
  }
}

function meaningOf(file: ImportFile, fileName: string, wanted: PresetName) {
  const found = recogniseFile(file, fileName);
  const one = wanted === 'auto' ? found[0] : found.find(({ preset }) => preset === wanted);
  if (!one) {
    throw new UsageError(
      found.length === 0
        ? 'The columns are not known: say with --map what each of them means.'
        : `The file does not look like that. It looks like: ${found.map(({ preset }) => preset).join(', ')}.`,
    );
  }
  return { preset: one.preset, mapping: one.mapping, partStatuses: [...one.partStatuses] };
}

function presetOf(values: OptionValues): PresetName {
  return oneOf(values, 'preset', presetNames, 'auto');
}

async function readMap(values: OptionValues): Promise<Pick<ImportSettings, 'mapping' | 'partStatuses'> | undefined> {
  const path = values['map'];
  if (typeof path !== 'string') return undefined;
  let map: unknown;
  try {
    map = JSON.parse(await readFile(path, 'utf8'));
  } catch {
    throw new UsageError('--map names a file with JSON: [{"column": "Email", "target": {"to": "email"}}, …].');
  }
  const whole = Array.isArray(map) ? { mapping: map } : (map as Record<string, unknown>);
  const mapping = columnMapping.safeParse(whole['mapping']);
  const partStatuses = importSettings.shape.partStatuses.safeParse(whole['partStatuses']);
  if (!mapping.success || !partStatuses.success) {
    const [issue] = mapping.error?.issues ?? partStatuses.error?.issues ?? [];
    throw new UsageError(`--map is no mapping: ${issue?.path.join('.')} ${issue?.message}.`);
  }
  return { mapping: mapping.data, partStatuses: partStatuses.data };
}

function readSettings(values: OptionValues): Brought['asked'] {
  const country = typeof values['country'] === 'string' ? values['country'].toUpperCase() : 'BG';
  if (!/^[A-Z]{2}$/.test(country)) throw new UsageError('--country is two letters, such as BG.');
  return {
    source: text(values, 'source').trim().slice(0, 500),
    obtainedFrom: oneOf(values, 'obtained-from', ['data-subject', 'other'], 'other'),
    purpose: text(values, 'purpose'),
    legalBasis: oneOf(values, 'basis', [...legalBases, 'unknown']),
    permissionGround: oneOf(values, 'permission-ground', ['not-needed', 'soft-opt-in', 'legal-entity'], 'not-needed'),
    updateProfiles: values['keep-profiles'] !== true,
    updateStatuses: values['update-statuses'] === true,
    language: oneOf(values, 'language', languages, 'bg'),
    country,
  };
}

/** Does the work, or watches a running server do it; answers what stands in the way, if anything. */
async function drive(services: Services, jobId: string, terminal: Terminal): Promise<string | undefined> {
  const bar = setInterval(async () => {
    const job = await findJob(services.db, jobId).catch(() => undefined);
    if (job && job.state === 'running') terminal.talk(`${job.done} of ${job.total ?? '?'} rows`);
  }, 5_000);
  try {
    for (;;) {
      await runOneJob(services, everyJob, { id: jobId });
      const job = await findJob(services.db, jobId);
      if (!job || job.state === 'done') return undefined;
      if (job.state === 'failed') {
        const known = (problems.problems as Readonly<Record<string, { title: string; detail: string }>>)[job.problem ?? ''];
        return known ? `${known.title}. ${known.detail}` : 'The import failed; the log says why. It can be gone on with.';
      }
      if (job.state === 'stopped') return 'The import was stopped; what was taken stays and can be undone.';
      await sleep(200);
    }
  } finally {
    clearInterval(bar);
  }
}

async function tell(services: Services, one: Import, values: OptionValues, terminal: Terminal): Promise<void> {
  const { db } = services;
  const counts = one.checked && values['dry-run'] ? one.checked : one.counts;
  const reasons = await countReasons(db, one.id);
  if (typeof values['errors'] === 'string') {
    const language = one.settings?.language ?? 'bg';
    await writeErrorFile(db, one, { language, variant: 'exact' }).pipeTo(
      Writable.toWeb(createWriteStream(values['errors'], { mode: 0o600 })) as WebWritable<Uint8Array>,
    );
  }
  if (values['json']) {
    const told = await listRows(db, one.id, { filter: 'told', limit: MOST_NAMED + 1 });
    terminal.data(
      `${JSON.stringify({
        id: toPublicId('imp', one.id),
        state: one.state,
        dryRun: values['dry-run'] === true,
        preset: one.settings?.preset ?? null,
        counts,
        reasons,
        problems: told.slice(0, MOST_NAMED).map(({ row, line, outcome, codes }) => ({ row, line, outcome, codes })),
        moreProblems: told.length > MOST_NAMED,
        undoUntil: one.undoUntil?.toISOString() ?? null,
      })}\n`,
    );
  }
  terminal.talk(
    [
      values['dry-run'] ? 'Nothing was changed. This would happen:' : 'Imported:',
      ...Object.entries(counts).map(([name, many]) => `  ${name}: ${many}`),
      ...(reasons.length > 0 ? ['What did not come in, and why:'] : []),
      ...reasons.map(({ outcome, code, count }) => `  ${outcome}, ${code}: ${count}`),
    ].join('\n'),
  );
}
