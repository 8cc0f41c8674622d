import type { Transaction } from '#platform/database/connect.ts';
import { setAutomatic } from '#src/retention/set-automatic.ts';
import { findPurpose } from './find-purpose.ts';
import type { Purpose, PurposeInput } from './purpose.ts';
import { createPurpose } from './revise-purpose.ts';

/** Slug of the purpose under which confirmation messages are sent: proving consent is the controller's duty (Art. 7(1)). */
export const CONFIRMATION = 'consent-confirmation';

/** Slug of the purpose under which people are asked anew or told after a purpose changed: informing them is a duty (Art. 13(3), 14(4)). */
export const PURPOSE_CHANGES = 'purpose-changes';

type StarterPurpose = PurposeInput & { slug: string; isSystem?: boolean };

/** Slug of the purpose under which a parent is asked about a child's consent: to check is the controller's duty (Art. 8(2)). */
export const PARENTAL = 'parental-confirmation';

const parental = {
  slug: PARENTAL,
  isSystem: true,
  name: { bg: 'Съгласие на родител', en: 'Consent of a parent' },
  explanation: {
    bg: 'Питаме носещия родителска отговорност дали е съгласен, когато съгласие дава дете. Не използваме адреса за друго.',
    en: 'We ask whoever holds parental responsibility whether they agree when a child consents. We use the address for nothing else.',
  },
  legalBasis: 'legal-obligation',
  dataCategories: ['email'],
  channels: ['email'],
  recipients: [],
  retention: { starts: 'collection', months: 12 },
  isMarketing: false,
  doubleOptIn: false,
  consentValidMonths: null,
} satisfies StarterPurpose;

/** Slug of the purpose under which people are told where we have their data from: telling them is a duty (Art. 14). */
const TELLING = 'telling-people';

const telling = {
  slug: TELLING,
  isSystem: true,
  name: { bg: 'Уведомяване откъде са данните', en: 'Telling where data came from' },
  explanation: {
    bg: 'Когато не сме получили данни от самия човек, му съобщаваме с едно писмо откъде са и за какво ги използваме.',
    en: 'When we did not get data from the person, we tell them in one message where they came from and what we do with them.',
  },
  legalBasis: 'legal-obligation',
  dataCategories: ['email'],
  channels: ['email'],
  recipients: [],
  retention: { starts: 'collection', months: 1 },
  isMarketing: false,
  doubleOptIn: false,
  consentValidMonths: null,
} satisfies StarterPurpose;

/** Slug of the purpose under which people in quarantine are asked once for their consent, where the law allows it. */
const ASKING = 'asking-once';

// Asking for consent to marketing is marketing: what forbids the one forbids the other, so the gate must see it as such.
const asking = {
  slug: ASKING,
  isSystem: true,
  name: { bg: 'Еднократен въпрос за съгласие', en: 'Asking once for consent' },
  explanation: {
    bg: 'Питаме веднъж хора, които са ни клиенти, или фирми на общите им адреси, дали дават съгласие да им пишем.',
    en: 'We ask people who are our customers, or companies at their common addresses, once whether they agree that we write to them.',
  },
  legalBasis: 'legitimate-interests',
  dataCategories: ['email'],
  channels: ['email'],
  recipients: [],
  retention: { starts: 'collection', months: 1 },
  isMarketing: true,
  doubleOptIn: false,
  consentValidMonths: null,
} satisfies StarterPurpose;

const starter: readonly StarterPurpose[] = [
  {
    slug: 'newsletter',
    name: { bg: 'Бюлетин', en: 'Newsletter' },
    explanation: {
      bg: 'Изпращаме Ви новини, полезни статии и предложения по имейл, около два пъти месечно.',
      en: 'We e-mail you news, useful articles and offers, about twice a month.',
    },
    legalBasis: 'consent',
    dataCategories: ['email', 'given_name'],
    channels: ['email'],
    recipients: [],
    // The proof of a consent is needed for a while after it ends (Art. 7(1), 17(3)(e)).
    retention: { starts: 'withdrawal', months: 12 },
    isMarketing: true,
    doubleOptIn: true,
    consentValidMonths: null,
  },
  {
    slug: 'customer-relations',
    name: { bg: 'Работа с клиенти', en: 'Customer relations' },
    explanation: {
      bg: 'Отговаряме на запитвания, изготвяме оферти и изпълняваме договори.',
      en: 'We answer enquiries, prepare offers and perform contracts.',
    },
    legalBasis: 'contract',
    dataCategories: ['given_name', 'family_name', 'company', 'job_title', 'email', 'phone', 'postal_address', 'city', 'note'],
    channels: ['email', 'phone', 'post', 'none'],
    recipients: [],
    retention: { starts: 'end-of-contract', months: 60 },
    isMarketing: false,
    doubleOptIn: false,
    consentValidMonths: null,
  },
  {
    slug: 'information-on-request',
    name: { bg: 'Поискана информация', en: 'Information on request' },
    explanation: {
      bg: 'Изпращаме материала, поискан чрез формуляр на сайта ни, веднъж и само на потвърден адрес.',
      en: 'We send the material that was asked for by a form on our site, once and only to a confirmed address.',
    },
    legalBasis: 'contract',
    dataCategories: ['email', 'given_name'],
    channels: ['email'],
    recipients: [],
    retention: { starts: 'collection', months: 3 },
    isMarketing: false,
    doubleOptIn: false,
    consentValidMonths: null,
  },
  {
    slug: CONFIRMATION,
    isSystem: true,
    name: { bg: 'Потвърждаване на съгласие', en: 'Confirmation of consent' },
    explanation: {
      bg: 'Изпращаме едно писмо, за да се уверим, че съгласието е дадено от притежателя на адреса.',
      en: 'We send one message to make sure that consent was given by the owner of the address.',
    },
    legalBasis: 'legal-obligation',
    dataCategories: ['email'],
    channels: ['email'],
    recipients: [],
    retention: { starts: 'collection', months: 1 },
    isMarketing: false,
    doubleOptIn: false,
    consentValidMonths: null,
  },
  {
    slug: PURPOSE_CHANGES,
    isSystem: true,
    name: { bg: 'Уведомяване за промени', en: 'Telling of changes' },
    explanation: {
      bg: 'Когато променим за какво или как използваме данни, уведомяваме засегнатите с едно писмо, а когато е нужно, питаме отново за съгласие.',
      en: 'When we change what or how we use data, we tell the people concerned in one message and, where needed, ask for consent anew.',
    },
    legalBasis: 'legal-obligation',
    dataCategories: ['email'],
    channels: ['email'],
    recipients: [],
    retention: { starts: 'collection', months: 1 },
    isMarketing: false,
    doubleOptIn: false,
    consentValidMonths: null,
  },
];

/** The purposes a small company starts with, and the one the product needs; those that exist are left as they are. */
export async function ensureStarterPurposes(tx: Transaction): Promise<void> {
  for (const purpose of starter) {
    if (await findPurpose(tx, purpose.slug)) continue;
    const { id } = await createPurpose(tx, purpose);
    // The newsletter's form promises people that their data go a year after they withdraw: with the company's own rules
    // waiting for approval, that promise would depend on somebody remembering it. They alone decide that it begins.
    if (purpose.slug === 'newsletter') await setAutomatic(tx, id, true);
  }
}

/** A purpose of the product itself; made where an installation is older than it. */
export async function ensureSystemPurpose(tx: Transaction, slug: typeof PURPOSE_CHANGES): Promise<Purpose> {
  const known = await findPurpose(tx, slug);
  if (known) return known;
  const purpose = starter.find((one) => one.slug === slug);
  if (!purpose) throw new Error('the product knows its own purposes');
  return createPurpose(tx, purpose);
}

/** The purpose under which parents are asked, made when the first form asks for the age. */
export async function ensureParentalPurpose(tx: Transaction): Promise<Purpose> {
  return (await findPurpose(tx, PARENTAL)) ?? createPurpose(tx, parental);
}

/** The purpose under which people are told where their data came from, made when the first one is. */
export async function ensureTellingPurpose(tx: Transaction): Promise<Purpose> {
  return (await findPurpose(tx, TELLING)) ?? createPurpose(tx, telling);
}

/** The purpose under which people in quarantine are asked, made when the first one is. */
export async function ensureAskingPurpose(tx: Transaction): Promise<Purpose> {
  return (await findPurpose(tx, ASKING)) ?? createPurpose(tx, asking);
}
