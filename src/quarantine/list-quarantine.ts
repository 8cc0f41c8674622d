import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import type { Texts } from '#src/languages/languages.ts';
import type { ActKind, AskingGround, Selection } from './quarantine-act.ts';

export interface QuarantinedSource {
  readonly sourceId: string;
  readonly kind: string;
  readonly label: string;
  readonly obtainedFrom: string;
  readonly people: number;
  readonly since: Date;
  /** ISO day on which the first of them go; null until the sweep has set one. */
  readonly expiresOn: string | null;
  readonly deadlineReason: string | null;
  /** Of them, who does not know yet where we have their data from. */
  readonly untold: number;
  readonly grounds: readonly { id: string; purposeId: string; purposeName: Texts; ground: AskingGround; reason: string }[];
}

/** Who is in quarantine, by source, those longest in it first. */
export async function listQuarantine(db: Database): Promise<QuarantinedSource[]> {
  const { rows } = await sql<QuarantinedSource>`
    with held as (
      select v.source_id, count(*)::int as people, min(c.created_at) as since,
             count(*) filter (where exists (select from duty_to_tell d
               where d.contact_id = c.id and d.told_at is null and d.exemption_id is null))::int as untold
        from contact c join provenance v on v.id = c.origin_id
       where c.state = 'quarantined' group by 1
    )
    select h.source_id as "sourceId", s.kind, s.label, s.obtained_from as "obtainedFrom", h.people, h.since, h.untold,
           (case when h.since <= q.set_at then q.expires_on else greatest(q.expires_on, a_month_after(h.since)) end)::text as "expiresOn",
           q.reason as "deadlineReason",
           coalesce((select jsonb_agg(jsonb_build_object('id', g.id, 'purposeId', g.purpose_id, 'purposeName', p.name, 'ground', g.ground, 'reason', g.reason) order by g.id)
             from asking_ground g join purpose p on p.id = g.purpose_id where g.source_id = h.source_id and g.revoked_at is null), '[]') as grounds
      from held h join source s on s.id = h.source_id
      left join lateral (select * from quarantine_deadline d where d.source_id = h.source_id order by d.id desc limit 1) q on true
     order by h.since, h.source_id`.execute(db);
  return rows;
}

export interface FoundAct {
  readonly id: string;
  readonly kind: ActKind;
  readonly selection: Selection;
  readonly purposeId: string;
  readonly purposeSlug: string;
  readonly purposeName: Texts;
  readonly legalBasis: string;
  readonly reason: string;
  readonly startedAt: Date;
  readonly hasEvidence: boolean;
  readonly jobId: string | null;
}

/** What was done with many at once, newest first. */
export async function listActs(db: Database, limit = 50): Promise<FoundAct[]> {
  const { rows } = await sql<FoundAct>`
    select a.id, a.kind, a.selection, a.purpose_id as "purposeId", p.slug as "purposeSlug", p.name as "purposeName",
           a.legal_basis as "legalBasis", a.reason, a.started_at as "startedAt", a.evidence_id is not null as "hasEvidence",
           (select j.id from job j where j.kind = 'repair-quarantine' and j.subject_id = a.id order by j.requested_at desc limit 1) as "jobId"
      from quarantine_act a join purpose p on p.id = a.purpose_id
     order by a.id desc limit ${limit}`.execute(db);
  return rows;
}
