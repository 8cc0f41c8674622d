import type { Transaction } from '#platform/database/connect.ts';
import { findPurpose } from '#src/purposes/find-purpose.ts';
import { findController } from '#src/register/controller.ts';
import { ensureForm } from './ensure-form.ts';
import type { FormDefinition } from './form.ts';
import { publishFormVersion } from './publish-form-version.ts';
import { findForm } from './queries.ts';
import { COMPANY } from './show-form.ts';

export const STARTER_FORM = 'newsletter';

/** The form a small company starts with, at `/f/newsletter`; one that exists is left as it is. */
export async function ensureStarterForm(tx: Transaction): Promise<void> {
  const controller = await findController(tx);
  const purpose = await findPurpose(tx, 'newsletter');
  if (!controller || !purpose || purpose.archivedAt || (await findForm(tx, { slug: STARTER_FORM }))) return;

  const id = await ensureForm(tx, STARTER_FORM);
  await publishFormVersion(tx, { formId: id, definition: starterForm(purpose.id), isReviewed: true });
}

export function starterForm(purposeId: string): FormDefinition {
  return {
    title: { bg: 'Абонамент за бюлетина', en: 'Subscribe to the newsletter' },
    intro: {
      bg: `${COMPANY} изпраща новини, полезни статии и предложения по имейл, около два пъти месечно.`,
      en: `${COMPANY} e-mails news, useful articles and offers, about twice a month.`,
    },
    fields: [
      {
        key: 'email',
        label: { bg: 'Имейл адрес', en: 'E-mail address' },
        reason: {
          bg: 'На него изпращаме бюлетина и едно писмо за потвърждение.',
          en: 'We send the newsletter to it, and one message to confirm.',
        },
        required: true,
      },
      {
        key: 'given_name',
        label: { bg: 'Име', en: 'First name' },
        reason: { bg: 'За да се обръщаме към Вас по име.', en: 'So that we can address you by name.' },
        required: false,
      },
    ],
    boxes: [
      {
        purpose: purposeId,
        channel: 'email',
        label: {
          bg: `Давам съгласие „${COMPANY}“ да ми изпраща бюлетина си по имейл – около два пъти месечно.`,
          en: `I consent to ${COMPANY} e-mailing me its newsletter, about twice a month.`,
        },
        hint: {
          bg: 'Във всяко писмо има връзка за отписване с една стъпка.',
          en: 'Every message carries a link to unsubscribe in one step.',
        },
      },
    ],
    submit: { bg: 'Абонирам се', en: 'Subscribe' },
    done: {
      title: { bg: 'Абонаментът Ви е потвърден', en: 'Your subscription is confirmed' },
      text: {
        bg: 'Благодарим Ви. Следващият брой ще пристигне на този адрес.',
        en: 'Thank you. The next issue will come to this address.',
      },
    },
  };
}
