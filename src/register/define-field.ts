import { sql } from 'kysely';
import { AppError, invalidFields } from '#platform/app-error.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { reservedKeys } from '#src/forms/form.ts';
import { findPurpose, getPurpose } from '#src/purposes/find-purpose.ts';
import { revisePurpose } from '#src/purposes/revise-purpose.ts';
import { type FieldDefinition, type FieldTerms, type FieldType, hasOptions, openToAll, readers } from './field.ts';
import { findField, getField } from './find-field.ts';

/** That people are told of new data about them, or why that is not needed (Art. 13(3), 14(4)). */
export interface PurposeChange {
  readonly isMaterial: boolean;
  readonly reason?: string | undefined;
}

/**
 * Describes a field of the company's own. It serves whichever purposes name it among their data, so each of them gets a
 * new version; until one does, nobody can fill it in.
 *
 * @throws AppError 409 `key-taken`; 422
 */
export async function createField(
  tx: Transaction,
  field: FieldTerms & { readonly key: string; readonly type: FieldType; readonly purposes: readonly string[] },
  change: PurposeChange,
): Promise<FieldDefinition> {
  if (reservedKeys.includes(field.key)) throw invalidFields([{ field: 'key', code: 'key-reserved' }]);
  refuseOptions(field.type, field.options.length);
  const made = await tx
    .insertInto('field_definition')
    .values({ key: field.key, type: field.type, ...columnsOf(field) })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .returning('key')
    .executeTakeFirst();
  if (!made) throw new AppError('key-taken', { status: 409 });
  await setPurposes(tx, field.key, field.purposes, change);
  return getField(tx, field.key);
}

/**
 * Changes what may change: what is stored under the key keeps its meaning, so key and type stay and options are only added.
 *
 * @throws AppError 404; 422
 */
export async function changeField(
  tx: Transaction,
  key: string,
  terms: FieldTerms & { readonly purposes: readonly string[] },
  change: PurposeChange,
): Promise<FieldDefinition> {
  await tx.selectFrom('field_definition').select('key').where('key', '=', key).forUpdate().execute();
  const current = await getField(tx, key);
  refuseOptions(current.type, terms.options.length);
  if (current.options.some(({ value }) => !terms.options.some((option) => option.value === value))) {
    throw invalidFields([{ field: 'options', code: 'option-in-use' }]);
  }
  if (current.specialCategory && !terms.specialCategory) {
    throw invalidFields([{ field: 'specialCategory', code: 'special-stays' }]);
  }
  if (openToAll.includes(key) && readers.some((reader) => !terms.visibleTo.includes(reader))) {
    throw invalidFields([{ field: 'visibleTo', code: 'field-open-to-all' }]);
  }
  await tx.updateTable('field_definition').set(columnsOf(terms)).where('key', '=', key).execute();
  await setPurposes(tx, key, terms.purposes, change);
  return getField(tx, key);
}

/**
 * Hides a field, or brings it back. What is stored stays with its people, and is shown, given and erased with them; nothing
 * is added.
 *
 * @throws AppError 404; 409 `field-is-needed`
 */
export async function setFieldArchived(tx: Transaction, key: string, isArchived: boolean): Promise<FieldDefinition> {
  const current = await getField(tx, key);
  if (openToAll.includes(key) && isArchived) throw new AppError('field-is-needed', { status: 409 });
  await tx
    .updateTable('field_definition')
    .set({ archived_at: isArchived ? (current.archivedAt ?? new Date()) : null })
    .where('key', '=', key)
    .execute();
  return getField(tx, key);
}

/** A question of a form's own: the field it stands for. */
export interface AskedField {
  readonly key: string;
  readonly type?: FieldType | undefined;
  readonly label: FieldTerms['label'];
  readonly options?: FieldTerms['options'] | undefined;
  readonly sensitive?: boolean | undefined;
}

/**
 * A form that is published describes what it asks for: a field nobody knew becomes one, a new answer one of its options.
 * Call it when nothing about the form blocks.
 */
export async function describeAskedFields(tx: Transaction, asked: readonly AskedField[]): Promise<void> {
  for (const { key, type, label, options = [], sensitive } of asked) {
    if (!type) continue;
    const known = await findField(tx, key);
    if (!known) {
      await tx
        .insertInto('field_definition')
        .values({
          key,
          type,
          label: JSON.stringify(label),
          options: JSON.stringify(hasOptions(type) ? options : []),
          data_category: 'other',
          special_category: sensitive ? 'not-specified' : null,
          source_of_truth: 'person',
        })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .execute();
      continue;
    }
    const added = hasOptions(type) ? options.filter(({ value }) => !known.options.some((one) => one.value === value)) : [];
    if (added.length === 0 && !(sensitive && !known.specialCategory)) continue;
    await tx
      .updateTable('field_definition')
      .set({
        options: JSON.stringify([...known.options, ...added]),
        ...(sensitive && !known.specialCategory ? { special_category: 'not-specified' } : {}),
      })
      .where('key', '=', key)
      .execute();
  }
}

/** A purpose says itself which data it uses: there is no second list that could say otherwise. */
async function setPurposes(tx: Transaction, key: string, wanted: readonly string[], change: PurposeChange): Promise<void> {
  const named = await Promise.all(
    wanted.map(async (reference) => {
      const purpose = await findPurpose(tx, reference);
      if (!purpose || purpose.archivedAt) throw invalidFields([{ field: 'purposes', code: 'unknown-purpose' }]);
      return purpose;
    }),
  );
  const { rows: current } = await sql<{ id: string; isNamed: boolean; serves: boolean; only: boolean }>`
    select p.id, ${key} = any (p.data_categories) as "isNamed", cardinality(p.data_categories) = 1 as only,
           ${key} = any (p.data_categories) or f.channels && p.channels as serves
      from purpose p, field_definition f where p.archived_at is null and f.key = ${key} order by p.id`.execute(tx);
  for (const { id, isNamed, serves, only } of current) {
    const isWanted = named.some((purpose) => purpose.id === id);
    // An address serves whatever reaches people by it, named or not; there is nothing to write down.
    if (isWanted ? serves : !isNamed) continue;
    if (!isWanted && only) throw invalidFields([{ field: 'purposes', code: 'purpose-needs-data' }]);
    const purpose = await getPurpose(tx, id);
    const dataCategories = isWanted
      ? [...purpose.dataCategories, key]
      : purpose.dataCategories.filter((category) => category !== key);
    await revisePurpose(tx, id, { ...purpose, dataCategories }, change);
  }
}

function refuseOptions(type: FieldType, count: number): void {
  if (hasOptions(type) ? count < 2 : count > 0) throw invalidFields([{ field: 'options', code: 'options-needed' }]);
}

function columnsOf(terms: FieldTerms) {
  return {
    label: JSON.stringify(terms.label),
    options: JSON.stringify(terms.options),
    data_category: terms.dataCategory,
    special_category: terms.specialCategory,
    source_of_truth: terms.sourceOfTruth,
    visible_to: [...terms.visibleTo],
  };
}
