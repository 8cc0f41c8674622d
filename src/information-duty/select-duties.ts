import { type RawBuilder, sql } from 'kysely';
import type { DutySelection } from './duty.ts';

/** Today, where the controller is. */
export const today = sql`(now() at time zone coalesce((select time_zone from controller), 'Europe/Sofia'))::date`;

/** Rows of `duty_to_tell d` that are open and chosen. */
export function chosenDuties({ sourceId, overdue, ids }: DutySelection): RawBuilder<boolean> {
  return sql<boolean>`(d.told_at is null and d.exemption_id is null
    and (${sourceId ?? null}::uuid is null or d.source_id = ${sourceId ?? null}::uuid)
    and (not ${overdue ?? false}::boolean or d.due_on < ${today})
    and (${ids ? [...ids] : null}::uuid[] is null or d.contact_id = any (${ids ? [...ids] : null}::uuid[])))`;
}

/** Whether a message may be sent to contact `c`: an address that works, and nothing that lets us only store their data. */
export const reachableByMail = sql<boolean>`(exists (
    select from contact_point p where p.contact_id = c.id and p.kind = 'email' and p.is_primary
       and not exists (select from suppression u where u.match_hash = p.match_hash
         and (u.reason = 'hard-bounce' or u.reason = 'not-me' and u.suppressed_at > now() - interval '30 days')))
  and not exists (select from permission_state r where r.contact_id = c.id and r.register = 'restriction' and r.kind = 'restricted'))`;
