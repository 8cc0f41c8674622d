import type { Config } from '#platform/config.ts';
import type { Database } from '#platform/database/connect.ts';
import { hasPublishedForm } from '#src/forms/has-published-form.ts';
import { hasGivenConsent } from '#src/ledger/has-given-consent.ts';
import { listPurposes } from '#src/purposes/find-purpose.ts';
import { findController } from '#src/register/controller.ts';

export const checklistKeys = ['company', 'mail', 'purposes', 'form', 'first-consent'] as const;

/** What is still to be done before the first form does its work, read from what is there and never ticked by hand. */
export async function readChecklist(
  db: Database,
  config: Config,
): Promise<{ key: (typeof checklistKeys)[number]; done: boolean }[]> {
  const [controller, purposes, form, consent] = await Promise.all([
    findController(db),
    listPurposes(db),
    hasPublishedForm(db),
    hasGivenConsent(db),
  ]);

  return [
    // Unattended set-up knows no postal address and tells the e-mail address in its place.
    { key: 'company', done: controller !== undefined && controller.address !== controller.email },
    { key: 'mail', done: config.smtpUrl !== undefined },
    { key: 'purposes', done: purposes.some((purpose) => !purpose.isSystem) },
    { key: 'form', done: form },
    { key: 'first-consent', done: consent },
  ];
}
