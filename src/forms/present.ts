import { z } from 'zod';
import type { Database } from '#platform/database/connect.ts';
import { publicId, toPublicId } from '#platform/http/ids.ts';
import { moment } from '#platform/http/list.ts';
import { type FormDefinition, formDefinition } from './form.ts';
import { type FormRow, findFormVersion, listFormVersions } from './queries.ts';

const box = formDefinition.shape.boxes.element;

/** A definition as callers write it: purposes under their public ids. */
export const definitionInput = z.strictObject({
  ...formDefinition.shape,
  boxes: z
    .array(z.strictObject({ ...box.shape, purpose: publicId('pur') }))
    .min(1)
    .max(12),
});

const definitionShape = z.object({
  ...formDefinition.shape,
  boxes: z.array(z.object({ ...box.shape, purpose: z.string() })),
});

export const formShape = z.object({
  id: z.string(),
  slug: z.string(),
  url: z.string(),
  published: z.object({ versionId: z.string(), number: z.int(), definition: definitionShape, publishedAt: moment }).nullable(),
  versions: z.array(z.object({ id: z.string(), number: z.int(), publishedAt: moment, definition: definitionShape })),
});

/** A form with what it says now and said before. */
export async function presentForm(db: Database, form: FormRow, publicUrl: string): Promise<z.input<typeof formShape>> {
  const listed = await listFormVersions(db, form.id);
  const found = await Promise.all(listed.map(({ id }) => findFormVersion(db, id)));
  const versions = found
    .filter((version) => version !== undefined)
    .map((version) => ({
      id: toPublicId('fvr', version.id),
      number: version.number,
      publishedAt: version.publishedAt.toISOString(),
      definition: presentDefinition(version.definition),
    }));
  const published = versions.find(
    (version) => form.publishedVersionId && version.id === toPublicId('fvr', form.publishedVersionId),
  );
  return {
    id: toPublicId('frm', form.id),
    slug: form.slug,
    url: `${publicUrl}/f/${form.slug}`,
    published: published
      ? {
          versionId: published.id,
          number: published.number,
          definition: published.definition,
          publishedAt: published.publishedAt,
        }
      : null,
    versions,
  };
}

function presentDefinition(definition: FormDefinition): z.input<typeof definitionShape> {
  return { ...definition, boxes: definition.boxes.map((one) => ({ ...one, purpose: toPublicId('pur', one.purpose) })) };
}
