import { z } from 'zod';
import { AppError, invalidFields, notFound } from '#platform/app-error.ts';
import { databaseNow } from '#platform/clock.ts';
import type { Database } from '#platform/database/connect.ts';
import { publicId, toPublicId } from '#platform/http/ids.ts';
import { isoOrNull, listOf, moment, wholeListQuery } from '#platform/http/list.ts';
import { findJobOf } from '#platform/jobs/start-job.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { findContactNames } from '#src/contacts/find-contact-names.ts';
import { findContactState } from '#src/contacts/find-contact-state.ts';
import { defineEndpoint, type Endpoint } from '#src/define-route.ts';
import { packFileOf } from '#src/evidence-packs/export-pack.ts';
import { listPurposes } from '#src/purposes/find-purpose.ts';
import { mentionPurpose, purposeMentionShape } from '#src/purposes/present.ts';
import { type Purpose, retentionRule } from '#src/purposes/purpose.ts';
import { actorOf, type Caller } from '#src/staff/caller.ts';
import { namesOfStaff } from '#src/staff/find-staff.ts';
import { approveBatch, needsTwo, resumeBatch } from './approve-batch.ts';
import { whatBecameOfThem } from './certify.ts';
import { checkCertificate } from './check-certificate.ts';
import { collectCertificate } from './collect-certificate.ts';
import { BATCH_JOB } from './execute-batch.ts';
import { findEnds, findEndsByPurpose, findObstacles } from './find-ends.ts';
import { type Hold, liftHold, listHolds, placeHold } from './holds.ts';
import { previewBatch } from './preview-batch.ts';
import { findBatch, listBatches } from './queries.ts';
import { type Batch, holdGrounds, obstacles } from './retention.ts';
import { findForecast, listRules, saveSecondPersonAbove } from './rules.ts';
import { setAutomatic } from './set-automatic.ts';
import { startSweep } from './sweep-retention.ts';
import { writeForecastCsv } from './write-forecast-csv.ts';

const numbers = { right: 'purposes.read', scope: 'purposes.read' } as const;
const reading = { right: 'evidence.read', scope: 'evidence.read' } as const;
const deciding = { right: 'retention.approve', scope: 'none' } as const;

const whoShape = z.object({ id: z.string(), name: z.string().nullable() });
const count = z.int();

const ruleShape = z
  .object({
    purpose: purposeMentionShape,
    retention: retentionRule,
    /** Carried out without anybody’s word, once everything else that holds the person has ended too. */
    automatic: z.boolean(),
    isSystem: z.boolean(),
    due: z.object({ people: count, data: count }),
  })
  .meta({ id: 'RetentionOfPurpose' });

const holdShape = z
  .object({
    id: z.string(),
    contact: z.object({ id: z.string(), name: z.string() }),
    ground: z.enum(holdGrounds),
    reason: z.string(),
    placedBy: whoShape,
    placedAt: moment,
    until: z.iso.date().nullable(),
    liftedBy: whoShape.nullable(),
    liftedAt: moment.nullable(),
    isStanding: z.boolean(),
  })
  .meta({ id: 'RetentionHold' });

const agreement = z.object({ by: whoShape, at: moment }).nullable();

const batchShape = z
  .object({
    id: z.string(),
    purpose: purposeMentionShape,
    rule: retentionRule,
    mode: z.enum(['approval', 'automatic']),
    state: z.enum(['proposed', 'approved', 'done']),
    /** Say it when approving: it counts up whenever somebody comes or goes. */
    revision: count,
    people: count,
    data: count,
    excluded: z.object({ onHold: count, restricted: count }),
    needsTwo: z.boolean(),
    first: agreement,
    second: agreement,
    proposedAt: moment,
    approvedAt: moment.nullable(),
    finishedAt: moment.nullable(),
    /** What was done, under codes; empty until it is done. */
    counts: z.record(z.string(), count),
    jobId: z.string().nullable(),
    hasCertificate: z.boolean(),
  })
  .meta({ id: 'RetentionBatch' });

const previewShape = batchShape.extend({
  /** Due since the first of these days. */
  dueFrom: moment.nullable(),
  dueUntil: moment.nullable(),
  /** The first twenty, so that whoever approves sees whom it concerns. */
  sample: z.array(z.object({ contact: z.object({ id: z.string(), name: z.string() }), what: z.string(), dueAt: moment })),
  fields: z.array(z.object({ field: z.string(), count })),
  otherPurposes: z.array(z.object({ purpose: purposeMentionShape, people: count })),
  deleted: z.array(z.string()),
  stays: z.array(z.object({ table: z.string(), because: z.object({ bg: z.string(), en: z.string() }).nullable() })),
});

const params = z.object({ id: publicId('rtb') });

export const retentionEndpoints: Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/retention/rules',
    summary: 'How long data are kept for each purpose, whether that is carried out by itself, and how many are due now',
    policy: numbers,
    reply: z.object({
      data: z.array(ruleShape),
      secondPersonAbove: count,
      sweptAt: moment.nullable(),
      sweepJobId: z.string().nullable(),
    }),
    async handle({ db }) {
      const { rules, secondPersonAbove, sweptAt, sweepJobId } = await listRules(db);
      return {
        data: rules.map(({ purpose, automatic, due }) => ({
          purpose: mentionPurpose(purpose),
          retention: purpose.retention,
          automatic,
          isSystem: purpose.isSystem,
          due,
        })),
        secondPersonAbove,
        sweptAt: isoOrNull(sweptAt),
        sweepJobId: sweepJobId ? toPublicId('job', sweepJobId) : null,
      };
    },
  }),
  defineEndpoint({
    method: 'PUT',
    path: '/retention/rules/:id',
    summary: 'Decide whether a purpose’s rule is carried out by itself or waits for approval',
    policy: deciding,
    params: z.object({ id: publicId('pur') }),
    body: z.strictObject({ automatic: z.boolean() }),
    reply: 'nothing',
    async handle({ tx, params: { id }, body, caller, requestId }) {
      const purpose = (await purposesById(tx)).get(id);
      if (!purpose) throw notFound();
      if (purpose.isSystem) throw new AppError('system-purpose', { status: 409 });
      await setAutomatic(tx, id, body.automatic, staffIdOf(caller));
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: 'retention.rule-changed',
        subject: { kind: 'purpose', id },
        detail: { automatic: body.automatic },
        requestId,
      });
    },
  }),
  defineEndpoint({
    method: 'PUT',
    path: '/retention/second-person',
    summary: 'From how many people on a batch needs a second person’s agreement',
    policy: deciding,
    body: z.strictObject({ above: z.int().min(1).max(1_000_000) }),
    reply: 'nothing',
    async handle({ tx, body, caller, requestId }) {
      await saveSecondPersonAbove(tx, body.above, staffIdOf(caller));
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: 'retention.rule-changed',
        detail: { secondPersonAbove: body.above },
        requestId,
      });
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/retention/sweep',
    summary: 'Look at everybody now instead of tonight: what is due, what will be',
    policy: deciding,
    body: z.strictObject({}),
    reply: z.object({ jobId: z.string() }),
    async handle({ tx, caller, requestId }) {
      const jobId = await startSweep(tx, { kind: 'staff', id: staffIdOf(caller) });
      await recordAudit(tx, { actor: actorOf(caller), action: 'retention.swept', requestId });
      return { jobId: toPublicId('job', jobId) };
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/retention/forecast',
    summary: 'How many people and single data will be due in each of twelve months, by purpose, as the last sweep found it',
    policy: numbers,
    reply: z.object({
      sweptAt: moment.nullable(),
      months: z.array(z.object({ month: z.iso.date(), purpose: purposeMentionShape, people: count, data: count })),
    }),
    async handle({ db }) {
      const { sweptAt, months } = await findForecast(db);
      const purposes = await purposesById(db);
      return {
        sweptAt: isoOrNull(sweptAt),
        months: months.map(({ purposeId, ...month }) => ({ ...month, purpose: mentioned(purposes, purposeId) })),
      };
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/retention/forecast-file',
    summary: 'The same as a table (CSV)',
    policy: numbers,
    reply: 'file',
    async handle({ db, services, language }) {
      const { months } = await findForecast(db);
      const purposes = await purposesById(db);
      const rows = months.map(({ month, purposeId, people, data }) => ({
        month: month.slice(0, 7),
        purpose: mentioned(purposes, purposeId).name[language],
        people,
        data,
      }));
      return {
        body: Buffer.from(writeForecastCsv(rows, language)),
        fileName: `retention-${services.now().toISOString().slice(0, 10)}.csv`,
        mediaType: 'text/csv; charset=utf-8',
      };
    },
  }),

  defineEndpoint({
    method: 'GET',
    path: '/retention/batches',
    summary: 'What is due together: waiting for approval first, then under way, then done',
    policy: reading,
    query: z.strictObject(wholeListQuery),
    reply: listOf(batchShape),
    handle: async ({ db }) => ({ data: await presentBatches(db, await listBatches(db)), next: null }),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/retention/batches/:id',
    summary: 'Whom a batch concerns, why, which data go and what stays',
    policy: reading,
    params,
    reply: previewShape,
    async handle({ db, params: { id }, caller, requestId }) {
      const batch = await getBatch(db, id);
      const preview = await previewBatch(db, batch);
      const [presented] = await presentBatches(db, [batch]);
      if (!presented) throw notFound();
      await recordAudit(db, {
        actor: actorOf(caller),
        action: 'retention.batch-viewed',
        subject: { kind: 'retention-batch', id },
        requestId,
      });
      const purposes = await purposesById(db);
      return {
        ...presented,
        dueFrom: isoOrNull(preview.dueFrom),
        dueUntil: isoOrNull(preview.dueUntil),
        sample: preview.sample.map((item) => ({
          contact: { id: toPublicId('con', item.contactId), name: item.name },
          what: item.what,
          dueAt: item.dueAt.toISOString(),
        })),
        fields: [...preview.fields],
        otherPurposes: preview.otherPurposes.map(({ purposeId, people }) => ({
          purpose: mentioned(purposes, purposeId),
          people,
        })),
        ...whatBecame(),
      };
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/retention/batches/:id/approve',
    summary: 'Agree that a batch is carried out as it was seen; a large one needs a second person',
    policy: deciding,
    params,
    body: z.strictObject({ revision: z.int().min(1), people: z.int().min(0) }),
    reply: z.object({ outcome: z.enum(['approved', 'second-needed']), batch: batchShape }),
    async handle({ tx, params: { id }, body, caller, requestId }) {
      const outcome = await approveBatch(tx, { id, ...body, staffId: staffIdOf(caller) });
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: 'retention.approved',
        subject: { kind: 'retention-batch', id },
        detail: { people: body.people, outcome },
        requestId,
      });
      const [batch] = await presentBatches(tx, [await getBatch(tx, id)]);
      if (!batch) throw notFound();
      return { outcome, batch };
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/retention/batches/:id/resume',
    summary: 'Go on with an approved batch whose work was stopped',
    policy: deciding,
    params,
    body: z.strictObject({}),
    reply: batchShape,
    async handle({ tx, params: { id }, caller, requestId }) {
      await resumeBatch(tx, id, staffIdOf(caller));
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: 'retention.resumed',
        subject: { kind: 'retention-batch', id },
        requestId,
      });
      const [batch] = await presentBatches(tx, [await getBatch(tx, id)]);
      if (!batch) throw notFound();
      return batch;
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/retention/batches/:id/certificate',
    summary: 'The certificate of what was done, as one signed ZIP that says nothing about anybody',
    policy: reading,
    params,
    reply: 'file',
    async handle({ services, db, params: { id }, caller, requestId }) {
      const content = await collectCertificate(services, db, id);
      if (!content) throw notFound();
      await recordAudit(db, {
        actor: actorOf(caller),
        action: 'retention.certificate-exported',
        subject: { kind: 'retention-batch', id },
        requestId,
      });
      return packFileOf(services, content);
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/retention/batches/:id/certificate-check',
    summary: 'Whether a certificate still holds: its signature, and that the journal of erasures says the same',
    policy: reading,
    params,
    reply: z.object({ holds: z.boolean(), signature: z.boolean(), journal: z.boolean() }),
    async handle({ db, services, params: { id } }) {
      const verdict = await checkCertificate(db, services.keys, id);
      if (!verdict) throw notFound();
      return verdict;
    },
  }),

  defineEndpoint({
    method: 'GET',
    path: '/retention/holds',
    summary: 'Who is on hold, on which ground and since when',
    policy: reading,
    query: z.strictObject(wholeListQuery),
    reply: listOf(holdShape),
    handle: async ({ db }) => ({ data: await presentHolds(db, await listHolds(db)), next: null }),
  }),
  defineEndpoint({
    method: 'POST',
    path: '/contacts/:id/holds',
    summary: 'Put a person on hold: their data are needed for a claim or an inspection, and nobody erases them meanwhile',
    policy: deciding,
    params: z.object({ id: publicId('con') }),
    body: z.strictObject({
      ground: z.enum(holdGrounds),
      reason: z.string().trim().min(10).max(1000),
      until: z.iso.date().nullable().default(null),
    }),
    reply: holdShape,
    status: 201,
    async handle({ tx, params: { id }, body, caller, requestId }) {
      if (body.until !== null && new Date(body.until) <= (await databaseNow(tx))) {
        throw invalidFields([{ field: 'until', code: 'in-the-past' }]);
      }
      const hold = await placeHold(tx, { contactId: id, ...body, placedBy: staffIdOf(caller) });
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: 'retention.hold-placed',
        subject: { kind: 'contact', id },
        detail: { ground: body.ground },
        requestId,
      });
      const [presented] = await presentHolds(
        tx,
        (await listHolds(tx, { contactId: id })).filter((one) => one.id === hold),
      );
      if (!presented) throw notFound();
      return presented;
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/retention/holds/:id/lift',
    summary: 'End a hold: from now on the data go when their time is over',
    policy: deciding,
    params: z.object({ id: publicId('hld') }),
    body: z.strictObject({}),
    reply: 'nothing',
    async handle({ tx, params: { id }, caller, requestId }) {
      const contactId = await liftHold(tx, id, staffIdOf(caller));
      await recordAudit(tx, {
        actor: actorOf(caller),
        action: 'retention.hold-lifted',
        subject: { kind: 'contact', id: contactId },
        requestId,
      });
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/contacts/:id/retention',
    summary: 'Until when a person’s data are kept, for which purposes, and whether anything stands against erasing them',
    policy: { right: 'contacts.read', scope: 'contacts.read' },
    params: z.object({ id: publicId('con') }),
    reply: z.object({
      /** Null while something that has no end yet holds them. */
      keptUntil: moment.nullable(),
      isDue: z.boolean(),
      keptFor: purposeMentionShape.nullable(),
      obstacle: z.enum(obstacles).nullable(),
      purposes: z.array(z.object({ purpose: purposeMentionShape, retention: retentionRule, until: moment.nullable() })),
      data: z.array(z.object({ what: z.string(), until: moment.nullable(), keptFor: purposeMentionShape })),
      holds: z.array(holdShape),
    }),
    async handle({ db, params: { id } }) {
      if (!(await findContactState(db, id))) throw notFound();
      const [ends, perPurpose, against, holds, purposes] = await Promise.all([
        findEnds(db, [id]),
        findEndsByPurpose(db, id),
        findObstacles(db, [id]),
        listHolds(db, { contactId: id }),
        purposesById(db),
      ]);
      const whole = ends.find(({ what }) => what === '');
      return {
        keptUntil: isoOrNull(whole?.endsAt),
        isDue: whole?.isDue ?? false,
        keptFor: whole ? mentioned(purposes, whole.purposeId) : null,
        obstacle: against.get(id) ?? null,
        purposes: perPurpose.map(({ purposeId, endsAt }) => ({
          purpose: mentioned(purposes, purposeId),
          retention: known(purposes, purposeId).retention,
          until: isoOrNull(endsAt),
        })),
        data: ends
          .filter(({ what }) => what !== '')
          .map(({ what, endsAt, purposeId }) => ({
            what: what.startsWith('point:') ? toPublicId('cpt', what.slice(6)) : what.slice(5),
            until: isoOrNull(endsAt),
            keptFor: mentioned(purposes, purposeId),
          })),
        holds: await presentHolds(db, holds),
      };
    },
  }),
];

function staffIdOf(caller: Caller): string {
  // No key has the scope for any of these.
  if (caller.kind !== 'staff') throw new AppError('not-allowed', { status: 403 });
  return caller.staffMember.id;
}

async function getBatch(db: Database, id: string): Promise<Batch> {
  const batch = await findBatch(db, id);
  if (!batch) throw notFound();
  return batch;
}

type Purposes = ReadonlyMap<string, Purpose>;

async function purposesById(db: Database): Promise<Purposes> {
  return new Map((await listPurposes(db, { includeArchived: true })).map((purpose) => [purpose.id, purpose]));
}

function known(purposes: Purposes, id: string): Purpose {
  const purpose = purposes.get(id);
  if (!purpose) throw new Error('a purpose is archived, never removed');
  return purpose;
}

function mentioned(purposes: Purposes, id: string) {
  return mentionPurpose(known(purposes, id));
}

function whatBecame(): Pick<z.input<typeof previewShape>, 'deleted' | 'stays'> {
  const { deleted, stays } = whatBecameOfThem();
  return { deleted: [...deleted], stays: stays.map(({ table, because }) => ({ table, because })) };
}

async function presentBatches(db: Database, batches: readonly Batch[]): Promise<z.input<typeof batchShape>[]> {
  const purposes = await purposesById(db);
  const agreed = batches.flatMap(({ first, second }) => [first, second].flatMap((one) => one?.by ?? []));
  const names = await namesOfStaff(db, agreed);
  const presented: z.input<typeof batchShape>[] = [];
  for (const batch of batches) {
    const job = batch.state === 'approved' ? await findJobOf(db, BATCH_JOB, batch.id) : undefined;
    const agreementOf = (one: Batch['first']) => one && { by: whoOf(names, one.by), at: one.at.toISOString() };
    presented.push({
      id: toPublicId('rtb', batch.id),
      purpose: mentioned(purposes, batch.purposeId),
      rule: batch.rule,
      mode: batch.mode,
      state: batch.state,
      revision: batch.revision,
      people: batch.people,
      data: batch.data,
      excluded: { onHold: batch.excluded['on-hold'] ?? 0, restricted: batch.excluded.restricted ?? 0 },
      needsTwo: batch.state === 'proposed' && (await needsTwo(db, batch)),
      first: agreementOf(batch.first) ?? null,
      second: agreementOf(batch.second) ?? null,
      proposedAt: batch.proposedAt.toISOString(),
      approvedAt: isoOrNull(batch.approvedAt),
      finishedAt: isoOrNull(batch.finishedAt),
      counts: { ...batch.counts },
      jobId: job ? toPublicId('job', job.id) : null,
      hasCertificate: batch.state === 'done',
    });
  }
  return presented;
}

function whoOf(names: ReadonlyMap<string, string>, id: string) {
  return { id: toPublicId('stf', id), name: names.get(id) ?? null };
}

async function presentHolds(db: Database, holds: readonly Hold[]): Promise<z.input<typeof holdShape>[]> {
  const contacts = await findContactNames(
    db,
    holds.map(({ contactId }) => contactId),
  );
  const names = await namesOfStaff(
    db,
    holds.flatMap(({ placedBy, lifted }) => [placedBy, ...(lifted ? [lifted.by] : [])]),
  );
  return holds.map((hold) => ({
    id: toPublicId('hld', hold.id),
    contact: { id: toPublicId('con', hold.contactId), name: contacts.get(hold.contactId) ?? '' },
    ground: hold.ground,
    reason: hold.reason,
    placedBy: whoOf(names, hold.placedBy),
    placedAt: hold.placedAt.toISOString(),
    until: hold.until,
    liftedBy: hold.lifted ? whoOf(names, hold.lifted.by) : null,
    liftedAt: isoOrNull(hold.lifted?.at),
    isStanding: hold.isStanding,
  }));
}
