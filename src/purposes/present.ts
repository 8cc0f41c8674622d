import { z } from 'zod';
import { toPublicId } from '#platform/http/ids.ts';
import { isoOrNull, moment } from '#platform/http/list.ts';
import { channels, legalBases, type Purpose, recipient, retentionRule } from './purpose.ts';

export const textsShape = z.object({ bg: z.string(), en: z.string() }).meta({ id: 'Texts' });

export const channelShape = z.enum(channels);

/** A purpose as other things mention it. */
export const purposeMentionShape = z.object({ id: z.string(), slug: z.string(), name: textsShape });

export const purposeShape = z
  .object({
    id: z.string(),
    slug: z.string(),
    version: z.int(),
    name: textsShape,
    explanation: textsShape,
    legalBasis: z.enum(legalBases),
    dataCategories: z.array(z.string()),
    channels: z.array(channelShape),
    recipients: z.array(recipient),
    retention: retentionRule,
    isMarketing: z.boolean(),
    doubleOptIn: z.boolean(),
    consentValidMonths: z.int().nullable(),
    isMeasurement: z.boolean(),
    isExplicit: z.boolean(),
    needsAge: z.boolean(),
    isSystem: z.boolean(),
    archivedAt: moment.nullable(),
  })
  .meta({ id: 'Purpose' });

export function presentPurpose(purpose: Purpose): z.input<typeof purposeShape> {
  return { ...purpose, id: toPublicId('pur', purpose.id), archivedAt: isoOrNull(purpose.archivedAt) };
}

export function mentionPurpose(purpose: Pick<Purpose, 'id' | 'slug' | 'name'>): z.input<typeof purposeMentionShape> {
  return { id: toPublicId('pur', purpose.id), slug: purpose.slug, name: purpose.name };
}
