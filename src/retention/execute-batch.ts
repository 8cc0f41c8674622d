import { sql } from 'kysely';
import { inTransaction, type Transaction } from '#platform/database/connect.ts';
import type { Counts } from '#platform/jobs/job.ts';
import { JobFailed, type JobHandle, type JobKind } from '#platform/jobs/run-jobs.ts';
import { lockContacts } from '#src/contacts/lock-contacts.ts';
import { leaveUnited, wholePeople } from '#src/merging/find-living.ts';
import { eraseManyKeepingEvidence } from '#src/sealed-evidence/erase-keeping-evidence.ts';
import type { Services } from '#src/services.ts';
import type { Right } from '#src/staff/rights.ts';
import { certify } from './certify.ts';
import { findEnds, findObstacles } from './find-ends.ts';
import { forgetData } from './forget-data.ts';
import { findBatch } from './queries.ts';
import { type Batch, type LeftAlone, WHOLE_PERSON } from './retention.ts';

export const BATCH_JOB = 'retention-batch';
const AT_ONCE = 200;

/**
 * Does what was approved: piece by piece, each in one transaction with its progress, so that a kill at any moment neither
 * repeats nor leaves out anything. Each person is looked at anew under their lock: whoever became active again, was put on
 * hold or restricted since is left alone. Ends with the certificate.
 */
export const batchJob: JobKind<Services, Right> = {
  kind: BATCH_JOB,
  right: 'retention.approve',
  async run(services, job) {
    const batch = job.subjectId === null ? undefined : await findBatch(services.db, job.subjectId);
    if (!batch || batch.state === 'proposed') throw new JobFailed('not-approved');
    if (batch.state === 'done') return 'done';
    let { counts, done } = job;
    for (;;) {
      if (!job.mayGoOn()) return 'interrupted';
      const piece = await inTransaction(services.db, (tx) => doSome(tx, services, job, batch, { counts, done }));
      if (piece === 'nothing-left') break;
      ({ counts, done } = piece);
    }
    await inTransaction(services.db, (tx) => certify(tx, services, batch.id, job, counts));
    return 'done';
  },
};

interface Item {
  readonly contact_id: string;
  readonly what: string;
}

async function doSome(
  tx: Transaction,
  { keys }: Services,
  job: JobHandle,
  batch: Batch,
  before: { counts: Counts; done: number },
): Promise<{ counts: Counts; done: number } | 'nothing-left'> {
  const chosen = await sql<Item>`
    select contact_id, what from retention_item where batch_id = ${batch.id}::uuid and left_alone is null
     order by contact_id, what limit ${AT_ONCE}`.execute(tx);
  if (chosen.rows.length === 0) return 'nothing-left';

  const named = [...new Set(chosen.rows.map((item) => item.contact_id))];
  // With whatever was united with them, and in one order with whoever else erases.
  const present = new Set(await lockContacts(tx, await wholePeople(tx, named)));
  const ids = named.filter((id) => present.has(id));
  // Entries under way are waited for, and what they say is seen by everything after this line.
  await sql`select hold_ledgers_of(${[...present]}::uuid[])`.execute(tx);
  // Whoever was erased since took their items along.
  const { rows: items } = await sql<Item>`
    select contact_id, what from retention_item
     where batch_id = ${batch.id}::uuid and left_alone is null and contact_id = any(${ids}::uuid[])
     order by contact_id, what`.execute(tx);
  const [obstacles, ends] = [await findObstacles(tx, ids), await findEnds(tx, ids)];
  const due = new Set(ends.filter(({ isDue }) => isDue).map(({ contactId, what }) => `${contactId} ${what}`));
  const alone = new Set(await leaveUnited(tx, ids, 'retention'));
  const reasonAgainst = ({ contact_id: id, what }: Item): LeftAlone | undefined =>
    // By now part of another, who is looked at for themselves.
    (alone.has(id) ? undefined : 'united') ?? obstacles.get(id) ?? (due.has(`${id} ${what}`) ? undefined : 'active-again');

  const go = items.filter((item) => reasonAgainst(item) === undefined);
  const stay = items.flatMap((item) => {
    const because = reasonAgainst(item);
    return because ? [{ ...item, because }] : [];
  });
  const people = go.filter(({ what }) => what === WHOLE_PERSON).map((item) => item.contact_id);
  const data = go.filter(({ what }) => what !== WHOLE_PERSON);

  const fields = await forgetData(
    tx,
    data.map((item) => ({ contactId: item.contact_id, what: item.what })),
  );
  await sql`
    delete from retention_item i using jsonb_to_recordset(${JSON.stringify(data)}::jsonb) as d(contact_id uuid, what text)
     where i.batch_id = ${batch.id}::uuid and i.contact_id = d.contact_id and i.what = d.what`.execute(tx);
  const erasedBy = batch.second?.by ?? batch.first?.by;
  const { erased, kept } = await eraseManyKeepingEvidence(
    tx,
    keys,
    people,
    { reason: 'retention', batchId: batch.id, ...(erasedBy ? { erasedBy } : {}) },
    undefined,
  );
  await sql`
    update retention_item i set left_alone = s.because
      from jsonb_to_recordset(${JSON.stringify(stay)}::jsonb) as s(contact_id uuid, what text, because text)
     where i.batch_id = ${batch.id}::uuid and i.contact_id = s.contact_id and i.what = s.what`.execute(tx);

  const counts: Record<string, number> = { ...before.counts };
  const add = (code: string, many = 1) => {
    if (many > 0) counts[code] = (counts[code] ?? 0) + many;
  };
  add('erased', people.filter((id) => erased.includes(id)).length);
  add('evidence-kept', kept.size);
  add('forgotten', data.length);
  for (const field of fields) add(`field:${field}`);
  for (const { because } of stay) add(because);
  const done = before.done + go.length + stay.length;
  await job.checkpoint(tx, { done, cursor: { done }, counts });
  return { counts, done };
}
