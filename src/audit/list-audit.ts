import type { Database } from '#platform/database/connect.ts';
import type { AuditRecord } from './record-audit.ts';

export interface AuditFilter {
  readonly action?: string | undefined;
  readonly actorId?: string | undefined;
  readonly subjectId?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

export interface ListedAudit {
  readonly id: string;
  readonly at: Date;
  readonly actor: AuditRecord['actor']['kind'];
  readonly actorId: string | null;
  readonly action: string;
  readonly subject: { readonly kind: string; readonly id: string } | null;
  readonly detail: unknown;
  readonly requestId: string | null;
}

/** Who did what, newest first; `before` is the id the last page ended with. */
export async function listAudit(
  db: Database,
  filter: AuditFilter,
  page: { limit: number; before?: string | undefined },
): Promise<ListedAudit[]> {
  const { action, actorId, subjectId, from, to } = filter;
  const { before } = page;
  const rows = await db
    .selectFrom('audit_entry')
    .select(['id', 'at', 'actor', 'actor_id', 'action', 'subject_kind', 'subject_id', 'detail', 'request_id'])
    .$if(action !== undefined, (query) => query.where('action', '=', action ?? ''))
    .$if(actorId !== undefined, (query) => query.where('actor_id', '=', actorId ?? ''))
    .$if(subjectId !== undefined, (query) => query.where('subject_id', '=', subjectId ?? ''))
    .$if(from !== undefined, (query) => query.where('at', '>=', from ?? new Date(0)))
    .$if(to !== undefined, (query) => query.where('at', '<', to ?? new Date(0)))
    .$if(before !== undefined, (query) => query.where('id', '<', before ?? ''))
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute();

  return rows.map((row) => ({
    id: row.id,
    at: row.at,
    actor: row.actor as ListedAudit['actor'],
    actorId: row.actor_id,
    action: row.action,
    subject: row.subject_kind && row.subject_id ? { kind: row.subject_kind, id: row.subject_id } : null,
    detail: row.detail,
    requestId: row.request_id,
  }));
}
