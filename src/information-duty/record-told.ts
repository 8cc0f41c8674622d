import { sql } from 'kysely';
import { invalidFields } from '#platform/app-error.ts';
import { databaseNow } from '#platform/clock.ts';
import type { Transaction } from '#platform/database/connect.ts';
import type { Language } from '#src/languages/languages.ts';
import { appendEntries } from '#src/ledger/append-entries.ts';
import type { Actor, NewEntry } from '#src/ledger/entry.ts';
import { recordSource } from '#src/sources/record-source.ts';
import { composeNotice, keepNotice } from './compose-notice.ts';
import type { WayOfTelling } from './duty.ts';

/** A colleague told people: by post, by telephone, in person, or from another mailbox. */
export interface ToldByStaff {
  readonly contactIds: readonly string[];
  readonly how: WayOfTelling;
  readonly at: Date;
  readonly note?: string | undefined;
  readonly actor: Actor;
}

const channelOf = { post: 'post', phone: 'phone', email: 'email', 'in-person': undefined } as const;

/**
 * Writes down that people were told, with the text as it is composed for each today. Who has nothing to be told is passed over;
 * answers how many were told.
 *
 * @throws AppError 422 `in-the-future`
 */
export async function recordTold(tx: Transaction, told: ToldByStaff): Promise<number> {
  if (told.at > (await databaseNow(tx))) throw invalidFields([{ field: 'at', code: 'in-the-future' }]);
  const { rows } = await sql<{ id: string; language: Language }>`
    select id, language from contact where id = any (${[...told.contactIds]}::uuid[]) order by id for update`.execute(tx);
  const sourceId = await recordSource(tx, {
    kind: 'staff',
    label: `told-by-${told.how}`,
    obtainedFrom: 'data-subject',
    ...(told.actor.kind === 'staff' ? { createdBy: told.actor.staffId } : {}),
  });
  const entries: NewEntry[] = [];
  for (const { id, language } of rows) {
    const notice = await composeNotice(tx, id);
    if (!notice) continue;
    const hashes = await keepNotice(tx, notice);
    const channel = channelOf[told.how];
    entries.push({
      kind: 'notice-given',
      contactId: id,
      ...(channel ? { channel } : {}),
      occurredAt: told.at,
      sourceId,
      noticeHash: hashes[language],
      language,
      actor: told.actor,
      method: `told-by-${told.how}`,
      evidence: { sources: notice.sourceIds.join(' '), ...(told.note ? { note: told.note } : {}) },
    });
  }
  await appendEntries(tx, entries);
  return entries.length;
}
