import type { Transaction } from '#platform/database/connect.ts';
import { recordSource } from './record-source.ts';

/** The source of what the product itself writes down, one per label. */
export async function recordSystemSource(tx: Transaction, label: string): Promise<string> {
  const known = await tx
    .selectFrom('source')
    .select('id')
    .where('kind', '=', 'system')
    .where('label', '=', label)
    .executeTakeFirst();
  return known?.id ?? recordSource(tx, { kind: 'system', label, obtainedFrom: 'data-subject' });
}
