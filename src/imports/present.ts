import { z } from 'zod';
import { toPublicId } from '#platform/http/ids.ts';
import { isoOrNull, moment } from '#platform/http/list.ts';
import type { Job } from '#platform/jobs/job.ts';
import { jobShape, presentJob } from '#src/jobs/present.ts';
import { mentionPurpose, purposeMentionShape } from '#src/purposes/present.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import { countNames, type Import, importSettings, importStates } from './import.ts';
import { columnMapping } from './presets/column-mapping.ts';
import { presetNames, type Recognition } from './presets/preset.ts';

const values = z.record(z.string(), z.union([z.string(), z.number()]));
const counts = z.partialRecord(z.enum(countNames), z.int());
const partStatus = z.object({ part: z.int(), channel: z.string(), status: z.string() });

const settingsShape = importSettings.extend({ purpose: purposeMentionShape });

export const importShape = z
  .object({
    id: z.string(),
    state: z.enum(importStates),
    fileName: z.string(),
    format: z.string(),
    bytes: z.int(),
    sha256: z.string(),
    fileErasedAt: moment.nullable(),
    createdAt: moment,
    committedAt: moment.nullable(),
    undoUntil: moment.nullable(),
    undoneAt: moment.nullable(),
    settings: settingsShape.nullable(),
    counts,
    checked: counts.nullable(),
    job: jobShape.nullable(),
  })
  .meta({ id: 'Import' });

export const importWithFileShape = importShape
  .extend({
    parts: z.array(
      z.object({
        name: z.string(),
        format: z.string(),
        columns: z.array(z.string()),
        headerLine: z.int(),
        encoding: z.string().nullable(),
        delimiter: z.string().nullable(),
        remarks: z.array(z.object({ code: z.string(), values: values.optional() })),
      }),
    ),
    recognised: z.array(
      z.object({
        preset: z.enum(presetNames),
        confidence: z.number(),
        mapping: columnMapping,
        partStatuses: z.array(partStatus),
      }),
    ),
  })
  .meta({ id: 'ImportWithFile' });

export interface ShownImport {
  readonly one: Import;
  readonly purpose: Pick<Purpose, 'id' | 'slug' | 'name'> | undefined;
  readonly job: Job | undefined;
}

export function presentImport({ one, purpose, job }: ShownImport, now: Date): z.input<typeof importShape> {
  return {
    id: toPublicId('imp', one.id),
    state: one.state,
    fileName: one.fileName,
    format: one.file.format,
    bytes: one.bytes,
    sha256: one.sha256.toString('hex'),
    fileErasedAt: isoOrNull(one.fileErasedAt),
    createdAt: one.createdAt.toISOString(),
    committedAt: isoOrNull(one.committedAt),
    undoUntil: isoOrNull(one.undoUntil),
    undoneAt: isoOrNull(one.undoneAt),
    settings: one.settings && purpose ? { ...one.settings, purpose: mentionPurpose(purpose) } : null,
    // While it is being taken, what was counted so far.
    counts: one.state === 'committing' || one.state === 'checking' || one.state === 'undoing' ? { ...job?.counts } : one.counts,
    checked: one.checked,
    job: job ? presentJob(job, now) : null,
  };
}

export function presentWithFile(
  shown: ShownImport,
  recognised: readonly Recognition[],
  now: Date,
): z.input<typeof importWithFileShape> {
  return {
    ...presentImport(shown, now),
    parts: shown.one.file.parts.map(({ name, format, columns, headerLine, encoding, delimiter, remarks }) => ({
      name,
      format,
      columns: [...columns],
      headerLine,
      encoding,
      delimiter,
      remarks: remarks.map(({ code, values: said }) => ({ code, ...(said ? { values: { ...said } } : {}) })),
    })),
    recognised: recognised.map((one) => ({ ...one, partStatuses: one.partStatuses.map((status) => ({ ...status })) })),
  };
}
