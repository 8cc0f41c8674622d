import { sql } from 'kysely';
import { databaseNow } from '#platform/clock.ts';
import { uuidv7 } from '#platform/crypto/uuid.ts';
import type { Transaction } from '#platform/database/connect.ts';
import { queueDeliveries } from '#src/delivery/queue-deliveries.ts';
import type { Language } from '#src/languages/languages.ts';
import { appendEntries } from '#src/ledger/append-entries.ts';
import type { NewEntry } from '#src/ledger/entry.ts';
import { ensureAskingPurpose } from '#src/purposes/ensure-starter-purposes.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import type { Services } from '#src/services.ts';
import { recordSystemSource } from '#src/sources/record-system-source.ts';
import { DAYS_TO_ANSWER } from './approach.ts';
import { recordQuestionText } from './question-text.ts';

/**
 * Asks people whose origin nobody can show whether they consent: once in a lifetime, and only where somebody answers for a ground
 * that lets us write (Directive 2002/58/EC Art. 13(2); a company's own address). The database refuses everybody else, so the
 * caller leaves them out first.
 */
export async function askOutOfQuarantine(
  tx: Transaction,
  services: Services,
  asked: { purpose: Purpose; contactIds: readonly string[]; actId: string },
): Promise<void> {
  const { purpose } = asked;
  const { rows } = await sql<{
    contactId: string;
    pointId: string;
    language: Language;
    ground: 'soft-opt-in' | 'legal-entity';
    groundId: string;
  }>`
    select c.id as "contactId", p.id as "pointId", c.language, g.ground, g.id as "groundId"
      from contact c
      join contact_point p on p.contact_id = c.id and p.kind = 'email' and p.is_primary
      join provenance v on v.id = c.origin_id
      join asking_ground g on g.source_id = v.source_id and g.purpose_id = ${purpose.id}::uuid and g.revoked_at is null
     where c.id = any (${[...asked.contactIds]}::uuid[]) order by c.id`.execute(tx);
  const now = await databaseNow(tx);
  const until = new Date(now.getTime() + DAYS_TO_ANSWER * 86_400_000);
  const system = await ensureAskingPurpose(tx);
  const notice = await recordQuestionText(tx, purpose);
  const sourceId = await recordSystemSource(tx, 'Question out of quarantine');
  const people = rows.map((row) => ({ ...row, id: uuidv7() }));
  const common = { channel: 'email', occurredAt: now, sourceId, actor: { kind: 'system' }, method: 'repermission' } as const;

  await appendEntries(
    tx,
    people.map(
      (one): NewEntry => ({
        ...common,
        kind: 'basis-asserted',
        contactId: one.contactId,
        purpose: { id: system.id, version: system.version },
        legalBasis: 'legitimate-interests',
        permissionGround: one.ground,
        until,
        evidence: { approach: one.id, ground: one.groundId },
      }),
    ),
  );
  const requests = await appendEntries(
    tx,
    people.map(
      (one): NewEntry => ({
        ...common,
        kind: 'consent-requested',
        contactId: one.contactId,
        purpose: { id: purpose.id, version: purpose.version },
        language: one.language,
        noticeHash: notice.hashes[one.language],
        evidence: { approach: one.id, act: asked.actId, initiative: 'company' },
      }),
    ),
  );
  await sql`
    insert into approach (id, cause, contact_id, contact_point_id, purpose_id, purpose_version, channel, entry_id, answer_until)
    select id, 'repermission', contact, point, ${purpose.id}::uuid, ${purpose.version}::int, 'email', entry, ${until.toISOString()}::timestamptz
      from unnest(${people.map((one) => one.id)}::uuid[], ${people.map((one) => one.contactId)}::uuid[],
        ${people.map((one) => one.pointId)}::uuid[], ${requests.map((one) => one.id)}::uuid[]) as n(id, contact, point, entry)`.execute(
    tx,
  );
  await queueDeliveries(
    tx,
    people.map((one) => ({
      contactId: one.contactId,
      contactPointId: one.pointId,
      purposeId: system.id,
      channel: 'email' as const,
      template: 'ask-permission' as const,
      parameters: { approach: one.id },
      language: one.language,
      approachId: one.id,
    })),
    services.config.smtpUrl ? 'queued' : 'held',
  );
}
