import { z } from 'zod';
import { AppError, invalidFields, notFound } from '#platform/app-error.ts';
import type { Database, Transaction } from '#platform/database/connect.ts';
import { publicId, toPublicId } from '#platform/http/ids.ts';
import { listOf, wholeListQuery } from '#platform/http/list.ts';
import { type AuditAction, recordAudit } from '#src/audit/record-audit.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { findController } from '#src/register/controller.ts';
import { actorOf, type Caller } from '#src/staff/caller.ts';
import { compareVersions } from './compare-versions.ts';
import { createForm, setFormArchived } from './create-form.ts';
import { closeDraft, discardDraft, findDraft, lockDraft, saveDraft } from './drafts.ts';
import { type FormDefinition, type formDefinition, PREFERENCES_FORM } from './form.ts';
import { findFormFile, keepFormFile, LARGEST_FILE } from './keep-form-file.ts';
import { severityOf } from './lint/finding.ts';
import { findingShape, presentFinding } from './lint/present-finding.ts';
import { lintNow } from './lint-now.ts';
import {
  changeShape,
  definitionInput,
  draftInput,
  draftShape,
  formShape,
  getVersionOf,
  presentChanges,
  presentDraft,
  presentForm,
  presentVersion,
  versionShape,
} from './present.ts';
import { previewForm, previewPages } from './preview-form.ts';
import { publishFormVersion, unpublishForm } from './publish-form-version.ts';
import { type FormRow, findForm, findFormVersion, listFormRows, listFormVersions } from './queries.ts';

const params = z.object({ id: publicId('frm') });
const reading = { right: 'forms.read', scope: 'forms.read' } as const;
const writing = { right: 'forms.write', scope: 'forms.write' } as const;
const revision = z.int().min(0);
const slug = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .max(60);

export const formEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/forms',
    summary: 'Forms people can fill in',
    policy: reading,
    query: z.strictObject({ archived: z.enum(['true', 'false']).default('false'), ...wholeListQuery }),
    reply: listOf(formShape),
    async handle({ db, services, query }) {
      const forms = (await listFormRows(db)).filter(
        (form) => form.slug !== PREFERENCES_FORM && (query.archived === 'true') === (form.archivedAt !== null),
      );
      return { data: await Promise.all(forms.map((form) => presentForm(db, form, services.config.publicUrl))), next: null };
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/forms',
    summary: 'Begin a form: an address and a draft, which nobody sees until it is published',
    policy: writing,
    body: z.strictObject({ slug, definition: draftInput.optional() }),
    reply: formShape,
    status: 201,
    async handle({ tx, services, body, caller, requestId }) {
      const definition = body.definition && complete(body.definition);
      const form = await createForm(tx, { slug: body.slug, definition, by: staffIdOf(caller) });
      await note(tx, caller, requestId, 'form.created', form.id);
      return presentForm(tx, form, services.config.publicUrl);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/forms/lint',
    summary: 'What is unlawful or hard to understand in a form, with article and fix; stores nothing',
    policy: writing,
    body: z.strictObject({ definition: draftInput }),
    reply: z.object({ findings: z.array(findingShape) }),
    handle: async ({ tx, body }) => ({ findings: (await lintNow(tx, complete(body.definition))).map(presentFinding) }),
  }),
  defineEndpoint({
    method: 'POST',
    path: '/forms/preview',
    summary: 'A page of a form as the public would see it, as HTML for a sandboxed frame; stores nothing',
    policy: writing,
    body: z.strictObject({ definition: draftInput, language: z.enum(['bg', 'en']), page: z.enum(previewPages) }),
    reply: z.object({ html: z.string() }),
    async handle({ tx, body }) {
      const controller = await findController(tx);
      if (!controller) throw new AppError('controller-missing', { status: 409 });
      const { language, page } = body;
      return {
        html: await previewForm(tx, controller, { slug: 'preview', definition: complete(body.definition), language, page }),
      };
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/forms/files',
    summary: 'Keep a file that forms can send to whoever asks for it',
    policy: writing,
    bodyLimit: Math.ceil((LARGEST_FILE * 4) / 3) + 4096,
    body: z.strictObject({
      name: z
        .string()
        .trim()
        .min(1)
        .max(200)
        .regex(/^[^\p{Cc}/\\]+$/u, 'forbidden-characters'),
      content: z.base64().max(Math.ceil(LARGEST_FILE / 3) * 4),
    }),
    reply: z.object({ id: z.string(), name: z.string(), mediaType: z.string(), size: z.int() }),
    status: 201,
    async handle({ tx, body, caller, requestId }) {
      const by = staffIdOf(caller);
      const file = await keepFormFile(tx, {
        name: body.name,
        content: Buffer.from(body.content, 'base64'),
        ...(by ? { uploadedBy: by } : {}),
      });
      await recordAudit(tx, { actor: actorOf(caller), action: 'form.file-added', detail: { size: file.size }, requestId });
      return { ...file, id: toPublicId('ffl', file.id) };
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/forms/files/:id',
    summary: 'A file that forms send',
    policy: reading,
    params: z.object({ id: publicId('ffl') }),
    reply: 'file',
    async handle({ db, params: { id } }) {
      const file = await findFormFile(db, id);
      if (!file) throw notFound();
      return { body: new Uint8Array(file.content), fileName: file.name, mediaType: file.mediaType };
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/forms/:id',
    summary: 'A form with what it says now, its versions, and whether a draft waits',
    policy: reading,
    params,
    reply: formShape,
    handle: async ({ db, services, params: { id } }) => presentForm(db, await getForm(db, id), services.config.publicUrl),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/forms/:id/draft',
    summary: 'What is being written of a form, with findings; the words people see now when nobody is writing',
    policy: reading,
    params,
    reply: draftShape,
    handle: async ({ db, params: { id } }) => draftOf(db, await getForm(db, id)),
  }),
  defineEndpoint({
    method: 'PUT',
    path: '/forms/:id/draft',
    summary: 'Save the draft over the revision that was seen; 409 draft-changed when somebody has saved since',
    policy: writing,
    params,
    body: z.strictObject({ revision, definition: draftInput }),
    reply: draftShape,
    async handle({ tx, params: { id }, body, caller, requestId }) {
      const form = await getForm(tx, id);
      const outcome = await saveDraft(tx, form, {
        revision: body.revision,
        definition: complete(body.definition),
        by: staffIdOf(caller),
      });
      if (outcome === 'begun') await note(tx, caller, requestId, 'form.draft-saved', id);
      return draftOf(tx, form);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/forms/:id/draft/discard',
    summary: 'Forget what was written since the version people see',
    policy: writing,
    params,
    body: z.strictObject({ revision }),
    reply: draftShape,
    async handle({ tx, params: { id }, body, caller, requestId }) {
      const form = await getForm(tx, id);
      await discardDraft(tx, form, body.revision);
      await note(tx, caller, requestId, 'form.draft-discarded', id);
      return draftOf(tx, form);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/forms/:id/draft/publish',
    summary: 'Publish the draft as it was seen; refused with findings when consent by it would not be valid',
    policy: writing,
    params,
    body: z.strictObject({ revision }),
    reply: formShape,
    status: 201,
    async handle({ tx, services, params: { id }, body, caller, requestId }) {
      const form = await getForm(tx, id);
      if (form.archivedAt) throw new AppError('form-archived', { status: 409 });
      const draft = await lockDraft(tx, form, body.revision);
      if (!draft) throw new AppError('form-has-no-version', { status: 409 });
      const number = await publish(tx, id, draft.definition, caller);
      await closeDraft(tx, id);
      await note(tx, caller, requestId, 'form.published', id, { number });
      return presentForm(tx, await getForm(tx, id), services.config.publicUrl);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/forms/:id/versions',
    summary: 'Publish a form in these words; refused with findings when people could not consent by it',
    policy: writing,
    params,
    body: z.strictObject({ definition: definitionInput }),
    reply: formShape,
    status: 201,
    async handle({ tx, services, params: { id }, body, caller, requestId }) {
      await getForm(tx, id);
      const number = await publish(tx, id, complete(body.definition), caller);
      await note(tx, caller, requestId, 'form.published', id, { number });
      return presentForm(tx, await getForm(tx, id), services.config.publicUrl);
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/forms/:id/versions/:version',
    summary: 'A version of a form, in the words it was published with',
    policy: reading,
    params: z.object({ id: publicId('frm'), version: z.string() }),
    reply: versionShape,
    async handle({ db, params: { id, version } }) {
      return presentVersion(db, await getVersionOf(db, await getForm(db, id), version));
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/forms/:id/changes',
    summary: 'What became different between two versions of a form, or from one to the draft',
    policy: reading,
    params,
    // From what people see now, or saw last, to what is being written.
    query: z.strictObject({ from: z.string().max(40).optional(), to: z.string().max(40).default('draft') }),
    reply: z.object({ from: z.string(), to: z.string(), changes: z.array(changeShape) }),
    async handle({ db, params: { id }, query }) {
      const form = await getForm(db, id);
      const last = form.publishedVersionId ?? (await listFormVersions(db, id))[0]?.id;
      const older = await getVersionOf(db, form, query.from ?? (last ? toPublicId('fvr', last) : ''));
      const newer = query.to === 'draft' ? await findDraft(db, form) : await getVersionOf(db, form, query.to);
      if (!newer) throw notFound();
      return {
        from: toPublicId('fvr', older.id),
        to: query.to,
        changes: await presentChanges(db, compareVersions(older.definition, newer.definition)),
      };
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/forms/:id/unpublish',
    summary: 'Take a form down; what came through it stays',
    policy: writing,
    params,
    body: z.strictObject({}),
    reply: formShape,
    async handle({ tx, services, params: { id }, caller, requestId }) {
      await getForm(tx, id);
      await unpublishForm(tx, id);
      await note(tx, caller, requestId, 'form.unpublished', id);
      return presentForm(tx, await getForm(tx, id), services.config.publicUrl);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/forms/:id/publish',
    summary: 'Put a form up again as it last was',
    policy: writing,
    params,
    body: z.strictObject({}),
    reply: formShape,
    async handle({ tx, services, params: { id }, caller, requestId }) {
      await getForm(tx, id);
      const [last] = await listFormVersions(tx, id);
      const version = last && (await findFormVersion(tx, last.id));
      if (!version) throw new AppError('form-has-no-version', { status: 409 });
      const number = await publish(tx, id, version.definition, caller);
      await note(tx, caller, requestId, 'form.published', id, { number });
      return presentForm(tx, await getForm(tx, id), services.config.publicUrl);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/forms/:id/duplicate',
    summary: 'Begin another form with the same words',
    policy: writing,
    params,
    body: z.strictObject({ slug }),
    reply: formShape,
    status: 201,
    async handle({ tx, services, params: { id }, body, caller, requestId }) {
      const original = await findDraft(tx, await getForm(tx, id));
      const form = await createForm(tx, { slug: body.slug, definition: original?.definition, by: staffIdOf(caller) });
      await note(tx, caller, requestId, 'form.created', form.id);
      return presentForm(tx, form, services.config.publicUrl);
    },
  }),
  ...(['archive', 'restore'] as const).map((verb) =>
    defineEndpoint({
      method: 'POST',
      path: `/forms/:id/${verb}`,
      summary: verb === 'archive' ? 'Take a form down and out of the list' : 'Bring an archived form back, not yet published',
      policy: writing,
      params,
      body: z.strictObject({}),
      reply: formShape,
      async handle({ tx, services, params: { id }, caller, requestId }) {
        await getForm(tx, id);
        if (verb === 'archive') await unpublishForm(tx, id);
        await setFormArchived(tx, id, verb === 'archive');
        await note(tx, caller, requestId, verb === 'archive' ? 'form.archived' : 'form.restored', id);
        return presentForm(tx, await getForm(tx, id), services.config.publicUrl);
      },
    }),
  ),
];

async function publish(tx: Transaction, formId: string, written: FormDefinition, caller: Caller): Promise<number> {
  const by = staffIdOf(caller);
  const publication = await publishFormVersion(tx, { formId, definition: written, ...(by ? { publishedBy: by } : {}) });
  if (publication.outcome === 'no-controller') throw new AppError('controller-missing', { status: 409 });
  if (publication.outcome === 'refused') {
    throw invalidFields(
      publication.findings
        .filter((finding) => severityOf(finding) === 'blocks')
        .map(({ place, language, code }) => ({ field: `definition.${place}${language ? `.${language}` : ''}`, code })),
    );
  }
  return publication.number;
}

async function draftOf(db: Database, form: FormRow) {
  const draft = await findDraft(db, form);
  return presentDraft(db, draft, draft ? await lintNow(db, draft.definition) : []);
}

/** The one type of both: what may be missing are texts, and an empty text is one. */
function complete(input: z.output<typeof draftInput>): FormDefinition {
  return input satisfies z.input<typeof formDefinition>;
}

function note(
  tx: Transaction,
  caller: Caller,
  requestId: string,
  action: AuditAction,
  id: string,
  detail?: Record<string, number>,
): Promise<void> {
  return recordAudit(tx, {
    actor: actorOf(caller),
    action,
    subject: { kind: 'form', id },
    ...(detail ? { detail } : {}),
    requestId,
  });
}

function staffIdOf(caller: Caller): string | undefined {
  return caller.kind === 'staff' ? caller.staffMember.id : undefined;
}

async function getForm(db: Database, id: string): Promise<FormRow> {
  const form = await findForm(db, { id });
  // The form behind the preference centre follows the purposes and is nobody's to edit.
  if (!form || form.slug === PREFERENCES_FORM) throw notFound();
  return form;
}
