import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import { type DutySelection, type ExemptionGround, type Reach, SOON_DAYS } from './duty.ts';
import { chosenDuties, today } from './select-duties.ts';

export interface FoundDuty {
  readonly contactId: string;
  readonly name: string;
  readonly state: string;
  readonly sourceId: string;
  readonly source: string;
  readonly obtainedAt: Date;
  /** ISO day, before it rolls over weekends and holidays. */
  readonly dueOn: string;
  readonly isOverdue: boolean;
  readonly reach: Reach;
  readonly isRestricted: boolean;
  /** What became of the newest notice we sent, while it does not count as told. */
  readonly message: string | null;
}

export interface DutyPlace {
  readonly dueOn: string;
  readonly contactId: string;
  readonly sourceId: string;
}

/** Whom to tell, who is late first; a page after another by their place in that order. */
export async function listDuties(
  db: Database,
  selection: DutySelection,
  page: { limit: number; after?: DutyPlace | undefined },
): Promise<FoundDuty[]> {
  const after = page.after;
  const { rows } = await sql<FoundDuty & { given: string | null; family: string | null; email: string | null }>`
    with few as (
      select d.* from duty_to_tell d
       where ${chosenDuties(selection)}
         and (${after?.contactId ?? null}::uuid is null
              or (d.due_on, d.contact_id, d.source_id) > (${after?.dueOn ?? null}::date, ${after?.contactId ?? null}::uuid, ${after?.sourceId ?? null}::uuid))
       order by d.due_on, d.contact_id, d.source_id limit ${page.limit}
    )
    select d.contact_id as "contactId", coalesce(nullif(concat_ws(' ', c.given_name, c.family_name), ''), c.primary_email, '') as name,
           c.state, d.source_id as "sourceId", s.label as source, d.obtained_at as "obtainedAt", d.due_on::text as "dueOn",
           d.due_on < ${today} as "isOverdue",
           case when exists (select from contact_point p where p.contact_id = c.id and p.kind = 'email' and p.is_primary
                  and not exists (select from suppression u where u.match_hash = p.match_hash and u.reason in ('hard-bounce', 'not-me'))) then 'email'
                when exists (select from contact_point p where p.contact_id = c.id and p.kind = 'post') then 'post'
                when exists (select from contact_point p where p.contact_id = c.id and p.kind = 'phone') then 'phone'
                else 'none' end as reach,
           exists (select from permission_state r where r.contact_id = c.id and r.register = 'restriction' and r.kind = 'restricted') as "isRestricted",
           (select w.status from delivery w where w.contact_id = c.id and w.template = 'tell-source' order by w.id desc limit 1) as message
      from few d join contact c on c.id = d.contact_id join source s on s.id = d.source_id
     order by d.due_on, d.contact_id, d.source_id`.execute(db);
  return rows;
}

export interface DutyCounts {
  readonly open: number;
  readonly overdue: number;
  readonly soon: number;
  readonly told: number;
  readonly exempt: number;
}

const counting = sql`
  count(*) filter (where d.told_at is null and d.exemption_id is null)::int as open,
  count(*) filter (where d.told_at is null and d.exemption_id is null and d.due_on < ${today})::int as overdue,
  count(*) filter (where d.told_at is null and d.exemption_id is null and d.due_on >= ${today} and d.due_on <= ${today} + ${SOON_DAYS}::int)::int as soon,
  count(*) filter (where d.told_at is not null)::int as told,
  count(*) filter (where d.told_at is null and d.exemption_id is not null)::int as exempt`;

/** How many duties there are by source, those with the earliest day first, and all together. */
export async function countDuties(
  db: Database,
): Promise<DutyCounts & { sources: (DutyCounts & { sourceId: string; label: string; firstDue: string | null })[] }> {
  const { rows } = await sql<DutyCounts & { sourceId: string; label: string; firstDue: string | null }>`
    select n.*, s.label from (
      select d.source_id as "sourceId", ${counting},
             (min(d.due_on) filter (where d.told_at is null and d.exemption_id is null))::text as "firstDue"
        from duty_to_tell d group by d.source_id) n
      join source s on s.id = n."sourceId"
     order by n."firstDue" nulls last, n."sourceId"`.execute(db);
  const sum = (of: keyof DutyCounts) => rows.reduce((all, row) => all + row[of], 0);
  return {
    open: sum('open'),
    overdue: sum('overdue'),
    soon: sum('soon'),
    told: sum('told'),
    exempt: sum('exempt'),
    sources: rows,
  };
}

/** How many are late, and how many will be soon: for the first screen, without counting what is settled. */
export async function countDueDuties(db: Database): Promise<{ overdue: number; soon: number }> {
  const { rows } = await sql<{ overdue: number; soon: number }>`
    select count(*) filter (where due_on < ${today})::int as overdue, count(*) filter (where due_on >= ${today})::int as soon
      from duty_to_tell where told_at is null and exemption_id is null and due_on <= ${today} + ${SOON_DAYS}::int`.execute(db);
  return rows[0] ?? { overdue: 0, soon: 0 };
}

/** What a person must still be told of, and what they were told or need not be. */
export async function listDutiesOf(db: Database, contactId: string) {
  const { rows } = await sql<{
    sourceId: string;
    label: string;
    obtainedAt: Date;
    dueOn: string;
    toldAt: Date | null;
    entryId: string | null;
    ground: ExemptionGround | null;
    reason: string | null;
  }>`
    select d.source_id as "sourceId", s.label, d.obtained_at as "obtainedAt", d.due_on::text as "dueOn", d.told_at as "toldAt",
           d.entry_id as "entryId", x.ground, x.reason
      from duty_to_tell d join source s on s.id = d.source_id left join duty_exemption x on x.id = d.exemption_id
     where d.contact_id = ${contactId} order by d.due_on, d.source_id`.execute(db);
  return rows;
}
