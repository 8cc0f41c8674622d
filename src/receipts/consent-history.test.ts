import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inTransaction } from '#platform/database/connect.ts';
import { gradeEvidence } from '#src/consent/grade-evidence.ts';
import { objectTo } from '#src/consent/object.ts';
import { withdrawConsent } from '#src/consent/withdraw-consent.ts';
import { addContact } from '#src/contacts/add-contact.ts';
import { exportContact } from '#src/contacts/export-contact.ts';
import { eraseContact } from '#src/erasure/erase-contact.ts';
import { appendEntries } from '#src/ledger/append-entries.ts';
import { listEntriesOf } from '#src/ledger/find-entry.ts';
import { mayProcess } from '#src/permission/may-process.ts';
import { getPurpose } from '#src/purposes/find-purpose.ts';
import { findController, saveController } from '#src/register/controller.ts';
import { useDatabase } from '#test/support/database.ts';
import { aSource, staff, unique } from '#test/support/factories.ts';
import { sequenceLog } from '#test/support/log.ts';
import { openPublicSite, type PublicSite, subscribeAndConfirm } from '#test/support/public-site.ts';
import { checkFile } from './check-file.ts';
import type { ConsentHistory } from './consent-history.ts';
import { exportConsentHistory } from './export-consent-history.ts';
import { type HistoryToImport, importConsentHistory } from './import-consent-history.ts';
import { verifyConsentHistory } from './verify-consent-history.ts';

const [databaseThere, databaseHere] = [useDatabase(), useDatabase()];
let there: PublicSite;
let here: PublicSite;
let email: string;
const config = {
  flood: {
    perAddress: [{ seconds: 900, max: 50 }],
    perIp: { seconds: 3600, max: 10_000 },
    perForm: { seconds: 3600, max: 10_000 },
  },
};

beforeAll(async () => {
  there = await openPublicSite(databaseThere, { config: { ...config, publicUrl: 'https://old.example.bg' } });
  here = await openPublicSite(databaseHere, { config: { ...config, publicUrl: 'https://new.example.bg' } });
});
afterAll(async () => {
  await there?.close();
  await here?.close();
});
beforeEach(() => {
  email = `${unique('mover')}@example.com`;
});

async function contactAt(site: PublicSite): Promise<string> {
  const { rows } = await site.owner.query<{ id: string }>('select contact_id as id from contact_point where match_key = $1', [
    email,
  ]);
  if (!rows[0]) throw new Error('nobody has this address');
  return rows[0].id;
}

/** A consent given there, as a package. */
async function packageFromThere(stopped = false): Promise<ConsentHistory> {
  const links = await subscribeAndConfirm(there, email);
  if (stopped) await there.post(`${links['unsubscribe']}?lang=bg`, { answer: 'unsubscribe' });
  return packageOf(there);
}

async function packageOf(site: PublicSite): Promise<ConsentHistory> {
  const { db, keys, config } = site.services;
  await sequenceLog({ db, keys, publicUrl: config.publicUrl });
  return exportConsentHistory(site.services, db, await contactAt(site));
}

/** The same person, known here for another reason. */
async function known(): Promise<string> {
  return inTransaction(here.services.db, async (tx) =>
    addContact(
      tx,
      here.services.keys,
      {
        source: { kind: 'event', label: 'Fair', obtainedFrom: 'data-subject' },
        purpose: (await getPurpose(tx, 'customer-relations')).id,
        legalBasis: 'contract',
        language: 'bg',
        email,
      },
      staff,
    ),
  );
}

const bring = (asked: HistoryToImport) => inTransaction(here.services.db, (tx) => importConsentHistory(tx, here.services, asked));

async function gate(contactId: string) {
  const purpose = await getPurpose(here.services.db, 'newsletter');
  const { allowed, reason } = await mayProcess(here.services.db, contactId, purpose.id, 'email');
  return { allowed, reason };
}

async function actHere(contactId: string) {
  return inTransaction(here.services.db, async (tx) => {
    const { id, version } = await getPurpose(tx, 'newsletter');
    return {
      contactId,
      purpose: { id, version },
      channel: 'email' as const,
      sourceId: await aSource(tx),
      actor: { kind: 'contact' as const, contactId },
      method: 'preference-centre',
    };
  });
}

describe('The consent history of a person', () => {
  test('is one signed package that anybody can verify, with the texts', async () => {
    const history = await packageFromThere(true);
    const { verdict, entries } = await verifyConsentHistory(JSON.parse(JSON.stringify(history)));
    expect(verdict.outcome).toBe('holds');
    expect(entries?.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['consent-requested', 'consent-given', 'consent-withdrawn']),
    );
    expect(history.notices[0]?.text).toContain('Давам съгласие');
    expect(await checkFile(Buffer.from(JSON.stringify(history)))).toMatchObject({ outcome: 'holds' });
  });

  test('moves to another installation: dated as it happened, naming where from, with its grade, and the gate opens', async () => {
    const history = await packageFromThere();
    const contactId = await known();
    expect(await gate(contactId)).toMatchObject({ allowed: false });
    const done = await bring({ contactId, document: history, vkey: history.log.vkeys[0] });
    expect(done).toMatchObject({ log: 'old.example.bg/ledger', controller: 'Пример ЕООД', imported: 1, already: 0 });
    expect(await gate(contactId)).toEqual({ allowed: true, reason: 'consent-given' });

    const given = history.entries.map(({ entry }) => JSON.parse(entry)).find(({ kind }) => kind === 'consent-given');
    const { rows } = await here.owner.query(
      `select e.kind, e.occurred_at, e.method, e.actor, e.evidence, s.label, encode(e.notice_hash, 'hex') as notice
         from ledger_entry e join source s on s.id = e.source_id where contact_id = $1 and method = 'import'`,
      [contactId],
    );
    expect(rows).toEqual([
      {
        kind: 'consent-given',
        occurred_at: new Date(given.occurredAt),
        method: 'import',
        actor: 'import',
        label: 'Пример ЕООД (old.example.bg/ledger)',
        notice: given.notice,
        evidence: {
          log: 'old.example.bg/ledger',
          entry: given.id,
          position: expect.any(Number),
          package: done.packageId,
          originalMethod: 'confirmation-page',
          grade: 'A',
        },
      },
    ]);
    const copy = await exportContact(here.services.db, contactId, 'json', 'bg');
    expect(copy?.body).toContain('saglasie-consent-history');
    const onward = await packageOf(here);
    expect((await verifyConsentHistory(onward)).entries?.map(({ method }) => method)).toContain('import');
  });

  test('brought twice is there once; what came since is added', async () => {
    const first = await packageFromThere();
    const contactId = await known();
    await bring({ contactId, document: first });
    expect(await bring({ contactId, document: first })).toMatchObject({ imported: 0, already: 1 });
    await inTransaction(there.services.db, async (tx) => {
      const { id, version } = await getPurpose(tx, 'newsletter');
      const person = await contactAt(there);
      await withdrawConsent(tx, {
        contactId: person,
        purpose: { id, version },
        channel: 'email',
        sourceId: await aSource(tx),
        actor: { kind: 'contact', contactId: person },
        method: 'preference-centre',
      });
    });
    expect(await bring({ contactId, document: await packageOf(there) })).toMatchObject({ imported: 1, already: 1 });
    expect(await gate(contactId)).toEqual({ allowed: false, reason: 'consent-withdrawn' });
  });

  test('never weakens a withdrawal or an objection that stands here, whether older or newer', async () => {
    for (const say of ['withdraw', 'object', 'object to everything'] as const) {
      for (const order of ['no first', 'consent first'] as const) {
        email = `${unique('mover')}@example.com`;
        const early = order === 'consent first' ? await packageFromThere() : undefined;
        const contactId = await known();
        const act = await actHere(contactId);
        await inTransaction(here.services.db, async (tx) => {
          const { purpose: _, channel: __, ...everything } = act;
          if (say === 'withdraw') await withdrawConsent(tx, act);
          else await objectTo(tx, say === 'object' ? act : everything);
        });
        const before = await gate(contactId);
        const done = await bring({ contactId, document: early ?? (await packageFromThere()) });
        expect(done.kept, `${say}, ${order}`).toContainEqual(expect.objectContaining({ because: 'no-stands' }));
        expect(await gate(contactId), `${say}, ${order}`).toEqual(before);
        expect(before.allowed).toBe(false);
      }
    }
  });

  test('never outlives an objection made here after a consent ran out', async () => {
    const contactId = await known();
    const act = await actHere(contactId);
    await inTransaction(here.services.db, async (tx) => {
      await appendEntries(tx, [{ ...act, kind: 'consent-expired', occurredAt: new Date(), actor: { kind: 'system' } }]);
      await objectTo(tx, act);
    });
    const done = await bring({ contactId, document: await packageFromThere() });
    expect(done.kept).toContainEqual(expect.objectContaining({ because: 'no-stands' }));
    expect(await gate(contactId)).toEqual({ allowed: false, reason: 'objected' });
  });

  test('to something offered to children too is evidence only, unless it shows that the person was old enough', async () => {
    await here.owner.query(`update purpose set needs_age = true where slug = 'newsletter'`);
    try {
      const contactId = await known();
      const done = await bring({ contactId, document: await packageFromThere() });
      expect(done.kept).toContainEqual(expect.objectContaining({ kind: 'consent-given', because: 'age-unknown' }));
      expect((await gate(contactId)).allowed).toBe(false);
    } finally {
      await here.owner.query(`update purpose set needs_age = false where slug = 'newsletter'`);
    }
  });

  test('signed by a key nobody named is kept, and proves no more than somebody’s word', async () => {
    const contactId = await known();
    expect(await bring({ contactId, document: await packageFromThere() })).toMatchObject({ imported: 1 });
    const entries = await listEntriesOf(here.services.db, contactId);
    expect(entries.filter(({ method }) => method === 'import').map(gradeEvidence)).toEqual(['E']);
  });

  test('of a child still says that a parent agreed', async () => {
    const { entries: before } = await packageFromThere();
    const given = before.map(({ entry }) => JSON.parse(entry)).find(({ kind }) => kind === 'consent-given');
    await inTransaction(there.services.db, async (tx) => {
      const { id, version } = await getPurpose(tx, 'newsletter');
      const person = await contactAt(there);
      await appendEntries(tx, [
        {
          kind: 'consent-renewed',
          contactId: person,
          purpose: { id, version },
          channel: 'email',
          legalBasis: 'consent',
          permissionGround: 'consent',
          occurredAt: new Date(),
          sourceId: await aSource(tx),
          noticeHash: given.notice,
          language: given.language,
          actor: { kind: 'contact', contactId: person },
          method: 'confirmation-page',
          evidence: { shown: 'here', guardian: person },
        },
      ]);
    });
    const history = await packageOf(there);
    const contactId = await known();
    await bring({ contactId, document: history, vkey: history.log.vkeys[0] });
    const brought = (await listEntriesOf(here.services.db, contactId)).filter(({ kind }) => kind === 'consent-renewed');
    expect(brought.map(({ evidence }) => evidence?.guardian)).toEqual([await contactAt(there)]);
  });

  test('brings a no of theirs, and older than a consent given here it changes nothing', async () => {
    const history = await packageFromThere(true);
    const contactId = await known();
    await subscribeAndConfirm(here, email);
    expect(await gate(contactId)).toEqual({ allowed: true, reason: 'consent-given' });
    await bring({ contactId, document: history });
    expect(await gate(contactId)).toEqual({ allowed: true, reason: 'consent-given' });
  });

  test('of another company brings its noes, and no consent that does not name us', async () => {
    await inTransaction(there.services.db, async (tx) => {
      const controller = await findController(tx);
      if (controller) await saveController(tx, { ...controller, registrationNumber: '999999999' });
    });
    const history = await packageFromThere(true);
    const contactId = await known();
    // Its text names „Пример ЕООД“, which is our name too.
    expect((await bring({ contactId, document: history })).kept.map(({ because }) => because)).not.toContain('other-controller');
    await inTransaction(here.services.db, async (tx) => {
      const controller = await findController(tx);
      if (controller) await saveController(tx, { ...controller, name: 'Съвсем друго ООД' });
    });
    email = `${unique('mover')}@example.com`;
    const another = await packageFromThere(true);
    const done = await bring({ contactId: await known(), document: another });
    expect(done.kept).toContainEqual(expect.objectContaining({ kind: 'consent-given', because: 'other-controller' }));
    expect(done.imported).toBe(1);
    await inTransaction(here.services.db, async (tx) => {
      const controller = await findController(tx);
      if (controller) await saveController(tx, { ...controller, name: 'Пример ЕООД' });
    });
  });

  test('goes with its person when they are erased', async () => {
    const contactId = await known();
    await bring({ contactId, document: await packageFromThere(true) });
    await inTransaction(here.services.db, (tx) => eraseContact(tx, { contactId, reason: 'request' }));
    const { rows } = await here.owner.query('select count(*)::int as n from consent_package where contact_id = $1', [contactId]);
    expect(rows[0].n).toBe(0);
  });

  test('as received cannot be changed', async () => {
    const contactId = await known();
    await bring({ contactId, document: await packageFromThere(true) });
    await expect(here.owner.query('update consent_package set log = log')).rejects.toThrow();
    await expect(here.services.db.deleteFrom('consent_package').execute()).rejects.toThrow();
  });
});

describe('A package is refused', () => {
  const refusal = (asked: HistoryToImport) => bring(asked).catch((error: { code?: string; members?: object }) => error);

  test('with anything in it changed', async () => {
    const history = await packageFromThere(true);
    const contactId = await known();
    for (const [change, broken] of [
      [(one: ConsentHistory) => ({ ...one, contact: '01920000-0000-7000-8000-000000000009' }), 'entry'],
      [(one: ConsentHistory) => ({ ...one, entries: one.entries.slice(1) }), 'seal'],
      [(one: ConsentHistory) => ({ ...one, emails: ['other@example.com'] }), 'seal'],
      [(one: ConsentHistory) => ({ ...one, notices: [] }), 'text'],
      [(one: ConsentHistory) => ({ ...one, notices: one.notices.map((notice) => ({ ...notice, text: 'x' })) }), 'text'],
      [(one: ConsentHistory) => ({ ...one, entries: one.entries.map((entry) => ({ ...entry, position: 0 })) }), 'proof'],
      [(one: ConsentHistory) => ({ ...one, log: { ...one.log, size: 1 } }), 'checkpoint'],
      [(one: ConsentHistory) => ({ ...one, version: 2 }), 'form'],
      [
        (one: ConsentHistory) => ({
          ...one,
          entries: one.entries.map((entry) => ({ ...entry, entry: entry.entry.replace('consent-withdrawn', 'consent-given') })),
        }),
        'entry',
      ],
    ] as const) {
      const document = change(structuredClone(history));
      expect(await refusal({ contactId, document }), broken).toMatchObject({ code: 'package-broken', members: { broken } });
    }
    const { rows } = await here.owner.query(
      `select count(*)::int as n from ledger_entry where contact_id = $1 and method = 'import'`,
      [contactId],
    );
    expect(rows[0].n).toBe(0);
  });

  test('of somebody else, of ourselves, by another key than named, and for nobody', async () => {
    const history = await packageFromThere();
    const contactId = await known();
    expect(await refusal({ contactId, document: await packageOf(here) })).toMatchObject({ code: 'package-is-own' });
    expect(await refusal({ contactId, document: history, vkey: 'another' })).toMatchObject({ code: 'package-key-unknown' });
    expect(await refusal({ contactId: '01920000-0000-7000-8000-000000000009', document: history })).toMatchObject({
      status: 404,
    });
    email = `${unique('mover')}@example.com`;
    expect(await refusal({ contactId: await known(), document: history })).toMatchObject({ code: 'package-of-another-person' });
  });
});

describe('A consent history brought after a purpose has grown', () => {
  test('does not cover what was added to the purpose after they agreed', async () => {
    const history = await packageFromThere();
    const contactId = await known();
    const { id, version } = await getPurpose(here.services.db, 'newsletter');
    await here.owner.query('update purpose set covers_from_version = version + 1 where id = $1', [id]);
    await bring({ contactId, document: history, vkey: history.log.vkeys[0] });
    expect(await gate(contactId)).toEqual({ allowed: false, reason: 'consent-outdated' });
    const { rows } = await here.owner.query(
      `select purpose_version from ledger_entry where contact_id = $1 and method = 'import'`,
      [contactId],
    );
    expect(rows).toEqual([{ purpose_version: version }]);
  });
});
