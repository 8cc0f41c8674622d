import { sql } from 'kysely';
import { databaseNow } from '#platform/clock.ts';
import type { Database, Transaction } from '#platform/database/connect.ts';
import { confirmContact } from '#src/contacts/confirm-contact.ts';
import { findPrimaryEmail } from '#src/contacts/find-primary-email.ts';
import { lockContact } from '#src/contacts/lock-contact.ts';
import { queueDeliveries } from '#src/delivery/queue-deliveries.ts';
import { eraseContact } from '#src/erasure/erase-contact.ts';
import { appendEntries } from '#src/ledger/append-entries.ts';
import { CONFIRMATION, PARENTAL } from '#src/purposes/ensure-starter-purposes.ts';
import { getPurpose } from '#src/purposes/find-purpose.ts';
import type { Services } from '#src/services.ts';
import { recordProvenance, recordSource } from '#src/sources/record-source.ts';
import { findSubmission, isAskedOf, type Submission } from './find-submission.ts';
import { DAYS_TO_CONFIRM } from './form.ts';

export interface Guardian {
  readonly guardianId: string;
  readonly name: string | null;
  readonly askedAt: Date;
  readonly confirmedAt: Date | null;
}

/** Whoever was asked in the place of the person who sent this, or undefined. */
export async function findGuardian(db: Database, submissionId: string): Promise<Guardian | undefined> {
  const row = await db
    .selectFrom('parental_confirmation')
    .selectAll()
    .where('submission_id', '=', submissionId)
    .executeTakeFirst();
  return row && { guardianId: row.guardian_id, name: row.guardian_name, askedAt: row.asked_at, confirmedAt: row.confirmed_at };
}

export type ParentOutcome = 'agreed' | 'declined' | 'settled-before' | 'gone';

/**
 * The holder of parental responsibility agrees in the child's place (Art. 8(1)). Only now is the child's own address written
 * to: a parent of anybody's making must not be able to subscribe a stranger, so its owner still has to confirm it.
 */
export async function agreeForChild(
  tx: Transaction,
  services: Services,
  agreeing: { readonly submissionId: string; readonly name: string },
): Promise<ParentOutcome> {
  const found = await lockAsked(tx, agreeing.submissionId);
  if (typeof found === 'string') return found;
  const { submission, guardian } = found;
  const at = await databaseNow(tx);
  const expiresAt = new Date(at.getTime() + DAYS_TO_CONFIRM * 86_400_000);
  await tx
    .updateTable('parental_confirmation')
    .set({ guardian_name: agreeing.name, confirmed_at: at })
    .where('submission_id', '=', submission.id)
    .execute();
  await tx.updateTable('submission').set({ expires_at: expiresAt }).where('id', '=', submission.id).execute();
  await keepGuardian(tx, services, guardian.guardianId, submission, at);

  const point = await findPrimaryEmail(tx, submission.contactId);
  if (!point) return 'agreed';
  const confirmation = await getPurpose(tx, CONFIRMATION);
  const sourceId = await sourceOf(tx, submission);
  await appendEntries(tx, [
    {
      kind: 'basis-asserted',
      contactId: submission.contactId,
      purpose: { id: confirmation.id, version: confirmation.version },
      channel: 'email',
      legalBasis: 'legal-obligation',
      permissionGround: 'not-needed',
      occurredAt: at,
      until: expiresAt,
      sourceId,
      language: submission.language,
      actor: { kind: 'system' },
      method: 'parental-confirmation',
      evidence: { submission: submission.id, guardian: guardian.guardianId },
    },
  ]);
  await queueDeliveries(
    tx,
    [
      {
        contactId: submission.contactId,
        contactPointId: point.pointId,
        purposeId: confirmation.id,
        channel: 'email',
        template: 'confirm-consent',
        parameters: { submission: submission.id },
        language: submission.language,
      },
    ],
    services.config.smtpUrl ? 'queued' : 'held',
  );
  return 'agreed';
}

/**
 * The parent says no, or knows nothing of it: what the child typed is deleted, and so is the parent's address. Whoever says
 * that the message was not for them has objected, and that outlives the address (Art. 21): `not-me` keeps its keyed hash.
 */
export async function declineForChild(
  tx: Transaction,
  submissionId: string,
  because: 'unconfirmed' | 'not-me' = 'unconfirmed',
): Promise<ParentOutcome> {
  const found = await lockAsked(tx, submissionId);
  if (typeof found === 'string') return found;
  const { submission, guardian } = found;
  await tx
    .updateTable('submission')
    .set({ status: 'rejected', settled_at: await databaseNow(tx), answers: '{}', evidence: '{}' })
    .where('id', '=', submission.id)
    .execute();
  const state = await lockContact(tx, submission.contactId);
  if (state === 'unconfirmed') await eraseContact(tx, { contactId: submission.contactId, reason: 'not-me' });
  await forgetGuardian(tx, guardian.guardianId, because);
  return 'declined';
}

/**
 * Erases a parent who is here for no other reason than a question that has ended: without an answer, or with a yes that came
 * to nothing because the child's own address was never confirmed. What they said proves no consent then.
 */
export async function forgetGuardian(
  tx: Transaction,
  guardianId: string,
  reason: 'unconfirmed' | 'not-me' = 'unconfirmed',
): Promise<void> {
  const state = await lockContact(tx, guardianId);
  if (state !== 'unconfirmed' && !(state === 'active' && (await isHereToAnswer(tx, guardianId)))) return;
  const needed = await tx
    .selectFrom('submission')
    .leftJoin('parental_confirmation as p', 'p.submission_id', 'submission.id')
    .select('submission.id')
    .where('submission.status', 'in', ['pending', 'confirmed'])
    .where((eb) => eb.or([eb('p.guardian_id', '=', guardianId), eb('submission.contact_id', '=', guardianId)]))
    .executeTakeFirst();
  if (!needed) await eraseContact(tx, { contactId: guardianId, reason });
}

/** Whether all that is held of them rests on being asked for a child. */
async function isHereToAnswer(tx: Transaction, contactId: string): Promise<boolean> {
  const { id } = await getPurpose(tx, PARENTAL);
  const { rows } = await sql<{ only: boolean }>`
    select c.facts = '{}' and origin.purpose_id = ${id}::uuid
       and not exists (select from contact_point cp join provenance p on p.id = any(cp.provenance_ids)
                        where cp.contact_id = c.id and p.purpose_id <> ${id}::uuid)
       and not exists (select from ledger_entry e where e.contact_id = c.id and e.purpose_id is distinct from ${id}::uuid) as only
      from contact c join provenance origin on origin.id = c.origin_id
     where c.id = ${contactId}::uuid`.execute(tx);
  return rows[0]?.only ?? false;
}

async function lockAsked(
  tx: Transaction,
  submissionId: string,
): Promise<{ submission: Submission; guardian: Guardian } | 'settled-before' | 'gone'> {
  const found = await findSubmission(tx, submissionId);
  const state = found && (await lockContact(tx, found.contactId));
  // Nobody agrees for a record that went up in another: the child is asked anew, with the parent, when they sign up again.
  if (state === 'merged') return 'gone';
  const submission = found && (await findSubmission(tx, submissionId, { lock: true }));
  const guardian = submission && (await findGuardian(tx, submissionId));
  if (!submission || !guardian) return 'gone';
  if (guardian.confirmedAt) return 'settled-before';
  if (submission.status !== 'pending' || submission.expiresAt <= (await databaseNow(tx))) return 'gone';
  // The link lies in the mailbox it was sent to; after the address changed it speaks for nobody.
  const point = await findPrimaryEmail(tx, guardian.guardianId);
  return isAskedOf({ createdAt: guardian.askedAt }, point) ? { submission, guardian } : 'gone';
}

/** They answered from the address the child gave: it is theirs, and is kept for the proof of what they said and nothing else. */
async function keepGuardian(
  tx: Transaction,
  services: Services,
  guardianId: string,
  submission: Submission,
  at: Date,
): Promise<void> {
  const parental = await getPurpose(tx, PARENTAL);
  const provenanceId = await recordProvenance(tx, {
    sourceId: await sourceOf(tx, submission),
    purposeId: parental.id,
    legalBasis: 'legal-obligation',
    providedBySubject: true,
  });
  await confirmContact(tx, services.keys, { contactId: guardianId, answers: {}, provenanceIds: [provenanceId], at });
}

function sourceOf(tx: Transaction, submission: Submission): Promise<string> {
  return recordSource(tx, {
    kind: 'form',
    label: `/f/${submission.formSlug}, ${submission.version.number}`,
    obtainedFrom: 'data-subject',
    formVersionId: submission.version.id,
  });
}
