import { AppError, invalidFields, notFound } from '#platform/app-error.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { getPurpose } from './find-purpose.ts';
import type { Purpose, PurposeDefinition, PurposeInput } from './purpose.ts';
import { columnsOf, purposeOf } from './queries.ts';
import { signsOfMaterialChange } from './signs-of-material-change.ts';

/**
 * Creates a purpose at version 1.
 *
 * @throws AppError 409 `slug-taken`
 */
export async function createPurpose(
  tx: Transaction,
  purpose: PurposeInput & { slug: string; isSystem?: boolean },
): Promise<Purpose> {
  const row = await tx
    .insertInto('purpose')
    .values({ ...columnsOf(purpose), slug: purpose.slug, is_system: purpose.isSystem ?? false, version: 1 })
    .onConflict((conflict) => conflict.column('slug').doNothing())
    .returningAll()
    .executeTakeFirst();
  if (!row) throw new AppError('slug-taken', { status: 409 });
  return purposeOf(row);
}

/**
 * Records a new version. Its legal basis stays: swapping the basis under data already collected is not lawful without
 * telling people (Art. 6, 13(3)), so another basis is another purpose. Nor does marketing cease to be marketing by being
 * called otherwise: objections (Art. 21(2)) and suppressed addresses would lose their force.
 *
 * After a material change, consents given before do not cover what is done from now on: the gate says no until the person
 * has answered anew (Art. 7; 4(11): consent is specific and informed). What only looks material needs a reason, which stays
 * in the version.
 *
 * @throws AppError 404; 409 `basis-is-fixed`; 409 `marketing-is-fixed`; 409 `system-purpose`; 422 `why-not-material`
 */
export async function revisePurpose(
  tx: Transaction,
  id: string,
  definition: PurposeDefinition,
  change: { readonly isMaterial: boolean; readonly reason?: string | undefined },
): Promise<Purpose> {
  const current = await lockPurpose(tx, id);
  if (current.legalBasis !== definition.legalBasis) throw new AppError('basis-is-fixed', { status: 409 });
  if (current.isMarketing && !definition.isMarketing) throw new AppError('marketing-is-fixed', { status: 409 });
  if (current.isSystem && current.channels.some((channel) => !definition.channels.includes(channel))) {
    throw new AppError('system-purpose', { status: 409 });
  }
  const signs = signsOfMaterialChange(current, definition).map(({ sign }) => sign);
  if (signs.length > 0 && !change.isMaterial && !change.reason) {
    throw invalidFields([{ field: 'changeReason', code: 'why-not-material' }]);
  }
  const row = await tx
    .updateTable('purpose')
    .set({
      ...columnsOf(definition),
      change_signs: signs,
      change_reason: change.reason ?? null,
      ...(change.isMaterial ? { covers_from_version: current.version + 1 } : {}),
    })
    .where('id', '=', current.id)
    .returningAll()
    .executeTakeFirst();
  if (!row) throw notFound();
  return purposeOf(row);
}

/**
 * Takes a purpose out of use: the gate denies it from this moment; what was recorded under it stays provable.
 *
 * @throws AppError 404; 409 `system-purpose`
 */
export async function archivePurpose(tx: Transaction, id: string): Promise<Purpose> {
  const current = await getPurpose(tx, id);
  if (current.isSystem) throw new AppError('system-purpose', { status: 409 });
  const row = await tx
    .updateTable('purpose')
    .set({ archived_at: current.archivedAt ?? new Date(), change_signs: [], change_reason: null })
    .where('id', '=', current.id)
    .returningAll()
    .executeTakeFirst();
  if (!row) throw notFound();
  return purposeOf(row);
}

/** Of two people revising at once the second compares with what the first wrote, not with what both had read. */
async function lockPurpose(tx: Transaction, id: string): Promise<Purpose> {
  await tx.selectFrom('purpose').select('id').where('id', '=', id).forUpdate().execute();
  return getPurpose(tx, id);
}
