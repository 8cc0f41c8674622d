import { createHash } from 'node:crypto';
import type { Transaction } from '#platform/database/connect.ts';
import { setFormArchived } from '#src/forms/create-form.ts';
import { ensureForm } from '#src/forms/ensure-form.ts';
import { starterForm } from '#src/forms/ensure-starter-form.ts';
import { publishFormVersion, unpublishForm } from '#src/forms/publish-form-version.ts';
import { recordNotice } from '#src/notices/record-notice.ts';
import { CONFIRMATION, ensureStarterPurposes } from '#src/purposes/ensure-starter-purposes.ts';
import { findPurpose, getPurpose } from '#src/purposes/find-purpose.ts';
import type { LegalBasis, Purpose, PurposeInput } from '#src/purposes/purpose.ts';
import { createPurpose } from '#src/purposes/revise-purpose.ts';
import { controllerDetails, saveController } from '#src/register/controller.ts';
import { recordProvenance, recordSource } from '#src/sources/record-source.ts';
import type { SourceKind } from '#src/sources/source.ts';

/** What generated people's data rest on: purposes, texts they were shown, sources, and provenances of each pair in use. */
export interface Grounds {
  readonly purposes: {
    readonly newsletter: Purpose;
    readonly events: Purpose;
    readonly offers: Purpose;
    readonly customers: Purpose;
    readonly confirmation: Purpose;
  };
  /** SHA-256 (hex) of the text in each language. */
  readonly notice: { readonly bg: string; readonly en: string };
  readonly sources: Readonly<Record<SourceName, string>>;
  readonly formVersionId: string;
  provenance(source: SourceName, purpose: Purpose, basis: LegalBasis | 'unknown'): string;
}

const sourceNames = ['form', 'fair', 'shop', 'oldSheet', 'partner'] as const;
export type SourceName = (typeof sourceNames)[number];

const sourceKinds: Readonly<Record<SourceName, { kind: SourceKind; label: string; own: boolean }>> = {
  form: { kind: 'form', label: 'Бюлетин / Newsletter (/f/newsletter-2021, 1)', own: true },
  fair: { kind: 'event', label: 'Панаир Пловдив, списък на посетителите', own: true },
  shop: { kind: 'page', label: 'Поръчки от електронния магазин', own: true },
  oldSheet: { kind: 'import', label: 'Стар списък „Клиенти.xlsx“', own: false },
  partner: { kind: 'third-party', label: 'Партньорска конференция', own: false },
};

/** Records all of it through the product's own verbs. */
export async function layGrounds(tx: Transaction): Promise<Grounds> {
  await ensureStarterPurposes(tx);
  const purposes = {
    newsletter: await getPurpose(tx, 'newsletter'),
    events: await purposeOf(tx, 'events', eventsPurpose),
    offers: await purposeOf(tx, 'similar-products', offersPurpose),
    customers: await getPurpose(tx, 'customer-relations'),
    confirmation: await getPurpose(tx, CONFIRMATION),
  };
  const { hashes } = await recordNotice(tx, {
    slug: 'generated',
    texts: { bg: 'Искам да получавам бюлетина по имейл.\n', en: 'I want to receive the newsletter by e-mail.\n' },
  });
  const formVersionId = await addForm(tx, purposes.newsletter);
  const sources = {} as Record<SourceName, string>;
  const provenances = new Map<string, string>();
  for (const name of sourceNames) {
    const { kind, label, own } = sourceKinds[name];
    const sourceId = await recordSource(tx, {
      kind,
      label,
      obtainedFrom: own ? 'data-subject' : 'other',
      ...(name === 'form' ? { formVersionId } : {}),
    });
    sources[name] = sourceId;
    for (const purpose of Object.values(purposes)) {
      for (const legalBasis of [purpose.legalBasis, 'unknown'] as const) {
        const id = await recordProvenance(tx, { sourceId, purposeId: purpose.id, legalBasis, providedBySubject: own });
        provenances.set(`${name} ${purpose.id} ${legalBasis}`, id);
      }
    }
  }
  return {
    purposes,
    notice: hashes,
    sources,
    formVersionId,
    provenance(source, purpose, basis) {
      const id = provenances.get(`${source} ${purpose.id} ${basis}`);
      if (!id) throw new Error(`no provenance ${source} ${purpose.slug} ${basis}`);
      return id;
    },
  };
}

async function purposeOf(tx: Transaction, slug: string, definition: PurposeInput): Promise<Purpose> {
  return (await findPurpose(tx, slug)) ?? (await createPurpose(tx, { ...definition, slug }));
}

/** An older form that is no longer published: generated submissions came through it. */
async function addForm(tx: Transaction, newsletter: Purpose): Promise<string> {
  const contact = { address: 'София', email: 'owner@example.com' };
  await saveController(tx, controllerDetails.parse({ name: 'example.com', ...contact }));
  const slug = `newsletter-${createHash('sha256').update('generated').digest('hex').slice(0, 6)}`;
  const formId = await ensureForm(tx, slug);
  const published = await publishFormVersion(tx, { formId, definition: starterForm(newsletter.id), isReviewed: true });
  if (published.outcome !== 'published') throw new Error(`the older form was not published: ${published.outcome}`);
  await unpublishForm(tx, formId);
  await setFormArchived(tx, formId, true);
  return published.versionId;
}

const eventsPurpose: PurposeInput = {
  name: { bg: 'Покани за събития', en: 'Event invitations' },
  explanation: { bg: 'Каним Ви на наши събития.', en: 'We invite you to our events.' },
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
    bg: 'Предлагаме на клиентите си продукти, сходни с купените.',
    en: 'We offer our customers products similar to those they bought.',
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
