import { inTransaction, type Transaction } from '#platform/database/connect.ts';
import { objectTo } from '#src/consent/object.ts';
import { withdrawConsent } from '#src/consent/withdraw-consent.ts';
import { findContactState } from '#src/contacts/find-contact-state.ts';
import { awaitHandOvers, type InFlight } from '#src/delivery/await-hand-overs.ts';
import type { Language } from '#src/languages/languages.ts';
import { speakFor } from '#src/merging/find-living.ts';
import { type Permission, permissionsOf } from '#src/permission/permissions-of.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import type { Services } from '#src/services.ts';
import { recordSystemSource } from '#src/sources/record-system-source.ts';
import type { Choice } from './ask-for-consent.ts';

/** Who asked to stop what, from where. */
export interface Stop {
  readonly contactId: string;
  readonly language: Language;
  readonly method: 'preference-centre' | 'unsubscribe-page' | 'one-click' | 'not-mine';
  readonly evidence: Readonly<Record<string, string>>;
}

export interface Stopped {
  /** What was lawful a moment ago and is not any more. */
  readonly ended: readonly { readonly purposeSlug: string; readonly channel: string; readonly as: 'withdrawal' | 'objection' }[];
  /** Messages that could not be held back any more; almost always none. */
  readonly inFlight: readonly InFlight[];
}

/**
 * The lines of the passport a person decides about themselves, by any way of reaching them: marketing, and all that rests on
 * their consent, which is taken back where and as easily as it was given (Art. 7(3)).
 */
export async function listChoices(db: Services['db'], contactId: string): Promise<Permission[]> {
  const permissions = await permissionsOf(db, contactId);
  return permissions.filter(
    ({ purpose, channel }) =>
      // Use inside the company is theirs to decide where they were asked about it.
      !purpose.isSystem && (purpose.legalBasis === 'consent' || (purpose.isMarketing && channel !== 'none')),
  );
}

/**
 * Stops these purposes at once. The withdrawal is committed first; then it waits until nothing older is being handed over,
 * and only then returns: what a page says afterwards is true (the withdrawal barrier).
 */
export async function stopChoices(services: Services, stop: Stop, choices: readonly Choice[]): Promise<Stopped> {
  return stopAndWait(services, stop, async (tx, { contactId }) => {
    const current = await listChoices(tx, contactId);
    return current.filter((one) =>
      choices.some((choice) => choice.purposeId === one.purpose.id && choice.channel === one.channel),
    );
  });
}

/** Stops everything a person decides about, and records the objection that keeps marketing stopped (Art. 21(2)–(3)). */
export async function stopEverything(services: Services, stop: Stop): Promise<Stopped> {
  return stopAndWait(
    services,
    stop,
    async (tx, { contactId }) => (await listChoices(tx, contactId)).filter((one) => one.allowed || stillStands(one)),
    async (tx, living, sourceId) => {
      await objectTo(tx, { ...actOf(living), sourceId });
    },
  );
}

/** Stops one purpose on e-mail for good, also one that is not allowed at the moment or no longer in use. */
export async function stopPurpose(services: Services, stop: Stop, purpose: Purpose): Promise<Stopped> {
  return stopAndWait(services, stop, async () => [
    {
      purpose: { id: purpose.id, slug: purpose.slug, version: purpose.version, legalBasis: purpose.legalBasis },
      channel: 'email' as const,
      allowed: true,
    },
  ]);
}

/** A consent that cannot be used at the moment, and would be again by an answer of theirs; a no ends it like any other. */
function stillStands({ reason }: Pick<Permission, 'reason'>): boolean {
  return reason === 'consent-outdated' || reason === 'address-not-confirmed';
}

type Endable = Pick<Permission, 'channel' | 'allowed'> & {
  readonly purpose: Pick<Permission['purpose'], 'id' | 'slug' | 'version' | 'legalBasis'>;
};

async function stopAndWait(
  services: Services,
  asked: Stop,
  find: (tx: Transaction, stop: Stop) => Promise<readonly Endable[]>,
  also?: (tx: Transaction, stop: Stop, sourceId: string) => Promise<void>,
): Promise<Stopped> {
  let living = asked.contactId;
  const ended = await inTransaction(services.db, async (tx) => {
    // An old link of somebody whose records were united stops what the united record permits.
    const { contactId, evidence } = await speakFor(tx, asked.contactId);
    living = contactId;
    const stop = { ...asked, contactId, evidence: { ...asked.evidence, ...evidence } };
    // Somebody who was erased has nothing left to stop; the answer is the same.
    if (!(await findContactState(tx, stop.contactId))) return [];
    const sourceId = await recordSystemSource(tx, stop.method);
    const endings: Stopped['ended'][number][] = [];
    for (const one of await find(tx, stop)) {
      const as = await endPermission(tx, stop, one, sourceId);
      if (one.allowed) endings.push({ purposeSlug: one.purpose.slug, channel: one.channel, as });
    }
    await also?.(tx, stop, sourceId);
    return endings;
  });
  return { ended, inFlight: await awaitHandOvers(services.db, living) };
}

/** An end of consent is a withdrawal (Art. 7(3)); of anything else, an objection (Art. 21(2)). */
async function endPermission(tx: Transaction, stop: Stop, one: Endable, sourceId: string): Promise<'withdrawal' | 'objection'> {
  const act = { ...actOf(stop), sourceId, purpose: { id: one.purpose.id, version: one.purpose.version }, channel: one.channel };
  if (one.purpose.legalBasis === 'consent') {
    await withdrawConsent(tx, act);
    return 'withdrawal';
  }
  await objectTo(tx, act);
  return 'objection';
}

function actOf(stop: Stop) {
  return {
    contactId: stop.contactId,
    language: stop.language,
    actor: { kind: 'contact', contactId: stop.contactId } as const,
    method: stop.method,
    evidence: stop.evidence,
  };
}
