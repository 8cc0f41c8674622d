import { isDeepStrictEqual } from 'node:util';
import { AppError } from '#platform/app-error.ts';
import type { Database, Transaction } from '#platform/database/connect.ts';
import type { FormDefinition } from './form.ts';
import { type FormRow, findFormVersion, listFormVersions } from './queries.ts';

/** What is being written of a form, and how often it was saved: the next save must name this revision. */
export interface Draft {
  readonly formId: string;
  readonly revision: number;
  readonly definition: FormDefinition;
  /** The version it started from. */
  readonly basedOn: string | null;
  readonly updatedAt: Date | null;
  readonly updatedBy: string | null;
  /** False when nobody has written since the version was published. */
  readonly isEdited: boolean;
}

/** The draft of a form; where nobody has written, the version people see, or the last one there was. */
export async function findDraft(db: Database, form: FormRow): Promise<Draft | undefined> {
  const row = await db.selectFrom('form_draft').selectAll().where('form_id', '=', form.id).executeTakeFirst();
  if (row?.definition) {
    return {
      formId: form.id,
      revision: row.revision,
      definition: row.definition as unknown as FormDefinition,
      basedOn: row.based_on,
      updatedAt: row.updated_at,
      updatedBy: row.updated_by,
      isEdited: true,
    };
  }
  const newest = form.publishedVersionId ?? (await listFormVersions(db, form.id))[0]?.id;
  const version = newest ? await findFormVersion(db, newest) : undefined;
  return (
    version && {
      formId: form.id,
      revision: row?.revision ?? 0,
      definition: version.definition,
      basedOn: version.id,
      updatedAt: null,
      updatedBy: null,
      isEdited: false,
    }
  );
}

/**
 * Saves what is being written over the revision that was seen. The same words again change nothing, so that a page which
 * saves every few seconds does not lock others out.
 *
 * @throws AppError 409 `draft-changed` with the current `revision`: somebody else has saved in between
 */
export async function saveDraft(
  tx: Transaction,
  form: FormRow,
  saving: { readonly revision: number; readonly definition: FormDefinition; readonly by?: string | undefined },
): Promise<'begun' | 'saved' | 'unchanged'> {
  const current = await lockDraft(tx, form, saving.revision);
  if (current && isDeepStrictEqual(current.definition, JSON.parse(JSON.stringify(saving.definition)))) return 'unchanged';
  await writeDraft(tx, form.id, {
    revision: saving.revision + 1,
    definition: saving.definition,
    basedOn: current?.basedOn ?? null,
    by: saving.by,
  });
  // Whoever goes on writing was already noted: an entry for every few seconds would bury the others.
  return current?.isEdited && current.updatedBy === (saving.by ?? null) ? 'saved' : 'begun';
}

/** Forgets what was written since the version people see. @throws AppError 409 `draft-changed` */
export async function discardDraft(tx: Transaction, form: FormRow, revision: number): Promise<void> {
  const current = await lockDraft(tx, form, revision);
  if (!current?.isEdited || !current.basedOn) return;
  await writeDraft(tx, form.id, { revision: revision + 1, definition: null, basedOn: null });
}

/** The draft as somebody saw it, kept from others until the end of the transaction. @throws AppError 409 `draft-changed` */
export async function lockDraft(tx: Transaction, form: FormRow, revision: number): Promise<Draft | undefined> {
  // The form's own row, for a draft that was never saved has none to lock.
  await tx.selectFrom('form').select('id').where('id', '=', form.id).forUpdate().execute();
  const current = await findDraft(tx, form);
  const held = current?.revision ?? 0;
  if (held !== revision) throw new AppError('draft-changed', { status: 409, members: { revision: held } });
  return current;
}

/** After a publication there is nothing left to publish; the count goes on, so that no older page saves over it. */
export async function closeDraft(tx: Transaction, formId: string): Promise<void> {
  const row = await tx.selectFrom('form_draft').select('revision').where('form_id', '=', formId).executeTakeFirst();
  await writeDraft(tx, formId, { revision: (row?.revision ?? 0) + 1, definition: null, basedOn: null });
}

async function writeDraft(
  tx: Transaction,
  formId: string,
  draft: { revision: number; definition: FormDefinition | null; basedOn: string | null; by?: string | undefined },
): Promise<void> {
  const columns = {
    revision: draft.revision,
    definition: draft.definition ? JSON.stringify(draft.definition) : null,
    based_on: draft.basedOn,
    updated_by: draft.by ?? null,
    updated_at: new Date(),
  };
  await tx
    .insertInto('form_draft')
    .values({ form_id: formId, ...columns })
    .onConflict((conflict) => conflict.column('form_id').doUpdateSet(columns))
    .execute();
}
