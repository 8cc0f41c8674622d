import { z } from 'zod';
import { publicId } from '#platform/http/ids.ts';
import { moment } from '#platform/http/list.ts';
import { evidenceGrades } from '#src/consent/grade-evidence.ts';
import { defineEndpoint } from '#src/define-route.ts';
import { languages } from '#src/languages/languages.ts';
import { getPurpose } from '#src/purposes/find-purpose.ts';
import { channelShape } from '#src/purposes/present.ts';
import { coverPurpose } from './cover-purpose.ts';

const people = z.int();

export const coverageEndpoint = defineEndpoint({
  method: 'GET',
  path: '/purposes/:id/coverage',
  summary: 'How many people stand under a purpose, on which ground, and how well their consents are proven',
  policy: { right: 'permissions.read', scope: 'permissions.read' },
  params: z.object({ id: publicId('pur') }),
  reply: z
    .object({
      channels: z.array(
        z.object({
          channel: channelShape,
          standing: people,
          /** A permission stands, and an objection or a restriction stops it. */
          stopped: people,
          waiting: people,
          refused: people,
          withdrawn: people,
          expired: people,
          ended: people,
          neverAsked: people,
        }),
      ),
      grounds: z.array(
        z.object({
          channel: channelShape,
          legalBasis: z.string().nullable(),
          permissionGround: z.string().nullable(),
          people,
        }),
      ),
      grades: z.array(z.object({ grade: z.enum(evidenceGrades), consents: z.int() })),
      texts: z.array(
        z.object({
          notice: z.object({ slug: z.string(), version: z.int() }).nullable(),
          language: z.enum(languages).nullable(),
          purposeVersion: z.int().nullable(),
          consents: z.int(),
        }),
      ),
      countedAt: moment,
    })
    .meta({ id: 'PurposeCoverage' }),
  async handle({ db, params: { id } }) {
    const { countedAt, channels, grounds, grades, texts } = await coverPurpose(db, await getPurpose(db, id));
    return {
      channels: channels.map((one) => ({ ...one, channel: channelShape.parse(one.channel) })),
      grounds: grounds.map((one) => ({ ...one, channel: channelShape.parse(one.channel) })),
      grades: [...grades],
      texts: [...texts],
      countedAt: countedAt.toISOString(),
    };
  },
});
