import { z } from 'zod';
import { invalidFields } from '#platform/app-error.ts';
import type { Database } from '#platform/database/connect.ts';
import { publicId } from '#platform/http/ids.ts';
import { contactFilterFields, readContactFilter } from '#src/contacts/read-filter.ts';
import type { Discloser } from '#src/disclosures/disclosure.ts';
import { readStated, statedFields } from '#src/disclosures/read-stated.ts';
import { type Language, languages } from '#src/languages/languages.ts';
import type { Reader } from '#src/register/field.ts';
import { bulkFormats } from './export.ts';
import { hasPlaceOnCard, listExportFields } from './fields.ts';
import type { NewExport } from './request-export.ts';

export const exportRequest = z.strictObject({
  selection: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('everyone') }),
    z.strictObject({ kind: z.literal('filter'), filter: z.strictObject(contactFilterFields) }),
    z.strictObject({ kind: z.literal('people'), contacts: z.array(publicId('con')).min(1).max(20_000) }),
  ]),
  ...statedFields,
  format: z.enum(bulkFormats).default('csv'),
  delimiter: z.enum([',', ';']).default(','),
  /** Of headings, where the format has them in words. */
  language: z.enum(languages).optional(),
  /** Left out, the usual ones. */
  fields: z.array(z.string().max(60)).min(1).max(500).optional(),
});
export type ExportRequest = z.output<typeof exportRequest>;

/**
 * Reads what is asked for.
 *
 * @throws AppError 422: `missing` or `unknown-purpose`; `recipient-not-named` to people for this purpose; `unknown-field`;
 *   `only-one-person` for the person themself; 400 for a filter that cannot be
 */
export async function readExportRequest(
  db: Database,
  body: ExportRequest,
  asker: { readonly by: Discloser; readonly reader: Reader; readonly language: Language },
): Promise<NewExport> {
  const { selection } = body;
  const { purpose, problems } = await readStated(db, body);
  const known = await listExportFields(db, asker.reader);
  const chosen = body.fields ?? known.flatMap(({ key, isUsual }) => (isUsual ? [key] : []));
  if (chosen.some((key) => !known.some((field) => field.key === key))) problems.push({ field: 'fields', code: 'unknown-field' });
  const fields = [...new Set(chosen)].filter((key) => body.format !== 'vcf' || hasPlaceOnCard(key));
  if (fields.length === 0) problems.push({ field: 'fields', code: 'missing' });
  if (body.recipient.kind === 'subject' && (selection.kind !== 'people' || new Set(selection.contacts).size !== 1)) {
    problems.push({ field: 'selection', code: 'only-one-person' });
  }
  if (problems.length > 0) throw invalidFields(problems);
  return {
    selection:
      selection.kind === 'filter'
        ? { kind: 'filter', filter: await readContactFilter(db, selection.filter) }
        : selection.kind === 'people'
          ? { kind: 'people', contactIds: selection.contacts }
          : selection,
    recipient: body.recipient,
    ...(purpose ? { purpose } : {}),
    statement: body.statement,
    restrictionGround: body.restrictionGround,
    fields,
    format: body.format,
    delimiter: body.delimiter,
    language: body.language ?? asker.language,
    by: asker.by,
  };
}
