import { z } from 'zod';
import { notFound } from '#platform/app-error.ts';
import type { Database } from '#platform/database/connect.ts';
import { fromPublicId, publicId, toPublicId } from '#platform/http/ids.ts';
import { isoOrNull, moment } from '#platform/http/list.ts';
import { findPurpose } from '#src/purposes/find-purpose.ts';
import { textsShape } from '#src/purposes/present.ts';
import { namesOfStaff } from '#src/staff/find-staff.ts';
import type { Change } from './compare-versions.ts';
import { type Draft, findDraft } from './drafts.ts';
import { definitionMembers, draftText, type FormDefinition, publishedText } from './form.ts';
import type { Finding } from './lint/finding.ts';
import { severityOf } from './lint/finding.ts';
import { findingShape, presentFinding } from './lint/present-finding.ts';
import { type FormRow, type FormVersion, findFormVersion, listFormVersions } from './queries.ts';

const ids = { purpose: publicId('pur'), file: publicId('ffl') };

/** A definition as callers write it to publish: purposes and files under their public ids, every text there. */
export const definitionInput = z.strictObject(definitionMembers(publishedText, ids));

/** The same while it is being written: texts may be empty. */
export const draftInput = z.strictObject(definitionMembers(draftText, ids));

const definitionShape = z
  .object(definitionMembers((max) => z.string().max(Math.max(max, 10_000)), { purpose: z.string(), file: z.string() }))
  .meta({ id: 'FormDefinition' });

export const formShape = z
  .object({
    id: z.string(),
    slug: z.string(),
    url: z.string(),
    archivedAt: moment.nullable(),
    published: z.object({ versionId: z.string(), number: z.int(), definition: definitionShape, publishedAt: moment }).nullable(),
    versions: z.array(z.object({ id: z.string(), number: z.int(), publishedAt: moment })),
    draft: z.object({ revision: z.int(), updatedAt: moment, title: textsShape }).nullable(),
  })
  .meta({ id: 'Form' });

export const versionShape = z
  .object({
    id: z.string(),
    number: z.int(),
    publishedAt: moment,
    publishedBy: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
    definition: definitionShape,
    notices: textsShape,
  })
  .meta({ id: 'FormVersion' });

export const draftShape = z
  .object({
    formId: z.string(),
    revision: z.int(),
    definition: definitionShape,
    basedOn: z.string().nullable(),
    updatedAt: moment.nullable(),
    updatedBy: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
    isPublishable: z.boolean(),
    findings: z.array(findingShape),
  })
  .meta({ id: 'FormDraft' });

export const changeShape = z
  .object({
    kind: z.enum(['added', 'removed', 'changed', 'moved']),
    place: z.string(),
    element: z.enum(['title', 'intro', 'field', 'box', 'magnet', 'submit', 'sent', 'mail', 'done']),
    name: z.string().nullable(),
    language: z.enum(['bg', 'en']).nullable(),
    old: z.string().nullable(),
    new: z.string().nullable(),
  })
  .meta({ id: 'FormChange' });

/** A form with what it says now, the versions it had, and whether somebody is writing the next one. */
export async function presentForm(db: Database, form: FormRow, publicUrl: string): Promise<z.input<typeof formShape>> {
  const versions = await listFormVersions(db, form.id);
  const published = form.publishedVersionId ? await findFormVersion(db, form.publishedVersionId) : undefined;
  const draft = await findDraft(db, form);
  return {
    id: toPublicId('frm', form.id),
    slug: form.slug,
    url: `${publicUrl}/f/${form.slug}`,
    archivedAt: isoOrNull(form.archivedAt),
    published: published
      ? {
          versionId: toPublicId('fvr', published.id),
          number: published.number,
          definition: presentDefinition(published.definition),
          publishedAt: published.publishedAt.toISOString(),
        }
      : null,
    versions: versions.map((version) => ({
      id: toPublicId('fvr', version.id),
      number: version.number,
      publishedAt: version.publishedAt.toISOString(),
    })),
    draft:
      draft?.isEdited && draft.updatedAt
        ? { revision: draft.revision, updatedAt: draft.updatedAt.toISOString(), title: draft.definition.title }
        : null,
  };
}

export async function presentVersion(db: Database, version: FormVersion): Promise<z.input<typeof versionShape>> {
  return {
    id: toPublicId('fvr', version.id),
    number: version.number,
    publishedAt: version.publishedAt.toISOString(),
    publishedBy: await presentWriter(db, version.publishedBy ?? null),
    definition: presentDefinition(version.definition),
    notices: version.noticeHashes,
  };
}

/** @throws AppError 404 when nothing was ever written */
export async function presentDraft(
  db: Database,
  draft: Draft | undefined,
  findings: readonly Finding[],
): Promise<z.input<typeof draftShape>> {
  if (!draft) throw notFound();
  return {
    formId: toPublicId('frm', draft.formId),
    revision: draft.revision,
    definition: presentDefinition(draft.definition),
    basedOn: draft.basedOn && toPublicId('fvr', draft.basedOn),
    updatedAt: isoOrNull(draft.updatedAt),
    updatedBy: await presentWriter(db, draft.updatedBy),
    isPublishable: !findings.some((finding) => severityOf(finding) === 'blocks'),
    findings: findings.map(presentFinding),
  };
}

/** Boxes are named by what staff know them by: `newsletter:email`. */
export async function presentChanges(db: Database, changes: readonly Change[]): Promise<z.input<typeof changeShape>[]> {
  return Promise.all(
    changes.map(async (change) => {
      if (change.element === 'magnet' && change.place === 'magnet.purpose') {
        return { ...change, old: change.old && toPublicId('pur', change.old), new: change.new && toPublicId('pur', change.new) };
      }
      if (change.element !== 'box' || !change.name) return change;
      const [id = '', channel = ''] = change.name.split(':');
      return { ...change, name: `${(await findPurpose(db, id))?.slug ?? toPublicId('pur', id)}:${channel}` };
    }),
  );
}

async function presentWriter(db: Database, id: string | null) {
  return id ? { id: toPublicId('stf', id), name: (await namesOfStaff(db, [id])).get(id) ?? null } : null;
}

function presentDefinition(definition: FormDefinition): z.input<typeof definitionShape> {
  const { magnet } = definition;
  return {
    ...definition,
    boxes: definition.boxes.map((one) => ({ ...one, purpose: toPublicId('pur', one.purpose) })),
    ...(magnet
      ? {
          magnet: {
            ...magnet,
            purpose: toPublicId('pur', magnet.purpose),
            delivery:
              magnet.delivery.kind === 'file'
                ? { kind: 'file' as const, file: toPublicId('ffl', magnet.delivery.file) }
                : magnet.delivery,
          },
        }
      : {}),
  };
}

/** The version behind a public id, of this form. @throws AppError 404 */
export async function getVersionOf(db: Database, form: FormRow, publicVersionId: string): Promise<FormVersion> {
  const id = fromPublicId('fvr', publicVersionId);
  const version = id ? await findFormVersion(db, id) : undefined;
  if (version?.formId !== form.id) throw notFound();
  return version;
}
