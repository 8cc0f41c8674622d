import { z } from 'zod';
import { notFound } from '#platform/app-error.ts';
import { publicId, toPublicId } from '#platform/http/ids.ts';
import { isoOrNull } from '#platform/http/list.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { gradeEvidence } from '#src/consent/grade-evidence.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { findNoticeByHash } from '#src/notices/find-notice.ts';
import { findPurpose } from '#src/purposes/find-purpose.ts';
import { mentionPurpose } from '#src/purposes/present.ts';
import { findSource } from '#src/sources/find-source.ts';
import { presentSource } from '#src/sources/present.ts';
import { actorOf } from '#src/staff/caller.ts';
import { namesOfStaff } from '#src/staff/find-staff.ts';
import { presentActor } from '#src/staff/present.ts';
import { actorIdOf } from './entry.ts';
import { findEntry } from './find-entry.ts';
import { ledgerListEndpoints } from './list-routes.ts';
import { logEndpoints } from './log-routes.ts';
import { entryShape } from './present.ts';
import { trendEndpoints } from './trend-routes.ts';

export const ledgerEndpoints: Endpoint[] = [
  ...ledgerListEndpoints,
  ...logEndpoints,
  ...trendEndpoints,
  defineEndpoint({
    method: 'GET',
    path: '/ledger/:id',
    summary: 'An entry of the ledger with everything that proves it',
    policy: { right: 'ledger.read', scope: 'ledger.read' },
    params: z.object({ id: publicId('led') }),
    reply: entryShape,
    async handle({ db, params: { id }, caller, requestId }) {
      const entry = await findEntry(db, id);
      if (!entry) throw notFound();
      const actorId = actorIdOf(entry.actor);
      const [purpose, source, notice, names] = await Promise.all([
        entry.purpose && findPurpose(db, entry.purpose.id),
        findSource(db, entry.sourceId),
        entry.noticeHash === undefined ? undefined : findNoticeByHash(db, entry.noticeHash),
        namesOfStaff(db, actorId ? [actorId] : []),
      ]);
      await recordAudit(db, {
        actor: actorOf(caller),
        action: 'ledger.viewed',
        subject: { kind: 'contact', id: entry.contactId },
        detail: { entry: id },
        requestId,
      });

      return {
        id: toPublicId('led', entry.id),
        kind: entry.kind,
        contact: toPublicId('con', entry.contactId),
        occurredAt: entry.occurredAt.toISOString(),
        recordedAt: entry.recordedAt.toISOString(),
        until: isoOrNull(entry.until),
        purpose: purpose && entry.purpose ? { ...mentionPurpose(purpose), version: entry.purpose.version } : null,
        channel: entry.channel ?? null,
        legalBasis: entry.legalBasis ?? null,
        permissionGround: entry.permissionGround ?? null,
        source: source ? presentSource(source) : null,
        method: entry.method,
        actor: presentActor({ kind: entry.actor.kind, id: actorId }, names),
        evidence: { ...entry.evidence },
        language: entry.language ?? null,
        notice: notice
          ? { slug: notice.slug, version: notice.version, language: notice.language, hash: notice.hash, body: notice.body }
          : null,
        evidenceGrade: gradeEvidence(entry) ?? null,
        leafHash: entry.leafHash.toString('hex'),
      };
    },
  }),
];
