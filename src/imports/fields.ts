import type { Database } from '#platform/database/connect.ts';
import { factFields } from '#src/contacts/contact.ts';
import type { ImportField } from './presets/read-field-cell.ts';

/** The fields a column may go into. */
export async function importFields(_db: Database): Promise<ImportField[]> {
  return factFields.map((key) => ({ key, type: key === 'note' ? 'long-text' : 'text', options: [] }));
}
