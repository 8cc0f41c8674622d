import { sql } from 'kysely';
import { AppError, notFound } from '#platform/app-error.ts';
import type { Database, Transaction } from '#platform/database/connect.ts';
import type { Language } from '#src/languages/languages.ts';
import type { StaffMember } from './caller.ts';
import type { Role } from './roles.ts';

export interface ListedStaffMember extends StaffMember {
  readonly disabledAt: Date | null;
  readonly createdAt: Date;
}

/** Everyone who works here, oldest first; there are tens. */
export async function listStaff(db: Database): Promise<ListedStaffMember[]> {
  return (await selectStaff(db).orderBy('id').execute()).map(staffMemberOf);
}

/** @throws AppError 404 */
export async function getStaffMember(db: Database, id: string): Promise<ListedStaffMember> {
  const row = await selectStaff(db).where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound();

  return staffMemberOf(row);
}

/** Names by id, for showing who did something. */
export async function namesOfStaff(db: Database, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('staff_member')
    .select(['id', 'name'])
    .where('id', 'in', [...new Set(ids)])
    .execute();

  return new Map(rows.map((row) => [row.id, row.name]));
}

/** What members change about themselves. */
export async function changeOwnProfile(
  tx: Transaction,
  id: string,
  changes: { name?: string | undefined; language?: Language | undefined },
): Promise<void> {
  await tx
    .updateTable('staff_member')
    .set({
      ...(changes.name === undefined ? {} : { name: changes.name }),
      ...(changes.language === undefined ? {} : { language: changes.language }),
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .execute();
}

/**
 * Changes someone's role, or shuts them out or lets them in again. Their sessions end with it: nobody keeps working with
 * yesterday's rights.
 *
 * @throws AppError 404; 409 `last-owner`
 */
export async function changeStaffMember(
  tx: Transaction,
  id: string,
  changes: { role?: Role | undefined; disabled?: boolean | undefined },
): Promise<ListedStaffMember> {
  // All owners are locked, so that two owners cannot shut each other out at the same moment.
  const owners = await tx
    .selectFrom('staff_member')
    .select('id')
    .where('role', '=', 'owner')
    .where('disabled_at', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute();
  const current = await getStaffMember(tx, id);
  const staysOwner = (changes.role ?? current.role) === 'owner' && !(changes.disabled ?? current.disabledAt !== null);
  if (!staysOwner && owners.length === 1 && owners[0]?.id === id) throw new AppError('last-owner', { status: 409 });

  await tx
    .updateTable('staff_member')
    .set({
      ...(changes.role === undefined ? {} : { role: changes.role }),
      ...(changes.disabled === undefined
        ? {}
        : { disabled_at: changes.disabled ? sql<Date>`coalesce(disabled_at, now())` : null }),
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .execute();
  await tx.deleteFrom('staff_session').where('staff_id', '=', id).execute();

  return getStaffMember(tx, id);
}

function selectStaff(db: Database) {
  return db.selectFrom('staff_member').select(['id', 'name', 'email', 'role', 'language', 'disabled_at', 'created_at']);
}

function staffMemberOf(row: Awaited<ReturnType<ReturnType<typeof selectStaff>['executeTakeFirstOrThrow']>>): ListedStaffMember {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    role: row.role as Role,
    language: row.language as Language,
    disabledAt: row.disabled_at,
    createdAt: row.created_at,
  };
}
