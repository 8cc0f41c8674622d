import type { Database } from '#platform/database/connect.ts';
import { factFields } from '#src/contacts/contact.ts';
import { everyColumn, permissionColumns } from '#src/contacts/people-columns.ts';
import type { Role } from '#src/staff/roles.ts';

/** What most exports are for: whom to reach, how to address them. */
const usual: readonly string[] = [
  'id',
  'given_name',
  'family_name',
  'company',
  'job_title',
  'city',
  'email',
  'phone',
  'language',
  'country',
  'state',
  'created_at',
];

export interface ExportField {
  readonly key: string;
  /** Among those taken when nobody says which. */
  readonly isUsual: boolean;
  /** Says something only where a purpose was stated. */
  readonly needsPurpose: boolean;
}

/** The fields somebody of this role may export; programs and commands have the owner's. */
export async function listExportFields(_db: Database, _role: Role): Promise<ExportField[]> {
  return everyColumn.map((key) => ({
    key,
    isUsual: usual.includes(key),
    needsPurpose: (permissionColumns as readonly string[]).includes(key),
  }));
}

/** What a card has a place for. */
export const cardFields: readonly string[] = [...factFields, 'id', 'email', 'phone', 'postal_address', 'language', 'updated_at'];
