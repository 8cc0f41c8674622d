import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLinkToken } from '#platform/crypto/link-token.ts';
import { inTransaction } from '#platform/database/connect.ts';
import { toPublicId } from '#platform/http/ids.ts';
import { runOneJob } from '#platform/jobs/run-jobs.ts';
import { liftRestriction, restrict } from '#src/consent/restrict.ts';
import { withdrawConsent } from '#src/consent/withdraw-consent.ts';
import type { NewContact } from '#src/contacts/add-contact.ts';
import { describeContact } from '#src/contacts/describe-contact.ts';
import { exportContact } from '#src/contacts/export-contact.ts';
import { listTimeline } from '#src/contacts/list-timeline.ts';
import { findDuplicates } from '#src/duplicates/find-duplicates.ts';
import { mayProcess } from '#src/permission/may-process.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import { aConsent, aContact, aNewsletter, anAct, staff, unique } from '#test/support/factories.ts';
import { useStaffApp } from '#test/support/staff-app.ts';
import { waitsForALock } from '#test/support/waits-for-a-lock.ts';
import { forgetMerges } from './forget-merges.ts';
import { mergeContacts } from './merge-contacts.ts';
import { mergeMany } from './merge-many.ts';
import { undoMerge } from './undo-merge.ts';

const app = useStaffApp();
const who = staff as Extract<typeof staff, { kind: 'staff' }>;
let newsletter: Purpose;
let cookie: string;
beforeAll(async () => {
  newsletter = await write((tx) => aNewsletter(tx));
  cookie = await app.signIn('sales');
});
let survivorId: string;
let absorbedId: string;
beforeEach(async () => {
  [survivorId, absorbedId] = [
    await person({ city: 'Русе' }),
    await person({ city: 'Варна', company: 'Роза ООД', phone: '0888 12 34 56' }),
  ];
});

const write: <T>(work: Parameters<typeof inTransaction<T>>[1]) => Promise<T> = (work) => inTransaction(app.services.db, work);
const person = (overrides: Partial<NewContact> = {}) => write((tx) => aContact(tx, overrides));
const merge = (survivor = survivorId, absorbed = absorbedId) =>
  write((tx) => mergeContacts(tx, { survivorId: survivor, absorbedId: absorbed, actor: who })).then(({ mergeId }) => mergeId);
const undo = (mergeId: string) => write((tx) => undoMerge(tx, mergeId, who));
const consent = (id: string) => write((tx) => aConsent(tx, id, newsletter));
const gate = async (id: string) => (await mayProcess(app.services.db, id, newsletter.id, 'email')).reason;
const link = (kind: string, ...ids: string[]) => createLinkToken(app.services.keys, { kind, ids });
const post = (path: string, fields: Record<string, string>) =>
  app.request('POST', path, {
    body: new URLSearchParams(fields),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
const api = async (method: string, path: string, json?: unknown, as = cookie) => {
  const answer = await app.request(method, `/api/v1${path}`, { ...(json === undefined ? {} : { json }), cookie: as });
  return { status: answer.status, body: answer.status === 204 ? {} : ((await answer.json()) as Record<string, never>) };
};
const con = (id: string) => toPublicId('con', id);
const verify = (id: string) =>
  app.owner.query(`update saglasie.contact_point set verified_at = now() where contact_id = $1 and kind = 'email'`, [id]);

describe('Two records of one person', () => {
  test('become one: chosen values with their provenance, all addresses, and what lost in the history', async () => {
    const before = await describeContact(app.services.db, absorbedId);
    await merge();
    const merged = await describeContact(app.services.db, survivorId);
    expect(merged?.facts.find(({ field }) => field === 'city')?.value).toBe('Русе');
    expect(merged?.facts.find(({ field }) => field === 'company')).toEqual(
      before?.facts.find(({ field }) => field === 'company'),
    );
    expect(merged?.points.map(({ kind, isPrimary }) => [kind, isPrimary])).toEqual([
      ['email', true],
      ['email', false],
      ['phone', true],
    ]);
    const { rows } = await app.owner.query(
      'select field, old_value, new_value, provenance_ids::text[] as provenance from saglasie.contact_change where contact_id = $1',
      [survivorId],
    );
    const city = before?.facts.find(({ field }) => field === 'city');
    expect(rows).toEqual([
      { field: 'city', old_value: 'Варна', new_value: 'Русе', provenance: city?.provenance.map(({ id }) => id) },
    ]);
    expect(await describeContact(app.services.db, absorbedId)).toMatchObject({
      state: 'merged',
      mergedInto: survivorId,
      points: [],
    });
  });

  test('leave one in every list, and both histories and both copies in it', async () => {
    await consent(absorbedId);
    await merge();
    const list = await api('GET', '/contacts?limit=100');
    const ids = (list.body as unknown as { data: { id: string }[] }).data.map(({ id }) => id);
    expect([ids.includes(con(survivorId)), ids.includes(con(absorbedId))]).toEqual([true, false]);
    const { events } = await listTimeline(app.services.db, survivorId, { limit: 100 });
    expect(
      events
        .filter(({ title }) => title === 'consent-given')
        .map(({ method }) => method)
        .toSorted(),
    ).toEqual(['confirmation-page', 'merge']);
    const copies = await Promise.all([survivorId, absorbedId].map((id) => exportContact(app.services.db, id, 'json', 'bg')));
    for (const copy of copies) for (const word of ['Варна', 'Русе', 'confirmation-page']) expect(copy?.body).toContain(word);
    expect((await app.request('GET', `/api/v1/contacts/${con(absorbedId)}`, { cookie })).status).toBe(200);
    expect(
      await api('PATCH', `/contacts/${con(absorbedId)}`, {
        changes: { city: 'Плевен' },
        source: { kind: 'person', label: 'x', obtainedFrom: 'data-subject' },
        purpose: 'newsletter',
        legalBasis: 'contract',
      }),
    ).toMatchObject({ status: 409, body: { code: 'merged' } });
  });

  test('keep the grade of the consent that comes along, and what proves it stays with the record it was given in', async () => {
    await verify(survivorId);
    await consent(absorbedId);
    await merge();
    const { rows } = await app.owner.query(
      `select method, evidence - 'merge' - 'entry' as evidence from saglasie.ledger_entry where contact_id = $1 and kind = 'consent-given'`,
      [survivorId],
    );
    expect(rows).toEqual([{ method: 'merge', evidence: { grade: 'A' } }]);
    expect(await gate(survivorId)).toBe('consent-given');
  });

  test.each([
    ['survivor', 3, 24, 3],
    ['absorbed', 24, 3, 3],
    ['one that has an end', null, 6, 6],
    ['other that has an end', 6, null, 6],
  ])('consent until the earlier of both ends: the %s', async (_, own, other, months) => {
    for (const id of [survivorId, absorbedId]) await verify(id);
    await write((tx) => aConsent(tx, survivorId, newsletter, { validMonths: own }));
    await write((tx) => aConsent(tx, absorbedId, newsletter, { validMonths: other }));
    const mergeId = await merge();
    const until = async () => (await mayProcess(app.services.db, survivorId, newsletter.id, 'email')).until;
    const days = ((await until())?.getTime() ?? 0) / 86_400_000 - Date.now() / 86_400_000;
    expect(Math.round(days / 30.4)).toBe(months);
    await undo(mergeId);
    const after = (await until())?.getTime();
    expect(after === undefined ? null : Math.round((after - Date.now()) / 86_400_000 / 30.4)).toBe(own);
  });

  test('wait for the owner of the main address, when what was agreed to was agreed with the other one', async () => {
    await consent(absorbedId);
    await merge();
    expect(await gate(survivorId)).toBe('address-not-confirmed');
  });

  test.each(['survivor', 'absorbed'] as const)('are not united while the %s is restricted', async (which) => {
    const about = async (tx: Parameters<Parameters<typeof write>[0]>[0]) => {
      const {
        purpose: _,
        channel: __,
        noticeHash: ___,
        ...act
      } = await anAct(tx, which === 'survivor' ? survivorId : absorbedId, newsletter);
      return act;
    };
    await write(async (tx) => restrict(tx, { ...(await about(tx)), ground: 'a' }));
    await expect(merge()).rejects.toMatchObject({ code: 'not-to-be-merged', members: { obstacle: 'restricted' } });
    // The database by itself.
    await expect(
      app.services.db
        .insertInto('contact_merge')
        .values({
          survivor_id: survivorId,
          absorbed_id: absorbedId,
          absorbed_state: 'active',
          merged_by_kind: 'system',
          before: '{}',
        })
        .execute(),
    ).rejects.toMatchObject({ code: 'SG009' });
    await write(async (tx) => liftRestriction(tx, { ...(await about(tx)), toldAt: new Date() }));
    await merge();
  });

  test('are refused by the database where nobody may be absorbed: twice, unconfirmed, or by hand', async () => {
    await merge();
    await expect(merge(await person(), absorbedId)).rejects.toMatchObject({ members: { obstacle: 'merged' } });
    await expect(merge(absorbedId, await person())).rejects.toMatchObject({ members: { obstacle: 'merged' } });
    const stranger = await person();
    await app.owner.query(`update saglasie.contact set state = 'unconfirmed' where id = $1`, [stranger]);
    await expect(merge(survivorId, stranger)).rejects.toMatchObject({ members: { obstacle: 'not-confirmed' } });
    const update = (sql: string) => app.owner.query(sql, [absorbedId]);
    for (const sql of [
      `update saglasie.contact set state = 'active' where id = $1`,
      `update saglasie.contact set facts = '{}' where id = $1`,
      `insert into saglasie.contact_point (contact_id, kind, original, normalised, match_key, match_hash, provenance_ids)
        select $1, 'phone', '1', '1', '1', match_hash, provenance_ids from saglasie.contact_point limit 1`,
      `update saglasie.contact_merge set survivor_id = gen_random_uuid() where absorbed_id = $1`,
      `delete from saglasie.contact_merge where absorbed_id = $1`,
    ]) {
      await expect(update(sql), sql).rejects.toMatchObject({ code: expect.stringMatching(/^SG00[19]$/) });
    }
    await expect(consent(absorbedId)).rejects.toMatchObject({ code: 'SG009' });
  });

  test('are erased together, whichever is named', async () => {
    for (const named of ['survivor', 'absorbed'] as const) {
      const pair = [await person(), await person()] as const;
      await merge(...pair);
      const dpo = await app.signIn('owner');
      const { status } = await api(
        'DELETE',
        `/contacts/${con(named === 'survivor' ? pair[0] : pair[1])}`,
        { reason: 'поиска' },
        dpo,
      );
      expect(status).toBe(204);
      const { rows } = await app.owner.query('select id from saglasie.contact where id = any($1)', [[...pair]]);
      expect(rows).toEqual([]);
      const { rows: kept } = await app.owner.query('select before from saglasie.contact_merge where survivor_id = $1', [pair[0]]);
      expect(kept).toEqual([{ before: null }]);
    }
  });
});

describe('A link that was mailed before', () => {
  beforeEach(async () => {
    await verify(survivorId);
    await verify(absorbedId);
    await consent(survivorId);
    await consent(absorbedId);
  });

  test('to unsubscribe stops the united person', async () => {
    await merge();
    expect(await gate(survivorId)).toBe('consent-given');
    const token = link('unsubscribe', absorbedId, newsletter.id);
    expect((await app.request('GET', `/u/${token}`)).status).toBe(200);
    expect(await gate(survivorId)).toBe('consent-given');
    const answer = await post(`/u/${token}`, { 'List-Unsubscribe': 'One-Click' });
    expect([answer.status, await answer.text()]).toEqual([200, 'OK\n']);
    expect(await gate(survivorId)).toBe('consent-withdrawn');
  });

  test('to the preference centre stops everything of the united person', async () => {
    await merge();
    const page = await app.request('GET', `/p/${link('preferences', absorbedId)}`);
    expect(page.status).toBe(200);
    await post(`/p/${link('preferences', absorbedId)}`, { answer: 'stop-all' });
    expect(await gate(survivorId)).toBe('objected');
  });

  test('works on while the records are being united: the withdrawal is in the one that stays', async () => {
    const client = await app.owner.connect();
    try {
      await client.query('begin');
      await client.query(`select from saglasie.contact where id = $1 for update`, [absorbedId]);
      const merging = merge();
      const stopping = post(`/u/${link('unsubscribe', absorbedId, newsletter.id)}`, { 'List-Unsubscribe': 'One-Click' });
      // The merge and the withdrawal both stand before the row that is held here.
      await waitsForALock((text) => app.owner.query(text), 2);
      await client.query('commit');
      await merging;
      expect((await stopping).status).toBe(200);
    } finally {
      client.release();
    }
    expect(await gate(survivorId)).toBe('consent-withdrawn');
  });
});

describe('Taken apart again', () => {
  test('a no said meanwhile, by whichever link, counts for both', async () => {
    for (const by of ['survivor', 'absorbed'] as const) {
      const pair = [await person(), await person()] as const;
      for (const id of pair) {
        await verify(id);
        await consent(id);
      }
      const mergeId = await merge(...pair);
      await post(`/u/${link('unsubscribe', by === 'survivor' ? pair[0] : pair[1], newsletter.id)}`, {
        'List-Unsubscribe': 'One-Click',
      });
      await undo(mergeId);
      expect([await gate(pair[0]), await gate(pair[1])], by).toEqual(['consent-withdrawn', 'consent-withdrawn']);
    }
  });

  test('a value changed meanwhile stays changed, the others go back', async () => {
    const mergeId = await merge();
    await app.owner.query(`update saglasie.contact set facts = jsonb_set(facts, '{city,value}', '"Плевен"') where id = $1`, [
      survivorId,
    ]);
    await undo(mergeId);
    const facts = (await describeContact(app.services.db, survivorId))?.facts.map(({ field, value }) => [field, value]);
    expect(Object.fromEntries(facts ?? [])).toMatchObject({ city: 'Плевен' });
    expect(facts?.some(([field]) => field === 'company')).toBe(false);
    expect((await describeContact(app.services.db, absorbedId))?.points).toHaveLength(2);
  });

  test('only the newest first, once, and within thirty days', async () => {
    const first = await merge();
    const third = await person();
    const second = await merge(survivorId, third);
    await expect(undo(first)).rejects.toMatchObject({ members: { obstacle: 'later-merge-first' } });
    await undo(second);
    await undo(first);
    await expect(undo(first)).rejects.toMatchObject({ members: { obstacle: 'undone-before' } });
    const late = await merge(survivorId, third);
    await app.owner.query('alter table saglasie.contact_merge disable trigger contact_merge_is_in_order');
    await app.owner.query(
      `update saglasie.contact_merge set merged_at = merged_at - interval '31 days', undo_until = undo_until - interval '31 days' where id = $1`,
      [late],
    );
    await app.owner.query('alter table saglasie.contact_merge enable trigger contact_merge_is_in_order');
    await expect(undo(late)).rejects.toMatchObject({ members: { obstacle: 'too-late' } });
    await forgetMerges(app.services.db);
    const { rows } = await app.owner.query('select before from saglasie.contact_merge where id = $1', [late]);
    expect(rows).toEqual([{ before: null }]);
  });
});

describe('Many at once', () => {
  const place = () => app.services;
  const twins = async () => {
    const [familyName, phone] = [unique('Щерев'), `08${Math.floor(10_000_000 + Math.random() * 89_999_999)}`];
    const one = await person({ givenName: 'Иван', familyName, phone });
    const other = await person({ givenName: 'Ivan', familyName: familyName.replace('Щерев', 'Shterev'), phone });
    return [one, other] as const;
  };

  test('are found, foreseen, united, and each can be undone; what somebody dismissed never comes back', async () => {
    const pairs = [await twins(), await twins(), await twins()];
    await write(async (tx) => {
      const { purpose: _, channel: __, noticeHash: ___, ...act } = await anAct(tx, pairs[2]?.[0] ?? '', newsletter);
      await restrict(tx, { ...act, ground: 'c' });
    });
    const started = await api('POST', '/duplicates/search', {});
    expect(started.body).toMatchObject({ kind: 'find-duplicates', state: 'waiting' });
    expect(await runOneJob(place(), [findDuplicates])).toBe(true);
    const found = (await api('GET', '/duplicates?minScore=80&reason=name-in-other-letters')).body as unknown as {
      data: { one: { id: string; restricted: boolean }; other: { id: string }; score: number; reasons: string[] }[];
      count: { value: number; restricted: number };
    };
    const of = (pair: readonly [string, string] | undefined) =>
      found.data.find(({ one, other }) => pair?.map(con).toSorted().join() === [one.id, other.id].toSorted().join());
    for (const pair of pairs) expect(of(pair)).toMatchObject({ score: 85, reasons: ['same-phone', 'name-in-other-letters'] });
    expect(found.count).toEqual({ value: 3, atLeast: false, restricted: 1 });

    const dismissed = of(pairs[0]);
    expect((await api('POST', '/duplicates/dismiss', { one: dismissed?.one.id, other: dismissed?.other.id })).body).toEqual({
      outcome: 'dismissed',
    });
    expect((await api('POST', '/duplicates/dismiss', { one: dismissed?.other.id, other: dismissed?.one.id })).body).toEqual({
      outcome: 'dismissed-before',
    });

    const foreseen = (await api('POST', '/duplicates/foresee-merges', { minScore: 80 })).body as unknown as {
      count: number;
      restricted: number;
    };
    expect(foreseen).toMatchObject({ count: 2, restricted: 1 });
    expect(await api('POST', '/duplicates/merge', { minScore: 80, expected: 7 })).toMatchObject({
      status: 409,
      body: { code: 'foreseen-otherwise' },
    });
    const job = (await api('POST', '/duplicates/merge', { minScore: 80, expected: 2 })).body as unknown as { id: string };
    await runOneJob(place(), [mergeMany]);
    const { rows } = await app.owner.query(`select state, done::int, counts from saglasie.job where kind = 'merge-many'`);
    expect(rows).toEqual([{ state: 'done', done: 2, counts: { merged: 1, skipped: 1 } }]);
    const merges = (await api('GET', `/merges?job=${job.id}`)).body as unknown as { data: { id: string; isUndoable: boolean }[] };
    expect(merges.data).toMatchObject([{ isUndoable: true }]);
    expect(await api('POST', `/merges/${merges.data[0]?.id}/undo`, {})).toMatchObject({
      status: 200,
      body: { isUndoable: false },
    });

    // Both changed since, so both are looked at again: neither pair that somebody took apart is suggested.
    await api('POST', '/duplicates/search', {});
    await runOneJob(place(), [findDuplicates]);
    const again = (await api('GET', '/duplicates?minScore=80')).body as unknown as { data: unknown[] };
    expect(again.data).toHaveLength(1);
  });

  test('are for nobody without the right', async () => {
    const auditor = await app.signIn('auditor');
    for (const [method, path, body] of [
      ['GET', '/duplicates'],
      ['POST', '/duplicates/merge', { minScore: 80, expected: 1 }],
      ['POST', `/contacts/${con(survivorId)}/merge`, { absorbed: con(absorbedId) }],
    ] as const) {
      expect((await api(method, path, body, auditor)).status).toBe(403);
    }
  });

  test('one pair is foreseen side by side without a trace, and united by what was chosen', async () => {
    const body = { absorbed: con(absorbedId), fields: { city: 'absorbed' }, main: { email: 'absorbed' } };
    const foreseen = (await api('POST', `/contacts/${con(survivorId)}/foresee-merge`, body)).body as unknown as {
      merged: { facts: { field: string; value: string }[] };
      obstacle: null;
    };
    expect(foreseen.obstacle).toBeNull();
    expect(foreseen.merged.facts.find(({ field }) => field === 'city')?.value).toBe('Варна');
    expect((await describeContact(app.services.db, absorbedId))?.state).toBe('active');
    const email = (await describeContact(app.services.db, absorbedId))?.points[0]?.value;
    const done = await api('POST', `/contacts/${con(survivorId)}/merge`, body);
    expect(done).toMatchObject({ status: 201, body: { isUndoable: true, undoneAt: null } });
    const merged = await describeContact(app.services.db, survivorId);
    expect(merged?.points.find(({ kind, isPrimary }) => kind === 'email' && isPrimary)?.value).toBe(email);
  });
});

test('a withdrawal that a survivor made stays one when it is absorbed by a third', async () => {
  const third = await person();
  for (const id of [survivorId, absorbedId, third]) {
    await verify(id);
    await consent(id);
  }
  await write(async (tx) => withdrawConsent(tx, await anAct(tx, absorbedId, newsletter)));
  const inner = await merge();
  expect(await gate(survivorId)).toBe('consent-withdrawn');
  const outer = await merge(third, survivorId);
  expect(await gate(third)).toBe('consent-withdrawn');
  await post(`/u/${link('unsubscribe', absorbedId, newsletter.id)}`, { 'List-Unsubscribe': 'One-Click' });
  await undo(outer);
  await undo(inner);
  expect(await gate(absorbedId)).toBe('consent-withdrawn');
});
