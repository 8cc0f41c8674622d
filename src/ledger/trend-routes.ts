import Papa from 'papaparse';
import { z } from 'zod';
import { AppError } from '#platform/app-error.ts';
import type { Database } from '#platform/database/connect.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { findPurpose, listPurposes } from '#src/purposes/find-purpose.ts';
import { channelShape, mentionPurpose, purposeMentionShape } from '#src/purposes/present.ts';
import { purposeReference } from '#src/purposes/routes.ts';
import { findController } from '#src/register/controller.ts';
import { type Counts, countConsents, type Trend, type TrendQuery, trendUnits } from './count-consents.ts';

const query = z.strictObject({
  /** The last thirty days unless said. */
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  unit: z.enum(trendUnits).default('day'),
  purpose: purposeReference.optional(),
  channel: channelShape.optional(),
});

/** A chart of more columns nobody reads; by month that is thirty years. */
const MOST_PERIODS = 400;

const counts = {
  given: z.int(),
  renewed: z.int(),
  refused: z.int(),
  withdrawn: z.int(),
  expired: z.int(),
  /** Given, less what was withdrawn or ran out. A consent given again adds nobody. */
  net: z.int(),
};

const policy = { right: 'ledger.read', scope: 'ledger.read' } as const;

export const trendEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/ledger/trend',
    summary: 'Consents given, refused and withdrawn by day, week or month, and by purpose and channel',
    policy,
    query,
    reply: z
      .object({
        unit: z.enum(trendUnits),
        from: z.iso.date(),
        to: z.iso.date(),
        /** The days are its. */
        timeZone: z.string(),
        total: z.object(counts),
        periods: z.array(z.object({ start: z.iso.date(), ...counts })),
        byPurpose: z.array(z.object({ purpose: purposeMentionShape, channel: z.string(), ...counts })),
      })
      .meta({ id: 'ConsentTrend' }),
    async handle({ db, query }) {
      const { trend, asked, purposes } = await count(db, query);
      return {
        unit: asked.unit,
        from: asked.from,
        to: asked.to,
        timeZone: asked.timeZone,
        total: withNet(sumOf(trend.periods)),
        periods: trend.periods.map(({ start, ...one }) => ({ start, ...withNet(one) })),
        byPurpose: trend.byPurpose
          .flatMap(({ purposeId, channel, ...one }) => {
            const purpose = purposes.find(({ id }) => id === purposeId);
            return purpose ? [{ purpose: mentionPurpose(purpose), channel, ...withNet(one) }] : [];
          })
          .sort((one, other) => other.given - one.given),
      };
    },
  }),

  defineEndpoint({
    method: 'GET',
    path: '/ledger/trend/export',
    summary: 'The same numbers by day, week or month as CSV',
    policy,
    query,
    reply: 'file',
    async handle({ db, query }) {
      const { trend, asked } = await count(db, query);
      const lines = trend.periods.map(({ start, ...one }) => ({ [asked.unit]: start, ...withNet(one) }));
      return {
        body: `\uFEFF${Papa.unparse(lines, { newline: '\r\n' })}\r\n`,
        fileName: `consents-${asked.from}-${asked.to}.csv`,
        mediaType: 'text/csv; charset=utf-8',
      };
    },
  }),
];

async function count(db: Database, given: z.output<typeof query>) {
  const [controller, purposes] = await Promise.all([findController(db), listPurposes(db, { includeArchived: true })]);
  const purpose = given.purpose === undefined ? undefined : await findPurpose(db, given.purpose);
  if (given.purpose !== undefined && !purpose) {
    throw new AppError('invalid-query', { status: 400, fields: [{ field: 'purpose', code: 'unknown-purpose' }] });
  }
  const timeZone = controller?.timeZone ?? 'Europe/Sofia';
  const to = given.to ?? Temporal.Now.plainDateISO(timeZone).toString();
  const from = given.from ?? Temporal.PlainDate.from(to).subtract({ days: 29 }).toString();
  const longest = MOST_PERIODS * { day: 1, week: 7, month: 30 }[given.unit];
  if (from > to || (Date.parse(to) - Date.parse(from)) / 86_400_000 > longest) {
    throw new AppError('invalid-query', { status: 400, fields: [{ field: 'from', code: 'invalid' }] });
  }
  const { unit, channel } = given;
  const asked: TrendQuery = { from, to, unit, timeZone, purposeId: purpose?.id, channel };
  return { trend: await countConsents(db, asked), asked, purposes };
}

function sumOf(periods: Trend['periods']): Counts {
  const sum = (of: keyof Counts) => periods.reduce((total, one) => total + one[of], 0);
  return {
    given: sum('given'),
    renewed: sum('renewed'),
    refused: sum('refused'),
    withdrawn: sum('withdrawn'),
    expired: sum('expired'),
  };
}

function withNet(one: Counts): Counts & { net: number } {
  const { given, renewed, refused, withdrawn, expired } = one;
  return { given, renewed, refused, withdrawn, expired, net: given - withdrawn - expired };
}
