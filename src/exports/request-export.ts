import { sql } from 'kysely';
import type { Transaction } from '#platform/database/connect.ts';
import { startJob } from '#platform/jobs/start-job.ts';
import { selectContacts } from '#src/contacts/select-contacts.ts';
import type { NewDisclosure } from '#src/disclosures/disclosure.ts';
import { stateDisclosure } from '#src/disclosures/record-disclosure.ts';
import type { Language } from '#src/languages/languages.ts';
import { COUNTING, countExport } from './count-export.ts';
import type { BulkFormat, Selection } from './export.ts';
import { findExport } from './find-export.ts';

export interface NewExport extends NewDisclosure {
  readonly selection: Selection;
  readonly format: BulkFormat;
  readonly language: Language;
  readonly delimiter: ',' | ';';
  /** It is taken the moment it was asked for, unless another has to agree: nobody looks at the numbers before. */
  readonly isTakenAtOnce?: boolean | undefined;
}

/** So many people are counted while whoever asks waits. */
const COUNTED_AT_ONCE = 5000;

/**
 * Asks for a copy of many people's data: states what for and to whom, fixes who is chosen, and asks the gate about them, at
 * once or, of many, as a job. Nothing is given yet. Answers its id.
 *
 * Throws the database's refusal (SG007) of a recipient people were not told of, and of more than one person's data for the
 * person themself.
 */
export async function requestExport(tx: Transaction, asked: NewExport): Promise<string> {
  const id = await stateDisclosure(tx, asked);
  await tx
    .insertInto('bulk_export')
    .values({
      id,
      format: asked.format,
      language: asked.language,
      delimiter: asked.delimiter,
      selection: JSON.stringify(describeSelection(asked.selection)),
    })
    .execute();
  const chosen = await choose(tx, id, asked.selection);
  await sql`select seal_export(${id}::uuid)`.execute(tx);
  if (asked.isTakenAtOnce && !(await findExport(tx, id))?.needsApproval) return id;
  if (chosen <= COUNTED_AT_ONCE) await countExport(tx, id);
  else await startJob(tx, { kind: COUNTING, subjectId: id, total: chosen, requestedBy: asked.by });
  return id;
}

async function choose(tx: Transaction, id: string, selection: Selection): Promise<number> {
  const people =
    selection.kind === 'people'
      ? sql`select id from contact where id = any(${[...selection.contactIds]}::uuid[])`
      : await selectContacts(tx, selection.kind === 'filter' ? selection.filter : {});
  const { rows } = await sql<{ chosen: number }>`
    with added as (
      insert into bulk_export_part (export_id, no, contact_ids)
      select ${id}::uuid, no, array_agg(id order by id)
        from (select id, ((row_number() over (order by id) - 1) / 100)::integer as no from (${people}) chosen) numbered
       group by no returning cardinality(contact_ids) as people
    ) select coalesce(sum(people), 0)::integer as chosen from added`.execute(tx);
  return rows[0]?.chosen ?? 0;
}

/** How people were chosen, to be kept: codes and ids of purposes and sources, and that there was a search, not for whom. */
function describeSelection(selection: Selection): Record<string, unknown> {
  if (selection.kind !== 'filter') return { kind: selection.kind };
  const { search, ...rest } = selection.filter;
  return { kind: 'filter', ...rest, ...(search ? { searched: true } : {}) };
}
