import { databaseNow } from '#platform/clock.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { assertBasis } from '#src/consent/assert-basis.ts';
import { giveConsent } from '#src/consent/give-consent.ts';
import { refuseConsent } from '#src/consent/refuse-consent.ts';
import { readEmail } from '#src/contacts/addresses.ts';
import { confirmContact } from '#src/contacts/confirm-contact.ts';
import { findPrimaryEmail } from '#src/contacts/find-primary-email.ts';
import { lockContact } from '#src/contacts/lock-contact.ts';
import { queueDeliveries } from '#src/delivery/queue-deliveries.ts';
import { eraseContact } from '#src/erasure/erase-contact.ts';
import type { Language } from '#src/languages/languages.ts';
import { speakFor } from '#src/merging/find-living.ts';
import { listPurposes } from '#src/purposes/find-purpose.ts';
import type { Channel, Purpose } from '#src/purposes/purpose.ts';
import type { Services } from '#src/services.ts';
import { recordProvenance, recordSource } from '#src/sources/record-source.ts';
import { forgetAttempts } from './count-attempts.ts';
import { mailboxBucket } from './desk.ts';
import { findSubmission, isAskedOf, type Submission, tickedBoxes } from './find-submission.ts';
import { findGuardian, forgetGuardian } from './guardians.ts';

export type SettleOutcome = 'confirmed' | 'rejected' | 'settled-before' | 'expired' | 'gone';

interface Settling {
  readonly submissionId: string;
  /** Language of the page the button stood on: the text that was agreed to is the one in it. */
  readonly language: Language;
  readonly evidence: Readonly<Record<string, string>>;
}

/**
 * The owner of the address confirms what was asked for with it. This is the moment of consent: given for each ticked box to
 * the exact text shown on the page, refused for each box left empty that was never answered before. Once only: an old link
 * found years later brings back nothing that was withdrawn since.
 */
export async function confirmSubmission(tx: Transaction, services: Services, settling: Settling): Promise<SettleOutcome> {
  const pending = await lockPending(tx, settling.submissionId);
  if (typeof pending === 'string') return pending;
  // Of somebody whose records were united since, the person they are now confirms; what came with it is written down as such.
  const { contactId, evidence: cameBy } = await speakFor(tx, pending.contactId);
  const isOwn = contactId === pending.contactId;
  const submission = { ...pending, contactId };
  const { version } = submission;
  const at = await databaseNow(tx);

  const purposes = await listPurposes(tx, { includeArchived: true });
  const sourceId = await recordSource(tx, {
    kind: 'form',
    label: `/f/${submission.formSlug}, ${version.number}`,
    obtainedFrom: 'data-subject',
    formVersionId: version.id,
  });
  const accounts: { purpose: Purpose; provenanceId: string }[] = [];
  const guardian = submission.underAge ? await findGuardian(tx, submission.id) : undefined;
  for (const box of submission.boxes) {
    const shown = version.shown[settling.language].boxes.find(
      (one) => one.purposeId === box.purpose && one.channel === box.channel,
    );
    const purpose = purposes.find(({ id }) => id === box.purpose);
    if (!shown || !purpose) continue;
    const act = {
      contactId,
      purpose: { id: shown.purposeId, version: shown.purposeVersion },
      channel: box.channel,
      sourceId,
      noticeHash: version.noticeHashes[settling.language],
      language: settling.language,
      actor: { kind: 'contact', contactId } as const,
      method: 'confirmation-page',
      evidence: {
        ...settling.evidence,
        ...cameBy,
        ...firstShown(submission),
        submission: submission.id,
        // Who agreed in the place of somebody too young (Art. 8(1)), and when; their name is in their own record.
        ...(version.shown[settling.language].age && !submission.underAge
          ? { ofAge: version.shown[settling.language].age?.years ?? null }
          : {}),
        ...(guardian ? { guardian: guardian.guardianId, guardianAgreedAt: guardian.confirmedAt?.toISOString() ?? '' } : {}),
      },
    };
    if (!box.ticked) {
      await refuseConsent(tx, act);
      continue;
    }
    await giveConsent(tx, { ...act, validMonths: purpose.consentValidMonths });
    accounts.push({
      purpose,
      provenanceId: await recordProvenance(tx, {
        sourceId,
        purposeId: purpose.id,
        legalBasis: 'consent',
        providedBySubject: true,
      }),
    });
  }
  const request = await honourRequest(tx, submission, purposes, sourceId, {
    ...settling,
    evidence: { ...settling.evidence, ...cameBy },
  });
  if (request) accounts.push(request);

  await confirmContact(tx, services.keys, {
    contactId,
    // Answers of a record that may be taken out again are not mixed into the united one's.
    answers: isOwn ? submission.answers : {},
    ...(isOwn ? {} : { addressOf: pending.contactId }),
    provenanceIds: accounts.map((account) => account.provenanceId),
    // Each answer is kept for the purposes that named such data, and under no other (Art. 5(1)(b)–(c)).
    provenanceIdsOf: (key) =>
      accounts.filter(({ purpose }) => needsAnswer(purpose, key, submission)).map((account) => account.provenanceId),
    at,
  });
  await settle(tx, submission.id, 'confirmed', at);
  await forgetUnneeded(
    tx,
    submission,
    accounts.map((account) => account.purpose),
  );
  await forgetMessagesTo(tx, services, contactId);
  await queueConfirmedMessage(tx, services, submission, settling.language);
  if (request) await queueRequested(tx, services, submission, request.purpose.id, settling.language);
  return 'confirmed';
}

/** How long we may write to somebody about what they asked for: as long as the link in the message works, and a little. */
const DAYS_TO_ANSWER = 30;

/**
 * What the person asked for by sending the form: its own basis (Art. 6(1)(b)), recorded whatever was ticked, so that no
 * consent can become its condition.
 */
async function honourRequest(
  tx: Transaction,
  submission: Submission,
  purposes: readonly Purpose[],
  sourceId: string,
  settling: Settling,
): Promise<{ purpose: Purpose; provenanceId: string } | undefined> {
  const { version, contactId } = submission;
  const { magnet } = version.definition;
  const purpose = magnet && purposes.find(({ id }) => id === magnet.purpose);
  if (purpose?.legalBasis !== 'contract') return undefined;
  await assertBasis(tx, {
    contactId,
    purpose: { id: purpose.id, version: version.shown[settling.language].magnet?.purposeVersion ?? purpose.version },
    channel: 'email',
    sourceId,
    noticeHash: version.noticeHashes[settling.language],
    language: settling.language,
    actor: { kind: 'contact', contactId },
    method: 'confirmation-page',
    evidence: { ...settling.evidence, submission: submission.id },
    legalBasis: 'contract',
    permissionGround: 'not-needed',
    until: new Date((await databaseNow(tx)).getTime() + DAYS_TO_ANSWER * 86_400_000),
  });
  return {
    purpose,
    provenanceId: await recordProvenance(tx, {
      sourceId,
      purposeId: purpose.id,
      legalBasis: 'contract',
      providedBySubject: true,
    }),
  };
}

/**
 * Whether this purpose accounts for an answer: it names such data, or is reached by it. The first forms were published
 * before fields were checked against purposes; theirs rest on whatever was agreed to.
 */
function needsAnswer(purpose: Purpose, key: string, submission: Submission): boolean {
  const field = submission.version.shown.bg.fields.find((one) => one.key === key);
  if (field?.sensitive) return purpose.isExplicit && purpose.dataCategories.includes(key);
  if (submission.version.format === undefined || purpose.dataCategories.includes(key)) return true;
  return (
    key === 'phone' &&
    submission.boxes.some((box) => box.ticked && box.purpose === purpose.id && (box.channel === 'phone' || box.channel === 'sms'))
  );
}

/** What none of the purposes needs is not kept where it waited either. */
async function forgetUnneeded(tx: Transaction, submission: Submission, purposes: readonly Purpose[]): Promise<void> {
  const answers = Object.entries(submission.answers);
  const needed = answers.filter(([key]) => purposes.some((purpose) => needsAnswer(purpose, key, submission)));
  if (needed.length === answers.length) return;
  await tx
    .updateTable('submission')
    .set({ answers: JSON.stringify(Object.fromEntries(needed)) })
    .where('id', '=', submission.id)
    .execute();
}

async function queueRequested(
  tx: Transaction,
  services: Services,
  submission: Submission,
  purposeId: string,
  language: Language,
): Promise<void> {
  const point = await findPrimaryEmail(tx, submission.contactId);
  if (!point) return;
  await queueDeliveries(
    tx,
    [
      {
        contactId: submission.contactId,
        contactPointId: point.pointId,
        purposeId,
        channel: 'email',
        template: 'requested-information',
        parameters: { submission: submission.id },
        language,
      },
    ],
    services.config.smtpUrl ? 'queued' : 'held',
  );
}

/**
 * "Not me": somebody typed a stranger's address. If the address is here for no other reason its contact is erased, and
 * nothing is sent to it for a while; a contact known otherwise keeps all they have agreed to, only this request goes.
 */
export async function rejectSubmission(tx: Transaction, settling: Pick<Settling, 'submissionId'>): Promise<SettleOutcome> {
  const submission = await lockPending(tx, settling.submissionId);
  if (typeof submission === 'string') return submission;
  await settle(tx, submission.id, 'rejected', await databaseNow(tx));
  const state = await lockContact(tx, submission.contactId);
  const guardian = submission.underAge ? await findGuardian(tx, submission.id) : undefined;
  if (state === 'unconfirmed') await eraseContact(tx, { contactId: submission.contactId, reason: 'not-me' });
  if (guardian) await forgetGuardian(tx, guardian.guardianId);
  return 'rejected';
}

async function lockPending(tx: Transaction, id: string): Promise<Submission | Exclude<SettleOutcome, 'confirmed' | 'rejected'>> {
  const found = await findSubmission(tx, id);
  if (found) await lockContact(tx, found.contactId);
  const submission = found && (await findSubmission(tx, id, { lock: true }));
  if (!submission) return 'gone';
  if (submission.status === 'confirmed' || submission.status === 'rejected') return 'settled-before';
  if (submission.status === 'expired' || submission.expiresAt <= (await databaseNow(tx))) return 'expired';
  // Of somebody too young the parent is asked first; until then there is nothing to confirm.
  if (submission.underAge && !(await findGuardian(tx, submission.id))?.confirmedAt) return 'gone';
  return isAskedOf(submission, await findPrimaryEmail(tx, submission.contactId)) ? submission : 'gone';
}

async function settle(tx: Transaction, id: string, status: 'confirmed' | 'rejected', at: Date): Promise<void> {
  await tx
    .updateTable('submission')
    .set({ status, settled_at: at, ...(status === 'rejected' ? { answers: '{}', evidence: '{}' } : {}) })
    .where('id', '=', id)
    .execute();
}

/**
 * Limits on messages keep strangers from flooding an address. Whoever answers has wanted this one; without this, somebody
 * who unsubscribed by mistake a minute later would be told that a message is on its way, and none would come.
 */
async function forgetMessagesTo(tx: Transaction, services: Services, contactId: string): Promise<void> {
  const point = await findPrimaryEmail(tx, contactId);
  const email = point ? readEmail(point.address) : undefined;
  if (email && !('problem' in email)) await forgetAttempts(tx, mailboxBucket(services.keys, email.matchKey));
}

/** Who rendered the text they saw first, and where: the grade of the proof depends on it. */
function firstShown({ evidence }: Submission): Record<string, string> {
  const { shown = 'elsewhere', page, shownAt } = evidence;
  return { shown, ...(page ? { page } : {}), ...(shownAt ? { shownAt } : {}) };
}

/** One message that says what was confirmed and carries the links to change it: under the consent just given, so the gate decides. */
async function queueConfirmedMessage(
  tx: Transaction,
  services: Services,
  submission: Submission,
  language: Language,
): Promise<void> {
  const box = tickedBoxes(submission, language).find((one) => one.channel === 'email');
  const point = await findPrimaryEmail(tx, submission.contactId);
  if (!box || !point) return;
  await queueDeliveries(
    tx,
    [
      {
        contactId: submission.contactId,
        contactPointId: point.pointId,
        purposeId: box.purposeId,
        channel: 'email' satisfies Channel,
        template: 'subscription-confirmed',
        parameters: { submission: submission.id },
        language,
      },
    ],
    services.config.smtpUrl ? 'queued' : 'held',
  );
}
