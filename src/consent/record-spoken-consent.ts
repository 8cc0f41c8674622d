import { sql } from 'kysely';
import { AppError, invalidFields } from '#platform/app-error.ts';
import { databaseNow } from '#platform/clock.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { askToConfirmSpoken } from '#src/approaches/ask-to-confirm-spoken.ts';
import { findPrimaryEmail } from '#src/contacts/find-primary-email.ts';
import { lockContact } from '#src/contacts/lock-contact.ts';
import { keepEvidence, type ReadEvidence } from '#src/evidence-files/keep-evidence.ts';
import type { Language } from '#src/languages/languages.ts';
import { appendEntries } from '#src/ledger/append-entries.ts';
import { type Actor, actorIdOf, type Entry } from '#src/ledger/entry.ts';
import { findNotice } from '#src/notices/find-notice.ts';
import { recordSpokenText } from '#src/notices/record-spoken-text.ts';
import { EVERY_CHANNEL, EVERY_PURPOSE, findState } from '#src/permission/current-state.ts';
import { findVersionAt } from '#src/purposes/find-purpose.ts';
import type { Channel, Purpose } from '#src/purposes/purpose.ts';
import { findController } from '#src/register/controller.ts';
import type { Services } from '#src/services.ts';
import { recordSource } from '#src/sources/record-source.ts';
import { ageOfConsent } from './age-of-consent.ts';
import { monthsFromNow } from './give-consent.ts';

/** A consent the person gave to a colleague, and what shows it. */
export interface SpokenConsent {
  readonly contactId: string;
  readonly purpose: Purpose;
  readonly channel: Channel;
  readonly language: Language;
  /** The exact text read out or signed: a recorded one, or typed here and recorded with this. */
  readonly text: { readonly slug: string; readonly version: number } | { readonly typed: string };
  readonly at: Date;
  readonly how: 'phone' | 'paper' | 'in-person';
  /** Who began it: whoever said no is not asked again by us before the purpose's time, but may come by themselves. */
  readonly initiative: 'person' | 'company';
  readonly takenBy: string;
  /** Asked where the purpose is offered to children too (Art. 8): whether they said that they are old enough to agree. */
  readonly ofAge?: boolean | undefined;
  readonly note?: string | undefined;
  readonly file?: ReadEvidence | undefined;
  readonly actor: Actor;
}

/** `given`: it is consent. `to-confirm`: it was asked for, and waits until the owner of the address confirms it. */
export type SpokenOutcome = 'given' | 'to-confirm';

/**
 * Records a consent given by phone, on paper or in person (Art. 7(1): the controller must be able to show it). Where the
 * purpose demands a confirmed address, a colleague's word does not replace it on e-mail; a signed paper does.
 *
 * @throws AppError 404; 409 `said-otherwise-since`, `may-not-ask-yet`; 422
 */
export async function recordSpokenConsent(
  tx: Transaction,
  services: Services,
  consent: SpokenConsent,
): Promise<{ outcome: SpokenOutcome; entry: Entry }> {
  const { contactId, purpose, channel, file, note } = consent;
  await lockContact(tx, contactId);
  const now = await databaseNow(tx);
  if (purpose.legalBasis !== 'consent') throw refused('purpose', 'purpose-without-consent');
  if (!purpose.channels.includes(channel)) throw refused('channel', 'channel-not-declared');
  if (consent.at > now) throw refused('at', 'in-the-future');
  if (!file && !note) throw refused('note', 'file-or-note');
  if (purpose.needsAge && !consent.ofAge) throw refused('ofAge', consent.ofAge === undefined ? 'age-not-asked' : 'under-age');
  await refuseIfOutlived(tx, consent);
  await refuseIfTooSoon(tx, consent, now);
  const outcome = outcomeOf(consent);
  const point = await findPrimaryEmail(tx, contactId);
  if (outcome === 'to-confirm' && !point) throw refused('channel', 'no-address');

  const createdBy = actorIdOf(consent.actor);
  const sourceId = await recordSource(tx, {
    kind: 'person',
    label: consent.how,
    obtainedFrom: 'data-subject',
    ...(createdBy ? { createdBy } : {}),
  });
  const isGiven = outcome === 'given';
  const current = await findState(tx, { contactId, purposeId: purpose.id, channel, register: 'consent' });
  const stands = current?.kind === 'consent-given' || current?.kind === 'consent-renewed';
  const [entry] = await appendEntries(tx, [
    {
      kind: isGiven ? (stands ? 'consent-renewed' : 'consent-given') : 'consent-requested',
      contactId,
      purpose: { id: purpose.id, version: await findVersionAt(tx, purpose.id, consent.at) },
      channel,
      ...(isGiven ? { legalBasis: 'consent' as const, permissionGround: 'consent' as const } : {}),
      ...(isGiven && purpose.consentValidMonths !== null ? { until: monthsFromNow(purpose.consentValidMonths, consent.at) } : {}),
      occurredAt: consent.at,
      sourceId,
      noticeHash: await hashOfText(tx, consent),
      language: consent.language,
      actor: consent.actor,
      method: consent.how,
      evidence: {
        takenBy: consent.takenBy,
        initiative: consent.initiative,
        ...(purpose.needsAge ? { ofAge: await ageAsked(tx) } : {}),
        ...(file ? { file: file.sha256, fileType: file.mediaType } : {}),
        ...(note ? { note } : {}),
      },
    },
  ]);
  if (!entry) throw new Error('the ledger took no entry');
  if (file) await keepEvidence(tx, { contactId, entryId: entry.id, evidence: file, addedBy: createdBy });
  await askToConfirmSpoken(tx, services, { entry, outcome, purpose, channel });
  return { outcome, entry };
}

function outcomeOf({ purpose, channel, how, file }: SpokenConsent): SpokenOutcome {
  const isSigned = file !== undefined && (how === 'paper' || how === 'in-person');
  return purpose.doubleOptIn && channel === 'email' && !isSigned ? 'to-confirm' : 'given';
}

/** From which age people here agree for themselves: what they were asked whether they have reached. */
async function ageAsked(tx: Transaction): Promise<number> {
  return ageOfConsent((await findController(tx))?.country ?? 'BG');
}

/** What they said later is their word; written in before it, this would only look like a consent. */
async function refuseIfOutlived(tx: Transaction, { contactId, purpose, channel, at }: SpokenConsent): Promise<void> {
  const states = [
    await findState(tx, { contactId, purposeId: purpose.id, channel, register: 'consent' }),
    ...(await Promise.all(
      [purpose.id, EVERY_PURPOSE].flatMap((purposeId) =>
        [channel, EVERY_CHANNEL].map(async (on) => {
          const found = await findState(tx, { contactId, purposeId, channel: on, register: 'objection' });
          const applies = purposeId !== EVERY_PURPOSE || purpose.isMarketing;
          return applies && found?.kind === 'objected' ? found : undefined;
        }),
      ),
    )),
  ];
  const later = states.filter((state) => state !== undefined && state.occurredAt >= at);
  const [newest] = later.toSorted((one, other) => (other?.occurredAt.getTime() ?? 0) - (one?.occurredAt.getTime() ?? 0));
  if (newest) {
    throw new AppError('said-otherwise-since', {
      status: 409,
      members: { said: newest.kind, since: newest.occurredAt.toISOString() },
    });
  }
}

async function refuseIfTooSoon(tx: Transaction, consent: SpokenConsent, now: Date): Promise<void> {
  if (consent.initiative === 'person') return;
  const { rows } = await sql<{ until: Date }>`
    select max(e.occurred_at) + make_interval(months => ${consent.purpose.askAgainAfterMonths}) as until
      from permission_state e
     where e.contact_id = ${consent.contactId}
       and (e.register = 'consent' and e.kind in ('consent-withdrawn', 'consent-refused') and e.purpose_id = ${consent.purpose.id}
            and e.channel = ${consent.channel}
            or e.kind = 'objected' and e.purpose_id in (${consent.purpose.id}, ${EVERY_PURPOSE}) and e.channel in (${consent.channel}, ${EVERY_CHANNEL})
               and (e.purpose_id <> ${EVERY_PURPOSE} or ${consent.purpose.isMarketing}))`.execute(tx);
  const until = rows[0]?.until;
  if (until && until > consent.at && until > now) {
    throw new AppError('may-not-ask-yet', { status: 409, members: { until: until.toISOString() } });
  }
}

async function hashOfText(tx: Transaction, { text, language, purpose }: SpokenConsent): Promise<string> {
  if ('typed' in text) return recordSpokenText(tx, { slug: `spoken-${purpose.slug}`, language, body: text.typed });
  const notice = await findNotice(tx, text.slug, text.version, language);
  if (!notice) throw refused('text', 'text-unknown');
  return notice.hash;
}

function refused(field: string, code: string): AppError {
  return invalidFields([{ field, code }]);
}
