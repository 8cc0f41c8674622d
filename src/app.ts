import { inTransaction } from '#platform/database/connect.ts';
import { type HttpProgram, mount } from '#platform/http/mount.ts';
import { negotiateLanguage } from '#platform/http/negotiate-language.ts';
import { type AdminProgram, adminPages } from '#src/admin-program/pages.ts';
import { apiDocsPages } from '#src/api-docs/pages.ts';
import { noteApiKeyUse } from '#src/api-keys/find-api-key.ts';
import { apiKeyEndpoints } from '#src/api-keys/routes.ts';
import { approachPages } from '#src/approaches/routes.ts';
import { auditEndpoints } from '#src/audit/routes.ts';
import { addressPages } from '#src/contacts/address-pages.ts';
import { contactEndpoints } from '#src/contacts/routes.ts';
import { coverageEndpoints } from '#src/data-coverage/routes.ts';
import { deadlineEndpoints } from '#src/deadlines/routes.ts';
import type { Endpoint, Page, Saglasie } from '#src/define-route.ts';
import { deliveryEndpoints } from '#src/delivery/routes.ts';
import { disclosureEndpoints } from '#src/disclosures/routes.ts';
import { duplicateEndpoints } from '#src/duplicates/routes.ts';
import { errorPage } from '#src/error-page.ts';
import { evidenceFileEndpoints } from '#src/evidence-files/routes.ts';
import { evidencePackEndpoints } from '#src/evidence-packs/routes.ts';
import { exportEndpoints } from '#src/exports/routes.ts';
import { formEndpoints } from '#src/forms/endpoints.ts';
import { heldEndpoints } from '#src/forms/held-endpoints.ts';
import { formPages } from '#src/forms/routes.ts';
import { siteEndpoints } from '#src/forms/site-endpoints.ts';
import { submissionEndpoints } from '#src/forms/submission-endpoints.ts';
import { homeEndpoints } from '#src/home/routes.ts';
import { recallAnswer } from '#src/idempotency/recall-answer.ts';
import { importEndpoints } from '#src/imports/endpoints.ts';
import { informationDutyEndpoints } from '#src/information-duty/routes.ts';
import { jobEndpoints } from '#src/jobs/routes.ts';
import { problems as bg } from '#src/languages/bg/problems.ts';
import { problems as en } from '#src/languages/en/problems.ts';
import { languages } from '#src/languages/languages.ts';
import { logPages } from '#src/ledger/pages.ts';
import { ledgerEndpoints } from '#src/ledger/routes.ts';
import { mergeEndpoints } from '#src/merging/routes.ts';
import { noticeEndpoints } from '#src/notices/routes.ts';
import type { Metrics } from '#src/operations/metrics.ts';
import { operationsPages } from '#src/operations/pages.ts';
import type { Readiness } from '#src/operations/readiness.ts';
import { permissionEndpoints } from '#src/permission/routes.ts';
import { preferencePages } from '#src/preferences/routes.ts';
import { purposeEndpoints } from '#src/purposes/routes.ts';
import { quarantineEndpoints } from '#src/quarantine/routes.ts';
import { receiptEndpoints } from '#src/receipts/endpoints.ts';
import { receiptPages } from '#src/receipts/routes.ts';
import { fieldEndpoints } from '#src/register/field-routes.ts';
import { registerEndpoints } from '#src/register/register-routes.ts';
import { controllerEndpoints } from '#src/register/routes.ts';
import { retentionEndpoints } from '#src/retention/routes.ts';
import { sealedEvidenceEndpoints } from '#src/sealed-evidence/routes.ts';
import type { Services } from '#src/services.ts';
import { setUpPages } from '#src/set-up/pages.ts';
import { sourceEndpoints } from '#src/sources/routes.ts';
import { identify, mayCall } from '#src/staff/identify.ts';
import { authPages } from '#src/staff/pages.ts';
import { staffEndpoints } from '#src/staff/routes.ts';
import { openSessions } from '#src/staff/sessions.ts';
import { timeMachineEndpoints } from '#src/time-machine/routes.ts';

export const API_BASE = '/api/v1';

/** Every endpoint of the API. */
export const endpoints: readonly Endpoint[] = [
  ...homeEndpoints,
  ...contactEndpoints,
  ...permissionEndpoints,
  ...duplicateEndpoints,
  ...mergeEndpoints,
  ...evidencePackEndpoints,
  ...sealedEvidenceEndpoints,
  ...evidenceFileEndpoints,
  ...ledgerEndpoints,
  ...timeMachineEndpoints,
  ...receiptEndpoints,
  ...purposeEndpoints,
  ...noticeEndpoints,
  ...sourceEndpoints,
  ...formEndpoints,
  ...siteEndpoints,
  ...submissionEndpoints,
  ...heldEndpoints,
  ...deliveryEndpoints,
  ...retentionEndpoints,
  ...auditEndpoints,
  ...staffEndpoints,
  ...apiKeyEndpoints,
  ...controllerEndpoints,
  ...fieldEndpoints,
  ...registerEndpoints,
  ...quarantineEndpoints,
  ...coverageEndpoints,
  ...informationDutyEndpoints,
  ...deadlineEndpoints,
  ...jobEndpoints,
  ...exportEndpoints,
  ...disclosureEndpoints,
  ...importEndpoints,
];

export interface AppParts {
  readonly services: Services;
  readonly readiness: Readiness;
  readonly metrics: Metrics;
  readonly admin: () => AdminProgram;
}

/** The program as seen over HTTP. */
export function createApp(parts: AppParts): ReturnType<typeof mount<Saglasie>> {
  return mount(describeApp(parts));
}

/** All routes and what they need, before mounting. */
export function describeApp({ services, readiness, metrics, admin }: AppParts): HttpProgram<Saglasie> {
  const { config, db, keys, log } = services;
  const sessions = openSessions({ db, keys, publicUrl: config.publicUrl });
  const texts = { bg, en };

  const pages: Page[] = [
    ...formPages,
    ...preferencePages,
    ...receiptPages,
    ...logPages,
    ...approachPages,
    ...addressPages,
    ...setUpPages(sessions),
    ...authPages(sessions),
    ...adminPages(admin),
    ...apiDocsPages(endpoints, API_BASE, config.publicUrl),
    ...operationsPages(readiness, metrics),
  ];

  return {
    services,
    endpoints,
    pages,
    apiBase: API_BASE,
    publicUrl: config.publicUrl,
    trustProxy: config.trustProxy,
    log,
    db,
    inTransaction: (work) => inTransaction(db, work),
    negotiate: (header) => negotiateLanguage(header, languages, 'bg'),
    texts: (language) => texts[language],
    errorPage,
    identify: (headers) => identify(db, sessions, headers),
    may: mayCall,
    takesForeignPosts: (policy) => policy === 'public',
    recall: (tx, request) => recallAnswer(tx, keys, request),
    onAnswered: (caller) => {
      if (caller.kind !== 'api') return;
      inTransaction(db, (tx) => noteApiKeyUse(tx, caller.apiKeyId)).catch((err: unknown) =>
        log.warn({ err }, 'use of an API key was not noted'),
      );
    },
    observe: metrics.observe,
  };
}
