import { hash } from 'node:crypto';
import { databaseNow } from '#platform/clock.ts';
import { signNote } from '#platform/crypto/signed-note.ts';
import type { Database, Transaction } from '#platform/database/connect.ts';
import { toPublicId } from '#platform/http/ids.ts';
import type { Counts } from '#platform/jobs/job.ts';
import type { JobHandle } from '#platform/jobs/run-jobs.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { everySlicesData } from '#src/every-slices-data.ts';
import { originOf } from '#src/ledger/checkpoint.ts';
import { logSigner } from '#src/ledger/log-keys.ts';
import type { ImpersonalTable } from '#src/personal-data.ts';
import { findPurposeVersion } from '#src/purposes/find-purpose.ts';
import { findController } from '#src/register/controller.ts';
import type { Services } from '#src/services.ts';
import { getStaffMember } from '#src/staff/find-staff.ts';
import { type Certificate, certificateStatement, journalDigest } from './certificate.ts';
import { lockBatch } from './queries.ts';
import type { Batch } from './retention.ts';

/** Ends a batch with its certificate, in one transaction with the job's last word; a second call finds it ended. */
export async function certify(
  tx: Transaction,
  services: Services,
  batchId: string,
  job: JobHandle,
  counts: Counts,
): Promise<void> {
  const batch = await lockBatch(tx, batchId);
  if (batch?.state !== 'approved' || !batch.approvedAt) return;
  const finishedAt = await databaseNow(tx);
  const certificate = await writeCertificate(tx, batch, batch.approvedAt, finishedAt, counts);
  const body = `${JSON.stringify(certificate, null, 2)}\n`;
  const signer = logSigner(services.keys, originOf(services.config.publicUrl));
  await tx
    .updateTable('retention_batch')
    .set({ state: 'done', finished_at: finishedAt, counts: JSON.stringify(counts) })
    .where('id', '=', batchId)
    .execute();
  await tx
    .insertInto('retention_certificate')
    .values({
      batch_id: batchId,
      body,
      sha256: hash('sha256', body, 'buffer'),
      note: signNote(certificateStatement(body), signer),
    })
    .execute();
  await recordAudit(tx, {
    actor: { kind: 'system' },
    action: 'retention.executed',
    subject: { kind: 'retention-batch', id: batchId },
    detail: { erased: certificate.done.peopleErased, forgotten: certificate.done.dataRemoved },
  });
  await job.checkpoint(tx, { done: batch.people + batch.data, total: batch.people + batch.data, cursor: null, counts });
}

async function writeCertificate(
  tx: Transaction,
  batch: Batch,
  approvedAt: Date,
  finishedAt: Date,
  counts: Counts,
): Promise<Certificate> {
  const [purpose, controller, entries] = [
    await findPurposeVersion(tx, batch.purposeId, batch.purposeVersion),
    await findController(tx),
    await listJournalOf(tx, batch.id),
  ];
  if (!purpose) throw new Error('a batch is of a purpose that exists');
  const of = (code: string) => counts[code] ?? 0;
  const settled = of('erased') + of('forgotten') + of('active-again') + of('on-hold') + of('restricted') + of('united');
  const approvals = [batch.first, batch.second].flatMap((one) => one ?? []);
  const approvedBy: Certificate['approvedBy'][number][] = [];
  for (const { by, at } of approvals) {
    approvedBy.push({ id: toPublicId('stf', by), role: (await getStaffMember(tx, by)).role, at: at.toISOString() });
  }
  return {
    format: 'saglasie-retention-certificate',
    version: 1,
    id: toPublicId('rtb', batch.id),
    controller: controller?.name ?? null,
    purpose: { slug: purpose.slug, version: purpose.version, name: purpose.name },
    rule: batch.rule,
    mode: batch.mode,
    approvedBy,
    proposedAt: batch.proposedAt.toISOString(),
    approvedAt: approvedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    planned: { people: batch.people, data: batch.data },
    done: {
      peopleErased: of('erased'),
      dataRemoved: of('forgotten'),
      byField: Object.fromEntries(
        Object.entries(counts).flatMap(([code, many]) => (code.startsWith('field:') ? [[code.slice(6), many]] : [])),
      ),
      evidenceSealed: of('evidence-kept'),
    },
    leftAlone: { activeAgain: of('active-again'), onHold: of('on-hold'), restricted: of('restricted'), united: of('united') },
    goneBefore: Math.max(0, batch.people + batch.data - settled),
    journal: { entries: entries.length, sha256: journalDigest(entries) },
    ...whatBecameOfThem(),
  };
}

/** Ids of whom the journal says that this batch took them, sorted. They are random, and belong to nobody any more. */
export async function listJournalOf(db: Database, batchId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('erasure_journal')
    .select('contact_id')
    .where('batch_id', '=', batchId)
    .orderBy('contact_id')
    .execute();
  return rows.map((row) => row.contact_id);
}

/** What is deleted of an erased person, and what stays without identity, as every slice declares it. */
export function whatBecameOfThem(): Pick<Certificate, 'deleted' | 'stays'> {
  const tables = everySlicesData.flatMap(({ tables: claimed }) =>
    Object.entries(claimed).flatMap(([table, claim]) => (isPersonal(claim) ? [{ table, ...claim }] : [])),
  );
  return {
    deleted: tables
      .filter(({ onErasure }) => onErasure === 'deleted')
      .map(({ table }) => table)
      .toSorted(),
    stays: tables
      .filter(({ onErasure }) => onErasure === 'kept-without-identity')
      .map(({ table, keptBecause }) => ({ table, because: keptBecause ?? null }))
      .toSorted((one, other) => one.table.localeCompare(other.table)),
  };
}

function isPersonal<T extends object>(claim: T | ImpersonalTable): claim is Exclude<T, ImpersonalTable> {
  return 'onErasure' in claim;
}
