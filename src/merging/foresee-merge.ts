import { sql } from 'kysely';
import { notFound } from '#platform/app-error.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { type DescribedContact, describeContact } from '#src/contacts/describe-contact.ts';
import { findContactState } from '#src/contacts/find-contact-state.ts';
import { type Permission, permissionsOf } from '#src/permission/permissions-of.ts';
import type { MergeActor, MergeChoices, MergeObstacle } from './merge.ts';
import { mergeContacts, obstacleOf } from './merge-contacts.ts';

export interface ForeseenMerge {
  readonly survivor: DescribedContact;
  readonly absorbed: DescribedContact;
  /** Why it cannot be; null when it can. */
  readonly obstacle: { readonly contactId: string; readonly code: MergeObstacle } | null;
  /** What the united record would be. */
  readonly merged: DescribedContact | null;
  /** The gate's answers of each, and of the united record. */
  readonly permissions: {
    readonly survivor: Permission[];
    readonly absorbed: Permission[];
    readonly merged: Permission[] | null;
  };
}

/** What uniting two records would make of them, without doing it: it is done, looked at, and undone by the database. */
export async function foreseeMerge(
  tx: Transaction,
  pair: { survivorId: string; absorbedId: string; choices?: MergeChoices; actor: MergeActor },
): Promise<ForeseenMerge> {
  const { survivorId, absorbedId } = pair;
  const [survivor, absorbed] = [await describeContact(tx, survivorId), await describeContact(tx, absorbedId)];
  if (!survivor || !absorbed) throw notFound();
  const before = { survivor: await permissionsOf(tx, survivorId), absorbed: await permissionsOf(tx, absorbedId) };
  const obstacle = await findObstacle(tx, survivorId, absorbedId);
  if (obstacle) return { survivor, absorbed, obstacle, merged: null, permissions: { ...before, merged: null } };

  await sql`savepoint foreseeing`.execute(tx);
  await mergeContacts(tx, pair);
  const merged = (await describeContact(tx, survivorId)) ?? null;
  const permissions = await permissionsOf(tx, survivorId);
  await sql`rollback to savepoint foreseeing`.execute(tx);
  return { survivor, absorbed, obstacle: null, merged, permissions: { ...before, merged: permissions } };
}

async function findObstacle(tx: Transaction, survivorId: string, absorbedId: string): Promise<ForeseenMerge['obstacle']> {
  if (survivorId === absorbedId) return { contactId: survivorId, code: 'same-contact' };
  for (const contactId of [survivorId, absorbedId]) {
    const code = await obstacleOf(tx, contactId, await findContactState(tx, contactId));
    if (code) return { contactId, code };
  }
  return null;
}
