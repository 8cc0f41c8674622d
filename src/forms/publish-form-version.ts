import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { notFound } from '#platform/app-error.ts';
import { uuidv7 } from '#platform/crypto/uuid.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { recordNotice } from '#src/notices/record-notice.ts';
import { ensureParentalPurpose } from '#src/purposes/ensure-starter-purposes.ts';
import { listPurposes } from '#src/purposes/find-purpose.ts';
import { findController } from '#src/register/controller.ts';
import { describeAskedFields } from '#src/register/define-field.ts';
import { listFields } from '#src/register/find-field.ts';
import { recordProvenance, recordSource } from '#src/sources/record-source.ts';
import { canonicalText, type FormDefinition, inEveryLanguage, type StoredVersion } from './form.ts';
import { listFormFileIds } from './keep-form-file.ts';
import { keepFormPages } from './keep-form-pages.ts';
import { type Finding, severityOf } from './lint/finding.ts';
import { inspectStructure } from './lint/inspect-structure.ts';
import { lintForm } from './lint/lint-form.ts';
import { findForm, findFormVersion } from './queries.ts';
import { showForm } from './show-form.ts';

export type Publication =
  | { readonly outcome: 'published' | 'unchanged'; readonly versionId: string; readonly number: number }
  | { readonly outcome: 'refused'; readonly findings: readonly Finding[] }
  | { readonly outcome: 'no-controller' };

/**
 * Publishes a form: what people will be shown is rendered once in every language, kept as a notice under its hash, and
 * from then on shown in exactly these words. The same words again are the same version.
 *
 * @throws AppError 404
 */
export async function publishFormVersion(
  tx: Transaction,
  form: {
    formId: string;
    definition: FormDefinition;
    publishedBy?: string;
    /** Words the product wrote itself, or that passed when people published them: only whether the form still works is asked. */
    isReviewed?: boolean;
  },
): Promise<Publication> {
  // Two publications at once would both be the next number.
  await tx.selectFrom('form').select('id').where('id', '=', form.formId).forUpdate().execute();
  const found = await findForm(tx, { id: form.formId });
  if (!found) throw notFound();
  const controller = await findController(tx);
  if (!controller) return { outcome: 'no-controller' };
  const purposes = await listPurposes(tx);
  const fields = await listFields(tx, { includeArchived: true });
  const context = { purposes, fields, files: await listFormFileIds(tx), companyName: controller.name };
  const findings = (form.isReviewed ? inspectStructure : lintForm)(form.definition, context);
  if (findings.some((finding) => severityOf(finding) === 'blocks')) return { outcome: 'refused', findings };

  const shown = inEveryLanguage((language) => showForm(form.definition, purposes, controller, language));
  const texts = inEveryLanguage((language) => canonicalText(shown[language]));
  const notice = await recordNotice(tx, { slug: `form-${found.slug}`, texts });

  const current = found.publishedVersionId ? await findFormVersion(tx, found.publishedVersionId) : undefined;
  const stored: StoredVersion = { format: 2, definition: form.definition, shown };
  if (
    current &&
    isDeepStrictEqual(
      { definition: current.definition, shown: current.shown },
      JSON.parse(JSON.stringify({ definition: stored.definition, shown })),
    )
  ) {
    return { outcome: 'unchanged', versionId: current.id, number: current.number };
  }

  await describeAskedFields(tx, form.definition.fields);
  const versionId = uuidv7();
  const { rows } = await sql<{ number: number }>`
    insert into form_version (id, form_id, number, definition, notice_hashes, published_by)
    select ${versionId}::uuid, ${found.id}::uuid, coalesce(max(number), 0) + 1, ${JSON.stringify(stored)}::jsonb,
           ${JSON.stringify(notice.hashes)}::jsonb, ${form.publishedBy ?? null}::uuid
      from form_version where form_id = ${found.id}::uuid
    returning number`.execute(tx);
  const number = rows[0]?.number ?? 1;

  const sourceId = await recordSource(tx, {
    kind: 'form',
    label: `${form.definition.title.bg} / ${form.definition.title.en} (/f/${found.slug}, ${number})`,
    obtainedFrom: 'data-subject',
    formVersionId: versionId,
    ...(form.publishedBy ? { createdBy: form.publishedBy } : {}),
  });
  // Made here, once, so that a submission only has to point at them.
  for (const purposeId of new Set(form.definition.boxes.map((box) => box.purpose))) {
    await recordProvenance(tx, { sourceId, purposeId, legalBasis: 'consent', providedBySubject: true });
  }
  if (shown.bg.age) await ensureParentalPurpose(tx);
  const magnet = form.definition.magnet;
  if (magnet) {
    await recordProvenance(tx, { sourceId, purposeId: magnet.purpose, legalBasis: 'contract', providedBySubject: true });
  }
  await tx.updateTable('form').set({ published_version_id: versionId, archived_at: null }).where('id', '=', found.id).execute();
  await keepFormPages(tx, versionId);
  return { outcome: 'published', versionId, number };
}

/**
 * Publishes anew every published form whose words have fallen behind the controller's details or its purposes; returns how
 * many. Call it after either was changed: a notice must be true on the day it is shown (Art. 13).
 */
export async function refreshPublishedForms(tx: Transaction): Promise<number> {
  const forms = await tx
    .selectFrom('form')
    .select(['id', 'published_version_id'])
    .where('published_version_id', 'is not', null)
    .execute();
  let refreshed = 0;
  for (const form of forms) {
    const version = form.published_version_id ? await findFormVersion(tx, form.published_version_id) : undefined;
    if (!version) continue;
    const publication = await publishFormVersion(tx, { formId: form.id, definition: version.definition, isReviewed: true });
    // A form that may no longer be shown as it is (its purpose was archived) is taken down rather than left untrue.
    if (publication.outcome === 'refused') await unpublishForm(tx, form.id);
    if (publication.outcome === 'published' || publication.outcome === 'refused') refreshed += 1;
  }
  return refreshed;
}

/** Takes a form down; what came through it stays. */
export async function unpublishForm(tx: Transaction, formId: string): Promise<void> {
  await tx
    .updateTable('form')
    .set({ published_version_id: null, unpublished_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', formId)
    .execute();
}
