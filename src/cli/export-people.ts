import type { z } from 'zod';
import { AppError } from '#platform/app-error.ts';
import { inTransaction } from '#platform/database/connect.ts';
import { fromPublicId, toPublicId } from '#platform/http/ids.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { recipientKinds } from '#src/disclosures/disclosure.ts';
import { type BulkExport, bulkFormats } from '#src/exports/export.ts';
import { findExport } from '#src/exports/find-export.ts';
import { exportRequest, readExportRequest } from '#src/exports/read-request.ts';
import { requestExport } from '#src/exports/request-export.ts';
import { beginExport, readExport } from '#src/exports/take-export.ts';
import { languages } from '#src/languages/languages.ts';
import type { Services } from '#src/services.ts';
import { type OptionValues, oneOf, type Terminal, text, UsageError } from './command.ts';
import { withServices } from './with-services.ts';

const command = { kind: 'command' } as const;

/** Writes a copy of many people to stdout: asks for it and takes it, or, of so many that another has to agree, says where. */
export async function exportPeople(values: OptionValues, terminal: Terminal): Promise<number> {
  const wanted = typeof values.id === 'string' ? idOf(values.id) : readWish(values);
  return withServices(terminal, async ({ services }) => {
    const id = typeof wanted === 'string' ? wanted : await ask(services, wanted);
    const asked = await findExport(services.db, id);
    if (!asked) {
      terminal.talk('There is no such export.');
      return 1;
    }
    if (asked.needsApproval && (asked.status === 'waiting' || asked.status === 'counting')) {
      const page = `${services.config.publicUrl}/admin/exports/${toPublicId('exp', id)}`;
      terminal.talk(
        `Data of ${asked.chosen} people: an owner or a data protection officer has to agree first, at ${page}\nThen: saglasie export --id ${toPublicId('exp', id)}`,
      );
      return 1;
    }
    return take(services, asked, terminal);
  });
}

async function ask(services: Services, wish: z.output<typeof exportRequest>): Promise<string> {
  return inTransaction(services.db, async (tx) => {
    const read = await readExportRequest(tx, wish, { by: command, reader: 'owner', language: 'bg' });
    const id = await requestExport(tx, { ...read, isTakenAtOnce: true });
    await recordAudit(tx, {
      actor: command,
      action: 'export.requested',
      subject: { kind: 'export', id },
      detail: { recipient: read.recipient.kind, format: read.format, fields: read.fields },
    });
    return id;
  });
}

async function take({ db, now }: Services, asked: BulkExport, terminal: Terminal): Promise<number> {
  if (asked.by.kind !== 'command') throw new AppError('export-of-another', { status: 403 });
  if (asked.status !== 'ready' && asked.status !== 'counting') throw new AppError('export-not-ready', { status: 409 });
  const attempt = await inTransaction(db, async (tx) => {
    const begun = await beginExport(tx, asked.id, command);
    const detail = { format: asked.format, people: asked.chosen, attempt: begun };
    await recordAudit(tx, { actor: command, action: 'export.taken', subject: { kind: 'export', id: asked.id }, detail });
    return begun;
  });
  for await (const bytes of readExport(db, asked.id, attempt, now())) await terminal.bytes(bytes);
  const { given = 0, ...leftOut } = (await findExport(db, asked.id))?.outcome ?? {};
  const why = Object.entries(leftOut).map(([reason, people]) => `${people} ${reason}`);
  terminal.talk(`${given} people${why.length > 0 ? `; left out: ${why.join(', ')}` : ''}`);
  return 0;
}

function readWish(values: OptionValues): z.output<typeof exportRequest> {
  const read = exportRequest.safeParse({
    selection: values.all
      ? { kind: 'everyone' }
      : { kind: 'filter', filter: Object.fromEntries(new URLSearchParams(text(values, 'filter'))) },
    purpose: values.purpose,
    channel: values.channel,
    recipient: { kind: oneOf(values, 'recipient-kind', recipientKinds, 'internal'), name: text(values, 'recipient') },
    statement: text(values, 'statement'),
    format: oneOf(values, 'format', bulkFormats, 'csv'),
    delimiter: values.semicolons ? ';' : ',',
    language: oneOf(values, 'language', languages, 'bg'),
    ...(typeof values.fields === 'string' ? { fields: values.fields.split(',').map((key) => key.trim()) } : {}),
  });
  if (!read.success) throw new UsageError(`Not understood: ${read.error.issues.map(({ path }) => path.join('.')).join(', ')}.`);
  return read.data;
}

function idOf(typed: string): string {
  const id = fromPublicId('exp', typed);
  if (!id) throw new UsageError('--id must be one that was printed, such as exp_….');
  return id;
}
