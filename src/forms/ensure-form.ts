import type { Transaction } from '#platform/database/connect.ts';
import { findForm } from './queries.ts';

/** The form of this slug, made without a version when there is none; returns its id. */
export async function ensureForm(tx: Transaction, slug: string): Promise<string> {
  const made = await tx
    .insertInto('form')
    .values({ slug })
    .onConflict((conflict) => conflict.column('slug').doNothing())
    .returning('id')
    .executeTakeFirst();
  const id = made?.id ?? (await findForm(tx, { slug }))?.id;
  if (!id) throw new Error('a form that was just made cannot be found');
  return id;
}
