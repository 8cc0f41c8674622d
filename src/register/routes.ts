import { recordAudit } from '#src/audit/record-audit.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { refreshPublishedForms } from '#src/forms/publish-form-version.ts';
import { actorOf } from '#src/staff/caller.ts';
import { controllerDetails, findController, saveController } from './controller.ts';
import { controllerShape } from './present.ts';

export const controllerEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/controller',
    summary: 'Who the controller is',
    policy: { right: 'controller.read', scope: 'controller.read' },
    reply: controllerShape.nullable(),
    handle: async ({ db }) => (await findController(db)) ?? null,
  }),
  defineEndpoint({
    method: 'PUT',
    path: '/controller',
    summary: 'Change the details of the controller',
    policy: { right: 'controller.write', scope: 'none' },
    body: controllerDetails.strict(),
    reply: controllerShape,
    async handle({ tx, body, caller, requestId }) {
      await saveController(tx, body);
      const forms = await refreshPublishedForms(tx);
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: 'controller.changed',
        detail: { formsPublishedAnew: forms },
        requestId,
      });
      return body;
    },
  }),
];
