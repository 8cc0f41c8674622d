import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import type { Purpose } from '#src/purposes/purpose.ts';

/**
 * Whom a material change of a purpose concerns: people whose consent stands today, to be asked anew; or, of a purpose that
 * rests on anything else, people whose data are used for it, to be told. `byEmail`: those who can be written to.
 */
export async function countAffected(
  db: Database,
  purpose: Pick<Purpose, 'id' | 'legalBasis'>,
): Promise<{ people: number; byEmail: number }> {
  const byConsent = purpose.legalBasis === 'consent';
  const { rows } = await sql<{ people: number; by_email: number }>`
    select count(distinct s.contact_id)::int as people,
           count(distinct s.contact_id) filter (where ${
             byConsent
               ? sql`s.channel = 'email'`
               : sql`exists (select from contact_point c where c.contact_id = s.contact_id and c.kind = 'email' and c.is_primary)`
           })::int as by_email
      from permission_state s
     where s.purpose_id = ${purpose.id}::uuid and s.register = ${byConsent ? 'consent' : 'basis'}
       and s.kind in ('consent-given', 'consent-renewed', 'basis-asserted') and coalesce(s.until, 'infinity') > now()`.execute(
    db,
  );
  return { people: rows[0]?.people ?? 0, byEmail: rows[0]?.by_email ?? 0 };
}
