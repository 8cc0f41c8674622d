import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';

/** How many people decided how on one version of a form. Erased people are not among them. */
export interface Decisions {
  readonly sent: number;
  readonly confirmed: number;
  readonly waiting: number;
  readonly rejected: number;
  readonly expired: number;
}

const none: Decisions = { sent: 0, confirmed: 0, waiting: 0, rejected: 0, expired: 0 };

/** Of every version of a form that was ever sent, by the version's id. */
export async function countDecisions(db: Database, formId: string): Promise<(versionId: string) => Decisions> {
  const { rows } = await sql<Decisions & { id: string }>`
    select s.form_version_id as id, count(*)::int as sent,
           count(*) filter (where s.status = 'confirmed')::int as confirmed,
           count(*) filter (where s.status = 'pending')::int as waiting,
           count(*) filter (where s.status = 'rejected')::int as rejected,
           count(*) filter (where s.status = 'expired')::int as expired
      from submission s join form_version v on v.id = s.form_version_id
     where v.form_id = ${formId}::uuid group by s.form_version_id`.execute(db);
  const counted = new Map(rows.map(({ id, ...decisions }) => [id, decisions]));
  return (versionId) => counted.get(versionId) ?? none;
}
