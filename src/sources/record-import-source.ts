import type { Transaction } from '#platform/database/connect.ts';
import { recordSource } from './record-source.ts';

/** The source of what another controller's records say, one per label. */
export async function recordImportSource(tx: Transaction, label: string): Promise<string> {
  const known = await tx
    .selectFrom('source')
    .select('id')
    .where('kind', '=', 'import')
    .where('label', '=', label)
    .executeTakeFirst();
  return known?.id ?? recordSource(tx, { kind: 'import', label, obtainedFrom: 'other' });
}
