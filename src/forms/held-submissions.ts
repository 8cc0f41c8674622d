import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import type { Language } from '#src/languages/languages.ts';
import type { Services } from '#src/services.ts';
import type { HeldReason } from './hold-submission.ts';
import { type HeldContent, openHeld } from './seal-held.ts';

export interface HeldSubmission {
  readonly id: string;
  readonly formId: string;
  readonly formSlug: string;
  readonly versionNumber: number;
  readonly versionId: string;
  readonly language: Language;
  readonly reason: HeldReason;
  readonly content: HeldContent;
  readonly receivedAt: Date;
  readonly deleteAfter: Date;
}

/** Whoever was told to try again and did is not waiting any more. */
const isAnswered = sql<boolean>`exists (select from contact_point p join submission s on s.contact_id = p.contact_id
  join form_version v on v.id = s.form_version_id
  where p.match_hash = h.match_hash and v.form_id = h.form_id and s.created_at >= h.received_at)`;

/** What waits for staff to look at, newest first; of one form, or one of them. */
export async function listHeld(
  services: Pick<Services, 'keys'>,
  db: Database,
  which: { readonly formId: string; readonly limit: number; readonly before?: string } | { readonly id: string },
): Promise<HeldSubmission[]> {
  const rows = await db
    .selectFrom('held_submission as h')
    .innerJoin('form', 'form.id', 'h.form_id')
    .innerJoin('form_version', 'form_version.id', 'h.form_version_id')
    .select(['h.id', 'h.form_id', 'form.slug', 'h.form_version_id', 'form_version.number', 'h.language', 'h.reason'])
    .select(['h.sealed', 'h.received_at', 'h.delete_after'])
    .where('h.delete_after', '>', sql<Date>`now()`)
    .where(sql<boolean>`not ${isAnswered}`)
    .$if('id' in which, (query) => query.where('h.id', '=', 'id' in which ? which.id : ''))
    .$if('formId' in which, (query) => {
      if (!('formId' in which)) return query;
      const ofForm = query.where('h.form_id', '=', which.formId).orderBy('h.id', 'desc').limit(which.limit);
      return which.before ? ofForm.where('h.id', '<', which.before) : ofForm;
    })
    .execute();
  return rows.map((row) => ({
    id: row.id,
    formId: row.form_id,
    formSlug: row.slug,
    versionId: row.form_version_id,
    versionNumber: row.number,
    language: row.language as Language,
    reason: row.reason as HeldReason,
    content: openHeld(services.keys, row.id, row.sealed),
    receivedAt: row.received_at,
    deleteAfter: row.delete_after,
  }));
}

/** Forgets one of them; false when it was gone already. */
export async function deleteHeld(db: Database, id: string): Promise<boolean> {
  const row = await sql<{ id: string }>`delete from held_submission where id = ${id}::uuid returning id`.execute(db);
  return row.rows.length > 0;
}

/** Forgets those whose two weeks are over, and those who have sent the form again since. */
export async function forgetHeld(db: Database): Promise<void> {
  await sql`delete from held_submission h where h.delete_after <= now() or ${isAnswered}`.execute(db);
}
