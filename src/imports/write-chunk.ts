import type { OwnSession, Transaction } from '#platform/database/connect.ts';
import { copyIn } from '#platform/database/copy-in.ts';
import { changePeople, copyChanges, copyPeople } from '#src/contacts/copy-people.ts';
import { suppressAddresses } from '#src/erasure/suppress-addresses.ts';
import { findSalts, newSalts } from '#src/ledger/append-entries.ts';
import { copyEntries, type SaltedEntry, saltEntry } from '#src/ledger/copy-entries.ts';
import type { ImportCounts, RowCode } from './import.ts';
import type { PersonPlan } from './plan-person.ts';
import type { ImportedRow } from './reading/imported-row.ts';

/** What staff decided by a switch or by naming a basis is told by number; these rows have no place in the error file. */
const QUIET: ReadonlySet<string> = new Set([
  'no-evidence',
  'not-confirmed',
  'age-unknown',
  'basis-unknown',
  'switch-profiles',
  'switch-statuses',
]);

/** Whether the row belongs into the error file, with what stood in it. Of an erased person nothing is kept, not even there. */
export function isTold(codes: readonly RowCode[]): boolean {
  return (
    codes.some(({ weight, code }) => weight !== 'warning' && !QUIET.has(code)) && !codes.some(({ code }) => code === 'erased')
  );
}

/** Writes what was decided about the people of some rows: everything of a chunk in one transaction. */
export async function writeChunk(
  own: OwnSession,
  tx: Transaction,
  importId: string,
  plans: readonly PersonPlan[],
  rows: ReadonlyMap<number, ImportedRow>,
): Promise<void> {
  const added = plans.filter((plan) => plan.add);
  const salts = newSalts(added.flatMap(({ contactId }) => contactId ?? []));
  const older = plans.filter((plan) => !plan.add && plan.entries.length > 0).flatMap(({ contactId }) => contactId ?? []);
  const known = await findSalts(tx, older);
  const salted: SaltedEntry[] = [];
  for (const { entries } of plans) {
    for (const entry of entries) {
      const salt = salts.get(entry.contactId) ?? known.get(entry.contactId);
      if (salt) salted.push(saltEntry(salt, entry));
    }
  }

  await copyPeople(
    own,
    added.flatMap(({ contactId, add }) => (contactId && add ? [{ id: contactId, ...add }] : [])),
    plans.flatMap(({ contactId, points, provenanceId }) =>
      contactId ? points.map((point) => ({ ...point, contactId, provenanceId })) : [],
    ),
  );
  await changePeople(
    tx,
    plans.flatMap(({ contactId, change }) => (contactId && change ? [{ id: contactId, ...change }] : [])),
  );
  await copyChanges(
    own,
    plans.flatMap(({ contactId, history }) => (contactId ? history.map((one) => ({ ...one, contactId, reason: null })) : [])),
  );
  await copyEntries(own, salts, salted);
  await suppressAddresses(
    tx,
    plans.flatMap(({ suppressions }) => suppressions),
  );
  await copyRows(own, importId, plans, rows);
}

/** Writes down what became of each row. */
export async function copyRows(
  { client }: OwnSession,
  importId: string,
  plans: readonly PersonPlan[],
  rows: ReadonlyMap<number, ImportedRow>,
): Promise<void> {
  await copyIn(
    client,
    'import_row',
    ['import_id', 'row', 'line', 'part', 'outcome', 'contact_id', 'match_hash', 'codes', 'cells', 'undo'],
    plans.flatMap(({ rows: numbers, outcome, contactId, matchHash, codes, undo }) => {
      const isErased = codes.some(({ code }) => code === 'erased');
      return numbers.map((number, place) => {
        const row = rows.get(number);
        const head = [importId, number, row?.line ?? 0, row?.part ?? 0];
        if (place > 0) return [...head, 'duplicate', contactId, isErased ? null : matchHash, null, null, null];
        return [
          ...head,
          outcome,
          contactId,
          isErased ? null : matchHash,
          codes.length > 0 ? JSON.stringify(codes) : null,
          isTold(codes) && row ? JSON.stringify(row.cells.map(storable)) : null,
          undo ? JSON.stringify(undo) : null,
        ];
      });
    }),
  );
}

/** What no database can keep (NUL, half a character) is shown as what could not be read. */
function storable(cell: string): string {
  return cell.replaceAll('\0', '\uFFFD').toWellFormed();
}

/** Adds up what was decided. */
export function countPlans(plans: readonly PersonPlan[], before: ImportCounts): ImportCounts {
  const counts: ImportCounts = { ...before };
  const add = (name: keyof ImportCounts, many: number) => {
    if (many > 0) counts[name] = (counts[name] ?? 0) + many;
  };
  for (const { rows, outcome, codes, entries, suppressions } of plans) {
    add('rows', rows.length);
    add('duplicate', rows.length - 1);
    add(outcome, 1);
    if (outcome === 'quarantined') add('new', 1);
    if (outcome !== 'problem' && outcome !== 'refused' && isTold(codes)) add('partly', 1);
    add('suppressions', suppressions.length);
    for (const { kind } of entries) add(kind === 'consent-given' ? 'consents' : kind === 'basis-asserted' ? 'bases' : 'noes', 1);
  }
  return counts;
}
