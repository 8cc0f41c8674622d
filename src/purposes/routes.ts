import { z } from 'zod';
import { publicId } from '#platform/http/ids.ts';
import { listOf, moment, wholeListQuery } from '#platform/http/list.ts';
import { countAffected } from '#src/approaches/count-affected.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { refreshPublishedForms } from '#src/forms/publish-form-version.ts';
import { actorOf } from '#src/staff/caller.ts';
import { getPurpose, listPurposes, listPurposeVersions } from './find-purpose.ts';
import { presentPurpose, purposeShape } from './present.ts';
import { purposeDefinition, purposeSlug } from './purpose.ts';
import { archivePurpose, createPurpose, revisePurpose } from './revise-purpose.ts';
import { changeSigns, signsOfMaterialChange } from './signs-of-material-change.ts';

const params = z.object({ id: publicId('pur') });

/** A purpose by its public id or its slug, as callers may name it in a body or query. */
export const purposeReference = z.union([publicId('pur'), purposeSlug]);

export const purposeEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/purposes',
    summary: 'Purposes in use, system ones last',
    policy: { right: 'purposes.read', scope: 'purposes.read' },
    query: z.strictObject({ archived: z.enum(['true', 'false']).default('false'), ...wholeListQuery }),
    reply: listOf(purposeShape),
    async handle({ db, query }) {
      const purposes = await listPurposes(db, { includeArchived: query.archived === 'true' });
      return { data: purposes.map(presentPurpose), next: null };
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/purposes',
    summary: 'Add a purpose',
    policy: { right: 'purposes.write', scope: 'purposes.write' },
    body: z.intersection(purposeDefinition, z.object({ slug: purposeSlug.optional() })),
    reply: purposeShape,
    status: 201,
    async handle({ tx, body, caller, requestId }) {
      const purpose = await createPurpose(tx, { ...body, slug: body.slug ?? slugOf(body.name.en) });
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: 'purpose.created',
        subject: { kind: 'purpose', id: purpose.id },
        requestId,
      });
      return presentPurpose(purpose);
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/purposes/:id',
    summary: 'A purpose with what it said at each version',
    policy: { right: 'purposes.read', scope: 'purposes.read' },
    params,
    reply: purposeShape.extend({
      versions: z.array(z.object({ version: z.int(), recordedAt: moment, definition: z.record(z.string(), z.unknown()) })),
    }),
    async handle({ db, params: { id } }) {
      const purpose = await getPurpose(db, id);
      const versions = await listPurposeVersions(db, id);
      return {
        ...presentPurpose(purpose),
        versions: versions.map((version) => ({
          version: version.version,
          recordedAt: version.recorded_at.toISOString(),
          definition: version.definition as Record<string, unknown>,
        })),
      };
    },
  }),
  defineEndpoint({
    method: 'PUT',
    path: '/purposes/:id',
    summary: 'Record a new version of a purpose',
    policy: { right: 'purposes.write', scope: 'purposes.write' },
    params,
    body: z.intersection(
      purposeDefinition,
      z.object({
        /** Whether it goes beyond what people agreed to or were told of: then they are asked, or told. */
        isMaterial: z.boolean(),
        changeReason: z.string().trim().min(1).max(2000).optional(),
      }),
    ),
    reply: purposeShape,
    async handle({ tx, params: { id }, body: { isMaterial, changeReason, ...definition }, caller, requestId }) {
      const purpose = await revisePurpose(tx, id, definition, { isMaterial, reason: changeReason });
      // People must read today's words from this moment on.
      await refreshPublishedForms(tx);
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: 'purpose.revised',
        subject: { kind: 'purpose', id },
        detail: { version: purpose.version, material: isMaterial },
        requestId,
      });
      return presentPurpose(purpose);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/purposes/:id/preview-change',
    summary: 'What a change of a purpose would mean: what looks material in it, and who would have to be asked or told',
    policy: { right: 'purposes.write', scope: 'purposes.write' },
    params,
    body: purposeDefinition,
    reply: z.object({
      signs: z.array(z.object({ sign: z.enum(changeSigns), added: z.array(z.string()) })),
      /** If the change is said to be material: people whose consent would no longer cover, and people who would be told. */
      toAsk: z.object({ people: z.int(), byEmail: z.int() }),
      toTell: z.object({ people: z.int(), byEmail: z.int() }),
    }),
    async handle({ tx, params: { id }, body }) {
      const purpose = await getPurpose(tx, id);
      const affected = await countAffected(tx, purpose);
      const none = { people: 0, byEmail: 0 };
      return {
        signs: signsOfMaterialChange(purpose, body).map(({ sign, added }) => ({ sign, added: [...added] })),
        toAsk: purpose.legalBasis === 'consent' ? affected : none,
        toTell: purpose.legalBasis === 'consent' ? none : affected,
      };
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/purposes/:id/archive',
    summary: 'Take a purpose out of use',
    policy: { right: 'purposes.write', scope: 'purposes.write' },
    params,
    body: z.strictObject({}),
    reply: purposeShape,
    async handle({ tx, params: { id }, caller, requestId }) {
      const purpose = await archivePurpose(tx, id);
      await refreshPublishedForms(tx);
      await recordAudit(tx, { actor: actorOf(caller), action: 'purpose.archived', subject: { kind: 'purpose', id }, requestId });
      return presentPurpose(purpose);
    },
  }),
];

function slugOf(name: string): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .match(/[a-z0-9]+/g) ?? ['purpose'];

  return words.join('-').slice(0, 60).replace(/-+$/, '');
}
