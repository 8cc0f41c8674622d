import { beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '#platform/config.ts';
import { runOneJob } from '#platform/jobs/run-jobs.ts';
import { findJob, startJob } from '#platform/jobs/start-job.ts';
import { createLog } from '#platform/log.ts';
import type { Mailer, OutgoingMessage } from '#platform/mail/mailer.ts';
import { editContact } from '#src/contacts/edit-contact.ts';
import { deliverWaiting } from '#src/delivery/deliver-waiting.ts';
import { eraseContact } from '#src/erasure/erase-contact.ts';
import { everyJob } from '#src/every-job.ts';
import { controllerDetails, saveController } from '#src/register/controller.ts';
import type { Services } from '#src/services.ts';
import { aContact, aDelivery, aPurpose, staff, testKeys, unique, useStore } from '#test/support/factories.ts';
import { composeNotice } from './compose-notice.ts';
import { exempt } from './exempt.ts';
import { countDueDuties, countDuties, listDuties, listDutiesOf } from './list-duties.ts';
import { noteTold } from './note-told.ts';
import { recordTold } from './record-told.ts';
import { previewTelling } from './tell-people.ts';

const store = useStore();
let services: Services;
const sent: { to: string; text: string; html: string }[] = [];
const mailer: Mailer = {
  handOver: async (message: OutgoingMessage) => {
    sent.push({ to: message.to, text: message.text, html: message.html });
    return { outcome: 'accepted' as const };
  },
  close: () => {},
};

beforeAll(async () => {
  services = {
    config: { ...readConfig({}), smtpUrl: 'smtp://127.0.0.1:1' },
    db: store.db,
    keys: testKeys,
    log: createLog({ logLevel: 'silent' }),
    now: () => new Date(),
  };
  await store.write((tx) =>
    saveController(
      tx,
      controllerDetails.parse({
        name: 'Пример ЕООД',
        address: 'София 1000, ул. „Първа“ 1',
        email: 'office@example.bg',
        dpoName: 'Иван Иванов',
        dpoEmail: 'dpo@example.bg',
      }),
    ),
  );
});

const bought = (label = unique('Купен списък ')) => ({ kind: 'third-party' as const, label, obtainedFrom: 'other' as const });
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

describe('Whoever’s data came from somebody else', () => {
  test('is to be told within a month of the day they came, and who gave them themselves is not', async () => {
    const own = await store.write((tx) => aContact(tx));
    expect(await listDutiesOf(store.db, own)).toEqual([]);
    const id = await store.write((tx) => aContact(tx, { source: bought('Панаир'), since: new Date('2026-01-31T10:00:00Z') }));
    expect(await listDutiesOf(store.db, id)).toMatchObject([{ label: 'Панаир', dueOn: '2026-02-28', toldAt: null }]);
  });

  test('is to be told again when more of their data come from somewhere else', async () => {
    const purpose = await store.write((tx) => aPurpose(tx));
    const id = await store.write((tx) => aContact(tx, { purpose: purpose.id }));
    await store.write((tx) =>
      editContact(
        tx,
        testKeys,
        id,
        {
          changes: { city: 'Варна', phone: '+359888123456' },
          source: bought('Справочник'),
          purpose: purpose.id,
          legalBasis: 'contract',
        },
        staff,
      ),
    );
    expect(await listDutiesOf(store.db, id)).toMatchObject([{ label: 'Справочник', toldAt: null }]);
  });

  test('cannot be made to look told: only an entry of the ledger with the text settles it', async () => {
    const id = await store.write((tx) => aContact(tx, { source: bought() }));
    const asApp = (statement: string) => store.app(statement, [id]);
    await expect(asApp('update duty_to_tell set told_at = now() where contact_id = $1')).rejects.toMatchObject({ code: '42501' });
    await expect(asApp('delete from duty_to_tell where contact_id = $1')).rejects.toMatchObject({ code: '42501' });
    await expect(store.owner('update duty_to_tell set told_at = now() where contact_id = $1', [id])).rejects.toMatchObject({
      code: '23514',
    });
    const exemption = await store.write((tx) =>
      exempt(tx, {
        selection: { ids: [id] },
        ground: 'law',
        reason: 'Наредба № 1 изрично урежда получаването.',
        actor: { kind: 'staff', id: (staff as { staffId: string }).staffId },
      }),
    );
    expect(exemption.duties).toBe(1);
    await expect(asApp('update duty_to_tell set exemption_id = null where contact_id = $1')).rejects.toMatchObject({
      code: 'SG001',
    });
    await expect(store.app('update duty_exemption set reason = reason')).rejects.toMatchObject({ code: '42501' });
  });
});

describe('The notice', () => {
  test('says who we are, what came from where, why, for how long, and which rights there are (Art. 14(1)–(2))', async () => {
    const id = await store.write(async (tx) => {
      const purpose = await aPurpose(tx, { recipients: [{ name: 'Hoster', country: 'US', role: 'hosting' }] });
      return aContact(tx, { source: bought('Търговски регистър'), purpose: purpose.id });
    });
    const notice = await composeNotice(store.db, id);
    for (const [language, words] of [
      ['bg', ['Търговски регистър', 'Пример ЕООД', 'dpo@example.bg', 'Имейл', 'чл. 6', 'Hoster (US)', 'жалба']],
      ['en', ['Търговски регистър', 'Пример ЕООД', 'dpo@example.bg', 'E-mail', 'Art. 6(1)(b)', 'Hoster (US)', 'complain']],
    ] as const) {
      const text = notice?.texts[language].join('\n') ?? '';
      for (const word of words) expect(text).toContain(word);
    }
  });

  test('claims no legal basis for data in quarantine', async () => {
    const id = await store.write((tx) => aContact(tx, { source: bought(), legalBasis: 'unknown' }));
    const text = (await composeNotice(store.db, id))?.texts.en.join('\n') ?? '';
    expect(text).toContain('not established');
    expect(text).not.toContain('Legal basis:');
  });
});

describe('The first message', () => {
  test('cannot leave without the notice, whoever tries', async () => {
    const { id, purpose } = await store.write(async (tx) => {
      const purpose = await aPurpose(tx);
      return { purpose, id: await aContact(tx, { source: bought(), purpose: purpose.id }) };
    });
    const { rows } = await aDelivery(store, id, purpose.id, { template: 'preferences-link' });
    const leave = (status: string) => store.app('update delivery set status = $2 where id = $1', [rows[0].id, status]);
    await expect(leave('attempting')).rejects.toMatchObject({ code: 'SG010' });
    await expect(leave('sent')).rejects.toMatchObject({ code: 'SG010' });
  });

  test('carries it, once; and that it was given is in the ledger with the very text', async () => {
    const { id, purpose } = await store.write(async (tx) => {
      const purpose = await aPurpose(tx);
      return {
        purpose,
        id: await aContact(tx, { source: bought('Списък „А“'), purpose: purpose.id, email: 'carried@example.bg' }),
      };
    });
    for (const wanted of [true, false]) {
      sent.length = 0;
      await aDelivery(store, id, purpose.id, { template: 'preferences-link' });
      await deliverWaiting(services, mailer);
      const message = sent.find(({ to }) => to === 'carried@example.bg');
      expect(message?.text.includes('Списък „А“')).toBe(wanted);
      expect(message?.html.includes('Списък „А“')).toBe(wanted);
    }
    const [duty] = await listDutiesOf(store.db, id);
    expect(duty?.toldAt).toBeInstanceOf(Date);
    const { rows } = await store.app(
      `select e.kind, t.body from ledger_entry e join notice_text t on t.hash = e.notice_hash where e.id = $1`,
      [duty?.entryId],
    );
    expect(rows[0]).toMatchObject({ kind: 'notice-given', body: expect.stringContaining('Списък „А“') });
    expect(await store.verify()).toMatchObject({ brokenEntries: 0, permissionDifferences: 0 });
  });

  test('that left before a crash is written down by the sweep, and not twice', async () => {
    const { id, purpose } = await store.write(async (tx) => {
      const purpose = await aPurpose(tx);
      return { purpose, id: await aContact(tx, { source: bought(), purpose: purpose.id }) };
    });
    await aDelivery(store, id, purpose.id, { template: 'preferences-link' });
    const [duty] = await listDutiesOf(store.db, id);
    const notice = await store.app(`select hash from notice_text limit 1`);
    await store.app(
      `update delivery set status = 'sent', settled_at = now(), notice_hash = $2, notice_sources = array[$3]::uuid[] where contact_id = $1`,
      [id, notice.rows[0].hash, duty?.sourceId],
    );
    expect(await noteTold(store.db)).toBe(1);
    expect(await noteTold(store.db)).toBe(0);
    expect((await listDutiesOf(store.db, id))[0]?.toldAt).not.toBeNull();
    await expect(store.app(`update delivery set notice_sources = '{}' where contact_id = $1`, [id])).rejects.toMatchObject({
      code: 'SG006',
    });
  });
});

describe('Telling everybody of a source', () => {
  async function run(selection: object) {
    const id = await store.write((tx) =>
      startJob(tx, { kind: 'tell-people', parameters: { ...selection }, requestedBy: { kind: 'system' } }),
    );
    await runOneJob(services, everyJob, { id });
    return findJob(store.db, id);
  }

  test('sends each the notice once, quarantined people too, and nobody whose data may only be stored', async () => {
    const source = bought('Партньор');
    const people = await store.write(async (tx) => {
      const purpose = await aPurpose(tx);
      const first = await aContact(tx, { source, purpose: purpose.id });
      const { source_id } = await tx
        .selectFrom('duty_to_tell')
        .select('source_id')
        .where('contact_id', '=', first)
        .executeTakeFirstOrThrow();
      return {
        first,
        sourceId: source_id,
        silent: await aContact(tx, { source, purpose: purpose.id, email: null, phone: '+359888000111' }),
      };
    });
    const quarantined = await store.write((tx) => aContact(tx, { source: bought('Неясен'), legalBasis: 'unknown' }));
    const [other] = await listDutiesOf(store.db, quarantined);
    expect(await previewTelling(store.db, { sourceId: people.sourceId })).toEqual({ people: 1, byMail: 1, waiting: 0 });

    expect(await run({ sourceId: people.sourceId })).toMatchObject({ state: 'done', done: 1 });
    expect(await run({ sourceId: people.sourceId })).toMatchObject({ state: 'done', done: 0 });
    expect(await run({ sourceId: other?.sourceId })).toMatchObject({ done: 1 });
    sent.length = 0;
    await deliverWaiting(services, mailer);
    expect(sent.filter(({ text }) => text.includes('Партньор'))).toHaveLength(1);
    expect(sent.filter(({ text }) => text.includes('Неясен'))).toHaveLength(1);
    for (const id of [people.first, quarantined]) expect((await listDutiesOf(store.db, id))[0]?.toldAt).not.toBeNull();
    expect((await listDutiesOf(store.db, people.silent))[0]?.toldAt).toBeNull();
  });

  test('whom no message reaches is told by a colleague, and that is provable too', async () => {
    const id = await store.write((tx) =>
      aContact(tx, { source: bought(), email: null, phone: '+359888000222', since: daysAgo(60) }),
    );
    const [place] = (await listDuties(store.db, { overdue: true }, { limit: 100 })).filter(({ contactId }) => contactId === id);
    expect(place).toMatchObject({ reach: 'phone', isOverdue: true, message: null });
    const told = { contactIds: [id], how: 'phone' as const, at: new Date(), actor: staff };
    await expect(store.write((tx) => recordTold(tx, { ...told, at: new Date(Date.now() + 86_400_000) }))).rejects.toMatchObject({
      status: 422,
    });
    const before = await countDueDuties(store.db);
    expect(await store.write((tx) => recordTold(tx, told))).toBe(1);
    expect(await store.write((tx) => recordTold(tx, told))).toBe(0);
    expect((await countDueDuties(store.db)).overdue).toBe(before.overdue - 1);
    const entry = await store.app('select method, notice_hash is not null as has_text from ledger_entry where id = $1', [
      (await listDutiesOf(store.db, id))[0]?.entryId,
    ]);
    expect(entry.rows[0]).toEqual({ method: 'told-by-phone', has_text: true });
  });

  test('the queue has who is late first, and pages follow one another without a gap', async () => {
    for (const days of [90, 45, 33, 1]) await store.write((tx) => aContact(tx, { source: bought(), since: daysAgo(days) }));
    const all = await listDuties(store.db, {}, { limit: 100 });
    expect(all.map(({ dueOn }) => dueOn)).toEqual(all.map(({ dueOn }) => dueOn).toSorted());
    const paged = [];
    for (let after: (typeof all)[number] | undefined; ; ) {
      const page = await listDuties(store.db, {}, { limit: 2, after });
      if (page.length === 0) break;
      paged.push(...page);
      after = page.at(-1);
    }
    expect(paged.map(({ contactId }) => contactId)).toEqual(all.map(({ contactId }) => contactId));
    expect((await countDuties(store.db)).open).toBe(all.length);
  });

  test('is asked before their data are first given to others, and not to keep them in the house', async () => {
    const { id, purpose } = await store.write(async (tx) => {
      const purpose = await aPurpose(tx, { recipients: [{ name: 'Получател ООД', country: 'BG', role: 'печат' }] });
      return { purpose, id: await aContact(tx, { source: bought(), purpose: purpose.id }) };
    });
    const answer = async (recipient: string) => {
      const { rows: made } = await store.owner(
        `insert into disclosure (recipient_kind, recipient, recipient_country, purpose_id, purpose_version, channel, statement, fields, recorded_by_kind)
         values ($1, 'Получател ООД', 'BG', $2, 1, 'email', 'Проба на отговора', '{email}', 'system') returning id`,
        [recipient, purpose.id],
      );
      const { rows } = await store.owner(
        `select a.allowed, a.reason from disclosure d, disclosure_answers(d, array[$2::uuid]) a where d.id = $1`,
        [made[0].id, id],
      );
      return rows[0];
    };
    expect(await answer('internal')).toEqual({ allowed: true, reason: null });
    expect(await answer('third-party')).toEqual({ allowed: false, reason: 'not-told' });
    await store.write((tx) => recordTold(tx, { contactIds: [id], how: 'in-person', at: new Date(), actor: staff }));
    expect(await answer('third-party')).toEqual({ allowed: true, reason: null });
  });

  test('who was erased is in the queue no more', async () => {
    const id = await store.write((tx) => aContact(tx, { source: bought() }));
    await store.write((tx) => eraseContact(tx, { contactId: id, reason: 'request' }));
    expect(await listDutiesOf(store.db, id)).toEqual([]);
  });
});
