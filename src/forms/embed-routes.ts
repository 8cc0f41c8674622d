import { readFileSync } from 'node:fs';
import { foreignOrigin } from '#platform/http/cross-origin.ts';
import { definePage, type Page } from '#src/define-route.ts';
import { pageReplyOf } from './answer-submitted.ts';
import { countStep } from './count-steps.ts';
import { PREFERENCES_FORM } from './form.ts';
import { createFormToken } from './form-token.ts';
import type { Frame } from './framed-page.ts';
import { checkMailPage, formPage, missingFormPage } from './pages.ts';
import { languageOf, type Setting, settingOf } from './public-page.ts';
import { findHostedForm } from './published-form.ts';
import { findSitesOf, isSiteOf } from './sites.ts';
import { submitForm } from './submit-form.ts';

/** Served as it is written. */
const script = readFileSync(new URL('./embed.js', import.meta.url), 'utf8');

type Call = Parameters<Page['handle']>[0];

/** What other sites show of a form: the same form in a frame, and the script that helps a copied one. */
export const embedPages: readonly Page[] = [
  definePage({
    method: 'GET',
    path: '/f/:form/embed',
    policy: 'public',
    async handle(call) {
      const { slug, setting } = await framed(call);
      const form = await findHostedForm(call.db, slug);
      if (typeof form === 'string') return missingFormPage(setting, form, slug);
      const { keys, now } = { keys: call.services.keys, now: call.services.now() };
      const token = createFormToken(keys, { versionId: form.version.id, language: setting.language, shownAt: now });
      countStep(call.services, form.version.id, 'shown');
      return formPage(setting, { slug, version: form.version, token });
    },
  }),

  definePage({
    method: 'POST',
    path: '/f/:form/embed',
    policy: 'public',
    // Only our own page in the frame sends this: scripts of the sites around it have `/f/:form`.
    sharedWith: async () => false,
    async handle(call) {
      const { slug, setting, frame } = await framed(call);
      if (slug === PREFERENCES_FORM) return missingFormPage(setting, 'missing', slug);
      const { language } = setting;
      const fields = await call.readForm();
      const elsewhere = foreignOrigin(call.headers, call.services.config.publicUrl);
      const submitted = await submitForm(call.services, { ...call, slug, fields, language, elsewhere, isFramed: true });
      return pageReplyOf(call.services, { slug, submitted, language, frame });
    },
  }),

  definePage({
    method: 'GET',
    path: '/f/:form/embed/check-mail',
    policy: 'public',
    async handle(call) {
      const { slug, setting } = await framed(call);
      const form = await findHostedForm(call.db, slug);
      if (typeof form === 'string') return missingFormPage(setting, form, slug);
      return checkMailPage(setting, slug, form.version, call.query.get('asked') === 'parent' ? 'parent' : undefined);
    },
  }),

  definePage({
    method: 'GET',
    path: '/f/:form/embed.js',
    policy: 'public',
    // Loaded with `crossorigin`: a site that is not the form's gets no permission and its browser does not run it.
    sharedWith: ({ db, params, origin }) => isSiteOf(db, params.form ?? '', origin),
    handle: () =>
      new Response(script, {
        headers: { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'public, max-age=300' },
      }),
  }),
];

async function framed(call: Call): Promise<{ slug: string; setting: Setting; frame: Frame }> {
  const slug = call.params.form ?? '';
  const [setting, sites] = await Promise.all([settingOf(call.db, languageOf(call)), findSitesOf(call.db, slug)]);
  const frame = { sites, script: `/f/${encodeURIComponent(slug)}/embed.js` };
  return { slug, frame, setting: { ...setting, frame } };
}
