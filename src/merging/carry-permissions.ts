import { sql } from 'kysely';
import { databaseNow } from '#platform/clock.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { gradeEvidence } from '#src/consent/grade-evidence.ts';
import { type NoToRepeat, type SaidState, strictestOf } from '#src/consent/strictest-of.ts';
import type { Language } from '#src/languages/languages.ts';
import { appendEntries } from '#src/ledger/append-entries.ts';
import type { Actor, EntryKind, Evidence, NewEntry, PermissionGround } from '#src/ledger/entry.ts';
import { EVERY_CHANNEL, EVERY_PURPOSE, momentAfterAllOf } from '#src/permission/current-state.ts';
import { listPurposes } from '#src/purposes/find-purpose.ts';
import type { Channel, LegalBasis, Purpose } from '#src/purposes/purpose.ts';

/** One register of a contact with the entry that set it and what the gate answers there. */
export interface Stand extends SaidState {
  readonly entryId: string;
  readonly purposeVersion: number | null;
  readonly until: Date | null;
  readonly legalBasis: LegalBasis | null;
  readonly permissionGround: PermissionGround | null;
  readonly sourceId: string;
  readonly noticeHash: string | null;
  readonly language: Language | null;
  readonly grade: string | undefined;
  readonly evidence: Evidence;
  /** The gate's reason, for what could be used. */
  readonly gate: string | null;
}

const isConsent = (kind: EntryKind) => kind === 'consent-given' || kind === 'consent-renewed';
const isYes = (kind: EntryKind) => isConsent(kind) || kind === 'basis-asserted';
const isNo = (kind: EntryKind) =>
  kind === 'objected' ||
  kind === 'consent-withdrawn' ||
  kind === 'consent-refused' ||
  kind === 'consent-expired' ||
  kind === 'basis-ended' ||
  kind === 'restricted';
const samePlace = (one: Stand, other: Stand) =>
  one.register === other.register && one.purposeId === other.purposeId && one.channel === other.channel;

/** What all registers of a contact say; a yes whose time has passed is an end, whether the sweep has written it down or not. */
export async function readStands(tx: Transaction, contactId: string): Promise<Stand[]> {
  const now = await databaseNow(tx);
  const { rows } = await sql<{
    register: SaidState['register'];
    purpose_id: string;
    channel: string;
    kind: EntryKind;
    occurred_at: Date;
    entry_id: string;
    until: Date | null;
    legal_basis: LegalBasis | null;
    permission_ground: PermissionGround | null;
    purpose_version: number | null;
    source_id: string;
    notice_hash: Buffer | null;
    language: Language | null;
    method: string;
    actor: Actor['kind'];
    evidence: Evidence;
    gate: string | null;
  }>`
    select s.*, e.source_id, e.notice_hash, e.language, e.method, e.actor, e.evidence,
           case when s.register in ('consent', 'basis') then (may_process(s.contact_id, s.purpose_id, s.channel)).reason end as gate
      from permission_state s join ledger_entry e on e.id = s.entry_id
     where s.contact_id = ${contactId}::uuid order by s.occurred_at, s.entry_id`.execute(tx);
  return rows.map((row) => {
    const isOver = isYes(row.kind) && row.until !== null && row.until <= now;
    const ended = isConsent(row.kind) ? 'consent-expired' : 'basis-ended';
    const noticeHash = row.notice_hash?.toString('hex') ?? null;
    return {
      register: row.register,
      purposeId: row.purpose_id === EVERY_PURPOSE ? null : row.purpose_id,
      channel: row.channel === EVERY_CHANNEL ? null : (row.channel as Channel),
      kind: isOver ? ended : row.kind,
      occurredAt: isOver && row.until ? row.until : row.occurred_at,
      entryId: row.entry_id,
      purposeVersion: row.purpose_version,
      until: isOver ? null : row.until,
      legalBasis: row.legal_basis,
      permissionGround: row.permission_ground,
      sourceId: row.source_id,
      noticeHash,
      language: row.language,
      grade: gradeEvidence({
        kind: row.kind,
        method: row.method,
        actor: { kind: row.actor },
        noticeHash,
        evidence: row.evidence,
      }),
      evidence: row.evidence,
      gate: row.gate,
    };
  });
}

/**
 * Writes into the survivor's ledger what the other's says, each entry naming the one that proves it, so that today's
 * permissions stay the fold of one ledger. The stricter wins, purpose by purpose and channel by channel:
 *
 * - a no of either is said again where the other's yes would outlive it;
 * - of two consents the one to the older terms counts, and until the earlier of both ends;
 * - a consent or basis of the other comes along only where the gate let it be used.
 *
 * What proves a fact stays where it is: the copy holds no address, device or note, so that taking the records apart again
 * leaves nothing of one person in the other's ledger.
 */
export async function carryPermissions(
  tx: Transaction,
  merge: { readonly id: string; readonly survivorId: string; readonly sourceId: string; readonly actor: Actor },
  own: readonly Stand[],
  others: readonly Stand[],
): Promise<void> {
  const purposes = await listPurposes(tx, { includeArchived: true });
  const common = { contactId: merge.survivorId, actor: merge.actor, method: 'merge' };
  const copies: NewEntry[] = [];
  const copy = (stand: Stand, changes: Partial<Pick<Stand, 'occurredAt' | 'until' | 'permissionGround'>> = {}) => {
    const { until, ...rest } = { ...stand, ...changes };
    copies.push({
      ...common,
      ...placed(rest, purposes),
      ...shown(rest),
      ...(until ? { until } : {}),
      evidence: evidenceOf(merge.id, rest),
    });
  };

  for (const other of others) {
    const mine = own.find((one) => samePlace(one, other));
    if (isNo(other.kind)) copy(other);
    else if (other.register === 'request') {
      const answered = own.some(
        (one) => one.register === 'consent' && one.purposeId === other.purposeId && one.channel === other.channel,
      );
      if (!mine && !answered) copy(other);
    } else if (isYes(other.kind)) {
      if (!mine && (other.gate === 'consent-given' || other.gate === 'basis-asserted' || other.gate === 'consent-outdated'))
        copy(other);
      if (mine && isYes(mine.kind)) {
        const both = stricterYes(mine, other);
        if (both) copy(both.stand, both.changes);
      }
    }
  }
  await appendEntries(tx, copies);

  const noes = strictestOf([own, others], (id) => reaches(purposes.find((purpose) => purpose.id === id)));
  if (noes.length === 0) return;
  const held = await readStands(tx, merge.survivorId);
  const lost = noes.filter((no) => no.kind === 'objected' || !held.some((one) => isSaid(one, no)));
  const at = lost.length > 0 ? await momentAfterAllOf(tx, merge.survivorId) : new Date();
  await appendEntries(
    tx,
    lost.map((no): NewEntry => {
      const proof =
        [...others, ...own].find((one) => isSaid(one, no)) ?? [...others, ...own].find(({ kind }) => kind === no.kind);
      const place = { ...no, register: 'consent' as const, purposeVersion: null };
      return {
        ...common,
        ...placed({ ...place, occurredAt: at }, purposes),
        sourceId: proof?.sourceId ?? merge.sourceId,
        evidence: { merge: merge.id, ...(proof ? { entry: proof.entryId } : {}) },
      };
    }),
  );
}

function isSaid(stand: Pick<Stand, 'kind' | 'purposeId' | 'channel'>, no: NoToRepeat): boolean {
  return stand.kind === no.kind && stand.purposeId === no.purposeId && stand.channel === no.channel;
}

function reaches(purpose: Purpose | undefined): boolean {
  return (
    purpose !== undefined &&
    (purpose.isMarketing || purpose.legalBasis === 'legitimate-interests' || purpose.legalBasis === 'public-task')
  );
}

const grounds: readonly (PermissionGround | null)[] = ['not-needed', 'soft-opt-in', 'legal-entity', 'consent'];

/** What two yeses leave: the older terms, the narrower ground, the earlier end; undefined where the survivor's own is that. */
function stricterYes(mine: Stand, other: Stand): { stand: Stand; changes: Partial<Stand> } | undefined {
  const newer = other.occurredAt > mine.occurredAt ? other : mine;
  const versions = (mine.purposeVersion ?? 0) - (other.purposeVersion ?? 0);
  const byGround = grounds.indexOf(mine.permissionGround) - grounds.indexOf(other.permissionGround);
  const base = versions !== 0 ? (versions < 0 ? mine : other) : byGround !== 0 ? (byGround < 0 ? mine : other) : newer;
  const ends = [mine.until, other.until].flatMap((until) => until ?? []);
  const until = ends.length > 0 ? new Date(Math.min(...ends.map((end) => end.getTime()))) : null;
  const weakest = grounds[Math.min(grounds.indexOf(mine.permissionGround), grounds.indexOf(other.permissionGround))] ?? null;
  const same =
    mine.until?.getTime() === until?.getTime() &&
    base.purposeVersion === mine.purposeVersion &&
    weakest === mine.permissionGround;
  if (same) return undefined;
  // Of the same moment the later id counts, and this one's is; an end may lie before the newer consent was given.
  const occurredAt = new Date(Math.max(mine.occurredAt.getTime(), other.occurredAt.getTime()));
  if (until && until <= occurredAt) {
    return {
      stand: { ...base, kind: isConsent(base.kind) ? 'consent-expired' : 'basis-ended' },
      changes: { occurredAt, until: null },
    };
  }
  return { stand: base, changes: { occurredAt, until, permissionGround: weakest } };
}

type Placed = Pick<Stand, 'kind' | 'purposeId' | 'channel' | 'purposeVersion' | 'occurredAt'>;

function placed(stand: Placed, purposes: readonly Purpose[]) {
  const version = stand.purposeVersion ?? purposes.find(({ id }) => id === stand.purposeId)?.version;
  return {
    kind: stand.kind === 'consent-renewed' ? ('consent-given' as const) : stand.kind,
    occurredAt: stand.occurredAt,
    ...(stand.purposeId && version !== undefined ? { purpose: { id: stand.purposeId, version } } : {}),
    ...(stand.channel ? { channel: stand.channel } : {}),
  };
}

function shown(stand: Omit<Stand, 'until'>) {
  return {
    sourceId: stand.sourceId,
    ...(isYes(stand.kind) && stand.legalBasis ? { legalBasis: stand.legalBasis } : {}),
    ...(isYes(stand.kind) && stand.permissionGround ? { permissionGround: stand.permissionGround } : {}),
    ...(stand.noticeHash ? { noticeHash: stand.noticeHash } : {}),
    ...(stand.language ? { language: stand.language } : {}),
  };
}

/** A child who consented with a parent stays one (Art. 8(1)); everything else about the act stays with its own entry. */
function evidenceOf(merge: string, stand: Omit<Stand, 'until'>): Evidence {
  const { guardian, ofAge } = stand.evidence;
  return {
    merge,
    entry: stand.entryId,
    ...(stand.grade ? { grade: stand.grade } : {}),
    ...(guardian === undefined ? {} : { guardian }),
    ...(ofAge === undefined ? {} : { ofAge }),
  };
}
