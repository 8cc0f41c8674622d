import { beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '#platform/config.ts';
import { runOneJob } from '#platform/jobs/run-jobs.ts';
import { findJob } from '#platform/jobs/start-job.ts';
import { createLog } from '#platform/log.ts';
import type { Mailer, OutgoingMessage } from '#platform/mail/mailer.ts';
import { agreeToApproach, declineApproach } from '#src/approaches/answer-approach.ts';
import { questionText } from '#src/approaches/question-text.ts';
import { objectTo } from '#src/consent/object.ts';
import { restrict } from '#src/consent/restrict.ts';
import { withdrawConsent } from '#src/consent/withdraw-consent.ts';
import { describeContact } from '#src/contacts/describe-contact.ts';
import { editContact } from '#src/contacts/edit-contact.ts';
import { exportContact } from '#src/contacts/export-contact.ts';
import { deliverWaiting } from '#src/delivery/deliver-waiting.ts';
import { eraseContact } from '#src/erasure/erase-contact.ts';
import { everyJob } from '#src/every-job.ts';
import { readEvidence } from '#src/evidence-files/keep-evidence.ts';
import { coverPurpose } from '#src/permission/cover-purpose.ts';
import { mayProcess } from '#src/permission/may-process.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import { controllerDetails, saveController } from '#src/register/controller.ts';
import type { Services } from '#src/services.ts';
import { aConsent, aContact, aNewsletter, anAct, aPurpose, staff, testKeys, unique, useStore } from '#test/support/factories.ts';
import { stateGround } from './asking-ground.ts';
import { expireQuarantine, setMissingDeadlines } from './expire-quarantine.ts';
import { listQuarantine } from './list-quarantine.ts';
import { setDeadline } from './set-deadline.ts';
import { previewAct, startAct, type WantedAct } from './start-act.ts';

const store = useStore();
let services: Services;
const sent: OutgoingMessage[] = [];
const mailer: Mailer = {
  handOver: async (message) => {
    sent.push(message);
    return { outcome: 'accepted' as const };
  },
  close: () => {},
};
const actor = { kind: 'staff' as const, id: (staff as { staffId: string }).staffId };
const reason = 'Договорите за доставка са в папката на счетоводството.';
const pdf = readEvidence(Buffer.from('%PDF-1.4 signed sheets').toString('base64'));

beforeAll(async () => {
  services = {
    config: { ...readConfig({}), smtpUrl: 'smtp://127.0.0.1:1' },
    db: store.db,
    keys: testKeys,
    log: createLog({ logLevel: 'silent' }),
    now: () => new Date(),
  };
  await store.write((tx) =>
    saveController(tx, controllerDetails.parse({ name: 'Пример ЕООД', address: 'София 1', email: 'office@example.bg' })),
  );
});

interface Place {
  readonly sourceId: string;
  readonly ids: string[];
}

/** People of one list whose origin nobody can show. */
async function aList(count: number, data: object = {}, obtainedFrom: 'other' | 'data-subject' = 'data-subject'): Promise<Place> {
  const ids = [];
  const first = await store.write((tx) =>
    aContact(tx, { source: { kind: 'import', label: unique('Стар списък '), obtainedFrom }, legalBasis: 'unknown', ...data }),
  );
  ids.push(first);
  const { rows } = await store.app(
    'select origin_id, v.source_id from contact c join provenance v on v.id = c.origin_id where c.id = $1',
    [first],
  );
  for (let at = 1; at < count; at += 1) {
    const id = await store.write((tx) => aContact(tx, { legalBasis: 'unknown', ...data }));
    // Of the same list: the factory makes a source for each.
    await store.owner('alter table contact disable trigger contact_in_quarantine_is_left_alone');
    await store.owner('update contact set origin_id = $2 where id = $1', [id, rows[0].origin_id]);
    await store.owner('alter table contact enable trigger contact_in_quarantine_is_left_alone');
    ids.push(id);
  }
  return { sourceId: rows[0].source_id, ids };
}

async function run(jobId: string) {
  await runOneJob(services, everyJob, { id: jobId });
  return findJob(store.db, jobId);
}

async function doAct(wanted: Omit<WantedAct, 'actor' | 'reason' | 'rest'> & Partial<WantedAct>) {
  const whole = { actor, reason, rest: 'keep' as const, ...wanted };
  const started = await store.write((tx) => startAct(tx, whole));
  return { ...started, job: await run(started.jobId) };
}

const covering = ['email', 'given_name', 'family_name', 'company', 'phone', 'city'];
const contractFor = () => store.write((tx) => aPurpose(tx, { dataCategories: covering }));
const newsletterFor = () => store.write((tx) => aNewsletter(tx, { dataCategories: covering, channels: ['email'] }));
const withEvidence = (purpose: Purpose, selection: WantedAct['selection'], more: Partial<WantedAct> = {}) => ({
  kind: 'evidence' as const,
  selection,
  purpose,
  consentedAt: new Date('2025-05-05T10:00:00Z'),
  text: { body: 'Съгласен съм да получавам бюлетин.', language: 'bg' as const },
  file: pdf,
  ...more,
});

describe('In quarantine nothing but review, the person’s rights and erasure is possible', () => {
  const asApp = (text: string, values: unknown[]) => store.app(text, values);

  test('a value is not changed without an account that is known, by whoever asks the database', async () => {
    const { ids } = await aList(1);
    const [id] = ids;
    await expect(
      asApp(`update contact set facts = jsonb_set(facts, '{given_name,value}', '"Иван"') where id = $1`, [id]),
    ).rejects.toMatchObject({ code: 'SG009' });
    await expect(
      asApp(
        `update contact set facts = facts || jsonb_build_object('city', jsonb_build_object('value', 'Варна', 'at', now(), 'provenance', jsonb_build_array(origin_id))) where id = $1`,
        [id],
      ),
    ).rejects.toMatchObject({ code: 'SG009' });
    await expect(
      store.write((tx) =>
        editContact(
          tx,
          testKeys,
          id ?? '',
          {
            changes: { city: 'Варна' },
            source: { kind: 'staff', label: 'x', obtainedFrom: 'other' },
            purpose: 'customer-relations',
            legalBasis: 'unknown',
          },
          staff,
        ),
      ),
    ).rejects.toThrow();
  });

  test('neither its provenance nor its origin is rewritten, nor does it become anything but active', async () => {
    const { ids } = await aList(1);
    const known = await store.app(`select id from provenance where legal_basis <> 'unknown' limit 1`);
    const [id] = ids;
    for (const statement of [
      `update contact set origin_id = $2 where id = $1`,
      `update contact set facts = jsonb_set(facts, '{given_name,provenance}', jsonb_build_array($2::text)) where id = $1`,
      `update contact_point set provenance_ids = array[$2::uuid] where contact_id = $1`,
    ]) {
      await expect(asApp(statement, [id, known.rows[0]?.id ?? (await contractProvenance())])).rejects.toMatchObject({
        code: 'SG009',
      });
    }
    await expect(asApp(`update contact set state = 'unconfirmed' where id = $1`, [id])).rejects.toMatchObject({ code: 'SG009' });
    await expect(asApp(`update contact set state = 'active' where id = $1`, [id])).rejects.toMatchObject({ code: 'SG003' });
  });

  test('an address of unknown origin is not added', async () => {
    const { ids } = await aList(1);
    await expect(
      asApp(
        `insert into contact_point (contact_id, kind, original, normalised, match_key, match_hash, provenance_ids)
         select id, 'phone', '+359888', '+359888', '+359888', sha256('p'), array[origin_id] from contact where id = $1`,
        [ids[0]],
      ),
    ).rejects.toMatchObject({ code: 'SG009' });
  });

  test('the person corrects their data, gets a copy, and is erased', async () => {
    const { ids } = await aList(1);
    const [id = ''] = ids;
    const purpose = await contractFor();
    await store.write((tx) =>
      editContact(
        tx,
        testKeys,
        id,
        {
          changes: { givenName: 'Мариела' },
          source: { kind: 'person', label: 'Искане', obtainedFrom: 'data-subject' },
          purpose: purpose.id,
          legalBasis: 'contract',
        },
        staff,
      ),
    );
    expect(await describeContact(store.db, id)).toMatchObject({ state: 'quarantined' });
    expect(await exportContact(store.db, id, 'json', 'bg')).toBeDefined();
    expect(await store.write((tx) => eraseContact(tx, { contactId: id, reason: 'request' }))).toBe('erased');
  });

  async function contractProvenance() {
    const id = await store.write((tx) => aContact(tx));
    const { rows } = await store.app('select origin_id from contact where id = $1', [id]);
    return rows[0].origin_id;
  }
});

describe('A legal basis', () => {
  test('assigned with a reason takes people out of quarantine, and what accounted for them before stays', async () => {
    const purpose = await contractFor();
    const list = await aList(3);
    const before = await describeContact(store.db, list.ids[0] ?? '');
    const { job, people } = await doAct({ kind: 'basis', selection: { sourceId: list.sourceId }, purpose, warningRead: true });
    expect(people).toBe(3);
    expect(job).toMatchObject({ state: 'done', done: 3, counts: { leaves: 3 } });
    for (const id of list.ids) {
      const contact = await describeContact(store.db, id);
      expect(contact?.state).toBe('active');
      for (const datum of [...(contact?.facts ?? []), ...(contact?.points ?? [])]) {
        expect(datum.provenance.map(({ legalBasis }) => legalBasis)).toEqual(['unknown', 'contract']);
        expect(datum.provenance[0]?.source.id).toBe(datum.provenance[1]?.source.id);
      }
      expect(await mayProcess(store.db, id, purpose.id, 'email')).toMatchObject({ allowed: true, legalBasis: 'contract' });
    }
    const after = await describeContact(store.db, list.ids[0] ?? '');
    expect(after?.origin).toEqual(before?.origin);
    expect(after?.repaired?.legalBasis).toBe('contract');
    expect(await store.verify()).toMatchObject({ brokenEntries: 0, permissionDifferences: 0 });
  });

  test.each([
    ['consent', () => newsletterFor(), {}, 'consent-needs-evidence'],
    [
      'contract for marketing',
      () => store.write((tx) => aPurpose(tx, { isMarketing: true })),
      {},
      'contract-covers-service-only',
    ],
    [
      'legitimate interests without their weighing',
      () => store.write((tx) => aPurpose(tx, { legalBasis: 'legitimate-interests' })),
      {},
      'assessment-needed',
    ],
    ['a basis whose warning nobody read', () => contractFor(), { warningRead: false }, 'warning-not-read'],
  ])('%s is refused', async (_, makePurpose, more, code) => {
    const { sourceId } = await aList(1);
    const purpose = await makePurpose();
    const wanted = {
      kind: 'basis' as const,
      selection: { sourceId },
      purpose,
      warningRead: true,
      reason,
      rest: 'keep' as const,
      actor,
      ...more,
    };
    await expect(store.write((tx) => startAct(tx, wanted))).rejects.toMatchObject({ fields: [{ code }] });
  });

  test.each([
    ['consent is assigned', `'basis', 'consent', null, null`],
    ['consent comes without evidence', `'evidence', 'consent', null, now()`],
    ['legitimate interests come without their weighing', `'basis', 'legitimate-interests', null, null`],
    ['the reason says nothing', `'basis', 'contract', null, null`, 'да'],
  ])('the database refuses an act in which %s', async (_, values, said = reason) => {
    const purpose = await contractFor();
    await expect(
      store.app(
        `insert into quarantine_act (kind, legal_basis, assessment, consented_at, selection, purpose_id, purpose_version, channels, reason, rest, started_by_kind, started_by)
         values (${values}, '{}', $1, 1, '{email}', $2, 'keep', 'staff', $3)`,
        [purpose.id, said, actor.id],
      ),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^(23514|SG009)$/) });
  });

  test('takes the place of no withdrawal, and of no objection, whoever writes the entry', async () => {
    const [newsletter, interest] = await store.write(async (tx) => [
      await aNewsletter(tx),
      await aPurpose(tx, {
        legalBasis: 'legitimate-interests',
        isMarketing: true,
        channels: ['email', 'post'],
        dataCategories: covering,
      }),
    ]);
    const list = await aList(3);
    const [withdrew = '', objected = '', silent = ''] = list.ids;
    await store.write(async (tx) => {
      await aConsent(tx, withdrew, newsletter);
      await withdrawConsent(tx, await anAct(tx, withdrew, newsletter));
      const { purpose: _, channel: __, ...act } = await anAct(tx, objected, newsletter);
      await objectTo(tx, act);
    });
    const wanted = {
      kind: 'basis' as const,
      selection: { sourceId: list.sourceId },
      purpose: interest,
      warningRead: true,
      permissionGround: 'soft-opt-in' as const,
      assessment: 'Оценката е в папка „Оценки на законния интерес“, документ 7 от 2026 г.',
    };
    const { job } = await doAct(wanted);
    expect(job?.counts).toEqual({ 'said-no': 2, leaves: 1 });
    expect((await describeContact(store.db, silent))?.state).toBe('active');
    for (const id of [withdrew, objected]) {
      expect((await describeContact(store.db, id))?.state).toBe('quarantined');
      await expect(
        store.app(
          `insert into ledger_entry (id, kind, contact_id, purpose_id, purpose_version, channel, legal_basis, permission_ground, occurred_at, source_id, actor, actor_id, method, leaf_hash)
           select uuidv7(), 'basis-asserted', $1, $2, 1, 'email', 'legitimate-interests', 'soft-opt-in', now(), id, 'staff', $3, 'quarantine-repair', sha256('x') from source limit 1`,
          [id, interest.id, actor.id],
        ),
      ).rejects.toMatchObject({ code: 'SG009' });
    }
  });

  test('does not touch restricted people, and leaves in quarantine who has data the purpose does not cover', async () => {
    const purpose = await store.write((tx) =>
      aPurpose(tx, { dataCategories: ['email', 'given_name', 'family_name'], channels: ['email', 'none'] }),
    );
    const list = await aList(2, { city: 'Русе', phone: '+359888123400' });
    const [restricted = '', partly = ''] = list.ids;
    await store.write(async (tx) => {
      const { purpose: _, channel: __, ...act } = await anAct(tx, restricted, await aNewsletter(tx));
      await restrict(tx, { ...act, ground: 'a' });
    });
    const wanted = { kind: 'basis' as const, selection: { sourceId: list.sourceId }, purpose, warningRead: true };
    const { job } = await doAct(wanted);
    expect(job?.counts).toEqual({ restricted: 1, stays: 1 });
    const contact = await describeContact(store.db, partly);
    expect(contact?.state).toBe('quarantined');
    expect(contact?.facts.find(({ field }) => field === 'given_name')?.provenance).toHaveLength(2);
    expect(contact?.facts.find(({ field }) => field === 'city')?.provenance).toHaveLength(1);
    expect(await mayProcess(store.db, partly, purpose.id, 'email')).toMatchObject({ reason: 'quarantined' });

    expect((await doAct({ ...wanted, rest: 'erase' })).job?.counts).toMatchObject({ trimmed: 1 });
    const trimmed = await describeContact(store.db, partly);
    expect(trimmed?.state).toBe('active');
    expect(trimmed?.facts.map(({ field }) => field).toSorted()).toEqual(['family_name', 'given_name']);
    expect(trimmed?.points.map(({ kind }) => kind)).toEqual(['email']);
    const { rows } = await store.app('select field, old_value from contact_change where contact_id = $1 order by field', [
      partly,
    ]);
    expect(rows).toEqual([
      { field: 'city', old_value: null },
      { field: 'phone', old_value: null },
    ]);
  });

  test('is done by the job exactly to whom the preview said', async () => {
    const purpose = await contractFor();
    const list = await aList(4, { country: 'BG' });
    const wanted = {
      kind: 'basis' as const,
      selection: { ids: list.ids.slice(0, 2) },
      purpose,
      warningRead: true,
      reason,
      rest: 'keep' as const,
      actor,
    };
    expect(await previewAct(store.db, wanted)).toEqual({ leaves: 2 });
    expect((await doAct(wanted)).job?.counts).toEqual({ leaves: 2 });
    await expect(store.write((tx) => startAct(tx, wanted))).rejects.toMatchObject({ code: 'nobody-chosen' });
  });
});

describe('Evidence of consent', () => {
  test('of many is kept once, graded, given to each, and goes with the last of them', async () => {
    const purpose = await newsletterFor();
    const list = await aList(2);
    const { job } = await doAct(withEvidence(purpose, { sourceId: list.sourceId }));
    expect(job?.counts).toEqual({ leaves: 2 });
    for (const id of list.ids) {
      expect(await mayProcess(store.db, id, purpose.id, 'email')).toMatchObject({ allowed: true, reason: 'consent-given' });
      const copy = await exportContact(store.db, id, 'json', 'bg');
      expect(String(copy?.body)).toContain(pdf.sha256);
    }
    expect((await coverPurpose(store.db, purpose)).grades.find(({ grade }) => grade === 'C')?.consents).toBe(2);
    const kept = async () =>
      (await store.app('select count(*)::int as n from shared_evidence where sha256 = $1', [Buffer.from(pdf.sha256, 'hex')]))
        .rows[0].n;
    const all = await kept();
    for (const [at, id] of list.ids.entries()) {
      await store.write((tx) => eraseContact(tx, { contactId: id, reason: 'request' }));
      expect(await kept()).toBe(at === 0 ? all : all - 1);
    }
    const [act] = (await store.app('select evidence_id from quarantine_act order by id desc limit 1')).rows;
    expect(act.evidence_id).toBeNull();
  });

  test('says nothing against what the person said later, or an address that asked to be left alone', async () => {
    const purpose = await newsletterFor();
    const list = await aList(2);
    const [withdrew = '', complained = ''] = list.ids;
    await store.write(async (tx) => {
      await aConsent(tx, withdrew, purpose);
      await withdrawConsent(tx, await anAct(tx, withdrew, purpose));
    });
    await store.app(
      `insert into suppression (match_hash, reason) select match_hash, 'complaint' from contact_point where contact_id = $1`,
      [complained],
    );
    await expect(doAct(withEvidence(purpose, { sourceId: list.sourceId }))).rejects.toMatchObject({ code: 'nobody-chosen' });
  });

  test('is a file the people signed where the purpose confirms addresses', async () => {
    const purpose = await newsletterFor();
    const { sourceId } = await aList(1);
    const wanted = withEvidence(
      purpose,
      { sourceId },
      { file: undefined, statement: 'Събрахме съгласията на щанда си на панаира в Пловдив.' },
    );
    await expect(doAct(wanted)).rejects.toMatchObject({ fields: [{ code: 'signed-file-needed' }] });
    await expect(doAct({ ...wanted, statement: undefined })).rejects.toMatchObject({ fields: [{ code: 'file-or-statement' }] });
    await expect(doAct({ ...wanted, consentedAt: new Date(Date.now() + 1e9) })).rejects.toMatchObject({
      fields: [{ code: 'in-the-future' }],
    });
  });
});

describe('A question out of quarantine', () => {
  const ask = async (list: Place, purpose: Purpose) => doAct({ kind: 'ask', selection: { sourceId: list.sourceId }, purpose });
  const allow = (list: Place, purpose: Purpose, ground: 'soft-opt-in' | 'legal-entity' = 'soft-opt-in') =>
    store.write((tx) =>
      stateGround(tx, {
        sourceId: list.sourceId,
        purpose,
        ground,
        conditions: [
          'own-sale',
          'similar-products',
          'could-object',
          'objection-in-each',
          'legal-person-address',
          'not-in-refusal-register',
        ],
        reason: 'Купували са от магазина ни; полето за отказ е в поръчката.',
        actor,
      }),
    );

  test('is not asked where nobody answers for a ground', async () => {
    const purpose = await newsletterFor();
    const list = await aList(1);
    await expect(ask(list, purpose)).rejects.toMatchObject({ code: 'nobody-chosen' });
    await expect(
      store.write((tx) =>
        stateGround(tx, { sourceId: list.sourceId, purpose, ground: 'soft-opt-in', conditions: ['own-sale'], reason, actor }),
      ),
    ).rejects.toMatchObject({ fields: [{ code: 'every-condition' }] });
    await expect(
      store.app(
        `insert into asking_ground (source_id, purpose_id, ground, conditions, reason, stated_by_kind, stated_by)
         values ($1, $2, 'soft-opt-in', '{own-sale,similar-products,could-object}', $3, 'staff', $4)`,
        [list.sourceId, purpose.id, reason, actor.id],
      ),
    ).rejects.toMatchObject({ code: '23514' });
  });

  test('is asked once, can be answered with yes, and takes the person out of quarantine', async () => {
    const purpose = await newsletterFor();
    const list = await aList(2, {}, 'other');
    await expect(allow(list, purpose), 'nobody else’s list was a sale of ours').rejects.toMatchObject({
      fields: [{ code: 'not-from-the-person' }],
    });
    await expect(
      store.app(
        `insert into asking_ground (source_id, purpose_id, ground, conditions, reason, stated_by_kind, stated_by)
         values ($1, $2, 'soft-opt-in', '{own-sale,similar-products,could-object,objection-in-each}', $3, 'staff', $4)`,
        [list.sourceId, purpose.id, reason, actor.id],
      ),
    ).rejects.toMatchObject({ code: 'SG009' });
    await allow(list, purpose, 'legal-entity');
    expect((await ask(list, purpose)).job?.counts).toEqual({ 'will-be-asked': 2 });
    sent.length = 0;
    await deliverWaiting(services, mailer);
    const asked = sent.filter(({ text }) => text.includes('Питаме само веднъж'));
    expect(asked).toHaveLength(2);
    expect(asked[0]?.headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click');
    expect(asked[0]?.text, 'the first message says where their data came from').toContain('Стар списък');
    await expect(ask(list, purpose)).rejects.toMatchObject({ code: 'nobody-chosen' });

    const [yes = '', no = ''] = list.ids;
    const approachOf = async (id: string) => (await store.app(`select id from approach where contact_id = $1`, [id])).rows[0].id;
    const text = await questionText(store.db, purpose, 'bg');
    expect(
      await store.write(async (tx) =>
        agreeToApproach(tx, services, {
          approachId: await approachOf(yes),
          language: 'bg',
          evidence: {},
          shownHash: text?.hash ?? '',
        }),
      ),
    ).toBe('given');
    expect(await describeContact(store.db, yes)).toMatchObject({ state: 'active', repaired: { legalBasis: 'consent' } });
    expect(await mayProcess(store.db, yes, purpose.id, 'email')).toMatchObject({ allowed: true });
    expect(
      await store.write(async (tx) => declineApproach(tx, { approachId: await approachOf(no), language: 'bg', evidence: {} })),
    ).toBe('declined');
    expect((await describeContact(store.db, no))?.state).toBe('quarantined');
    expect(await store.verify()).toMatchObject({ brokenEntries: 0, permissionDifferences: 0 });
  });

  test('is not asked a second time of an address that came back after it was erased', async () => {
    const purpose = await newsletterFor();
    const email = `${unique('back')}@example.bg`;
    const first = await aList(1, { email });
    await allow(first, purpose);
    await ask(first, purpose);
    await store.write((tx) => eraseContact(tx, { contactId: first.ids[0] ?? '', reason: 'import-undone' }));
    const second = await aList(1, { email });
    await allow(second, purpose);
    await expect(ask(second, purpose)).rejects.toMatchObject({ code: 'nobody-chosen' });
    // Whoever writes the row by hand is refused too.
    const { rows } = await store.app(`select id from contact_point where contact_id = $1`, [second.ids[0]]);
    await expect(
      store.write(async (tx) => {
        const { appendEntries } = await import('#src/ledger/append-entries.ts');
        const act = await anAct(tx, second.ids[0] ?? '', purpose);
        const [entry] = await appendEntries(tx, [
          { ...act, kind: 'consent-requested', occurredAt: new Date(), method: 'repermission', actor: { kind: 'system' } },
        ]);
        await tx
          .insertInto('approach')
          .values({
            id: crypto.randomUUID(),
            cause: 'repermission',
            contact_id: second.ids[0] ?? '',
            contact_point_id: rows[0].id,
            purpose_id: purpose.id,
            purpose_version: purpose.version,
            channel: 'email',
            entry_id: entry?.id ?? null,
            answer_until: new Date(Date.now() + 1e9),
          })
          .execute();
      }),
    ).rejects.toThrow('asked once');
  });

  test('is kept back when the ground was taken back before it left', async () => {
    const purpose = await newsletterFor();
    const list = await aList(1);
    const ground = await allow(list, purpose);
    await ask(list, purpose);
    await store.app('update asking_ground set revoked_at = now() where id = $1', [ground]);
    await deliverWaiting(services, mailer);
    const { rows } = await store.app(
      `select status, withheld_because from delivery where contact_id = $1 and template = 'ask-permission'`,
      [list.ids[0]],
    );
    expect(rows).toEqual([{ status: 'withheld', withheld_because: 'no-channel-permission' }]);
    await expect(store.app('update asking_ground set revoked_at = null where id = $1', [ground])).rejects.toMatchObject({
      code: 'SG001',
    });
  });

  test('is not put to whoever objected to anything', async () => {
    const purpose = await newsletterFor();
    const list = await aList(1);
    await allow(list, purpose);
    await store.write(async (tx) => {
      const { purpose: _, channel: __, ...act } = await anAct(tx, list.ids[0] ?? '', purpose);
      await objectTo(tx, act);
    });
    expect(
      await previewAct(store.db, { kind: 'ask', selection: { sourceId: list.sourceId }, purpose, reason, rest: 'keep', actor }),
    ).toEqual({ 'said-no': 1 });
  });
});

describe('What nobody accounts for', () => {
  /** Moves the day of a source into the past, as time would. */
  async function letPass(list: Place) {
    await setMissingDeadlines(store.db);
    await store.owner('alter table quarantine_deadline disable trigger user');
    await store.owner(
      `update quarantine_deadline set set_at = now() - interval '60 days', expires_on = now()::date - 1 where source_id = $1`,
      [list.sourceId],
    );
    await store.owner('alter table quarantine_deadline enable trigger user');
    await store.owner(`update contact set created_at = now() - interval '70 days' where id = any ($1)`, [list.ids]);
  }

  test('has a month, and is erased when its day has passed; restricted people and open questions wait', async () => {
    const list = await aList(4);
    const fresh = await aList(1);
    const [goes = '', restricted = '', held = ''] = list.ids;
    const member = await store.app(`insert into staff_member (name, email, role) values ('dpo', $1, 'dpo') returning id`, [
      `${unique('dpo')}@example.bg`,
    ]);
    await store.app(
      `insert into retention_hold (contact_id, ground, reason, placed_by) values ($1, 'claim', 'Съдебно дело 1/2026', $2)`,
      [held, member.rows[0].id],
    );
    await store.write(async (tx) => {
      const { purpose: _, channel: __, ...act } = await anAct(tx, restricted, await aNewsletter(tx));
      await restrict(tx, { ...act, ground: 'a' });
    });
    expect(await expireQuarantine(store.db)).toBe(0);
    const shown = (await listQuarantine(store.db)).find(({ sourceId }) => sourceId === list.sourceId);
    expect(shown).toMatchObject({ people: 4, deadlineReason: null });
    const days = (Date.parse(shown?.expiresOn ?? '') - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(26);

    await letPass(list);
    expect(await expireQuarantine(store.db)).toBe(2);
    expect(await describeContact(store.db, goes)).toBeUndefined();
    expect(await describeContact(store.db, restricted)).toBeDefined();
    expect(await describeContact(store.db, held)).toBeDefined();
    expect(await describeContact(store.db, fresh.ids[0] ?? '')).toBeDefined();
    const { rows } = await store.app('select reason from erasure_journal where contact_id = $1', [goes]);
    expect(rows).toEqual([{ reason: 'quarantine' }]);
    await expect(store.write((tx) => eraseContact(tx, { contactId: restricted, reason: 'quarantine' }))).rejects.toMatchObject({
      code: 'SG009',
    });
  });

  test('does not go before its day, whoever asks the database', async () => {
    const list = await aList(1);
    await setMissingDeadlines(store.db);
    await expect(
      store.write((tx) => eraseContact(tx, { contactId: list.ids[0] ?? '', reason: 'quarantine' })),
    ).rejects.toMatchObject({ code: 'SG009' });
    const active = await store.write((tx) => aContact(tx));
    await expect(store.write((tx) => eraseContact(tx, { contactId: active, reason: 'quarantine' }))).rejects.toMatchObject({
      code: 'SG009',
    });
  });

  test('has another day where somebody says why, and never one that has passed', async () => {
    const list = await aList(1);
    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    const set = (expiresOn: string) =>
      store.write((tx) => setDeadline(tx, { sourceId: list.sourceId, expiresOn, reason, setBy: actor.id }));
    await expect(set(day(-1))).rejects.toMatchObject({ fields: [{ code: 'in-the-past' }] });
    await set(day(90));
    const shown = async () => (await listQuarantine(store.db)).find(({ sourceId }) => sourceId === list.sourceId);
    expect(await shown()).toMatchObject({ expiresOn: day(90), deadlineReason: reason });
    await set(day(10));
    expect(await shown()).toMatchObject({ expiresOn: day(10) });
    await expect(store.app('update quarantine_deadline set expires_on = now()::date + 1')).rejects.toMatchObject({
      code: '42501',
    });
    await expect(
      store.app(`insert into quarantine_deadline (source_id, expires_on, set_by) values ($1, now()::date + 5, $2)`, [
        list.sourceId,
        actor.id,
      ]),
    ).rejects.toMatchObject({ code: '23514' });
  });
});
