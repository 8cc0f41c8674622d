import { sql } from 'kysely';
import type { Transaction } from '#platform/database/connect.ts';

/** Decides whether what a purpose's rule ends goes by itself. Without a person it is the product that decides, at set-up. */
export async function setAutomatic(tx: Transaction, purposeId: string, automatic: boolean, decidedBy?: string): Promise<void> {
  await sql`
    insert into retention_switch (purpose_id, automatic, decided_by) values (${purposeId}::uuid, ${automatic}, ${decidedBy ?? null}::uuid)
    on conflict (purpose_id) do update set automatic = excluded.automatic, decided_by = excluded.decided_by, decided_at = now()`.execute(
    tx,
  );
}
