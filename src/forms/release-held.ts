import type { Transaction } from '#platform/database/connect.ts';
import { readEmail } from '#src/contacts/addresses.ts';
import type { Services } from '#src/services.ts';
import { countAttempts } from './count-attempts.ts';
import { countStep } from './count-steps.ts';
import { mailboxBucket } from './desk.ts';
import { deleteHeld, listHeld } from './held-submissions.ts';
import { loadPublishedForm } from './published-form.ts';
import { recordSubmissions } from './record-submissions.ts';

export type Release = 'released' | 'gone' | 'form-changed' | 'address-full';

/**
 * Lets a submission that was put aside go the way of all others: the address is asked to confirm, and nothing else happens
 * until its owner does. The limits on messages to one mailbox hold for it too. If the form says something else by now, it
 * counts as shown elsewhere: what they read first is not what they will confirm.
 */
export async function releaseHeld(tx: Transaction, services: Services, id: string): Promise<Release> {
  const [held] = await listHeld(services, tx, { id });
  // Of two staff members who press at once, one finds it gone.
  if (!held || !(await deleteHeld(tx, id))) return 'gone';
  const form = await loadPublishedForm(tx, held.formSlug);
  const email = readEmail(held.content.email);
  if (typeof form === 'string' || 'problem' in email) return 'form-changed';
  const boxes = form.version.shown[held.language].boxes.map((box) => ({ box, ticked: held.content.ticked.includes(box.value) }));
  const { age, magnet } = form.version.shown[held.language];
  // Of somebody whose age the form asks by now, nobody said it.
  if ((!magnet && !boxes.some(({ ticked }) => ticked)) || (age && form.version.id !== held.versionId)) return 'form-changed';

  const limits = [{ bucket: mailboxBucket(services.keys, email.matchKey), allowances: services.config.flood.perAddress }];
  const [verdict] = await countAttempts(tx, [limits], services.now());
  if (verdict !== undefined) return 'address-full';
  const isSameText = form.version.id === held.versionId;
  const submission = {
    form,
    language: held.language,
    email,
    matchHash: services.keys.matchHash('email', email.matchKey),
    answers: held.content.answers,
    boxes,
    evidence: { ...held.content.evidence, ...(isSameText ? {} : { shown: 'elsewhere' }), heldFor: held.reason },
  };
  const [recorded] = await recordSubmissions(tx, [submission], { mail: services.config.smtpUrl ? 'queued' : 'held' });
  if (recorded === 'form-changed') return 'form-changed';
  countStep(services, form.version.id, 'accepted');
  return 'released';
}
