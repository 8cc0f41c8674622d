import { sql } from 'kysely';
import { databaseNow } from '#platform/clock.ts';
import { uuidv7 } from '#platform/crypto/uuid.ts';
import { type Database, inTransaction, type Transaction } from '#platform/database/connect.ts';
import { queueDeliveries } from '#src/delivery/queue-deliveries.ts';
import type { Language } from '#src/languages/languages.ts';
import { appendEntries } from '#src/ledger/append-entries.ts';
import type { NewEntry } from '#src/ledger/entry.ts';
import { ensureSystemPurpose, PURPOSE_CHANGES } from '#src/purposes/ensure-starter-purposes.ts';
import { listPurposes } from '#src/purposes/find-purpose.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import type { Services } from '#src/services.ts';
import { recordSystemSource } from '#src/sources/record-system-source.ts';
import { DAYS_TO_ANSWER } from './approach.ts';
import { recordQuestionText } from './question-text.ts';

const BATCH = 200;

/**
 * Asks people, once each, whether their consent goes on: when it ends soon, and when the purpose has changed beyond what they
 * agreed to. A child who agreed with a parent is not asked alone (Art. 8). The database refuses a second question about the same consent, one to somebody who said no, and one to whom
 * the gate would not let us write. Returns how many were asked.
 */
export async function askAgain(services: Services): Promise<number> {
  let asked = 0;
  for (const purpose of await listPurposes(services.db)) {
    if (purpose.legalBasis !== 'consent' || purpose.isSystem || !purpose.channels.includes('email')) continue;
    for (const cause of ['renewal', 'changed'] as const) {
      for (;;) {
        const found = await findToAsk(services.db, purpose, cause);
        if (found.length === 0) break;
        const batch = await inTransaction(services.db, (tx) => askBatch(tx, services, purpose, cause, found));
        asked += batch;
        // Somebody else is asking the same people.
        if (batch === 0) break;
      }
    }
  }
  return asked;
}

interface ToAsk {
  readonly contactId: string;
  readonly pointId: string;
  readonly entryId: string;
  readonly until: Date | null;
  readonly language: Language;
}

async function findToAsk(db: Database, purpose: Purpose, cause: 'renewal' | 'changed'): Promise<ToAsk[]> {
  const due =
    cause === 'renewal'
      ? sql`s.until > now() and s.until <= now() + make_interval(days => ${purpose.renewBeforeDays})
          and s.occurred_at < now() - interval '7 days' and s.purpose_version >= ${purpose.coversFromVersion}
          and not exists (select from approach a where a.entry_id = s.entry_id and a.cause = 'renewal')`
      : sql`s.purpose_version < ${purpose.coversFromVersion} and coalesce(s.until, 'infinity') > now()
          and not exists (select from approach a where a.entry_id = s.entry_id and a.cause = 'changed'
            and a.purpose_version >= ${purpose.coversFromVersion})`;
  const { rows } = await sql<ToAsk>`
    select s.contact_id as "contactId", p.id as "pointId", s.entry_id as "entryId", s.until, c.language
      from permission_state s
      join contact c on c.id = s.contact_id
      join contact_point p on p.contact_id = s.contact_id and p.kind = 'email' and p.is_primary
      cross join lateral may_process(s.contact_id, s.purpose_id, s.channel) g
     where s.purpose_id = ${purpose.id}::uuid and s.channel = 'email' and s.register = 'consent'
       and s.kind in ('consent-given', 'consent-renewed') and ${due}
       -- What a child agreed to with a parent ends by itself; the form asks both anew.
       and not (${purpose.needsAge}::boolean and exists (
         select from ledger_entry e where e.id = s.entry_id and e.evidence ? 'guardian'))
       and g.reason = ${cause === 'renewal' ? 'consent-given' : 'consent-outdated'}
     order by s.contact_id limit ${BATCH}`.execute(db);
  return rows;
}

async function askBatch(
  tx: Transaction,
  services: Services,
  purpose: Purpose,
  cause: 'renewal' | 'changed',
  found: readonly ToAsk[],
): Promise<number> {
  const now = await databaseNow(tx);
  const deadline = new Date(now.getTime() + DAYS_TO_ANSWER * 86_400_000);
  const rows = found.map((one) => ({
    id: uuidv7(),
    ...one,
    answerUntil: one.until && (cause === 'renewal' || one.until < deadline) ? one.until : deadline,
  }));
  // What changed since they were found (a withdrawal, another machine's question) leaves them out here.
  const { rows: asked } = await sql<{ id: string }>`
    insert into approach (id, cause, contact_id, contact_point_id, purpose_id, purpose_version, channel, entry_id, answer_until)
    select n.id, ${cause}, n.contact, n.point, ${purpose.id}::uuid, ${purpose.version}::int, 'email', n.entry, n.until
      from unnest(${rows.map((one) => one.id)}::uuid[], ${rows.map((one) => one.contactId)}::uuid[],
        ${rows.map((one) => one.pointId)}::uuid[], ${rows.map((one) => one.entryId)}::uuid[],
        ${rows.map((one) => one.answerUntil.toISOString())}::timestamptz[]) as n(id, contact, point, entry, until)
     where obstacle_to_approach(row(n.id, ${cause}, n.contact, n.point, ${purpose.id}::uuid, ${purpose.version}::int, 'email', n.entry,
       now(), n.until, null, null)::approach) is null
    on conflict do nothing returning id`.execute(tx);
  const ids = new Set(asked.map(({ id }) => id));
  const people = rows.filter((one) => ids.has(one.id));
  if (people.length === 0) return 0;

  const notice = await recordQuestionText(tx, purpose);
  const sourceId = await recordSystemSource(tx, cause === 'renewal' ? 'Renewal of consents' : 'Consent after a change');
  const system = cause === 'changed' ? await ensureSystemPurpose(tx, PURPOSE_CHANGES) : undefined;
  const common = { channel: 'email', occurredAt: now, sourceId, actor: { kind: 'system' } } as const;
  await appendEntries(
    tx,
    people.flatMap((one): NewEntry[] => [
      {
        ...common,
        kind: 'consent-requested',
        contactId: one.contactId,
        purpose: { id: purpose.id, version: purpose.version },
        language: one.language,
        noticeHash: notice.hashes[one.language],
        method: cause === 'renewal' ? 'renewal' : 'ask-again',
        evidence: { approach: one.id },
      },
      // A consent that does not cover any more permits no message, this one neither: it rests on the duty to inform.
      ...(system
        ? [
            {
              ...common,
              kind: 'basis-asserted',
              contactId: one.contactId,
              purpose: { id: system.id, version: system.version },
              legalBasis: 'legal-obligation',
              permissionGround: 'not-needed',
              until: one.answerUntil,
              method: 'ask-again',
              evidence: { approach: one.id },
            } satisfies NewEntry,
          ]
        : []),
    ]),
  );
  await queueDeliveries(
    tx,
    people.map((one) => ({
      contactId: one.contactId,
      contactPointId: one.pointId,
      purposeId: system?.id ?? purpose.id,
      channel: 'email' as const,
      template: cause === 'renewal' ? ('renew-consent' as const) : ('ask-again' as const),
      parameters: { approach: one.id },
      language: one.language,
      approachId: one.id,
    })),
    services.config.smtpUrl ? 'queued' : 'held',
  );
  return people.length;
}
