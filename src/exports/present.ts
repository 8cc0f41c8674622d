import { z } from 'zod';
import type { Database } from '#platform/database/connect.ts';
import { toPublicId } from '#platform/http/ids.ts';
import { isoOrNull, moment } from '#platform/http/list.ts';
import { findJobOf } from '#platform/jobs/start-job.ts';
import { recipientKinds, restrictionGrounds } from '#src/disclosures/disclosure.ts';
import { jobShape, presentJob } from '#src/jobs/present.ts';
import { languages } from '#src/languages/languages.ts';
import { listPurposes } from '#src/purposes/find-purpose.ts';
import { mentionPurpose, purposeMentionShape } from '#src/purposes/present.ts';
import { namesOfStaff } from '#src/staff/find-staff.ts';
import { presentActor } from '#src/staff/present.ts';
import { COUNTING } from './count-export.ts';
import { type BulkExport, bulkFormats, exportStatuses } from './export.ts';

const who = z.object({ kind: z.string(), id: z.string().nullable(), name: z.string().nullable() });
const outcome = z.record(z.string(), z.int());

export const exportShape = z
  .object({
    id: z.string(),
    status: z.enum(exportStatuses),
    format: z.enum(bulkFormats),
    language: z.enum(languages),
    delimiter: z.enum([',', ';']),
    /** How people were chosen: everyone, a filter's codes, or people; never what was searched for. */
    selection: z.object({ kind: z.enum(['everyone', 'filter', 'people']), filters: z.array(z.string()) }),
    recipient: z.object({ kind: z.enum(recipientKinds), name: z.string(), country: z.string().nullable() }),
    rule: z.enum(['gate', 'legal-obligation', 'right-of-subject', 'safekeeping']),
    purpose: purposeMentionShape.nullable(),
    channel: z.string().nullable(),
    statement: z.string(),
    restrictionGround: z.enum(restrictionGrounds).nullable(),
    fields: z.array(z.string()),
    requestedBy: who,
    requestedAt: moment,
    chosen: z.int(),
    /** Whom the gate let through when it was asked for, and whom not, by reason; null while it is being asked. */
    allowed: z.int().nullable(),
    leftOut: outcome.nullable(),
    needsApproval: z.boolean(),
    decidedBy: who.nullable(),
    decidedAt: moment.nullable(),
    /** Of the latest time it was taken: how many of those chosen were asked about, given, and left out. */
    attempts: z.int(),
    passed: z.int(),
    given: z.int(),
    leftOutAtLast: outcome,
    takenAt: moment.nullable(),
    until: moment.nullable(),
    counting: jobShape.nullable(),
  })
  .meta({ id: 'Export' });

export async function presentExports(
  db: Database,
  exports: readonly BulkExport[],
  now: Date,
): Promise<z.input<typeof exportShape>[]> {
  const purposes = new Map((await listPurposes(db, { includeArchived: true })).map((purpose) => [purpose.id, purpose]));
  const names = await namesOfStaff(
    db,
    exports.flatMap(({ by, decidedBy }) => [...(by.kind === 'staff' && by.id ? [by.id] : []), ...(decidedBy ? [decidedBy] : [])]),
  );
  return Promise.all(
    exports.map(async (one) => {
      const purpose = one.purpose ? purposes.get(one.purpose.id) : undefined;
      const { given: allowed = 0, ...leftOut } = one.counted ?? {};
      const { given = 0, ...leftOutAtLast } = one.outcome;
      const job = one.status === 'counting' ? await findJobOf(db, COUNTING, one.id) : undefined;
      const { kind, ...filters } = one.selection;
      return {
        id: toPublicId('exp', one.id),
        status: one.status,
        format: one.format,
        language: one.language,
        delimiter: one.delimiter,
        selection: {
          kind: kind as 'everyone' | 'filter' | 'people',
          filters: Object.keys(filters).filter((key) => filters[key] !== undefined && filters[key] !== null),
        },
        recipient: one.recipient,
        rule: one.rule,
        purpose: purpose ? mentionPurpose(purpose) : null,
        channel: one.purpose?.channel ?? null,
        statement: one.statement,
        restrictionGround: one.restrictionGround,
        fields: [...one.fields],
        requestedBy: presentActor(one.by, names),
        requestedAt: one.requestedAt.toISOString(),
        chosen: one.chosen,
        allowed: one.counted ? allowed : null,
        leftOut: one.counted ? leftOut : null,
        needsApproval: one.needsApproval,
        decidedBy: one.decidedBy ? presentActor({ kind: 'staff', id: one.decidedBy }, names) : null,
        decidedAt: isoOrNull(one.decidedAt),
        attempts: one.attempts,
        passed: one.passed,
        given,
        leftOutAtLast,
        takenAt: isoOrNull(one.takenAt),
        until: isoOrNull(one.until),
        counting: job ? presentJob(job, now) : null,
      };
    }),
  );
}
