import { sql } from 'kysely';
import type { Database } from '#platform/database/connect.ts';
import type { Language } from '#src/languages/languages.ts';
import type { FieldKey, ShownBox } from './form.ts';
import { type FormVersion, findFormVersion } from './queries.ts';
import type { StoredBox } from './record-submissions.ts';

export interface Submission {
  readonly id: string;
  readonly contactId: string;
  readonly formSlug: string;
  readonly version: FormVersion;
  readonly language: Language;
  readonly status: 'pending' | 'confirmed' | 'rejected' | 'expired';
  /** Sent by somebody too young to consent: a parent is asked first. */
  readonly underAge: boolean;
  readonly answers: Readonly<Record<FieldKey, string>>;
  readonly boxes: readonly StoredBox[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly settledAt: Date | null;
}

export async function findSubmission(
  db: Database,
  id: string,
  options: { lock?: boolean } = {},
): Promise<Submission | undefined> {
  const row = await db
    .selectFrom('submission')
    .innerJoin('form_version', 'form_version.id', 'submission.form_version_id')
    .innerJoin('form', 'form.id', 'form_version.form_id')
    .select([
      'submission.id',
      'submission.contact_id',
      'submission.form_version_id',
      'submission.language',
      'submission.status',
      'submission.answers',
      'submission.boxes',
      'submission.created_at',
      'submission.expires_at',
      'submission.settled_at',
      'submission.under_age',
      'form.slug',
    ])
    .where('submission.id', '=', id)
    .$if(options.lock === true, (query) => query.forUpdate('submission'))
    .executeTakeFirst();
  if (!row) return undefined;
  const version = await findFormVersion(db, row.form_version_id);
  if (!version) return undefined;
  return {
    id: row.id,
    contactId: row.contact_id,
    formSlug: row.slug,
    version,
    language: row.language as Language,
    status: row.status as Submission['status'],
    underAge: row.under_age,
    answers: row.answers as Submission['answers'],
    boxes: row.boxes as unknown as StoredBox[],
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    settledAt: row.settled_at,
  };
}

/**
 * Whether the contact still has the address this was asked of. After it was corrected or removed, the link lies in a
 * mailbox that cannot speak for them any more.
 */
export function isAskedOf(submission: Pick<Submission, 'createdAt'>, point: { readonly since: Date } | undefined): boolean {
  return point !== undefined && point.since <= submission.createdAt;
}

/** The boxes a person ticked, with the words that stood beside them. */
export function tickedBoxes(submission: Submission, language: Language = submission.language): ShownBox[] {
  const ticked = submission.boxes.filter((box) => box.ticked);
  return submission.version.shown[language].boxes.filter((shown) =>
    ticked.some((box) => box.purpose === shown.purposeId && box.channel === shown.channel),
  );
}

/** What a contact was asked to confirm and has not answered yet. */
export async function listPendingBoxes(
  db: Database,
  contactId: string,
): Promise<{ purposeId: string; channel: string; since: Date }[]> {
  const rows = await db
    .selectFrom('submission')
    .select(['boxes', 'created_at'])
    .where('contact_id', '=', contactId)
    .where('status', '=', 'pending')
    .where('expires_at', '>', sql<Date>`now()`)
    .orderBy('created_at')
    .execute();
  return rows.flatMap((row) =>
    (row.boxes as unknown as StoredBox[])
      .filter((box) => box.ticked)
      .map((box) => ({ purposeId: box.purpose, channel: box.channel, since: row.created_at })),
  );
}
