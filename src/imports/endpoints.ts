import { z } from 'zod';
import { AppError } from '#platform/app-error.ts';
import { uuidv7 } from '#platform/crypto/uuid.ts';
import type { Database, Transaction } from '#platform/database/connect.ts';
import { fromCursor, toCursor } from '#platform/http/cursor.ts';
import { publicId, toPublicId } from '#platform/http/ids.ts';
import { isoOrNull, listOf, moment, pageQuery } from '#platform/http/list.ts';
import { incomingFile } from '#platform/http/read-file.ts';
import { findJobOf } from '#platform/jobs/start-job.ts';
import { type AuditAction, recordAudit } from '#src/audit/record-audit.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { languages } from '#src/languages/languages.ts';
import { findPurpose } from '#src/purposes/find-purpose.ts';
import { actorOf, type Caller } from '#src/staff/caller.ts';
import { addImport, lookAtUpload } from './add-import.ts';
import { discardImport, setUpImport } from './change-import.ts';
import { checkImport, requestCheck } from './check-import.ts';
import { commitImport, dropFile, requestCommit } from './commit-import.ts';
import { getImport, listImports } from './find-import.ts';
import { type Import, importSettings, keptNames, rowOutcomes } from './import.ts';
import { countReasons, listRows } from './list-rows.ts';
import { importShape, importWithFileShape, presentImport, presentWithFile, type ShownImport } from './present.ts';
import { recogniseFile } from './presets/recognise-file.ts';
import { samplePeople } from './sample-people.ts';
import { requestUndo, undoImport } from './undo-import.ts';
import { eraseUpload, type StoredUpload, storeUpload, uploadPath } from './uploads.ts';
import { writeErrorFile } from './write-error-file.ts';

const policy = { right: 'imports.write', scope: 'imports.write' } as const;
const params = z.object({ id: publicId('imp') });
const number = (most: number) => z.coerce.number<string>().int().min(0).max(most);

interface NewUpload {
  readonly id: string;
  readonly fileName: string;
  readonly stored: StoredUpload;
}

/** A file's name without the folders some programs send along. */
function plainName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return last.replace(/[\u0000-\u001f\u007f]/g, '').slice(0, 300) || 'import';
}

async function shown(db: Database, one: Import): Promise<ShownImport> {
  const purpose = one.settings ? await findPurpose(db, one.purposeId ?? one.settings.purpose) : undefined;
  const jobs = [];
  for (const { kind } of [checkImport, commitImport, undoImport]) jobs.push(await findJobOf(db, kind, one.id));
  const job = jobs.flatMap((found) => found ?? []).toSorted((a, b) => b.requestedAt.getTime() - a.requestedAt.getTime())[0];
  return { one, purpose, job };
}

function withFile(one: Import) {
  return one.state === 'discarded' ? [] : recogniseFile(one.file, one.fileName);
}

function note(
  db: Database,
  action: AuditAction,
  by: { caller: Caller; requestId: string; id: string },
  detail: Record<string, string | number> = {},
) {
  return recordAudit(db, {
    actor: actorOf(by.caller),
    action,
    subject: { kind: 'import', id: by.id },
    detail,
    requestId: by.requestId,
  });
}

function requestedBy(caller: Caller): { kind: 'staff' | 'api'; id: string } {
  return caller.kind === 'staff' ? { kind: 'staff', id: caller.staffMember.id } : { kind: 'api', id: caller.apiKeyId };
}

const problemShape = z.object({
  code: z.string(),
  column: z.string().nullable(),
  weight: z.enum(['refused', 'left-out', 'warning']),
  values: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});

const samplesShape = z.object({
  columns: z.array(z.string()),
  rows: z.array(z.object({ line: z.int(), cells: z.array(z.string()), problem: z.object({ code: z.string() }).nullable() })),
  people: z.array(
    z.object({
      row: z.int(),
      facts: z.record(z.string(), z.string()),
      points: z.array(z.object({ kind: z.string(), value: z.string() })),
      statuses: z.array(
        z.object({ channel: z.string(), status: z.string(), at: z.string().nullable(), reason: z.string().nullable() }),
      ),
      evidence: z.record(z.string(), z.string()),
      problems: z.array(problemShape),
    }),
  ),
});

function presentSamples({ columns, rows, people }: Awaited<ReturnType<typeof samplePeople>>): z.input<typeof samplesShape> {
  return {
    columns: [...columns],
    rows: rows.map(({ line, cells, problem }) => ({ line, cells: [...cells], problem: problem ? { code: problem.code } : null })),
    people: people.map((person) => ({
      row: person.rows[0] ?? 0,
      facts: { ...person.facts },
      points: person.points.map(({ kind, address }) => ({ kind, value: address.normalised })),
      statuses: person.statuses.map((status) => ({ ...status })),
      evidence: { ...person.evidence },
      problems: person.problems.map(({ code, column, weight, values }) => ({
        code,
        column,
        weight,
        ...(values ? { values: { ...values } } : {}),
      })),
    })),
  };
}

export const importEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/imports',
    summary: 'Imports, newest first',
    policy,
    query: z.strictObject(pageQuery),
    reply: listOf(importShape),
    async handle({ db, services, query }) {
      const before = query.cursor ? fromCursor(query.cursor, z.uuid()) : undefined;
      const found = await listImports(db, query.limit + 1, before);
      const page = found.slice(0, query.limit);
      const last = found.length > query.limit ? page.at(-1) : undefined;
      const data = [];
      for (const one of page) data.push(presentImport(await shown(db, one), services.now()));
      return { data, next: last ? toCursor(last.id) : null };
    },
  }),

  defineEndpoint({
    method: 'POST',
    path: '/imports',
    summary: 'Bring in a file: its bytes as the body, or as the file of a multipart form. Nothing of it is taken yet',
    policy,
    query: z.strictObject({ name: z.string().max(300).optional() }),
    body: z.custom<NewUpload>((value) => typeof value === 'object'),
    reply: importWithFileShape,
    status: 201,
    async receive({ services, query, request }) {
      const id = uuidv7();
      const incoming = await incomingFile(request);
      const stored = await storeUpload(services.config, id, incoming.body, incoming.declaredBytes);
      const fileName = plainName(query.name ?? incoming.name ?? '');
      return {
        value: { id, fileName, stored },
        fingerprint: `${fileName} ${stored.sha256.toString('hex')}`,
        discard: () => eraseUpload(services.config, id),
      };
    },
    async handle({ tx, services, body: { id, fileName, stored }, caller, requestId }) {
      const file = await lookAtUpload(uploadPath(services.config, id), fileName);
      const one = await addImport(tx, { id, fileName, file, stored, by: requestedBy(caller) });
      await note(tx, 'import.uploaded', { caller, requestId, id }, { bytes: stored.bytes, format: file.format });
      return presentWithFile(await shown(tx, one), withFile(one), services.now());
    },
  }),

  defineEndpoint({
    method: 'GET',
    path: '/imports/:id',
    summary: 'One import: what it is, how far it is, and what came of it',
    policy,
    params,
    reply: importWithFileShape,
    async handle({ db, services, params: { id } }) {
      const one = await getImport(db, id);
      return presentWithFile(await shown(db, one), withFile(one), services.now());
    },
  }),

  defineEndpoint({
    method: 'GET',
    path: '/imports/:id/samples',
    summary: 'Its first rows as they stand there, and as they will be understood; that they were seen goes into the audit',
    policy,
    params,
    query: z.strictObject({ part: number(10_000).default(0) }),
    reply: samplesShape,
    async handle({ db, services, params: { id }, query, caller, requestId }) {
      const samples = await samplePeople(services, await getImport(db, id), query.part);
      await note(db, 'import.viewed', { caller, requestId, id });
      return presentSamples(samples);
    },
  }),

  defineEndpoint({
    method: 'POST',
    path: '/imports/:id/samples',
    summary: 'Its first rows as they would be understood by a mapping that is not saved yet',
    policy,
    params,
    body: z.strictObject({
      part: z.int().min(0).default(0),
      mapping: importSettings.shape.mapping,
      partStatuses: importSettings.shape.partStatuses,
      preset: importSettings.shape.preset,
      language: importSettings.shape.language,
      country: importSettings.shape.country,
    }),
    bodyLimit: 4 * 1024 * 1024,
    reply: samplesShape,
    async handle({ tx, services, params: { id }, body, caller, requestId }) {
      const samples = await samplePeople(services, await getImport(tx, id), body.part, body);
      await note(tx, 'import.viewed', { caller, requestId, id });
      return presentSamples(samples);
    },
  }),

  defineEndpoint({
    method: 'PUT',
    path: '/imports/:id/settings',
    summary: 'Say where the data came from, what for, on which ground, and what each column means',
    policy,
    params,
    body: importSettings,
    bodyLimit: 4 * 1024 * 1024,
    reply: importWithFileShape,
    async handle({ tx, services, params: { id }, body, caller, requestId }) {
      await setUpImport(tx, id, body);
      await note(tx, 'import.set-up', { caller, requestId, id }, { purpose: body.purpose, legalBasis: body.legalBasis });
      const one = await getImport(tx, id);
      return presentWithFile(await shown(tx, one), withFile(one), services.now());
    },
  }),

  asking(
    'check',
    'Try it: count what would happen, and name every row that would not come in whole',
    requestCheck,
    'import.checked',
  ),
  asking('commit', 'Take the people of the file', requestCommit, 'import.committed'),
  asking('undo', 'Take the whole import back, updates included', requestUndo, 'import.undone'),

  defineEndpoint({
    method: 'GET',
    path: '/imports/:id/rows',
    summary: 'What became of its rows; that they were seen goes into the audit',
    policy,
    params,
    query: z.strictObject({ ...pageQuery, outcome: z.enum([...rowOutcomes, 'partly', 'told']).optional() }),
    reply: listOf(
      z.object({
        row: z.int(),
        line: z.int(),
        part: z.int(),
        outcome: z.enum(rowOutcomes),
        codes: z.array(problemShape),
        cells: z.array(z.string()).nullable(),
        contactId: z.string().nullable(),
      }),
    ),
    async handle({ db, params: { id }, query, caller, requestId }) {
      await getImport(db, id);
      const after = query.cursor ? fromCursor(query.cursor, z.int()) : undefined;
      const found = await listRows(db, id, { filter: query.outcome, after, limit: query.limit + 1 });
      const page = found.slice(0, query.limit);
      const last = found.length > query.limit ? page.at(-1) : undefined;
      if (page.length > 0) await note(db, 'import.viewed', { caller, requestId, id }, { rows: page.length });
      return {
        data: page.map((row) => ({
          ...row,
          codes: row.codes.map((code) => ({ ...code, ...(code.values ? { values: { ...code.values } } : {}) })),
          cells: row.cells && [...row.cells],
          contactId: row.contactId && toPublicId('con', row.contactId),
        })),
        next: last ? toCursor(last.row) : null,
      };
    },
  }),

  defineEndpoint({
    method: 'GET',
    path: '/imports/:id/errors.csv',
    summary: 'The rows that did not come in whole, as they stood in the file, with the reasons',
    policy,
    params,
    query: z.strictObject({
      language: z.enum(languages).optional(),
      variant: z.enum(['spreadsheet', 'exact']).default('spreadsheet'),
    }),
    reply: 'file',
    async handle({ db, params: { id }, query, language, caller, requestId }) {
      const one = await getImport(db, id);
      if (one.rowsErasedAt) throw new AppError('import-rows-gone', { status: 410 });
      await note(db, 'import.exported', { caller, requestId, id });
      return {
        body: writeErrorFile(db, one, { language: query.language ?? language, variant: query.variant }),
        fileName: `import-${toPublicId('imp', id).slice(-8)}-errors.csv`,
        mediaType: 'text/csv; charset=utf-8',
      };
    },
  }),

  defineEndpoint({
    method: 'GET',
    path: '/imports/:id/report',
    summary: 'What came of it, and why what did not come in did not',
    policy,
    params,
    reply: z.object({
      import: importShape,
      reasons: z.array(z.object({ outcome: z.enum(rowOutcomes), code: z.string(), count: z.int() })),
      undo: z.object({
        possible: z.boolean(),
        until: moment.nullable(),
        keptBecause: z.array(z.object({ code: z.enum(keptNames), count: z.int() })),
      }),
    }),
    async handle({ db, services, params: { id } }) {
      const one = await getImport(db, id);
      return {
        import: presentImport(await shown(db, one), services.now()),
        reasons: await countReasons(db, id),
        undo: {
          possible:
            (one.state === 'committed' || one.state === 'stopped') &&
            one.rowsErasedAt === null &&
            one.undoUntil !== null &&
            one.undoUntil > services.now(),
          until: isoOrNull(one.undoUntil),
          keptBecause: keptNames.flatMap((code) => (one.counts[code] ? [{ code, count: one.counts[code] }] : [])),
        },
      };
    },
  }),

  defineEndpoint({
    method: 'DELETE',
    path: '/imports/:id',
    summary: 'Give up an import of which nothing was taken; its file is erased at once',
    policy,
    params,
    reply: 'nothing',
    async handle({ tx, params: { id }, caller, requestId }) {
      await discardImport(tx, id);
      await note(tx, 'import.discarded', { caller, requestId, id });
    },
    async afterCommit({ services, params: { id } }) {
      await dropFile(services, id);
    },
  }),
];

function asking(
  verb: 'check' | 'commit' | 'undo',
  summary: string,
  request: (tx: Transaction, id: string, by: ReturnType<typeof requestedBy>) => Promise<string>,
  action: AuditAction,
): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: `/imports/:id/${verb}`,
    summary,
    policy,
    params,
    body: z.strictObject({}),
    reply: importWithFileShape,
    status: 202,
    async handle({ tx, services, params: { id }, caller, requestId }) {
      await request(tx, id, requestedBy(caller));
      await note(tx, action, { caller, requestId, id });
      const one = await getImport(tx, id);
      return presentWithFile(await shown(tx, one), withFile(one), services.now());
    },
  });
}
