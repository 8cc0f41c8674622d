import { databaseNow } from '#platform/clock.ts';
import { inTransaction } from '#platform/database/connect.ts';
import { assertBasis } from '#src/consent/assert-basis.ts';
import { findContactsByEmail } from '#src/contacts/find-contacts-by-email.ts';
import { queueDeliveries } from '#src/delivery/queue-deliveries.ts';
import { bucketOf, countAttempts } from '#src/forms/count-attempts.ts';
import { mailboxBucket } from '#src/forms/desk.ts';
import { floodNetwork } from '#src/forms/network-prefix.ts';
import { CONFIRMATION } from '#src/purposes/ensure-starter-purposes.ts';
import { getPurpose } from '#src/purposes/find-purpose.ts';
import type { Services } from '#src/services.ts';
import { recordSystemSource } from '#src/sources/record-system-source.ts';

const HOUR = 3_600_000;

/**
 * Sends a link to the preference centre to an address, if it is known. Whoever asks is told the same in either case; the
 * address is limited like confirmation mail is, together with it.
 */
export async function sendPreferencesLink(
  services: Services,
  asked: { matchKey: string; ip: string; template?: 'preferences-link' | 'change-address' },
): Promise<'accepted' | 'too-many'> {
  const { flood } = services.config;
  const [verdict] = await countAttempts(
    services.db,
    [
      [
        { bucket: bucketOf(services.keys, 'network', floodNetwork(asked.ip)), allowances: [flood.perIp] },
        { bucket: mailboxBucket(services.keys, asked.matchKey), allowances: flood.perAddress },
      ],
    ],
    services.now(),
  );
  if (verdict === 0) return 'too-many';
  if (verdict !== undefined) return 'accepted';

  await inTransaction(services.db, async (tx) => {
    const contact = (await findContactsByEmail(tx, [asked.matchKey])).get(asked.matchKey);
    if (!contact || contact.state === 'unconfirmed') return;
    const purpose = await getPurpose(tx, CONFIRMATION);
    const now = await databaseNow(tx);
    // Art. 12(2): the controller makes it easy to exercise rights; sending the way to them is part of that duty.
    await assertBasis(tx, {
      contactId: contact.contactId,
      purpose: { id: purpose.id, version: purpose.version },
      channel: 'email',
      sourceId: await recordSystemSource(tx, 'link-requested'),
      language: contact.language,
      actor: { kind: 'system' },
      method: 'link-requested',
      legalBasis: 'legal-obligation',
      permissionGround: 'not-needed',
      until: new Date(now.getTime() + 7 * 24 * HOUR),
    });
    await queueDeliveries(
      tx,
      [
        {
          contactId: contact.contactId,
          contactPointId: contact.pointId,
          purposeId: purpose.id,
          channel: 'email',
          template: asked.template ?? 'preferences-link',
          parameters: {},
          language: contact.language,
        },
      ],
      services.config.smtpUrl ? 'queued' : 'held',
    );
  });
  return 'accepted';
}
