import { sql } from 'kysely';
import { AppError } from '#platform/app-error.ts';
import { databaseNow } from '#platform/clock.ts';
import { type Database, inTransaction, type OwnSession, onOwnSession, type Transaction } from '#platform/database/connect.ts';
import type { JobKind } from '#platform/jobs/run-jobs.ts';
import { findJobOf, startJob } from '#platform/jobs/start-job.ts';
import type { Fact } from '#src/contacts/contact.ts';
import { changePeople, copyChanges, removePoints } from '#src/contacts/copy-people.ts';
import { holdPeople, type KnownPerson } from '#src/contacts/find-people.ts';
import { ERASED_AT_ONCE, eraseContacts } from '#src/erasure/erase-contacts.ts';
import { appendEntries } from '#src/ledger/append-entries.ts';
import type { NewEntry } from '#src/ledger/entry.ts';
import type { Channel } from '#src/purposes/purpose.ts';
import type { Services } from '#src/services.ts';
import type { Right } from '#src/staff/rights.ts';
import { type RequestedBy, subjectOf } from './commit-import.ts';
import { getImport, lockImport, updateImport } from './find-import.ts';
import type { Import, ImportCounts } from './import.ts';
import type { UndoImage } from './plan-person.ts';

/**
 * Asks for the undo of a whole import, updates included.
 *
 * @throws AppError 404; 409 `import-state`, `undo-expired`
 */
export async function requestUndo(tx: Transaction, id: string, requestedBy: RequestedBy): Promise<string> {
  const one = await lockImport(tx, id);
  if (one.state !== 'committed' && one.state !== 'stopped') throw new AppError('import-state', { status: 409 });
  const now = await databaseNow(tx);
  if (one.rowsErasedAt || !one.undoUntil || one.undoUntil <= now) throw new AppError('undo-expired', { status: 409 });
  await updateImport(tx, id, { state: 'undoing' });
  const total = (one.counts.rows ?? 0) || undefined;
  // One that was stopped half-way is gone on with: what it has taken back already would look changed since.
  const last = await findJobOf(tx, undoImport.kind, id);
  const from = (last?.cursor ?? last?.parameters ?? {}) as Partial<Cursor>;
  const parameters = from.before === undefined ? {} : { before: from.before };
  return startJob(tx, { kind: undoImport.kind, subjectId: id, parameters, total, requestedBy });
}

interface Cursor {
  readonly before: number;
}

/**
 * Takes an import back from its last row to its first. Whoever it brought is erased, and leaves no hash: nobody asked for it.
 * Of whoever was there before, every value is again what it was. What the person or staff did since stays, and so does every
 * no the import brought.
 */
export const undoImport: JobKind<Services, Right> = {
  kind: 'import-undo',
  right: 'imports.write',
  async run(services, job) {
    const one = await getImport(services.db, subjectOf(job));
    if (one.state !== 'undoing') return 'done';
    let before = ((job.cursor ?? job.parameters) as Partial<Cursor>).before ?? 2 ** 31 - 1;
    let counts: ImportCounts = job.counts;
    let done = job.done;
    const outcome = await onOwnSession(services.db, async (own) => {
      for (;;) {
        const taken = await inTransaction(own.db, async (tx) => {
          const rows = await rowsBefore(tx, one.id, before);
          if (rows.length === 0) return 0;
          counts = add(counts, await undoRows(own, tx, one, rows));
          before = rows.at(-1)?.row ?? 0;
          done += rows.length;
          await job.checkpoint(tx, {
            done,
            cursor: { before } satisfies Cursor,
            counts: counts as Readonly<Record<string, number>>,
          });
          return rows.length;
        });
        if (taken === 0) return 'done' as const;
        if (!job.mayGoOn()) return 'interrupted' as const;
      }
    });
    if (outcome === 'done') await endUndo(services.db, one.id, 'undone', counts);
    return outcome;
  },
  stopped: ({ db }, job) => endUndo(db, subjectOf(job), 'stopped', job.counts as ImportCounts),
};

/** Ends an undo; one that was stopped may be gone on with by another. */
export async function endUndo(db: Database, id: string, as: 'undone' | 'stopped', counts: ImportCounts): Promise<void> {
  await inTransaction(db, async (tx) => {
    const one = await lockImport(tx, id);
    if (one.state !== 'undoing') return;
    await updateImport(tx, id, {
      state: as,
      counts: JSON.stringify(add(one.counts, counts)),
      ...(as === 'undone' ? { undone_at: sql<Date>`clock_timestamp()` } : {}),
    });
  });
}

interface TakenRow {
  readonly row: number;
  readonly outcome: string;
  readonly contact_id: string;
  readonly undo: UndoImage | null;
}

async function rowsBefore(tx: Transaction, importId: string, before: number): Promise<TakenRow[]> {
  const { rows } = await sql<TakenRow>`
    select row, outcome, contact_id, undo from import_row
     where import_id = ${importId} and row < ${before} and contact_id is not null
     order by row desc limit ${ERASED_AT_ONCE}`.execute(tx);
  return rows;
}

async function undoRows(own: OwnSession, tx: Transaction, one: Import, rows: readonly TakenRow[]): Promise<ImportCounts> {
  const brought = new Set(
    rows.filter(({ outcome }) => outcome === 'new' || outcome === 'quarantined').map((row) => row.contact_id),
  );
  const kept = await whoDidSomethingSince(tx, one.id, [...brought]);
  const goes = [...brought].filter((id) => !kept.has(id));
  const erased = await eraseContacts(tx, goes, { reason: 'import-undone' });

  const stays = [...new Set(rows.map((row) => row.contact_id))].filter((id) => !brought.has(id) || kept.has(id));
  const people = await holdPeople(tx, stays);
  const { restored, keptFields } = await restorePeople(own, tx, one, people, rows, kept);
  const keptNoes = await endWhatItAllowed(tx, one, [...people.keys()]);
  return { erased: erased.length, restored, keptContacts: kept.size, keptFields, keptNoes };
}

/** Of the people it brought: who has spoken for themselves since, whom staff have dealt with, whom another import has met. */
async function whoDidSomethingSince(tx: Transaction, importId: string, contactIds: readonly string[]): Promise<Set<string>> {
  if (contactIds.length === 0) return new Set();
  const { rows } = await sql<{ id: string }>`
    select id from unnest(${contactIds}::uuid[]) as c(id)
     where exists (select from ledger_entry e where e.contact_id = c.id
             and (e.actor not in ('import', 'system') or e.actor = 'import' and e.evidence->>'import' is distinct from ${importId}))
        or exists (select from contact_change h where h.contact_id = c.id and h.changed_by_kind <> 'import')
        or exists (select from import_row r where r.contact_id = c.id and r.import_id <> ${importId} and r.outcome <> 'refused')`.execute(
    tx,
  );
  return new Set(rows.map(({ id }) => id));
}

interface Restored {
  facts: Record<string, Fact>;
  country: string | null;
  state: string;
  isChanged: boolean;
}

async function restorePeople(
  own: OwnSession,
  tx: Transaction,
  one: Import,
  people: ReadonlyMap<string, KnownPerson>,
  rows: readonly TakenRow[],
  kept: ReadonlySet<string>,
): Promise<{ restored: number; keptFields: number }> {
  const now = new Map<string, Restored>();
  const history: { contactId: string; field: string; old: string | null; new: string | null; reason: string | null }[] = [];
  let keptFields = 0;
  const of = (id: string, person: KnownPerson): Restored => {
    const known = now.get(id) ?? { facts: { ...person.facts }, country: person.country, state: person.state, isChanged: false };
    now.set(id, known);
    return known;
  };
  const note = (contactId: string, field: string, old: string | null, value: string | null) =>
    void history.push({ contactId, field, old, new: value, reason: 'import-undone' });

  // From the last row to the first, so that of two of one person the earlier one restores what stood before both.
  for (const { contact_id: id, undo } of rows) {
    const person = people.get(id);
    if (!person || !undo) continue;
    const value = of(id, person);
    for (const [field, { before, after }] of Object.entries(undo.facts ?? {})) {
      if (!isSame(value.facts[field], after)) {
        keptFields += 1;
        continue;
      }
      if (before) value.facts[field] = before;
      else delete value.facts[field];
      value.isChanged = true;
      note(id, field, after.value, before?.value ?? null);
    }
    if (undo.country) {
      if (value.country === undo.country.after) {
        value.country = undo.country.before;
        value.isChanged = true;
        note(id, 'country', undo.country.after, undo.country.before);
      } else keptFields += 1;
    }
    if (undo.state && value.state === undo.state.after && !(await whoDidSomethingSince(tx, one.id, [id])).has(id)) {
      value.state = undo.state.before;
      value.isChanged = true;
    }
  }
  // Somebody it brought who stays on their own account: what the file said of them goes, what was changed since stays.
  const ours = await provenancesOf(tx, one);
  for (const id of kept) {
    const person = people.get(id);
    if (!person) continue;
    const value = of(id, person);
    for (const [field, fact] of Object.entries(value.facts)) {
      if (!fact.provenance.every((provenance) => ours.has(provenance))) continue;
      delete value.facts[field];
      value.isChanged = true;
      note(id, field, fact.value, null);
    }
  }
  const added = rows.flatMap(({ undo }) => undo?.points ?? []);
  const gone = await removePoints(tx, added);
  keptFields += added.length - gone.length;
  for (const { contactId, kind, original } of gone) note(contactId, kind, original, null);

  const changed = [...now].filter(([, { isChanged }]) => isChanged).map(([id, value]) => ({ id, ...value }));
  await changePeople(tx, changed);
  await copyChanges(own, history);
  return { restored: new Set(history.map(({ contactId }) => contactId)).size, keptFields };
}

function isSame(one: Fact | undefined, other: Fact): boolean {
  return (
    one !== undefined && one.value === other.value && one.at === other.at && one.provenance.join() === other.provenance.join()
  );
}

async function provenancesOf(tx: Transaction, one: Import): Promise<ReadonlySet<string>> {
  const rows = await tx
    .selectFrom('provenance')
    .select('id')
    .where('source_id', '=', one.sourceId ?? '')
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** Ends the consents and bases that rest on the import and still stand; answers how many of its noes stay. */
async function endWhatItAllowed(tx: Transaction, one: Import, contactIds: readonly string[]): Promise<number> {
  if (contactIds.length === 0 || !one.sourceId) return 0;
  const { rows } = await sql<{
    contact_id: string;
    kind: string;
    purpose_id: string;
    purpose_version: number;
    channel: Channel;
    newest: Date;
  }>`
    select s.contact_id, s.kind, s.purpose_id, e.purpose_version, s.channel,
           greatest(clock_timestamp()::timestamptz(3), (select max(n.occurred_at) + interval '1 millisecond'
             from permission_state n where n.contact_id = s.contact_id)) as newest
      from permission_state s join ledger_entry e on e.id = s.entry_id
     where s.contact_id = any(${contactIds}::uuid[]) and e.actor = 'import' and e.evidence->>'import' = ${one.id}`.execute(tx);
  const sourceId = one.sourceId;
  const ends = rows.filter(({ kind }) => kind === 'consent-given' || kind === 'basis-asserted');
  await appendEntries(
    tx,
    ends.map(
      (row): NewEntry => ({
        kind: row.kind === 'consent-given' ? 'consent-expired' : 'basis-ended',
        contactId: row.contact_id,
        purpose: { id: row.purpose_id, version: row.purpose_version },
        channel: row.channel,
        occurredAt: row.newest,
        sourceId,
        actor: { kind: 'import' },
        method: 'import-undone',
        evidence: { import: one.id },
      }),
    ),
  );
  return rows.length - ends.length;
}

function add(one: ImportCounts, other: ImportCounts): ImportCounts {
  const sum: ImportCounts = { ...one };
  for (const [name, many] of Object.entries(other) as [keyof ImportCounts, number][]) sum[name] = (sum[name] ?? 0) + many;
  return sum;
}
