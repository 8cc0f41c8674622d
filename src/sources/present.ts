import { z } from 'zod';
import { toPublicId } from '#platform/http/ids.ts';
import { moment } from '#platform/http/list.ts';
import { mentionPurpose, purposeMentionShape } from '#src/purposes/present.ts';
import { retentionRule } from '#src/purposes/purpose.ts';
import type { Provenance } from './find-provenance.ts';
import { sourceKinds } from './source.ts';

export const sourceShape = z
  .object({ id: z.string(), kind: z.enum(sourceKinds), label: z.string(), obtainedFrom: z.enum(['data-subject', 'other']) })
  .meta({ id: 'Source' });

export const provenanceShape = z
  .object({
    id: z.string(),
    source: sourceShape,
    purpose: purposeMentionShape,
    legalBasis: z.string(),
    retention: retentionRule,
    providedBySubject: z.boolean(),
    at: moment,
  })
  .meta({ id: 'Provenance' });

export function presentSource(source: Provenance['source']): z.input<typeof sourceShape> {
  return { ...source, id: toPublicId('src', source.id) };
}

export function presentProvenance(provenance: Provenance): z.input<typeof provenanceShape> {
  return {
    ...provenance,
    id: toPublicId('prv', provenance.id),
    source: presentSource(provenance.source),
    purpose: mentionPurpose(provenance.purpose),
    at: provenance.at.toISOString(),
  };
}
