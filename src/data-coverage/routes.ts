import { z } from 'zod';
import { toPublicId } from '#platform/http/ids.ts';
import { moment } from '#platform/http/list.ts';
import { startJob } from '#platform/jobs/start-job.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { requesterOf } from '#src/information-duty/routes.ts';
import { listPurposes } from '#src/purposes/find-purpose.ts';
import { mentionPurpose, purposeMentionShape } from '#src/purposes/present.ts';
import { findSource } from '#src/sources/find-source.ts';
import { type Figure, points, scoreOf, weights } from './coverage.ts';
import { countCoverageJob, findCoverage } from './keep-coverage.ts';

const reading = { right: 'contacts.read', scope: 'contacts.read' } as const;

const figure = {
  data: z.int(),
  accounted: z.int(),
  told: z.int(),
  proven: z.number(),
  /** 0 to 100; null of nothing. */
  score: z.number().nullable(),
};
const weight = z.number();
/** Sources beyond these are few data each; all of them count in the total. */
const MOST_SOURCES = 200;

const presentFigure = ({ data, accounted, told, proven }: Figure) => ({
  data,
  accounted,
  told,
  proven: Math.round(proven * 10) / 10,
  score: scoreOf({ data, accounted, told, proven }) ?? null,
});

export const coverageEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/coverage',
    summary: 'How far every datum is accounted for, its person told and a permission proven, by purpose, source and field',
    policy: reading,
    reply: z.object({
      countedAt: moment,
      /** Points of a hundred for each datum, and what a consent counts by its grade. */
      formula: z.object({
        accounted: weight,
        told: weight,
        proven: weight,
        grades: z.object({ A: weight, B: weight, C: weight, D: weight, E: weight }),
      }),
      total: z.object(figure),
      purposes: z.array(z.object({ purpose: purposeMentionShape, ...figure })),
      sources: z.array(z.object({ source: z.object({ id: z.string(), label: z.string() }), ...figure })),
      fields: z.array(z.object({ field: z.string(), ...figure })),
    }),
    async handle({ db }) {
      const { figures, countedAt } = await findCoverage(db);
      const purposes = new Map((await listPurposes(db, { includeArchived: true })).map((one) => [one.id, one]));
      const sources = await Promise.all(
        figures.sources.slice(0, MOST_SOURCES).map(async (one) => ({ one, source: await findSource(db, one.id) })),
      );
      return {
        countedAt: countedAt.toISOString(),
        formula: { ...points, grades: { ...weights } },
        total: presentFigure(figures.total),
        purposes: figures.purposes.flatMap((one) => {
          const purpose = purposes.get(one.id);
          return purpose ? [{ purpose: mentionPurpose(purpose), ...presentFigure(one) }] : [];
        }),
        sources: sources.flatMap(({ one, source }) =>
          source ? [{ source: { id: toPublicId('src', source.id), label: source.label }, ...presentFigure(one) }] : [],
        ),
        fields: figures.fields.map((one) => ({ field: one.id, ...presentFigure(one) })),
      };
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/coverage/count',
    summary: 'Count again now; with a million people this takes a while, and is a job',
    policy: reading,
    body: z.strictObject({}),
    status: 202,
    reply: z.object({ jobId: z.string() }),
    async handle({ tx, caller }) {
      const jobId = await startJob(tx, { kind: countCoverageJob.kind, requestedBy: requesterOf(caller) });
      return { jobId: toPublicId('job', jobId) };
    },
  }),
];
