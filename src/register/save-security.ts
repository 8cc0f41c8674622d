import type { z } from 'zod';
import type { Transaction } from '#platform/database/connect.ts';
import type { securityInput } from './activity.ts';

/** Measures that hold for everything we do (Art. 32). */
export async function saveSecurity(tx: Transaction, security: z.output<typeof securityInput>, by: string | null): Promise<void> {
  const columns = { measures: security.measures, note: security.note, updated_by: by, updated_at: new Date() };
  await tx
    .insertInto('register_security')
    .values(columns)
    .onConflict((conflict) => conflict.column('only_one').doUpdateSet(columns))
    .execute();
}
