import { inTransaction } from '#platform/database/connect.ts';
import { formEndpoints } from '#src/forms/endpoints.ts';
import type { FormDefinition } from '#src/forms/form.ts';
import { createFormToken } from '#src/forms/form-token.ts';
import { findPublishedVersion } from '#src/forms/published-form.ts';
import { purposeEndpoints } from '#src/purposes/routes.ts';
import type { TestDatabase } from './database.ts';
import { aPurpose } from './factories.ts';
import { type Fields, openPublicSite, type PublicSite } from './public-site.ts';

const both = (bg: string, en: string) => ({ bg, en });

const owner = {
  id: '019ab1c0-d3f4-7a0e-8b1c-2d3e4f5a6b7c',
  name: 'Owner',
  email: 'owner@example.bg',
  role: 'owner',
  language: 'bg',
} as const;

/** A company with a form of every kind of element, and somebody signed in to change it. */
export interface FormSite extends PublicSite {
  /** Ids of the purposes, by short name. */
  readonly purposes: Readonly<Record<'newsletter' | 'calls' | 'measurement' | 'health' | 'children' | 'guide', string>>;
  /** Public id of a purpose. */
  pub(name: keyof FormSite['purposes']): string;
  /** A definition in which nothing is wrong, as the API takes it. */
  // biome-ignore lint/suspicious/noExplicitAny: tests take it apart and put it together wrongly
  good(): any;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, each looked at by its test
  api(method: string, path: string, body?: unknown): Promise<{ status: number; body: any }>;
  /** Begins a form and publishes it. Answers its public id. */
  published(slug: string, definition: unknown): Promise<string>;
  /** Sends a form as somebody would who opened it five seconds ago. */
  send(slug: string, fields: Fields, language?: 'bg' | 'en'): Promise<Response>;
}

const ample = {
  perAddress: [{ seconds: 60, max: 1000 }],
  perIp: { seconds: 3600, max: 100_000 },
  perForm: { seconds: 3600, max: 100_000 },
};

export async function openFormSite(database: TestDatabase): Promise<FormSite> {
  const site = await openPublicSite(database, {
    endpoints: [...formEndpoints, ...purposeEndpoints],
    caller: { kind: 'staff', staffMember: owner },
    config: { flood: ample },
  });
  await site.owner.query(
    `insert into staff_member (id, name, email, role, language) values ($1, 'Owner', 'owner@example.bg', 'owner', 'bg') on conflict do nothing`,
    [owner.id],
  );
  const purposes = await inTransaction(site.services.db, async (tx) => {
    const consent = { legalBasis: 'consent', retention: { starts: 'withdrawal', months: 12 } } as const;
    const make = async (slug: string, overrides: Parameters<typeof aPurpose>[1]) =>
      (await aPurpose(tx, { ...consent, slug, isMarketing: true, doubleOptIn: true, channels: ['email'], ...overrides })).id;
    const { rows } = await site.owner.query<{ slug: string; id: string }>('select slug, id from purpose');
    const known = Object.fromEntries(rows.map((row) => [row.slug, row.id]));
    return {
      newsletter: known.newsletter ?? '',
      guide: known['information-on-request'] ?? '',
      calls: await make('calls', {
        name: both('Обаждания с оферти', 'Calls about offers'),
        explanation: both('Обаждаме Ви се с предложения.', 'We call you with proposals.'),
        channels: ['phone', 'sms'],
        dataCategories: ['phone', 'team_size'],
      }),
      measurement: await make('measurement', {
        name: both('Измерване на писмата', 'Measuring messages'),
        explanation: both('Отчитаме кои писма се отварят.', 'We record which messages are opened.'),
        channels: ['none'],
        dataCategories: ['email'],
        isMarketing: false,
        isMeasurement: true,
      }),
      health: await make('allergies', {
        name: both('Меню според алергиите', 'Menu by allergies'),
        explanation: both('Съобразяваме менюто с алергиите Ви.', 'We fit the menu to your allergies.'),
        channels: ['email'],
        dataCategories: ['email', 'allergies'],
        isMarketing: false,
        isExplicit: true,
      }),
      children: await make('club', {
        name: both('Клуб на читателя', 'Readers’ club'),
        explanation: both('Изпращаме истории и загадки.', 'We send stories and riddles.'),
        channels: ['email'],
        dataCategories: ['email', 'given_name'],
        needsAge: true,
      }),
    };
  });

  const form: FormSite = {
    ...site,
    purposes,
    pub: (name) => `pur_${purposes[name].replaceAll('-', '')}`,
    good: () => ({
      title: both('Новини от нас', 'News from us'),
      intro: both('{company} изпраща новини два пъти месечно.', '{company} sends news twice a month.'),
      fields: [
        {
          key: 'email',
          label: both('Имейл адрес', 'E-mail address'),
          reason: both('На него изпращаме новините.', 'We send the news to it.'),
          required: true,
        },
      ],
      boxes: [
        {
          purpose: form.pub('newsletter'),
          channel: 'email',
          label: both(
            'Давам съгласие „{company}“ да ми изпраща бюлетина си по имейл.',
            'I consent to {company} e-mailing me its newsletter.',
          ),
          hint: both('Във всяко писмо има връзка за отписване.', 'Every message has a link to unsubscribe.'),
        },
      ],
      submit: both('Изпращане', 'Send'),
      done: {
        title: both('Изборът Ви е потвърден', 'Your choice is confirmed'),
        text: both('Благодарим Ви. Очаквайте следващия брой.', 'Thank you. The next issue will come.'),
      },
    }),
    async api(method, path, body) {
      const answer = await site.request(method, `/api/v1${path}`, {
        headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
    },
    async published(slug, definition) {
      const begun = await form.api('POST', '/forms', { slug, definition });
      if (begun.status !== 201) throw new Error(JSON.stringify(begun.body));
      const draft = await form.api('GET', `/forms/${begun.body.id}/draft`);
      const done = await form.api('POST', `/forms/${begun.body.id}/draft/publish`, { revision: draft.body.revision });
      if (done.status !== 201) throw new Error(JSON.stringify(done.body.errors));
      return begun.body.id;
    },
    async send(slug, fields, language = 'bg') {
      const found = await findPublishedVersion(site.services.db, slug);
      if (typeof found === 'string') throw new Error(`the form is ${found}`);
      const shownAt = new Date(site.services.now().getTime() - 5000);
      const token = createFormToken(site.services.keys, { versionId: found.version.id, language, shownAt });
      return site.post(`/f/${slug}?lang=${language}`, { _form: token, ...fields });
    },
  };
  return form;
}

/** A change of a definition: `set('boxes.0.label.bg', …)`. */
export function changed(definition: FormDefinition, path: string, value: unknown): FormDefinition {
  const copy = structuredClone(definition) as unknown as Record<string, unknown>;
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  let at = copy;
  for (const step of steps) {
    at[step] ??= {};
    at = at[step] as Record<string, unknown>;
  }
  at[last] = value;
  return copy as unknown as FormDefinition;
}
