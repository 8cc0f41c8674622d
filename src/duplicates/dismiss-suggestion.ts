import { sql } from 'kysely';
import type { Transaction } from '#platform/database/connect.ts';

/** Writes down that two contacts are not one person: it is never suggested again. Answers whether it was news. */
export async function dismissSuggestion(
  tx: Transaction,
  pair: readonly [string, string],
  by: { readonly kind: 'staff' | 'api' | 'system'; readonly id: string | null },
): Promise<'dismissed' | 'dismissed-before'> {
  const [one, other] = pair.toSorted();
  const { numAffectedRows } = await sql`
    insert into duplicate_suggestion (one_id, other_id, score, reasons, dismissed_at, dismissed_by_kind, dismissed_by)
    values (${one}::uuid, ${other}::uuid, 1, '{dismissed}', clock_timestamp(), ${by.kind}, ${by.id}::uuid)
    on conflict (one_id, other_id) do update
      set dismissed_at = excluded.dismissed_at, dismissed_by_kind = excluded.dismissed_by_kind, dismissed_by = excluded.dismissed_by
     where duplicate_suggestion.dismissed_at is null`.execute(tx);
  return (numAffectedRows ?? 0n) > 0n ? 'dismissed' : 'dismissed-before';
}
