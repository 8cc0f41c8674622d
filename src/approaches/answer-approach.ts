import { databaseNow } from '#platform/clock.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { giveConsent } from '#src/consent/give-consent.ts';
import { withdrawConsent } from '#src/consent/withdraw-consent.ts';
import { addAccount, findUnproven } from '#src/contacts/add-account.ts';
import { confirmContact } from '#src/contacts/confirm-contact.ts';
import { findPrimaryEmail } from '#src/contacts/find-primary-email.ts';
import { lockContact } from '#src/contacts/lock-contact.ts';
import type { Reason } from '#src/languages/en/reasons.ts';
import type { Language } from '#src/languages/languages.ts';
import { speakFor } from '#src/merging/find-living.ts';
import { getPurpose } from '#src/purposes/find-purpose.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import { fieldsServing } from '#src/register/find-field.ts';
import type { Services } from '#src/services.ts';
import { recordProvenance } from '#src/sources/record-source.ts';
import { recordSystemSource } from '#src/sources/record-system-source.ts';
import type { Approach } from './approach.ts';
import { findApproach, obstacleTo } from './find-approach.ts';
import { keepQuestionPage } from './keep-question-page.ts';
import { questionText, recordQuestionText } from './question-text.ts';

interface Answering {
  readonly approachId: string;
  /** Language of the page the button stood on: the text that was agreed to is the one in it. */
  readonly language: Language;
  readonly evidence: Readonly<Record<string, string>>;
}

export type AnswerOutcome = 'given' | 'declined' | 'settled-before' | 'text-changed' | 'gone' | Reason;

/**
 * The person says yes on the page. This is the moment of consent, to the text the page showed: if it is not today's text any
 * more, nothing is recorded and they are shown the new one. A link found later brings back nothing that ended since.
 */
export async function agreeToApproach(
  tx: Transaction,
  services: Services,
  answering: Answering & { readonly shownHash: string },
): Promise<AnswerOutcome> {
  const approach = await lockApproach(tx, answering.approachId);
  if (!approach) return 'gone';
  if (approach.settledAt) return 'settled-before';
  const obstacle = await obstacleTo(tx, approach.id);
  if (obstacle) return obstacle;

  const purpose = await getPurpose(tx, approach.purposeId);
  const text = await questionText(tx, purpose, answering.language, approach.channel);
  if (text?.hash !== answering.shownHash) return 'text-changed';
  const notice = await recordQuestionText(tx, purpose, approach.channel);
  const at = await databaseNow(tx);
  await giveConsent(tx, {
    ...(await actOf(tx, approach, answering)),
    purpose: { id: purpose.id, version: purpose.version },
    noticeHash: notice.hashes[answering.language],
    validMonths: purpose.consentValidMonths,
  });
  await confirmContact(tx, services.keys, { contactId: approach.contactId, answers: {}, provenanceIds: [], at });
  if (approach.cause === 'repermission') await accountByConsent(tx, approach.contactId, purpose);
  await settle(tx, approach.id, 'yes', at);
  return 'given';
}

/** What the purpose covers is accounted for by the person's own consent; with nothing left over they leave quarantine. */
async function accountByConsent(tx: Transaction, contactId: string, purpose: Purpose): Promise<void> {
  const provenanceId = await recordProvenance(tx, {
    sourceId: await recordSystemSource(tx, 'approach'),
    purposeId: purpose.id,
    legalBasis: 'consent',
    providedBySubject: true,
  });
  const unproven = await findUnproven(tx, [contactId]);
  await addAccount(tx, {
    contactIds: [contactId],
    beside: new Map(unproven.map(({ id }) => [id, provenanceId])),
    covers: await fieldsServing(tx, purpose.id),
    rest: 'keep',
  });
}

/** The person says no: whatever consent there was ends now, and is not asked for again while the purpose promises peace. */
export async function declineApproach(tx: Transaction, answering: Answering): Promise<AnswerOutcome> {
  const approach = await lockApproach(tx, answering.approachId);
  if (!approach) return 'gone';
  if (approach.settledAt) return 'settled-before';
  const purpose = await getPurpose(tx, approach.purposeId);
  const { contactId, evidence } = await speakFor(tx, approach.contactId);
  const act = await actOf(tx, approach, answering);
  await withdrawConsent(tx, {
    ...act,
    contactId,
    actor: { kind: 'contact', contactId },
    evidence: { ...act.evidence, ...evidence },
    purpose: { id: purpose.id, version: purpose.version },
  });
  await settle(tx, approach.id, 'no', await databaseNow(tx));
  return 'declined';
}

async function actOf(tx: Transaction, approach: Approach, answering: Answering) {
  const page = await keepQuestionPage(tx, approach, answering.language);
  return {
    contactId: approach.contactId,
    channel: approach.channel,
    sourceId: await recordSystemSource(tx, 'approach'),
    language: answering.language,
    actor: { kind: 'contact', contactId: approach.contactId } as const,
    method: 'confirmation-page',
    evidence: { ...answering.evidence, approach: approach.id, shown: 'here', ...(page ? { pageSha256: page } : {}) },
  };
}

/** Only whoever still has the address it was sent to can answer it. */
async function lockApproach(tx: Transaction, id: string): Promise<Approach | undefined> {
  const found = await findApproach(tx, id);
  if (!found || found.cause === 'told') return undefined;
  await lockContact(tx, found.contactId);
  await tx.selectFrom('approach').select('id').where('id', '=', id).forUpdate().execute();
  const approach = await findApproach(tx, id);
  const point = approach && (await findPrimaryEmail(tx, approach.contactId));
  return approach && point && point.pointId === approach.contactPointId ? approach : undefined;
}

async function settle(tx: Transaction, id: string, answer: 'yes' | 'no', at: Date): Promise<void> {
  await tx.updateTable('approach').set({ answer, settled_at: at }).where('id', '=', id).execute();
}
