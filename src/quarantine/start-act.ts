import { AppError, invalidFields } from '#platform/app-error.ts';
import { databaseNow } from '#platform/clock.ts';
import type { Database, Transaction } from '#platform/database/connect.ts';
import { startJob } from '#platform/jobs/start-job.ts';
import { monthsFromNow } from '#src/consent/give-consent.ts';
import type { ReadEvidence } from '#src/evidence-files/keep-evidence.ts';
import type { Language } from '#src/languages/languages.ts';
import type { PermissionGround } from '#src/ledger/entry.ts';
import { recordForeignText } from '#src/notices/record-foreign-text.ts';
import type { Channel, Purpose } from '#src/purposes/purpose.ts';
import { findController } from '#src/register/controller.ts';
import { fieldsServing } from '#src/register/find-field.ts';
import { foresee } from './foresee.ts';
import { type ActKind, doneTo, type QuarantineAct, type Selection } from './quarantine-act.ts';

/** What somebody wants done with the chosen people, and what shows that it may be. */
export interface WantedAct {
  readonly kind: ActKind;
  readonly selection: Selection;
  readonly purpose: Purpose;
  readonly channels?: readonly Channel[] | undefined;
  readonly reason: string;
  readonly rest: 'keep' | 'erase';
  /** Evidence: when they consented, to which words in which language, what shows it, and that they were old enough. */
  readonly consentedAt?: Date | undefined;
  readonly text?: { readonly body: string; readonly language: Language } | undefined;
  readonly file?: ReadEvidence | undefined;
  readonly statement?: string | undefined;
  readonly ofAge?: boolean | undefined;
  /** Basis: the weighing of interests; for marketing, why the channel may be used. */
  readonly assessment?: string | undefined;
  readonly permissionGround?: Exclude<PermissionGround, 'consent'> | undefined;
  /** Whoever asks for it has read what the law forbids here. */
  readonly warningRead?: boolean | undefined;
  readonly actor: { readonly kind: 'staff' | 'api'; readonly id: string };
}

/**
 * What the law lets be done at all, before anybody is looked at.
 *
 * @throws AppError 422
 */
async function readAct(db: Database, wanted: WantedAct): Promise<QuarantineAct> {
  const now = await databaseNow(db);
  const { kind, purpose } = wanted;
  const refuse = (field: string, code: string): never => {
    throw invalidFields([{ field, code }]);
  };
  if (purpose.archivedAt || purpose.isSystem) refuse('purpose', 'unknown-purpose');
  if (kind === 'basis' && purpose.legalBasis === 'consent') refuse('purpose', 'consent-needs-evidence');
  if (kind !== 'basis' && purpose.legalBasis !== 'consent') refuse('purpose', 'purpose-without-consent');
  const channels = kind === 'ask' ? (['email'] as const) : (wanted.channels ?? purpose.channels);
  if (channels.length === 0 || channels.some((channel) => !purpose.channels.includes(channel))) {
    refuse('channels', 'channel-not-declared');
  }
  if (kind === 'evidence') {
    const { consentedAt, file, statement, text } = wanted;
    if (!consentedAt) return refuse('consentedAt', 'missing');
    if (consentedAt > now) refuse('consentedAt', 'in-the-future');
    if (!text) refuse('text', 'missing');
    if (!file && !statement) refuse('statement', 'file-or-statement');
    // A word of ours does not stand for a confirmed address; what the people signed does.
    if (!file && purpose.doubleOptIn && channels.includes('email')) refuse('file', 'signed-file-needed');
    if (purpose.needsAge && !wanted.ofAge) refuse('ofAge', wanted.ofAge === undefined ? 'age-not-asked' : 'under-age');
    if (purpose.consentValidMonths !== null && monthsFromNow(purpose.consentValidMonths, consentedAt) <= now) {
      refuse('consentedAt', 'consent-ended-since');
    }
  }
  if (kind === 'basis') {
    if (!wanted.warningRead) refuse('warningRead', 'warning-not-read');
    if (purpose.isMarketing && purpose.legalBasis === 'contract') refuse('purpose', 'contract-covers-service-only');
    if (purpose.legalBasis === 'legitimate-interests' && !wanted.assessment) refuse('assessment', 'assessment-needed');
  }
  return {
    kind,
    selection: wanted.selection,
    purpose,
    channels: [...channels],
    covers: await fieldsServing(db, purpose.id),
    rest: wanted.rest,
    permissionGround: kind === 'basis' ? (wanted.permissionGround ?? 'not-needed') : 'consent',
    consentedAt: kind === 'evidence' ? (wanted.consentedAt ?? null) : null,
  };
}

/** What an act would do, without doing it. */
export async function previewAct(db: Database, wanted: WantedAct) {
  return foresee(db, await readAct(db, wanted));
}

/**
 * Writes the act down, with its evidence, and asks for the work.
 *
 * @throws AppError 422; 409 `controller-missing`, `nobody-chosen`
 */
export async function startAct(tx: Transaction, wanted: WantedAct): Promise<{ actId: string; jobId: string; people: number }> {
  const act = await readAct(tx, wanted);
  if (!(await findController(tx))) throw new AppError('controller-missing', { status: 409 });
  const foreseen = await foresee(tx, act);
  const total = Object.values(foreseen).reduce((sum, people) => sum + people, 0);
  const people = doneTo.reduce((sum, outcome) => sum + (foreseen[outcome] ?? 0), 0);
  if (people === 0) throw new AppError('nobody-chosen', { status: 409 });

  const evidenceId = act.kind === 'evidence' ? await keepShared(tx, wanted) : null;
  const { id } = await tx
    .insertInto('quarantine_act')
    .values({
      kind: act.kind,
      selection: JSON.stringify(act.selection),
      purpose_id: act.purpose.id,
      purpose_version: act.purpose.version,
      channels: [...act.channels],
      legal_basis: act.purpose.legalBasis,
      permission_ground: act.permissionGround,
      reason: wanted.reason,
      assessment: act.kind === 'basis' ? (wanted.assessment ?? null) : null,
      rest: act.rest,
      evidence_id: evidenceId,
      consented_at: act.consentedAt,
      notice_hash: wanted.text && act.kind === 'evidence' ? Buffer.from(await recordForeignText(tx, wanted.text), 'hex') : null,
      started_by_kind: wanted.actor.kind,
      started_by: wanted.actor.id,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const jobId = await startJob(tx, {
    kind: 'repair-quarantine',
    subjectId: id,
    parameters: wanted.text ? { language: wanted.text.language } : {},
    total,
    requestedBy: wanted.actor,
  });
  return { actId: id, jobId, people };
}

async function keepShared(tx: Transaction, { file, statement, actor }: WantedAct): Promise<string> {
  const { id } = await tx
    .insertInto('shared_evidence')
    .values({
      statement: statement ?? null,
      media_type: file?.mediaType ?? null,
      sha256: file ? Buffer.from(file.sha256, 'hex') : null,
      content: file?.content ?? null,
      added_by: actor.kind === 'staff' ? actor.id : null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}
