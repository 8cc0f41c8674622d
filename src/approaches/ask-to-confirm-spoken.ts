import { databaseNow } from '#platform/clock.ts';
import { uuidv7 } from '#platform/crypto/uuid.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { assertBasis } from '#src/consent/assert-basis.ts';
import { describeContact } from '#src/contacts/describe-contact.ts';
import { queueDeliveries } from '#src/delivery/queue-deliveries.ts';
import type { Entry } from '#src/ledger/entry.ts';
import { CONFIRMATION } from '#src/purposes/ensure-starter-purposes.ts';
import { findPurpose } from '#src/purposes/find-purpose.ts';
import type { Channel, Purpose } from '#src/purposes/purpose.ts';
import type { Services } from '#src/services.ts';
import { recordSystemSource } from '#src/sources/record-system-source.ts';
import { DAYS_TO_CONFIRM_SPOKEN } from './approach.ts';

/**
 * Tells a person what a colleague wrote down: asks them to confirm it where it is no consent yet, and otherwise, at an address
 * known to be theirs, says what was recorded and how to take it back. Showing consent is a duty (Art. 7(1)), and so is that
 * it can be withdrawn as easily as it was given (Art. 7(3)).
 */
export async function askToConfirmSpoken(
  tx: Transaction,
  services: Services,
  told: { entry: Entry; outcome: 'given' | 'to-confirm'; purpose: Purpose; channel: Channel },
): Promise<void> {
  const { entry, outcome } = told;
  const { contactId } = entry;
  const contact = await describeContact(tx, contactId);
  const point = contact?.points.find((one) => one.kind === 'email' && one.isPrimary);
  const system = await findPurpose(tx, CONFIRMATION);
  if (!contact || !point || !system || (outcome === 'given' && !point.verifiedAt)) return;

  const until = new Date((await databaseNow(tx)).getTime() + DAYS_TO_CONFIRM_SPOKEN * 86_400_000);
  await assertBasis(tx, {
    contactId,
    purpose: { id: system.id, version: system.version },
    channel: 'email',
    sourceId: await recordSystemSource(tx, 'consent-recorded'),
    language: contact.language,
    actor: { kind: 'system' },
    method: 'consent-recorded',
    evidence: { entry: entry.id },
    legalBasis: 'legal-obligation',
    permissionGround: 'not-needed',
    until,
  });
  const approachId = outcome === 'to-confirm' ? uuidv7() : undefined;
  if (approachId) {
    await tx
      .insertInto('approach')
      .values({
        id: approachId,
        cause: 'spoken',
        contact_id: contactId,
        contact_point_id: point.id,
        purpose_id: told.purpose.id,
        purpose_version: told.purpose.version,
        channel: told.channel,
        entry_id: entry.id,
        answer_until: until,
      })
      .execute();
  }
  await queueDeliveries(
    tx,
    [
      {
        contactId,
        contactPointId: point.id,
        purposeId: system.id,
        channel: 'email',
        template: approachId ? 'confirm-spoken' : 'consent-recorded',
        parameters: approachId ? { approach: approachId } : { entry: entry.id },
        language: contact.language,
        ...(approachId ? { approachId } : {}),
      },
    ],
    services.config.smtpUrl ? 'queued' : 'held',
  );
}
