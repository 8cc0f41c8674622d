import { z } from 'zod';
import { invalidFields } from '#platform/app-error.ts';
import { publicId } from '#platform/http/ids.ts';
import { moment } from '#platform/http/list.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { languages } from '#src/languages/languages.ts';
import { countStep } from './count-steps.ts';
import { getForm } from './get-form.ts';
import { pageWithoutQuery, submitByApi } from './submit-by-api.ts';

/** A minute of grace: no two clocks agree. */
const GRACE_MS = 60_000;

/** For sites and programs that show the form themselves. */
export const submissionEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'POST',
    path: '/forms/:id/submissions',
    summary: 'Send what a person filled in elsewhere; they are asked by e-mail to confirm it',
    policy: { right: 'forms.submit', scope: 'forms.submit' },
    params: z.object({ id: publicId('frm') }),
    body: z.strictObject({
      language: z.enum(languages),
      // By the keys of the form's fields.
      fields: z
        .record(z.string().max(60), z.string().max(5000))
        .refine((fields) => Object.keys(fields).length <= 20, { error: 'too-many' }),
      // Where the form asks whether the person is old enough, and whom to ask when they are not.
      age: z.enum(['older', 'younger']).optional(),
      parentEmail: z.string().max(1000).optional(),
      consent: z.array(z.string().max(200)).max(12),
      shown: z.strictObject({ at: moment, page: z.url({ protocol: /^https?$/ }).max(2000) }),
    }),
    reply: z.object({ status: z.literal('check-mail') }),
    status: 202,
    async handle({ tx, services, params: { id }, body, caller }) {
      const { slug } = await getForm(tx, id);
      const at = new Date(body.shown.at);
      if (at.getTime() > services.now().getTime() + GRACE_MS) throw invalidFields([{ field: 'shown.at', code: 'in-the-future' }]);
      const { versionId } = await submitByApi(tx, services, {
        ...body,
        slug,
        shown: { at, page: pageWithoutQuery(body.shown.page) },
        apiKeyId: caller.kind === 'api' ? caller.apiKeyId : undefined,
      });
      countStep(services, versionId, 'accepted');
      return { status: 'check-mail' as const };
    },
  }),
];
