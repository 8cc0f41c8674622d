import type { Transaction } from '#platform/database/connect.ts';
import { ensureForm } from '#src/forms/ensure-form.ts';
import { type FormDefinition, inEveryLanguage, PREFERENCES_FORM } from '#src/forms/form.ts';
import { publicTexts } from '#src/forms/public-texts.ts';
import { publishFormVersion } from '#src/forms/publish-form-version.ts';
import { COMPANY } from '#src/forms/show-form.ts';
import { listPurposes } from '#src/purposes/find-purpose.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import { findController } from '#src/register/controller.ts';

/**
 * What the preference centre asks, as a form of its own: so that what somebody ticks there is recorded, confirmed and
 * provable exactly like what they tick anywhere else. It follows the purposes; a changed purpose is a new version.
 */
export async function ensurePreferencesForm(tx: Transaction): Promise<void> {
  const controller = await findController(tx);
  // What children may be asked too is asked only by forms that ask for the age.
  const purposes = (await listPurposes(tx)).filter(
    (purpose) => purpose.legalBasis === 'consent' && !purpose.isSystem && !purpose.needsAge,
  );
  if (!controller || purposes.length === 0) return;

  const formId = await ensureForm(tx, PREFERENCES_FORM);
  await publishFormVersion(tx, { formId, definition: preferencesForm(purposes), isReviewed: true });
}

function preferencesForm(purposes: readonly Purpose[]): FormDefinition {
  const words = inEveryLanguage((language) => publicTexts[language].preferencesForm);
  const all = (of: (texts: (typeof words)['en'], language: 'bg' | 'en') => string) =>
    inEveryLanguage((language) => of(words[language], language));
  const boxes = purposes.flatMap((purpose) =>
    (['email', 'sms', 'phone', 'none'] as const)
      .filter((channel) => purpose.channels.includes(channel))
      .map((channel) => ({
        purpose: purpose.id,
        channel,
        label: all((texts, language) => texts.label[channel](COMPANY, purpose.name[language])),
        hint: inEveryLanguage((language) => purpose.explanation[language].slice(0, 400)),
      })),
  );
  return {
    title: all((texts) => texts.title),
    intro: all((texts) => texts.intro(COMPANY)),
    fields: [
      { key: 'email', label: all((texts) => texts.email), reason: all((texts) => texts.emailReason), required: true },
      ...(boxes.some((box) => box.channel === 'sms' || box.channel === 'phone')
        ? [
            {
              key: 'phone' as const,
              label: all((texts) => texts.phone),
              reason: all((texts) => texts.phoneReason),
              required: false,
            },
          ]
        : []),
    ],
    boxes: boxes.slice(0, 12),
    submit: all((texts) => texts.submit),
    done: { title: all((texts) => texts.doneTitle), text: all((texts) => texts.doneText) },
  };
}
