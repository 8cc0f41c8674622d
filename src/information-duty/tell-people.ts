import { sql } from 'kysely';
import { databaseNow } from '#platform/clock.ts';
import { type Database, inTransaction, type Transaction } from '#platform/database/connect.ts';
import type { JobKind } from '#platform/jobs/run-jobs.ts';
import { queueDeliveries } from '#src/delivery/queue-deliveries.ts';
import type { Language } from '#src/languages/languages.ts';
import { appendEntries } from '#src/ledger/append-entries.ts';
import { ensureTellingPurpose } from '#src/purposes/ensure-starter-purposes.ts';
import type { Services } from '#src/services.ts';
import { recordSystemSource } from '#src/sources/record-system-source.ts';
import type { Right } from '#src/staff/rights.ts';
import type { DutySelection } from './duty.ts';
import { chosenDuties, reachableByMail } from './select-duties.ts';

const BATCH = 200;
/** How long a queued notice may wait for a mail server; then somebody looks at the queue again. */
const DAYS_TO_LEAVE = 30;

/** What sending the notice to the chosen people would mean. */
export interface TellingPreview {
  /** Everybody chosen. */
  readonly people: number;
  /** Of them, whom a message reaches. */
  readonly byMail: number;
  /** Of those, whose notice waits to leave already. */
  readonly waiting: number;
}

export async function previewTelling(db: Database, selection: DutySelection): Promise<TellingPreview> {
  const { rows } = await sql<{ people: number; by_mail: number; waiting: number }>`
    select count(*)::int as people, count(*) filter (where r.reachable)::int as by_mail, count(*) filter (where r.reachable and r.waits)::int as waiting
      from (select distinct d.contact_id from duty_to_tell d where ${chosenDuties(selection)}) n
      join contact c on c.id = n.contact_id
      cross join lateral (select ${reachableByMail} as reachable, ${waits} as waits) r`.execute(db);
  return { people: rows[0]?.people ?? 0, byMail: rows[0]?.by_mail ?? 0, waiting: rows[0]?.waiting ?? 0 };
}

const waits = sql<boolean>`exists (select from delivery w where w.contact_id = c.id and w.template = 'tell-source'
  and w.status in ('queued', 'held', 'attempting'))`;

/** Sends the notice to everybody chosen whom a message reaches, once each; who cannot be reached stays in the queue. */
export const tellPeopleJob: JobKind<Services, Right> = {
  kind: 'tell-people',
  right: 'register.write',
  async run(services, job) {
    const selection = job.parameters as DutySelection;
    let after = typeof job.cursor === 'string' ? job.cursor : null;
    let { done } = job;
    for (;;) {
      const told = await inTransaction(services.db, async (tx) => {
        const people = await findToTell(tx, selection, after);
        if (people.length === 0) return 0;
        await queueNotices(tx, services, people);
        after = people.at(-1)?.contactId ?? after;
        done += people.length;
        await job.checkpoint(tx, { done, cursor: after, counts: { queued: done } });
        return people.length;
      });
      if (told === 0) return 'done';
      if (!job.mayGoOn()) return 'interrupted';
    }
  },
};

interface ToTell {
  readonly contactId: string;
  readonly pointId: string;
  readonly language: Language;
}

async function findToTell(tx: Transaction, selection: DutySelection, after: string | null): Promise<ToTell[]> {
  const { rows } = await sql<ToTell>`
    select c.id as "contactId", p.id as "pointId", c.language
      from contact c join contact_point p on p.contact_id = c.id and p.kind = 'email' and p.is_primary
     where (${after}::uuid is null or c.id > ${after}::uuid)
       and exists (select from duty_to_tell d where d.contact_id = c.id and ${chosenDuties(selection)})
       and ${reachableByMail} and not ${waits}
     order by c.id limit ${BATCH}`.execute(tx);
  return rows;
}

async function queueNotices(tx: Transaction, services: Services, people: readonly ToTell[]): Promise<void> {
  const purpose = await ensureTellingPurpose(tx);
  const now = await databaseNow(tx);
  const sourceId = await recordSystemSource(tx, 'Notice of where data came from');
  await appendEntries(
    tx,
    people.map(({ contactId }) => ({
      kind: 'basis-asserted' as const,
      contactId,
      purpose: { id: purpose.id, version: purpose.version },
      channel: 'email' as const,
      legalBasis: 'legal-obligation' as const,
      permissionGround: 'not-needed' as const,
      occurredAt: now,
      until: new Date(now.getTime() + DAYS_TO_LEAVE * 86_400_000),
      sourceId,
      actor: { kind: 'system' as const },
      method: 'duty-to-inform',
    })),
  );
  await queueDeliveries(
    tx,
    people.map((one) => ({
      contactId: one.contactId,
      contactPointId: one.pointId,
      purposeId: purpose.id,
      channel: 'email' as const,
      template: 'tell-source' as const,
      parameters: {},
      language: one.language,
    })),
    services.config.smtpUrl ? 'queued' : 'held',
  );
}
