import { type Database, inTransaction, type Transaction } from '#platform/database/connect.ts';
import { ensureStarterForm, STARTER_FORM } from '#src/forms/ensure-starter-form.ts';
import { loadPublishedForm, type PublishedForm } from '#src/forms/published-form.ts';
import type { Texts } from '#src/languages/languages.ts';
import { recordNotice } from '#src/notices/record-notice.ts';
import { CONFIRMATION, ensureStarterPurposes } from '#src/purposes/ensure-starter-purposes.ts';
import { findPurpose, getPurpose } from '#src/purposes/find-purpose.ts';
import type { Purpose, PurposeInput } from '#src/purposes/purpose.ts';
import { createPurpose } from '#src/purposes/revise-purpose.ts';
import { controllerDetails, findController, saveController } from '#src/register/controller.ts';
import { recordProvenance, recordSource } from '#src/sources/record-source.ts';

/** What the firm of the demo does with people's data, and with which words. */
export interface DemoFirm {
  readonly form: PublishedForm;
  readonly newsletter: Purpose;
  readonly events: Purpose;
  readonly offers: Purpose;
  readonly customers: Purpose;
  readonly confirmation: Purpose;
  /** The tea evening's guest book, where people ticked what they agreed to. */
  readonly evening: { readonly sourceId: string; readonly provenanceId: string; readonly noticeHashes: Texts };
}

/**
 * Makes what is missing; a controller and purposes that are there already are left as they are. Undefined when the form was
 * taken down: then nobody can come through it.
 */
export async function foundDemoFirm(db: Database): Promise<DemoFirm | undefined> {
  const firm = await inTransaction(db, async (tx) => {
    if (!(await findController(tx))) await saveController(tx, controllerDetails.parse(fictionalController));
    await ensureStarterPurposes(tx);
    await ensureStarterForm(tx);
    const events = await purposeOf(tx, 'event-invitations', eventsPurpose);
    return {
      events,
      newsletter: await getPurpose(tx, 'newsletter'),
      offers: await purposeOf(tx, 'similar-products', offersPurpose),
      customers: await getPurpose(tx, 'customer-relations'),
      confirmation: await getPurpose(tx, CONFIRMATION),
      evening: await holdTeaEvening(tx, events),
    };
  });
  const form = await loadPublishedForm(db, STARTER_FORM);
  return typeof form === 'string' ? undefined : { ...firm, form };
}

async function holdTeaEvening(tx: Transaction, events: Purpose): Promise<DemoFirm['evening']> {
  const sourceId = await recordSource(tx, { kind: 'event', label: 'Вечер на чая, книга за гости', obtainedFrom: 'data-subject' });
  return {
    sourceId,
    provenanceId: await recordProvenance(tx, { sourceId, purposeId: events.id, legalBasis: 'consent', providedBySubject: true }),
    noticeHashes: (await recordNotice(tx, { slug: 'tea-evening', texts: eveningTexts })).hashes,
  };
}

async function purposeOf(tx: Transaction, slug: string, definition: PurposeInput): Promise<Purpose> {
  return (await findPurpose(tx, slug)) ?? (await createPurpose(tx, { ...definition, slug }));
}

const fictionalController = {
  name: '„Липа и мед“ ООД (измислена фирма)',
  registrationNumber: '000000000',
  address: 'Казанлък 6100, ул. „Розова“ 1',
  email: 'office@lipa.demo.example.com',
  dpoName: 'Ралица Янева',
  dpoEmail: 'dpo@lipa.demo.example.com',
};

const eventsPurpose: PurposeInput = {
  name: { bg: 'Покани за събития', en: 'Event invitations' },
  explanation: {
    bg: 'Каним Ви на дегустации и на нашата вечер на чая, няколко пъти в годината.',
    en: 'We invite you to tastings and to our tea evening, a few times a year.',
  },
  legalBasis: 'consent',
  dataCategories: ['email', 'phone', 'given_name'],
  channels: ['email', 'sms'],
  recipients: [],
  retention: { starts: 'withdrawal', months: 0 },
  isMarketing: true,
  doubleOptIn: false,
  consentValidMonths: 24,
};

const offersPurpose: PurposeInput = {
  name: { bg: 'Предложения за сходни продукти', en: 'Offers of similar products' },
  explanation: {
    bg: 'На клиентите си предлагаме продукти, сходни с купените. Всеки може да възрази по всяко време.',
    en: 'We offer our customers products similar to those they bought. Anyone can object at any time.',
  },
  legalBasis: 'legitimate-interests',
  dataCategories: ['email', 'given_name'],
  channels: ['email'],
  recipients: [],
  retention: { starts: 'end-of-contract', months: 24 },
  isMarketing: true,
  doubleOptIn: false,
  consentValidMonths: null,
};

const eveningTexts: Texts = {
  bg: 'Давам съгласие „Липа и мед“ ООД да ме кани на събития по имейл и с SMS. Мога да оттегля съгласието си по всяко време.\n',
  en: 'I consent to Lipa i Med OOD inviting me to events by e-mail and SMS. I can withdraw my consent at any time.\n',
};
