import { sql } from 'kysely';
import type { Database, Transaction } from '#platform/database/connect.ts';
import { findController } from '#src/register/controller.ts';
import type { Counting } from './deadline-after.ts';

/** How days are counted here: the controller's country and clock, and the days off that were decreed. */
export async function findCounting(db: Database): Promise<Counting> {
  const [controller, { rows }] = await Promise.all([
    findController(db),
    sql<{ day: string; is_holiday: boolean }>`select day::text, is_holiday from holiday_override`.execute(db),
  ]);
  return {
    timeZone: controller?.timeZone ?? 'Europe/Sofia',
    country: controller?.country ?? 'BG',
    overrides: new Map(rows.map(({ day, is_holiday }) => [day, is_holiday])),
  };
}

export interface HolidayOverride {
  /** ISO day. */
  readonly day: string;
  readonly isHoliday: boolean;
  readonly reason: string;
}

export async function listHolidayOverrides(db: Database): Promise<HolidayOverride[]> {
  const { rows } = await sql<HolidayOverride>`
    select day::text, is_holiday as "isHoliday", reason from holiday_override order by day`.execute(db);
  return rows;
}

/** Says of a day that it is off, or is not, whatever the calendar says (Labour Code Art. 154(3)); null takes that back. */
export async function overrideHoliday(
  tx: Transaction,
  day: string,
  said: { isHoliday: boolean; reason: string; setBy: string | null } | null,
): Promise<void> {
  if (!said) {
    await sql`delete from holiday_override where day = ${day}::date`.execute(tx);
    return;
  }
  await sql`insert into holiday_override (day, is_holiday, reason, set_by)
    values (${day}::date, ${said.isHoliday}, ${said.reason}, ${said.setBy}::uuid)
    on conflict (day) do update set is_holiday = excluded.is_holiday, reason = excluded.reason, set_by = excluded.set_by, set_at = now()`.execute(
    tx,
  );
}
