import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { readConfig } from '#platform/config.ts';
import { runOneJob } from '#platform/jobs/run-jobs.ts';
import { findJobOf } from '#platform/jobs/start-job.ts';
import { createLog } from '#platform/log.ts';
import { assertBasis, endBasis } from '#src/consent/assert-basis.ts';
import { restrict } from '#src/consent/restrict.ts';
import { withdrawConsent } from '#src/consent/withdraw-consent.ts';
import { describeContact } from '#src/contacts/describe-contact.ts';
import { editContact } from '#src/contacts/edit-contact.ts';
import { exportContact } from '#src/contacts/export-contact.ts';
import { eraseContact } from '#src/erasure/erase-contact.ts';
import { eraseContacts } from '#src/erasure/erase-contacts.ts';
import { packFileOf } from '#src/evidence-packs/export-pack.ts';
import { verifyPack } from '#src/evidence-packs/verify-pack.ts';
import { createSalts } from '#src/ledger/append-entries.ts';
import { mergeContacts } from '#src/merging/merge-contacts.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import { controllerDetails, saveController } from '#src/register/controller.ts';
import type { Services } from '#src/services.ts';
import { recordProvenance } from '#src/sources/record-source.ts';
import { addStaffMember } from '#src/staff/add-staff-member.ts';
import { tablesWith } from '#test/support/digest.ts';
import {
  aConsent,
  aContact,
  aNewsletter,
  anAct,
  aPurpose,
  aSource,
  staff,
  testKeys,
  unique,
  useStore,
} from '#test/support/factories.ts';
import { waitsForALock } from '#test/support/waits-for-a-lock.ts';
import { approveBatch } from './approve-batch.ts';
import { checkCertificate, findCertificate } from './check-certificate.ts';
import { collectCertificate } from './collect-certificate.ts';
import { BATCH_JOB, batchJob } from './execute-batch.ts';
import { findEnds } from './find-ends.ts';
import { liftHold, placeHold } from './holds.ts';
import { previewBatch } from './preview-batch.ts';
import { findBatch, listBatches } from './queries.ts';
import type { Batch } from './retention.ts';
import { findForecast, saveSecondPersonAbove } from './rules.ts';
import { setAutomatic } from './set-automatic.ts';
import { startSweep, sweepJob } from './sweep-retention.ts';

const store = useStore();
const controller = controllerDetails.parse({ name: 'Опитна фирма ЕООД', address: 'София', email: 'firma@example.bg' });
const services = (): Services => ({
  db: store.db,
  keys: testKeys,
  config: readConfig({}),
  log: createLog({ logLevel: 'silent' }),
  now: () => new Date(),
});
const work = async (kind: typeof sweepJob) => {
  while (await runOneJob(services(), [kind]));
};
const sweep = async () => {
  await store.write((tx) => startSweep(tx, { kind: 'system' }));
  await work(sweepJob);
};
async function member(role: 'owner' | 'dpo' | 'sales'): Promise<string> {
  const email = `${unique(role)}@example.bg`;
  const added = { name: role, email, role, language: 'bg', password: 'a long enough password' } as const;
  const id = await store.write((tx) => addStaffMember(tx, added));
  if (!id) throw new Error('the address is new');
  return id;
}
const batchOf = async (purpose: Purpose) =>
  (await listBatches(store.db)).find(({ purposeId, state }) => purposeId === purpose.id && state === 'proposed');
const isThere = async (id: string) => (await store.owner('select from contact where id = $1', [id])).rowCount === 1;

/** Somebody who is here by a newsletter alone: their consent, and a name given with it. */
async function aReader(newsletter: Purpose): Promise<string> {
  return store.write(async (tx) => {
    const id = randomUUID();
    const provenance = await recordProvenance(tx, {
      sourceId: await aSource(tx, { kind: 'form', label: 'Бюлетин' }),
      purposeId: newsletter.id,
      legalBasis: 'consent',
      providedBySubject: true,
    });
    const facts = { given_name: { value: 'Радостина', provenance: [provenance], at: new Date().toISOString() } };
    await sql`insert into contact (id, state, language, facts, origin_id)
      values (${id}, 'active', 'bg', ${JSON.stringify(facts)}::jsonb, ${provenance}::uuid)`.execute(tx);
    await createSalts(tx, [id]);
    await aConsent(tx, id, newsletter);
    return id;
  });
}
const withdraw = (id: string, newsletter: Purpose) =>
  store.write(async (tx) => withdrawConsent(tx, await anAct(tx, id, newsletter)));
const endContract = (id: string, purpose: Purpose) =>
  store.write(async (tx) => {
    for (const channel of purpose.channels) await endBasis(tx, { ...(await anAct(tx, id, purpose)), channel });
  });
const aContract = (months = 0) => store.write((tx) => aPurpose(tx, { retention: { starts: 'end-of-contract', months } }));
const aPaper = (months = 0) => store.write((tx) => aNewsletter(tx, { retention: { starts: 'withdrawal', months } }));

/** So many people whose contract has ended, proposed together. */
async function formerCustomers(many: number) {
  const contract = await aContract();
  const ids: string[] = [];
  for (let n = 0; n < many; n++) ids.push(await store.write((tx) => aContact(tx, { purpose: contract.id })));
  for (const id of ids) await endContract(id, contract);
  await sweep();
  return { contract, ids };
}
async function approve(purpose: Purpose, by?: string): Promise<string> {
  const batch = await batchOf(purpose);
  if (!batch) throw new Error('nothing is proposed');
  const staffId = by ?? (await member('dpo'));
  await store.write((tx) => approveBatch(tx, { id: batch.id, revision: batch.revision, people: batch.people, staffId }));
  return batch.id;
}

describe('Whoever is held by nothing any more', () => {
  test('by a withdrawn consent that was the only basis, is due by the rule without anyone’s doing', async () => {
    const paper = await aPaper();
    await store.write((tx) => setAutomatic(tx, paper.id, true));
    const [leaves, stays] = [await aReader(paper), await aReader(paper)];
    await withdraw(leaves, paper);
    await sweep();
    await work(batchJob);
    expect(await isThere(leaves)).toBe(false);
    expect(await isThere(stays)).toBe(true);
    expect((await store.owner('select reason from erasure_journal where contact_id = $1', [leaves])).rows).toEqual([
      { reason: 'retention' },
    ]);
  });

  test('is proposed and not touched while the rule does not run by itself', async () => {
    const { contract, ids } = await formerCustomers(2);
    await work(batchJob);
    expect(await batchOf(contract)).toMatchObject({ people: 2, data: 0, mode: 'approval', state: 'proposed' });
    for (const id of ids) expect(await isThere(id)).toBe(true);
    await sweep();
    expect(await batchOf(contract), 'looked at again, nothing changes').toMatchObject({
      people: 2,
      revision: (await batchOf(contract))?.revision,
    });
  });

  test('goes by itself from the first sweep after its rule was switched on, though it was proposed before', async () => {
    const { contract, ids } = await formerCustomers(2);
    await store.write((tx) => setAutomatic(tx, contract.id, true));
    await sweep();
    await work(batchJob);
    for (const id of ids) expect(await isThere(id)).toBe(false);
  });

  test('waits for somebody when one of their purposes does, though another runs by itself', async () => {
    const [contract, paper] = [await aContract(), await aPaper()];
    await store.write((tx) => setAutomatic(tx, paper.id, true));
    const id = await store.write(async (tx) => {
      const contact = await aContact(tx, { purpose: contract.id });
      await aConsent(tx, contact, paper);
      return contact;
    });
    await endContract(id, contract);
    await withdraw(id, paper);
    await sweep();
    await work(batchJob);
    expect(await isThere(id)).toBe(true);
    expect(await batchOf(paper)).toMatchObject({ mode: 'approval', people: 1 });
  });
});

describe('A datum', () => {
  test('goes with the last of its purposes, from everywhere, while the person stays for another', async () => {
    const [contract, event] = [
      await store.write((tx) =>
        aPurpose(tx, { channels: ['email', 'none'], retention: { starts: 'end-of-contract', months: 60 } }),
      ),
      await store.write((tx) => aPurpose(tx, { retention: { starts: 'collection', months: 0 } })),
    ];
    const marker = unique('марка');
    const id = await store.write(async (tx) => {
      const contact = await aContact(tx, { purpose: contract.id });
      const edit = {
        source: { kind: 'event', label: 'Панаир', obtainedFrom: 'data-subject' },
        purpose: event.id,
        legalBasis: 'contract',
      } as const;
      await editContact(
        tx,
        testKeys,
        contact,
        { ...edit, changes: { city: `${marker} стар`, phone: '+359 88 811 22 33' } },
        staff,
      );
      await editContact(tx, testKeys, contact, { ...edit, changes: { city: marker } }, staff);
      return contact;
    });
    await sweep();
    expect(await batchOf(event)).toMatchObject({ people: 0, data: 2 });
    const preview = await previewBatch(store.db, (await batchOf(event)) as Batch);
    expect(preview.fields.map(({ field }) => field).toSorted()).toEqual(['city', 'phone']);
    await approve(event);
    await work(batchJob);

    const left = await describeContact(store.db, id);
    expect(left?.facts.map(({ field }) => field).toSorted()).toEqual(['family_name', 'given_name']);
    expect(left?.points.map(({ kind }) => kind)).toEqual(['email']);
    expect(await tablesWith(store.urls.ownerUrl, [marker, '359888112233'])).toEqual([]);
    expect(
      (
        await store.owner(
          `select field, old_value, new_value, reason from contact_change where contact_id = $1 and reason = 'retention' order by field`,
          [id],
        )
      ).rows,
      'that it went stands in the history, without what it was',
    ).toEqual(['city', 'phone'].map((field) => ({ field, old_value: null, new_value: null, reason: 'retention' })));
    expect(String((await exportContact(store.db, id, 'json', 'bg'))?.body ?? '')).not.toContain(marker);
  });

  test('stays while one of two purposes needs it', async () => {
    const [contract, event] = [
      await aContract(60),
      await store.write((tx) => aPurpose(tx, { retention: { starts: 'collection', months: 0 } })),
    ];
    const id = await store.write((tx) => aContact(tx, { purpose: contract.id }));
    const provenance = await store.write(async (tx) =>
      recordProvenance(tx, { sourceId: await aSource(tx), purposeId: event.id, legalBasis: 'contract', providedBySubject: true }),
    );
    await store.owner(
      `update contact set facts = jsonb_set(facts, '{given_name,provenance}', facts->'given_name'->'provenance' || to_jsonb($2::text)) where id = $1`,
      [id, provenance],
    );
    expect((await findEnds(store.db, [id])).find(({ what }) => what === 'fact:given_name')).toMatchObject({
      endsAt: undefined,
      isDue: false,
    });
  });
});

describe('Between approval and execution', () => {
  test('whoever consents again or becomes a customer again is left alone', async () => {
    const { contract, ids } = await formerCustomers(4);
    const [again, back, gone, onRequest] = ids as [string, string, string, string];
    const id = await approve(contract);
    const paper = await aPaper(12);
    await store.write((tx) => aConsent(tx, again, paper));
    await store.write(async (tx) =>
      assertBasis(tx, {
        ...(await anAct(tx, back, contract)),
        actor: staff,
        legalBasis: 'contract',
        permissionGround: 'not-needed',
      }),
    );
    await store.write((tx) => eraseContact(tx, { contactId: onRequest, reason: 'request' }));
    await work(batchJob);
    expect([await isThere(again), await isThere(back), await isThere(gone)]).toEqual([true, true, false]);
    expect((await findCertificate(store.db, id))?.certificate).toMatchObject({
      planned: { people: 4, data: 0 },
      done: { peopleErased: 1 },
      leftAlone: { activeAgain: 2, onHold: 0, restricted: 0, united: 0 },
      goneBefore: 1,
    });
  });

  test('a consent that is being written in the very moment is waited for, and keeps the person', async () => {
    const { contract, ids } = await formerCustomers(1);
    const [id = ''] = ids;
    await approve(contract);
    const paper = await aPaper(12);
    let working: Promise<void> = Promise.resolve();
    await store.write(async (tx) => {
      await aConsent(tx, id, paper);
      working = work(batchJob);
      await waitsForALock(store.owner);
    });
    await working;
    expect(await isThere(id)).toBe(true);
  });

  test('a hold and a restriction each keep the person, and are said in the certificate', async () => {
    const { contract, ids } = await formerCustomers(3);
    const [held = '', restricted = '', gone = ''] = ids;
    const batch = await approve(contract);
    const dpo = await member('dpo');
    await store.write((tx) =>
      placeHold(tx, { contactId: held, ground: 'claim', reason: 'Иск, дело 12/2026', placedBy: dpo, until: null }),
    );
    await store.write(async (tx) => {
      const { contactId, sourceId, actor, method } = await anAct(tx, restricted, contract);
      await restrict(tx, { contactId, sourceId, actor, method, ground: 'c' });
    });
    await work(batchJob);
    expect([await isThere(held), await isThere(restricted), await isThere(gone)]).toEqual([true, true, false]);
    expect((await findCertificate(store.db, batch))?.certificate.leftAlone).toEqual({
      activeAgain: 0,
      onHold: 1,
      restricted: 1,
      united: 0,
    });
    await sweep();
    expect(await batchOf(contract), 'they are not proposed again').toBeUndefined();
  });
});

describe('A hold', () => {
  test('keeps a person from every erasure until it is lifted, also from one on request', async () => {
    const id = await store.write((tx) => aContact(tx));
    const dpo = await member('dpo');
    const hold = await store.write((tx) =>
      placeHold(tx, { contactId: id, ground: 'court', reason: 'Дело 7/2026 на СРС', placedBy: dpo, until: null }),
    );
    expect(await store.write((tx) => eraseContact(tx, { contactId: id, reason: 'request' }))).toBe('on-hold');
    expect(await store.write((tx) => eraseContacts(tx, [id], { reason: 'import-undone' }))).toEqual([]);
    const raw = store.app(`insert into erasure_journal (contact_id, reason) values ($1, 'request')`, [id]);
    await expect(raw, 'the database holds everybody to it').rejects.toMatchObject({ code: 'SG009' });
    await store.write((tx) => liftHold(tx, hold, dpo));
    expect(await store.write((tx) => eraseContact(tx, { contactId: id, reason: 'request' }))).toBe('erased');
  });

  test('is not rewritten, and a lifted one does not come back', async () => {
    const id = await store.write((tx) => aContact(tx));
    const dpo = await member('dpo');
    const hold = await store.write((tx) =>
      placeHold(tx, { contactId: id, ground: 'claim', reason: 'Предявен иск', placedBy: dpo, until: null }),
    );
    await expect(store.app(`update retention_hold set reason = 'друга причина' where id = $1`, [hold])).rejects.toMatchObject({
      code: '42501',
    });
    await expect(store.owner(`update retention_hold set reason = 'друга причина' where id = $1`, [hold])).rejects.toMatchObject({
      code: 'SG001',
    });
    await store.write((tx) => liftHold(tx, hold, dpo));
    await expect(
      store.app('update retention_hold set lifted_at = null, lifted_by = null where id = $1', [hold]),
    ).rejects.toMatchObject({ code: 'SG001' });
  });
});

describe('A batch', () => {
  test('is approved as it was seen, or not at all', async () => {
    const { contract } = await formerCustomers(2);
    const batch = (await batchOf(contract)) as Batch;
    const dpo = await member('dpo');
    const seen = { id: batch.id, revision: batch.revision, people: batch.people, staffId: dpo };
    await expect(store.write((tx) => approveBatch(tx, { ...seen, people: 3 }))).rejects.toMatchObject({ code: 'batch-changed' });
    const late = await store.write((tx) => aContact(tx, { purpose: contract.id }));
    await endContract(late, contract);
    await sweep();
    await expect(store.write((tx) => approveBatch(tx, seen))).rejects.toMatchObject({ code: 'batch-changed' });
    await approve(contract, dpo);
    const joining = store.app(
      `insert into retention_item (batch_id, contact_id, what, due_at) values ($1, $2, 'fact:city', now())`,
      [batch.id, late],
    );
    await expect(joining, 'nobody joins it afterwards').rejects.toMatchObject({ code: 'SG009' });
    await work(batchJob);
  });

  test('of many people takes two, and two different ones', async () => {
    const { contract, ids } = await formerCustomers(3);
    const [one, other] = [await member('dpo'), await member('owner')];
    await store.write((tx) => saveSecondPersonAbove(tx, 2, one));
    const id = await approve(contract, one);
    await work(batchJob);
    expect(await findBatch(store.db, id)).toMatchObject({ state: 'proposed', first: { by: one } });
    await expect(approve(contract, one)).rejects.toMatchObject({ code: 'second-approver-needed' });
    await expect(
      store.app(`update retention_batch set state = 'approved', approved_at = now() where id = $1`, [id]),
      'the database counts the people',
    ).rejects.toMatchObject({ code: 'SG009' });
    expect(await isThere(ids[0] ?? '')).toBe(true);
    await approve(contract, other);
    await work(batchJob);
    expect(await findBatch(store.db, id)).toMatchObject({ state: 'done', second: { by: other } });
    await store.write((tx) => saveSecondPersonAbove(tx, 500, one));
  });

  test('is approved by owners and data protection officers alone; an agreement to another content is void', async () => {
    const { contract } = await formerCustomers(1);
    await expect(approve(contract, await member('sales'))).rejects.toMatchObject({ code: 'SG009' });
    const batch = (await batchOf(contract)) as Batch;
    await store.app('update retention_batch set first_by = $2, first_at = now() where id = $1', [batch.id, await member('dpo')]);
    await store.app('update retention_batch set people = people + 1, revision = revision + 1 where id = $1', [batch.id]);
    expect((await findBatch(store.db, batch.id))?.first).toBeUndefined();
    await sweep();
  });

  test('that is proposed loses whoever becomes active again, at the next sweep', async () => {
    const { contract, ids } = await formerCustomers(2);
    const paper = await aPaper(12);
    await store.write((tx) => aConsent(tx, ids[0] ?? '', paper));
    await sweep();
    expect(await batchOf(contract)).toMatchObject({ people: 1 });
  });

  test('says whom it leaves out and why', async () => {
    const contract = await aContract();
    const [held, free] = await store.write(async (tx) => [
      await aContact(tx, { purpose: contract.id }),
      await aContact(tx, { purpose: contract.id }),
    ]);
    for (const id of [held, free]) await endContract(id, contract);
    const dpo = await member('dpo');
    await store.write((tx) =>
      placeHold(tx, { contactId: held, ground: 'authority', reason: 'Проверка на КЗЛД', placedBy: dpo, until: null }),
    );
    await sweep();
    const batch = (await batchOf(contract)) as Batch;
    expect(batch).toMatchObject({ people: 1, excluded: { 'on-hold': 1 } });
    expect((await previewBatch(store.db, batch)).sample).toMatchObject([{ contactId: free, what: '' }]);
  });
});

describe('The database', () => {
  test('lets nobody be erased for retention before their time, whoever asks', async () => {
    const id = await store.write((tx) => aContact(tx));
    const early = `insert into erasure_journal (contact_id, reason) values ($1, 'retention')`;
    await expect(store.app(early, [id])).rejects.toMatchObject({ code: 'SG009' });
    await expect(store.owner(early, [id])).rejects.toMatchObject({ code: 'SG009' });
  });

  test('lets history be forgotten, and not rewritten', async () => {
    const id = await store.write((tx) => aContact(tx));
    await store.app(
      `insert into contact_change (contact_id, field, old_value, new_value, changed_by_kind) values ($1, 'city', 'a', 'b', 'staff')`,
      [id],
    );
    for (const change of [`old_value = 'c', is_forgotten = true`, `new_value = null, old_value = null`]) {
      await expect(store.app(`update contact_change set ${change} where contact_id = $1`, [id]), change).rejects.toMatchObject({
        code: 'SG001',
      });
    }
    await expect(store.app(`update contact_change set field = 'x' where contact_id = $1`, [id])).rejects.toMatchObject({
      code: '42501',
    });
  });

  test('lets no rule run by itself that nobody switched on, and no certificate be changed', async () => {
    const contract = await aContract();
    const { rows } = await store.app(
      `insert into retention_batch (purpose_id, purpose_version, rule, mode) select id, version, retention, 'automatic' from purpose where id = $1 returning id`,
      [contract.id],
    );
    await expect(
      store.app(`update retention_batch set state = 'approved', approved_at = now() where id = $1`, [rows[0].id]),
    ).rejects.toMatchObject({ code: 'SG009' });
    for (const statement of [
      'delete from retention_certificate',
      `update retention_certificate set note = 'x'`,
      'truncate retention_certificate',
      'delete from retention_batch',
    ])
      await expect(store.owner(statement), statement).rejects.toMatchObject({ code: expect.stringMatching(/SG001|0A000/) });
  });
});

describe('A certificate', () => {
  test('counts what was done, names nobody, holds, and verifies as a pack without a database', async () => {
    const { contract, ids } = await formerCustomers(3);
    const names = (await store.owner('select primary_email from contact where id = any($1)', [ids])).rows.map(
      (row) => row.primary_email,
    );
    const id = await approve(contract);
    await work(batchJob);
    const found = await findCertificate(store.db, id);
    expect(found?.certificate).toMatchObject({ done: { peopleErased: 3 }, journal: { entries: 3 }, mode: 'approval' });
    expect(found?.certificate.stays.map(({ table }) => table)).toContain('erasure_journal');
    for (const word of [...names, ...ids]) expect(found?.body).not.toContain(word);
    expect(await checkCertificate(store.db, testKeys, id)).toEqual({ holds: true, signature: true, journal: true });

    await store.write((tx) => saveController(tx, controller));
    const content = await collectCertificate(services(), store.db, id);
    if (!content) throw new Error('there is a certificate');
    const pack = await packFileOf(services(), content);
    expect(await verifyPack(pack.body)).toMatchObject({ holds: true, kind: 'retention', broken: null });
    for (const word of [...names, ...ids]) expect(pack.body.includes(Buffer.from(word))).toBe(false);

    await store.owner(
      `alter table erasure_journal disable trigger user; delete from erasure_journal where contact_id = '${ids[0]}'; alter table erasure_journal enable trigger user`,
    );
    expect(await checkCertificate(store.db, testKeys, id), 'a journal that says otherwise is found').toMatchObject({
      holds: false,
      signature: true,
      journal: false,
    });
    await store.owner(
      `alter table retention_certificate disable trigger user; update retention_certificate set body = replace(body, '"peopleErased": 3', '"peopleErased": 2'), sha256 = sha256(convert_to(replace(body, '"peopleErased": 3', '"peopleErased": 2'), 'UTF8')) where batch_id = '${id}'; alter table retention_certificate enable trigger user`,
    );
    expect(await checkCertificate(store.db, testKeys, id)).toMatchObject({ signature: false });
  });
});

describe('The forecast', () => {
  test('says how many will be due in which month, by purpose', async () => {
    const contract = await aContract(3);
    for (let n = 0; n < 3; n++) await endContract(await store.write((tx) => aContact(tx, { purpose: contract.id })), contract);
    await store.write((tx) => aContact(tx, { purpose: contract.id }));
    await sweep();
    const { months, sweptAt } = await findForecast(store.db);
    const then = new Date();
    then.setUTCDate(1);
    then.setUTCMonth(then.getUTCMonth() + 3);
    expect(months.filter(({ purposeId }) => purposeId === contract.id)).toEqual([
      { month: then.toISOString().slice(0, 10), purposeId: contract.id, people: 3, data: 0 },
    ]);
    expect(sweptAt).toBeInstanceOf(Date);
  });
});

describe('A worker that is killed', () => {
  test('at any moment, has half erased nobody, and whoever takes over finishes as if nothing had happened', {
    timeout: 120_000,
  }, async () => {
    const { contract, ids } = await formerCustomers(250);
    const id = await approve(contract);
    let kills = 0;
    for (let round = 0; round < 12; round++) {
      if ((await findBatch(store.db, id))?.state === 'done') break;
      const child = spawn(
        process.execPath,
        [join(import.meta.dirname, '../../test/faults/retention-process.ts'), store.urls.appUrl],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      await once(child.stdout, 'data');
      await sleep(15 * round);
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      kills += 1;
      const { rows } = await store.owner(
        `select (select count(*)::int from contact where id = any($1)) as there, (select count(*)::int from erasure_journal where contact_id = any($1)) as gone,
                (select count(distinct contact_id)::int from ledger_entry where contact_id = any($1)) as in_ledger`,
        [ids],
      );
      expect(rows[0].there + rows[0].gone).toBe(ids.length);
      expect(rows[0].in_ledger).toBe(rows[0].there);
      // Nobody waits for a worker that is gone longer than its silence says.
      await store.owner(
        `update job set beat_at = now() - interval '1 hour' where kind = 'retention-batch' and held_by is not null`,
      );
    }
    expect(kills).toBeGreaterThan(3);
    await work(batchJob);
    expect((await findCertificate(store.db, id))?.certificate).toMatchObject({
      done: { peopleErased: 250 },
      goneBefore: 0,
      journal: { entries: 250 },
    });
    expect(await checkCertificate(store.db, testKeys, id)).toMatchObject({ holds: true });
    expect((await findJobOf(store.db, BATCH_JOB, id))?.done).toBe(250);
    const seen = await store.verify();
    expect(seen, JSON.stringify(seen.findings)).toMatchObject({ holds: true });
  });
});

describe('Records that were united', () => {
  const unite = (survivorId: string, absorbedId: string) =>
    store.write((tx) => mergeContacts(tx, { survivorId, absorbedId, actor: { kind: 'system' } }));

  test('are kept as long as any of them must be, and go together, and a hold on any keeps all', async () => {
    const [short, long] = [await aContract(), await aContract(60)];
    const [one, other] = await store.write(async (tx) => [
      await aContact(tx, { purpose: short.id }),
      await aContact(tx, { purpose: long.id }),
    ]);
    await endContract(one, short);
    await unite(one, other);
    expect((await findEnds(store.db, [one])).find(({ what }) => what === '')).toMatchObject({ isDue: false, purposeId: long.id });

    const [a, b] = await store.write(async (tx) => [
      await aContact(tx, { purpose: short.id }),
      await aContact(tx, { purpose: short.id }),
    ]);
    for (const id of [a, b]) await endContract(id, short);
    await unite(a, b);
    await sweep();
    expect(await batchOf(short)).toMatchObject({ people: 1 });
    const dpo = await member('dpo');
    await store.owner(
      `insert into retention_hold (contact_id, ground, reason, placed_by) values ($1, 'claim', 'Иск, дело 3/2026', $2)`,
      [b, dpo],
    );
    expect(await store.write((tx) => eraseContact(tx, { contactId: a, reason: 'request' }))).toBe('on-hold');
    await store.owner('update retention_hold set lifted_by = placed_by, lifted_at = now() where contact_id = $1', [b]);
    const batch = await approve(short);
    await work(batchJob);
    expect([await isThere(a), await isThere(b)]).toEqual([false, false]);
    expect((await findCertificate(store.db, batch))?.certificate).toMatchObject({
      done: { peopleErased: 1 },
      journal: { entries: 2 },
    });
  });

  test('after approval are left alone under the old name', async () => {
    const { contract, ids } = await formerCustomers(1);
    const batch = await approve(contract);
    const living = await store.write((tx) => aContact(tx));
    await unite(living, ids[0] ?? '');
    await work(batchJob);
    expect(await isThere(ids[0] ?? '')).toBe(true);
    expect((await findCertificate(store.db, batch))?.certificate.leftAlone).toMatchObject({ united: 1 });
  });
});
