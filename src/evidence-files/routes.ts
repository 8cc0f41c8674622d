import { z } from 'zod';
import { notFound } from '#platform/app-error.ts';
import { publicId, toPublicId } from '#platform/http/ids.ts';
import { listOf, moment, wholeListQuery } from '#platform/http/list.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { actorOf } from '#src/staff/caller.ts';
import { evidenceTypes, extensions } from './evidence-file.ts';
import { findEvidenceContent, listEvidenceOf } from './find-evidence.ts';

export const evidenceFileEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/contacts/:id/evidence-files',
    summary: 'Files that show how a person consented, without what is in them',
    policy: { right: 'permissions.read', scope: 'permissions.read' },
    params: z.object({ id: publicId('con') }),
    query: z.strictObject({ ...wholeListQuery }),
    reply: listOf(
      z.object({
        id: z.string(),
        entryId: z.string(),
        mediaType: z.enum(evidenceTypes),
        size: z.int(),
        sha256: z.string(),
        addedAt: moment,
      }),
    ),
    async handle({ db, params: { id } }) {
      const files = await listEvidenceOf(db, id);
      return {
        data: files.map((file) => ({
          ...file,
          id: toPublicId('evf', file.id),
          entryId: toPublicId('led', file.entryId),
          addedAt: file.addedAt.toISOString(),
        })),
        next: null,
      };
    },
  }),

  defineEndpoint({
    method: 'GET',
    path: '/contacts/:id/evidence-files/:file',
    summary: 'One of these files, to be saved; that it was opened goes into the audit',
    policy: { right: 'permissions.read', scope: 'permissions.read' },
    params: z.object({ id: publicId('con'), file: publicId('evf') }),
    reply: 'file',
    async handle({ db, params: { id, file }, caller, requestId }) {
      const found = await findEvidenceContent(db, { id: file, contactId: id });
      if (!found) throw notFound();
      await recordAudit(db, {
        actor: actorOf(caller),
        action: 'evidence.viewed',
        subject: { kind: 'contact', id },
        detail: { file: toPublicId('evf', file) },
        requestId,
      });
      return {
        body: new Uint8Array(found.content),
        // Names nobody: file names end up in download lists.
        fileName: `evidence-${file}.${extensions[found.mediaType]}`,
        mediaType: found.mediaType,
      };
    },
  }),
];
