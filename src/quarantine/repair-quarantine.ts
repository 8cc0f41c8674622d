import { sql } from 'kysely';
import { databaseNow } from '#platform/clock.ts';
import { type Database, inTransaction, type Transaction } from '#platform/database/connect.ts';
import { JobFailed, type JobKind } from '#platform/jobs/run-jobs.ts';
import { askOutOfQuarantine } from '#src/approaches/ask-out-of-quarantine.ts';
import { ageOfConsent } from '#src/consent/age-of-consent.ts';
import { monthsFromNow } from '#src/consent/give-consent.ts';
import { addAccount, findUnproven } from '#src/contacts/add-account.ts';
import type { Language } from '#src/languages/languages.ts';
import { appendEntries } from '#src/ledger/append-entries.ts';
import type { Actor, Evidence, NewEntry } from '#src/ledger/entry.ts';
import { findVersionAt, getPurpose } from '#src/purposes/find-purpose.ts';
import type { Channel, Purpose } from '#src/purposes/purpose.ts';
import { findController } from '#src/register/controller.ts';
import { fieldsServing } from '#src/register/find-field.ts';
import type { Services } from '#src/services.ts';
import { recordProvenance } from '#src/sources/record-source.ts';
import { recordSystemSource } from '#src/sources/record-system-source.ts';
import type { Right } from '#src/staff/rights.ts';
import { takeSome } from './foresee.ts';
import { doneTo, type Outcome, type QuarantineAct, type Selection } from './quarantine-act.ts';

const BATCH = 300;

/** Does an act to one after another of the chosen people. What a person said in the meantime is seen, and counts. */
export const repairQuarantineJob: JobKind<Services, Right> = {
  kind: 'repair-quarantine',
  right: 'register.write',
  async run(services, job) {
    const act = job.subjectId ? await findAct(services.db, job.subjectId) : undefined;
    if (!act) throw new JobFailed('defect');
    let after = typeof job.cursor === 'string' ? job.cursor : null;
    let { done } = job;
    const counts: Record<string, number> = { ...job.counts };
    for (;;) {
      const taken = await inTransaction(services.db, async (tx) => {
        const people = await takeSome(tx, act, { after, limit: BATCH });
        if (people.length === 0) return 0;
        await doTo(tx, services, act, people, job.parameters);
        for (const { outcome } of people) counts[outcome] = (counts[outcome] ?? 0) + 1;
        after = people.at(-1)?.id ?? after;
        done += people.length;
        await job.checkpoint(tx, { done, cursor: after, counts });
        return people.length;
      });
      if (taken === 0) return 'done';
      if (!job.mayGoOn()) return 'interrupted';
    }
  },
};

interface StoredAct extends QuarantineAct {
  readonly id: string;
  readonly whole: Purpose;
  readonly actor: Actor;
  readonly evidence:
    | { readonly id: string; readonly sha256: string | undefined; readonly statement: string | undefined }
    | undefined;
  readonly noticeHash: string | undefined;
}

async function findAct(db: Database, id: string): Promise<StoredAct | undefined> {
  const row = await db
    .selectFrom('quarantine_act')
    .leftJoin('shared_evidence', 'shared_evidence.id', 'quarantine_act.evidence_id')
    .selectAll('quarantine_act')
    .select(['shared_evidence.sha256', 'shared_evidence.statement'])
    .where('quarantine_act.id', '=', id)
    .executeTakeFirst();
  if (!row) return undefined;
  const whole = await getPurpose(db, row.purpose_id);
  return {
    id,
    kind: row.kind as QuarantineAct['kind'],
    selection: row.selection as Selection,
    purpose: whole,
    whole,
    channels: row.channels as Channel[],
    covers: await fieldsServing(db, whole.id),
    rest: row.rest as QuarantineAct['rest'],
    permissionGround: row.permission_ground as QuarantineAct['permissionGround'],
    consentedAt: row.consented_at,
    actor:
      row.started_by_kind === 'staff' ? { kind: 'staff', staffId: row.started_by } : { kind: 'api', apiKeyId: row.started_by },
    evidence: row.evidence_id
      ? { id: row.evidence_id, sha256: row.sha256?.toString('hex'), statement: row.statement ?? undefined }
      : undefined,
    noticeHash: row.notice_hash?.toString('hex'),
  };
}

async function doTo(
  tx: Transaction,
  services: Services,
  act: StoredAct,
  people: readonly { id: string; outcome: Outcome }[],
  parameters: Readonly<Record<string, unknown>>,
): Promise<void> {
  const ids = people.filter(({ outcome }) => doneTo.includes(outcome)).map(({ id }) => id);
  if (ids.length === 0) return;
  if (act.kind === 'ask') {
    await askOutOfQuarantine(tx, services, { purpose: act.whole, contactIds: ids, actId: act.id });
    return;
  }
  await addAccount(tx, {
    contactIds: ids,
    beside: await accountsBeside(tx, ids, act),
    covers: act.covers,
    rest: act.rest,
  });
  const language = parameters.language as Language | undefined;
  const entries = await appendEntries(tx, await entriesOf(tx, act, ids, language));
  if (act.evidence) {
    await sql`insert into evidence_use (contact_id, evidence_id, entry_id)
      select contact, ${act.evidence.id}::uuid, entry from unnest(${entries.map((one) => one.contactId)}::uuid[],
        ${entries.map((one) => one.id)}::uuid[]) as n(contact, entry)`.execute(tx);
  }
}

/** For each account nobody can prove, the one of the same source that somebody now answers for. */
async function accountsBeside(tx: Transaction, contactIds: readonly string[], act: StoredAct): Promise<Map<string, string>> {
  const beside = new Map<string, string>();
  for (const row of await findUnproven(tx, contactIds)) {
    beside.set(
      row.id,
      await recordProvenance(tx, {
        sourceId: row.sourceId,
        purposeId: act.purpose.id,
        legalBasis: act.purpose.legalBasis,
        providedBySubject: row.providedBySubject,
      }),
    );
  }
  return beside;
}

async function entriesOf(
  tx: Transaction,
  act: StoredAct,
  contactIds: readonly string[],
  language: Language | undefined,
): Promise<NewEntry[]> {
  const now = await databaseNow(tx);
  const sourceId = await recordSystemSource(tx, 'Repair of quarantined data');
  const { purpose, actor, consentedAt } = act;
  const common = { sourceId, actor, method: 'quarantine-repair' } as const;
  if (act.kind === 'evidence' && consentedAt) {
    const evidence: Evidence = {
      act: act.id,
      ...(act.evidence?.sha256 ? { file: act.evidence.sha256 } : {}),
      ...(act.evidence?.statement ? { note: act.evidence.statement.slice(0, 300) } : {}),
      ...(act.whole.needsAge ? { ofAge: ageOfConsent((await findController(tx))?.country ?? 'BG') } : {}),
    };
    const version = await findVersionAt(tx, purpose.id, consentedAt);
    const until = act.whole.consentValidMonths === null ? undefined : monthsFromNow(act.whole.consentValidMonths, consentedAt);
    return contactIds.flatMap((contactId) =>
      act.channels.map(
        (channel): NewEntry => ({
          ...common,
          kind: 'consent-given',
          contactId,
          purpose: { id: purpose.id, version },
          channel,
          legalBasis: 'consent',
          permissionGround: 'consent',
          occurredAt: consentedAt,
          ...(until ? { until } : {}),
          ...(act.noticeHash ? { noticeHash: act.noticeHash } : {}),
          ...(language ? { language } : {}),
          evidence,
        }),
      ),
    );
  }
  const { legalBasis } = purpose;
  if (legalBasis === 'consent') throw new Error('consent is not assigned');
  return contactIds.flatMap((contactId) =>
    act.channels.map(
      (channel): NewEntry => ({
        ...common,
        kind: 'basis-asserted',
        contactId,
        purpose: { id: purpose.id, version: purpose.version },
        channel,
        legalBasis,
        permissionGround: act.permissionGround ?? 'not-needed',
        occurredAt: now,
        evidence: { act: act.id },
      }),
    ),
  );
}
