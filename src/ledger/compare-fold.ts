import type { Snapshot } from './snapshot.ts';

export interface FoldFound {
  /** Registers in which the permissions in use differ from what the ledger says, each as contact/purpose/channel/register. */
  readonly permissionDifferences: number;
  readonly firstPermissionDifference: string | null;
}

/**
 * Whether today's permissions are the fold of the ledger. A maximum is checked without computing it: no entry may be
 * greater than what is held for its register, and what is held must be one of its entries, word for word. That takes one
 * pass where sorting every entry took six; only where something differs is it computed anew to say what.
 */
export async function compareFold(snapshot: Snapshot): Promise<FoldFound> {
  const rows = await snapshot.query<{ wrong: string; matched: string; held: string }>(`
    select count(*) filter (where held.entry_id is null
             or (e.occurred_at, strictness_of(e.kind), e.id) > (held.occurred_at, held.strictness, held.entry_id)
             or (e.id = held.entry_id and (e.kind, e.occurred_at, strictness_of(e.kind), e.until, e.legal_basis, e.permission_ground, e.purpose_version)
                  is distinct from (held.kind, held.occurred_at, held.strictness, held.until, held.legal_basis, held.permission_ground, held.purpose_version))) as wrong,
           count(*) filter (where e.id = held.entry_id) as matched,
           (select count(*) from permission_state) as held
      from ledger_entry e left join permission_state held
        on held.contact_id = e.contact_id and held.register = register_of(e.kind) and held.channel = coalesce(e.channel, '*')
       and held.purpose_id = coalesce(e.purpose_id, '00000000-0000-0000-0000-000000000000')
     where not exists (select from contact_merge m where m.absorbed_id = e.contact_id and m.undone_at is null)
       and not exists (select from contact_merge m where m.undone_at is not null and m.id::text = e.evidence->>'merge')`);
  const [found] = rows;
  if (found?.wrong === '0' && found.matched === found.held) return { permissionDifferences: 0, firstPermissionDifference: null };
  return nameDifferences(snapshot);
}

async function nameDifferences(snapshot: Snapshot): Promise<FoldFound> {
  const rows = await snapshot.query<{ n: number; first: string | null }>(`
    select count(*)::int as n, min(concat_ws('/', contact_id, purpose_id, channel, register)) as first
      from permission_state held full join permission_fold said using (contact_id, purpose_id, channel, register)
     where (held.kind, held.occurred_at, held.strictness, held.entry_id, held.until, held.legal_basis, held.permission_ground, held.purpose_version)
           is distinct from
           (said.kind, said.occurred_at, said.strictness, said.entry_id, said.until, said.legal_basis, said.permission_ground, said.purpose_version)`);
  return { permissionDifferences: rows[0]?.n ?? 0, firstPermissionDifference: rows[0]?.first ?? null };
}
