import { z } from 'zod';
import { AppError, invalidFields } from '#platform/app-error.ts';
import { publicId } from '#platform/http/ids.ts';
import { listOf } from '#platform/http/list.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { actorOf } from '#src/staff/caller.ts';
import { type FormDefinition, PREFERENCES_FORM } from './form.ts';
import { getForm } from './get-form.ts';
import { definitionInput, formShape, presentForm } from './present.ts';
import { publishFormVersion, unpublishForm } from './publish-form-version.ts';
import { findFormVersion, listFormRows, listFormVersions } from './queries.ts';

const params = z.object({ id: publicId('frm') });

export const formEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/forms',
    summary: 'Forms people can fill in',
    policy: { right: 'forms.read', scope: 'forms.read' },
    // The list is always whole; the two are taken so that every list can be asked the same way.
    query: z.strictObject({ limit: z.string().optional(), cursor: z.string().optional() }),
    reply: listOf(formShape),
    async handle({ db, services }) {
      const forms = (await listFormRows(db)).filter((form) => form.slug !== PREFERENCES_FORM && !form.archivedAt);
      return { data: await Promise.all(forms.map((form) => presentForm(db, form, services.config.publicUrl))), next: null };
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/forms/:id',
    summary: 'A form with what it says now and said before',
    policy: { right: 'forms.read', scope: 'forms.read' },
    params,
    reply: formShape,
    handle: async ({ db, services, params: { id } }) => presentForm(db, await getForm(db, id), services.config.publicUrl),
  }),
  defineEndpoint({
    method: 'POST',
    path: '/forms/:id/versions',
    summary: 'Publish a form in these words; refused with findings when people could not consent by it',
    policy: { right: 'forms.write', scope: 'forms.write' },
    params,
    body: z.strictObject({ definition: definitionInput }),
    reply: formShape,
    status: 201,
    async handle({ tx, services, params: { id }, body, caller, requestId }) {
      await getForm(tx, id);
      const actor = actorOf(caller);
      const number = await publish(tx, id, body.definition, actor.kind === 'staff' ? actor.staffId : undefined);
      await recordAudit(tx, { actor, action: 'form.published', subject: { kind: 'form', id }, detail: { number }, requestId });
      return presentForm(tx, await getForm(tx, id), services.config.publicUrl);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/forms/:id/unpublish',
    summary: 'Take a form down; what came through it stays',
    policy: { right: 'forms.write', scope: 'forms.write' },
    params,
    body: z.strictObject({}),
    reply: formShape,
    async handle({ tx, services, params: { id }, caller, requestId }) {
      await getForm(tx, id);
      await unpublishForm(tx, id);
      await recordAudit(tx, { actor: actorOf(caller), action: 'form.unpublished', subject: { kind: 'form', id }, requestId });
      return presentForm(tx, await getForm(tx, id), services.config.publicUrl);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/forms/:id/publish',
    summary: 'Put a form up again as it last was',
    policy: { right: 'forms.write', scope: 'forms.write' },
    params,
    body: z.strictObject({}),
    reply: formShape,
    async handle({ tx, services, params: { id }, caller, requestId }) {
      await getForm(tx, id);
      const [last] = await listFormVersions(tx, id);
      const version = last && (await findFormVersion(tx, last.id));
      if (!version) throw new AppError('form-has-no-version', { status: 409 });
      const actor = actorOf(caller);
      const number = await publish(tx, id, version.definition, actor.kind === 'staff' ? actor.staffId : undefined);
      await recordAudit(tx, { actor, action: 'form.published', subject: { kind: 'form', id }, detail: { number }, requestId });
      return presentForm(tx, await getForm(tx, id), services.config.publicUrl);
    },
  }),
];

async function publish(
  tx: Parameters<typeof publishFormVersion>[0],
  formId: string,
  definition: FormDefinition,
  publishedBy: string | undefined,
) {
  const publication = await publishFormVersion(tx, { formId, definition, ...(publishedBy ? { publishedBy } : {}) });
  if (publication.outcome === 'no-controller') throw new AppError('controller-missing', { status: 409 });
  if (publication.outcome === 'refused') {
    throw invalidFields(publication.findings.map(({ field, code }) => ({ field: `definition.${field}`, code })));
  }
  return publication.number;
}
