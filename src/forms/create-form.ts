import { AppError } from '#platform/app-error.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { saveDraft } from './drafts.ts';
import { type FormDefinition, PREFERENCES_FORM } from './form.ts';
import { type FormRow, findForm } from './queries.ts';
import { COMPANY } from './show-form.ts';

/**
 * Begins a form that nobody sees yet, with these words or the few every form has.
 *
 * @throws AppError 409 `slug-taken`
 */
export async function createForm(
  tx: Transaction,
  form: { readonly slug: string; readonly definition?: FormDefinition | undefined; readonly by?: string | undefined },
): Promise<FormRow> {
  // Kept for the preference centre even before it is there.
  if (form.slug === PREFERENCES_FORM) throw new AppError('slug-taken', { status: 409 });
  const made = await tx
    .insertInto('form')
    .values({ slug: form.slug })
    .onConflict((conflict) => conflict.column('slug').doNothing())
    .returning('id')
    .executeTakeFirst();
  const row = made && (await findForm(tx, { id: made.id }));
  if (!row) throw new AppError('slug-taken', { status: 409 });
  await saveDraft(tx, row, { revision: 0, definition: form.definition ?? emptyForm, by: form.by });
  return row;
}

/** Hides a form, or brings it back; taking it down is another verb. */
export async function setFormArchived(tx: Transaction, formId: string, isArchived: boolean): Promise<void> {
  await tx
    .updateTable('form')
    .set({ archived_at: isArchived ? new Date() : null })
    .where('id', '=', formId)
    .execute();
}

/** What every form has to say and most say alike; the rest is the authors'. */
const emptyForm: FormDefinition = {
  title: { bg: '', en: '' },
  intro: { bg: '', en: '' },
  fields: [
    {
      key: 'email',
      label: { bg: 'Имейл адрес', en: 'E-mail address' },
      reason: {
        bg: `На него ${COMPANY} изпраща желаното от Вас и едно писмо за потвърждение.`,
        en: `${COMPANY} sends what you ask for to it, and one message to confirm.`,
      },
      required: true,
    },
  ],
  boxes: [],
  submit: { bg: 'Изпращане', en: 'Send' },
  done: {
    title: { bg: 'Благодарим Ви', en: 'Thank you' },
    text: { bg: 'Записахме избора Ви. Важи от този момент.', en: 'Your choice is recorded. It holds from now on.' },
  },
};
