import { z } from 'zod';
import { moment } from '#platform/http/list.ts';
import { evidenceGrades } from '#src/consent/grade-evidence.ts';
import { languages } from '#src/languages/languages.ts';
import { noticeMentionShape } from '#src/permission/present.ts';
import { purposeMentionShape } from '#src/purposes/present.ts';
import { sourceShape } from '#src/sources/present.ts';
import { entryKinds } from './entry.ts';

/** An entry with everything that proves it. */
export const entryShape = z
  .object({
    id: z.string(),
    kind: z.enum(entryKinds),
    contact: z.string(),
    occurredAt: moment,
    recordedAt: moment,
    until: moment.nullable(),
    purpose: purposeMentionShape.extend({ version: z.int() }).nullable(),
    channel: z.string().nullable(),
    legalBasis: z.string().nullable(),
    permissionGround: z.string().nullable(),
    source: sourceShape.nullable(),
    method: z.string(),
    actor: z.object({ kind: z.string(), id: z.string().nullable(), name: z.string().nullable() }),
    evidence: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    language: z.enum(languages).nullable(),
    notice: noticeMentionShape.extend({ body: z.string() }).nullable(),
    /** How well a consent is proven; null for what is no consent. */
    evidenceGrade: z.enum(evidenceGrades).nullable(),
    leafHash: z.string(),
  })
  .meta({ id: 'LedgerEntry' });
