import { z } from 'zod';
import type { Transaction } from '#platform/database/connect.ts';
import { listOf, wholeListQuery } from '#platform/http/list.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { refreshPublishedForms } from '#src/forms/publish-form-version.ts';
import { purposeReference } from '#src/purposes/routes.ts';
import { actorOf, type Caller } from '#src/staff/caller.ts';
import { changeField, createField, setFieldArchived } from './define-field.ts';
import { fieldKey, fieldTerms, fieldTypes } from './field.ts';
import { getField, listFields } from './find-field.ts';
import { fieldShape, presentField } from './present.ts';

const params = z.object({ key: fieldKey });

/** Purposes that are to use the field; each one that did not yet gets a new version, so it must be said what people are told. */
const purposes = {
  purposes: z.array(purposeReference).max(50),
  isMaterial: z.boolean().default(false),
  changeReason: z.string().trim().min(1).max(2000).optional(),
};

export const fieldEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/fields',
    summary: 'Fields that can be known of a person: type, category, purposes, source of truth, who may see them',
    policy: { right: 'purposes.read', scope: 'purposes.read' },
    query: z.strictObject({ archived: z.enum(['true', 'false']).default('false'), ...wholeListQuery }),
    reply: listOf(fieldShape),
    async handle({ db, query, caller }) {
      const fields = await listFields(db, { includeArchived: query.archived === 'true' });
      return { data: fields.map((field) => presentField(field, caller)), next: null };
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/fields/:key',
    summary: 'A field',
    policy: { right: 'purposes.read', scope: 'purposes.read' },
    params,
    reply: fieldShape,
    handle: async ({ db, params: { key }, caller }) => presentField(await getField(db, key), caller),
  }),
  defineEndpoint({
    method: 'POST',
    path: '/fields',
    summary: 'Describe a field of your own; until a purpose in use names it, nobody can fill it in',
    policy: { right: 'register.write', scope: 'register.write' },
    body: z.strictObject({ key: fieldKey, type: z.enum(fieldTypes), ...fieldTerms, ...purposes }),
    reply: fieldShape,
    status: 201,
    async handle({ tx, body: { isMaterial, changeReason, ...field }, caller, requestId }) {
      const made = await createField(tx, field, { isMaterial, reason: changeReason });
      await afterwards(tx, 'field.created', made.key, caller, requestId);
      return presentField(made, caller);
    },
  }),
  defineEndpoint({
    method: 'PUT',
    path: '/fields/:key',
    summary:
      'Change what a field is called, what it is for and who may see it; its key, its type and the options people chose stay',
    policy: { right: 'register.write', scope: 'register.write' },
    params,
    body: z.strictObject({ ...fieldTerms, ...purposes }),
    reply: fieldShape,
    async handle({ tx, params: { key }, body: { isMaterial, changeReason, ...terms }, caller, requestId }) {
      const field = await changeField(tx, key, terms, { isMaterial, reason: changeReason });
      await afterwards(tx, 'field.changed', key, caller, requestId);
      return presentField(field, caller);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/fields/:key/archive',
    summary: 'Take a field out of use: nobody can fill it in; what is stored stays with its people',
    policy: { right: 'register.write', scope: 'register.write' },
    params,
    body: z.strictObject({}),
    reply: fieldShape,
    async handle({ tx, params: { key }, caller, requestId }) {
      const field = await setFieldArchived(tx, key, true);
      await afterwards(tx, 'field.archived', key, caller, requestId);
      return presentField(field, caller);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/fields/:key/restore',
    summary: 'Bring a field back into use',
    policy: { right: 'register.write', scope: 'register.write' },
    params,
    body: z.strictObject({}),
    reply: fieldShape,
    async handle({ tx, params: { key }, caller, requestId }) {
      const field = await setFieldArchived(tx, key, false);
      await afterwards(tx, 'field.restored', key, caller, requestId);
      return presentField(field, caller);
    },
  }),
];

type FieldAct = 'field.created' | 'field.changed' | 'field.archived' | 'field.restored';

/** People must read today's words on every form from this moment on. */
async function afterwards(tx: Transaction, action: FieldAct, key: string, caller: Caller, requestId: string): Promise<void> {
  await refreshPublishedForms(tx);
  await recordAudit(tx, { actor: actorOf(caller), action, detail: { field: key }, requestId });
}
