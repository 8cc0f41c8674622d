import { sql } from 'kysely';
import { databaseNow } from '#platform/clock.ts';
import { uuidv7 } from '#platform/crypto/uuid.ts';
import { inTransaction, type Transaction } from '#platform/database/connect.ts';
import { queueDeliveries } from '#src/delivery/queue-deliveries.ts';
import type { Language } from '#src/languages/languages.ts';
import { appendEntries } from '#src/ledger/append-entries.ts';
import { ensureSystemPurpose, PURPOSE_CHANGES } from '#src/purposes/ensure-starter-purposes.ts';
import { listPurposes } from '#src/purposes/find-purpose.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import type { Services } from '#src/services.ts';
import { recordSystemSource } from '#src/sources/record-system-source.ts';
import { DAYS_TO_ANSWER } from './approach.ts';
import { recordQuestionText } from './question-text.ts';

const BATCH = 200;

/**
 * Tells people, once each, of a material change in a purpose that does not rest on their consent (Art. 13(3), 14(4)): nobody
 * is asked, and whoever may object is told how. That the notice was given is written down when the message has left, not when
 * it was queued. Returns how many are being told.
 */
export async function tellOfChanges(services: Services): Promise<number> {
  let told = 0;
  for (const purpose of await listPurposes(services.db)) {
    if (purpose.legalBasis === 'consent' || purpose.isSystem || purpose.coversFromVersion === 1) continue;
    for (;;) {
      const batch = await inTransaction(services.db, (tx) => tellSome(tx, services, purpose));
      told += batch;
      if (batch < BATCH) break;
    }
  }
  for (;;) if ((await inTransaction(services.db, noteTold)) < BATCH) return told;
}

async function tellSome(tx: Transaction, services: Services, purpose: Purpose): Promise<number> {
  const { rows } = await sql<{ contactId: string; pointId: string; language: Language }>`
    select distinct on (s.contact_id) s.contact_id as "contactId", p.id as "pointId", c.language
      from permission_state s
      join contact c on c.id = s.contact_id
      join contact_point p on p.contact_id = s.contact_id and p.kind = 'email' and p.is_primary
     where s.purpose_id = ${purpose.id}::uuid and s.register = 'basis' and s.kind = 'basis-asserted'
       and coalesce(s.until, 'infinity') > now() and s.purpose_version < ${purpose.coversFromVersion}
       and not exists (select from approach a where a.contact_id = s.contact_id and a.purpose_id = s.purpose_id and a.cause = 'told'
         and a.purpose_version >= ${purpose.coversFromVersion})
       and not exists (select from permission_state r where r.contact_id = s.contact_id and r.register = 'restriction' and r.kind = 'restricted')
       and not exists (select from suppression u where u.match_hash = p.match_hash and u.reason = 'hard-bounce')
     order by s.contact_id limit ${BATCH}`.execute(tx);
  if (rows.length === 0) return 0;

  const people = rows.map((one) => ({ ...one, id: uuidv7() }));
  const { rows: recorded } = await sql<{ id: string }>`
    insert into approach (id, cause, contact_id, contact_point_id, purpose_id, purpose_version, channel)
    select n.id, 'told', n.contact, n.point, ${purpose.id}::uuid, ${purpose.version}::int, 'email'
      from unnest(${people.map((one) => one.id)}::uuid[], ${people.map((one) => one.contactId)}::uuid[],
        ${people.map((one) => one.pointId)}::uuid[]) as n(id, contact, point)
    on conflict do nothing returning id`.execute(tx);
  const ids = new Set(recorded.map(({ id }) => id));
  const mine = people.filter((one) => ids.has(one.id));
  const system = await ensureSystemPurpose(tx, PURPOSE_CHANGES);
  const now = await databaseNow(tx);
  const sourceId = await recordSystemSource(tx, 'Notice of a change');
  await appendEntries(
    tx,
    mine.map((one) => ({
      kind: 'basis-asserted' as const,
      contactId: one.contactId,
      purpose: { id: system.id, version: system.version },
      channel: 'email' as const,
      legalBasis: 'legal-obligation' as const,
      permissionGround: 'not-needed' as const,
      occurredAt: now,
      until: new Date(now.getTime() + DAYS_TO_ANSWER * 86_400_000),
      sourceId,
      actor: { kind: 'system' as const },
      method: 'purpose-changed',
      evidence: { approach: one.id },
    })),
  );
  await queueDeliveries(
    tx,
    mine.map((one) => ({
      contactId: one.contactId,
      contactPointId: one.pointId,
      purposeId: system.id,
      channel: 'email' as const,
      template: 'purpose-changed' as const,
      parameters: { approach: one.id },
      language: one.language,
      approachId: one.id,
    })),
    services.config.smtpUrl ? 'queued' : 'held',
  );
  return rows.length;
}

async function noteTold(tx: Transaction): Promise<number> {
  const { rows } = await sql<{
    id: string;
    contactId: string;
    purposeId: string;
    language: Language;
    at: Date;
    delivery: string;
  }>`
    select a.id, a.contact_id as "contactId", a.purpose_id as "purposeId", d.language, d.settled_at as at, d.id as delivery
      from delivery d join approach a on a.id = d.approach_id
     where a.cause = 'told' and a.settled_at is null and d.status = 'sent'
     limit ${BATCH} for update of a skip locked`.execute(tx);
  if (rows.length === 0) return 0;
  const purposes = new Map((await listPurposes(tx, { includeArchived: true })).map((one) => [one.id, one]));
  const sourceId = await recordSystemSource(tx, 'Notice of a change');
  for (const row of rows) {
    const purpose = purposes.get(row.purposeId);
    if (!purpose) continue;
    const notice = await recordQuestionText(tx, purpose);
    await appendEntries(tx, [
      {
        kind: 'notice-given',
        contactId: row.contactId,
        purpose: { id: purpose.id, version: purpose.version },
        channel: 'email',
        occurredAt: row.at,
        sourceId,
        noticeHash: notice.hashes[row.language],
        language: row.language,
        actor: { kind: 'system' },
        method: 'purpose-changed',
        evidence: { delivery: row.delivery },
      },
    ]);
    await tx.updateTable('approach').set({ answer: 'told', settled_at: row.at }).where('id', '=', row.id).execute();
  }
  return rows.length;
}
