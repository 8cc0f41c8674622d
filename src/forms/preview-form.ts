import { randomUUID } from 'node:crypto';
import type { Database } from '#platform/database/connect.ts';
import { previewConfirmation } from '#src/delivery/render-message.ts';
import type { Language } from '#src/languages/languages.ts';
import { listPurposes } from '#src/purposes/find-purpose.ts';
import type { Controller } from '#src/register/controller.ts';
import { askPage, confirmedPage } from './confirm-pages.ts';
import type { Submission } from './find-submission.ts';
import { DAYS_TO_CONFIRM, type FormDefinition, inEveryLanguage } from './form.ts';
import { checkMailPage, formPage, parentPage } from './pages.ts';
import { publicTexts } from './public-texts.ts';
import type { FormVersion } from './queries.ts';
import { showForm } from './show-form.ts';

export const previewPages = ['form', 'parent', 'sent', 'mail', 'confirm', 'done'] as const;

/**
 * A page of a form as the public would see it, from words that nobody has published: made by the same functions, so it
 * cannot look otherwise. Its token and links are worth nothing.
 */
export async function previewForm(
  db: Database,
  controller: Controller,
  asked: {
    readonly slug: string;
    readonly definition: FormDefinition;
    readonly language: Language;
    readonly page: (typeof previewPages)[number];
  },
): Promise<string> {
  const { language, definition } = asked;
  const purposes = await listPurposes(db);
  const version: FormVersion = {
    id: randomUUID(),
    formId: randomUUID(),
    number: 0,
    definition,
    shown: inEveryLanguage((each) => showForm(definition, purposes, controller, each)),
    noticeHashes: { bg: '', en: '' },
    publishedAt: new Date(),
  };
  const submission: Submission = {
    id: randomUUID(),
    contactId: randomUUID(),
    formSlug: asked.slug,
    version,
    language,
    status: 'pending',
    underAge: false,
    answers: {},
    boxes: definition.boxes.map((box) => ({ purpose: box.purpose, channel: box.channel, ticked: true })),
    evidence: {},
    createdAt: new Date(),
    expiresAt: new Date(Date.now() + DAYS_TO_CONFIRM * 86_400_000),
    settledAt: null,
  };
  const setting = { language, texts: publicTexts[language], controller };
  const confirming = { token: 'preview', submission, email: 'name@example.com', noticeAddress: '#' };
  switch (asked.page) {
    case 'form':
      return formPage(setting, { slug: asked.slug, version, token: '' }).text();
    case 'parent':
      return parentPage(setting, { slug: asked.slug, version, token: '' }).text();
    case 'sent':
      return checkMailPage(setting, asked.slug, version).text();
    case 'mail':
      return previewConfirmation(submission, language, controller);
    case 'confirm':
      return askPage(setting, confirming).text();
    case 'done':
      return confirmedPage(setting, { ...confirming, preferencesAddress: '#', receipts: [], fresh: true }).text();
  }
}
