import { inTransaction } from '#platform/database/connect.ts';
import { readEmail } from '#src/contacts/addresses.ts';
import { findPrimaryEmail } from '#src/contacts/find-primary-email.ts';
import { deskOf } from '#src/forms/desk.ts';
import { PREFERENCES_FORM } from '#src/forms/form.ts';
import type { Language } from '#src/languages/languages.ts';
import type { Services } from '#src/services.ts';
import { ensurePreferencesForm } from './ensure-preferences-form.ts';

/** A purpose on a channel. */
export interface Choice {
  readonly purposeId: string;
  readonly channel: string;
}

/**
 * Asks by e-mail whether the person wants this: a link may have been forwarded, so it can stop things and never start them.
 * From here on it is a sign-up like any other: same limits, same confirmation, same proof. Answers what it could ask.
 */
export async function askForConsent(
  services: Services,
  asked: {
    readonly contactId: string;
    readonly choices: readonly Choice[];
    readonly language: Language;
    readonly ip: string;
    readonly evidence: Readonly<Record<string, string>>;
  },
): Promise<readonly Choice[]> {
  const point = await findPrimaryEmail(services.db, asked.contactId);
  const email = point ? readEmail(point.address) : undefined;
  if (!email || 'problem' in email) return [];

  const desk = deskOf(services);
  await inTransaction(services.db, (tx) => ensurePreferencesForm(tx));
  desk.forgetForm(PREFERENCES_FORM);
  const form = await desk.findForm(PREFERENCES_FORM);
  if (typeof form === 'string') return [];
  const boxes = form.version.shown[asked.language].boxes.map((box) => ({
    box,
    ticked: asked.choices.some((choice) => choice.purposeId === box.purposeId && choice.channel === box.channel),
  }));
  if (!boxes.some(({ ticked }) => ticked)) return [];

  const filing = await desk.file({
    ip: asked.ip,
    submission: {
      form,
      language: asked.language,
      email,
      matchHash: services.keys.matchHash('email', email.matchKey),
      answers: {},
      boxes,
      evidence: { ...asked.evidence, shown: 'here' },
    },
  });
  if (filing !== 'accepted') return [];
  return boxes.filter(({ ticked }) => ticked).map(({ box }) => ({ purposeId: box.purposeId, channel: box.channel }));
}
