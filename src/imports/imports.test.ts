import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runOneJob } from '#platform/jobs/run-jobs.ts';
import { findJob, tellJob } from '#platform/jobs/start-job.ts';
import { objectTo } from '#src/consent/object.ts';
import { restrict } from '#src/consent/restrict.ts';
import { withdrawConsent } from '#src/consent/withdraw-consent.ts';
import { describeContact, findContactByEmail } from '#src/contacts/describe-contact.ts';
import { editContact } from '#src/contacts/edit-contact.ts';
import { eraseContact } from '#src/erasure/erase-contact.ts';
import { mayProcess } from '#src/permission/may-process.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import { aFile, bringIn, check, commit, importServices, undo } from '#test/support/bring-in.ts';
import { aConsent, aContact, aNewsletter, anAct, aPurpose, staff, testKeys, unique, useStore } from '#test/support/factories.ts';
import { listRows } from './list-rows.ts';
import { requestUndo, undoImport } from './undo-import.ts';
import { writeErrorFile } from './write-error-file.ts';

const store = useStore();
const services = importServices(store);

const TIME = '2024-05-06 07:08:09';
/** Columns of a Mailchimp export that matter here. */
const HEAD = 'Email Address,First Name,Last Name,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,MEMBER_RATING,LEID,EUID';
const proven = (email: string, first = 'Мария') => `${email},${first},Иванова,${TIME},93.184.216.34,${TIME},93.184.216.34,2,1,a`;
const unproven = (email: string) => `${email},Петър,Петров,,,,,2,1,a`;
const mailchimp = (...lines: string[]) => [HEAD, ...lines].join('\r\n');
const unsubscribed = (...emails: string[]) =>
  [
    `${HEAD},UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON`,
    ...emails.map((email) => `${proven(email)},,,,`),
  ].join('\n');
const email = () => `${unique('p')}@example.bg`;

const aPurposeOf = (overrides?: Parameters<typeof aNewsletter>[1]): Promise<Purpose> =>
  store.write((tx) => aNewsletter(tx, overrides));
const gate = async (address: string, purpose: Purpose) => {
  const id = await findContactByEmail(store.db, address);
  return id === undefined ? 'nobody' : await mayProcess(store.db, id, purpose.id, 'email');
};
const reasonOf = async (address: string, purpose: Purpose) => {
  const answer = await gate(address, purpose);
  return answer === 'nobody' ? answer : answer.reason;
};

describe('An import', () => {
  test('makes of a proven consent a consent with its evidence and grade, and quarantines what nothing proves', async () => {
    const purpose = await aPurposeOf();
    const [yes, no] = [email(), email()];
    const done = await bringIn(services, mailchimp(proven(yes), unproven(no)), { purpose: purpose.slug, legalBasis: 'consent' });
    expect(done).toMatchObject({ state: 'committed', counts: { rows: 2, new: 2, quarantined: 1, consents: 1 } });
    expect(await gate(yes, purpose)).toMatchObject({ allowed: true, reason: 'consent-given' });
    expect(await reasonOf(no, purpose)).toBe('quarantined');
    const { rows } = await store.owner(
      `select method, actor, occurred_at, evidence from ledger_entry where purpose_id = $1 and kind = 'consent-given'`,
      [purpose.id],
    );
    expect(rows).toMatchObject([
      { method: 'import', actor: 'import', evidence: { import: done.id, row: 1, optinIp: '93.184.216.0/24' } },
    ]);
    expect(await store.verify()).toMatchObject({ holds: true });
  });

  test('leaves no file behind when it has ended', async () => {
    const purpose = await aPurposeOf();
    const done = await bringIn(services, mailchimp(proven(email())), { purpose: purpose.slug, legalBasis: 'consent' });
    expect(done.fileErasedAt).not.toBeNull();
    expect(readdirSync(join(services.config.dataFolder, 'imports'))).not.toContain(done.id);
  });

  test('counts in a dry run exactly what the commit then does, and changes nothing by it', async () => {
    const purpose = await aPurposeOf();
    const [known, fresh] = [email(), email()];
    await bringIn(services, mailchimp(proven(known, 'Стара')), { purpose: purpose.slug, legalBasis: 'consent' });
    const before = await store.owner('select count(*) from contact');
    const one = await aFile(
      services,
      mailchimp(
        proven(known, 'Нова'),
        proven(fresh),
        proven(fresh, 'Друга'),
        unproven(email()),
        proven('not an address'),
        unproven(email()),
      ),
      { purpose: purpose.slug, legalBasis: 'consent' },
    );
    const checked = await check(services, one.id);
    expect(checked).toMatchObject({
      state: 'checked',
      checked: { rows: 6, new: 3, updated: 1, quarantined: 2, problem: 1, duplicate: 1 },
    });
    expect((await store.owner('select count(*) from contact')).rows).toEqual(before.rows);
    const done = await commit(services, one.id);
    expect(done.counts).toEqual(checked.checked);
    expect(await listRows(store.db, one.id, { filter: 'problem', limit: 10 })).toMatchObject([
      { row: 5, line: 6, codes: expect.arrayContaining([expect.objectContaining({ code: 'invalid-email', weight: 'refused' })]) },
    ]);
  });

  test('of the same person twice in a file takes the stricter answer, in either order and in different chunks', async () => {
    const purpose = await aPurposeOf();
    const filler = Array.from({ length: 4100 }, () => unproven(email()));
    const [first, last] = [email(), email()];
    const status = (line: string, said: string) => `${line},${said}`;
    const lines = [
      status(proven(first), 'subscribed'),
      status(proven(last), 'unsubscribed'),
      ...filler.map((line) => status(line, 'subscribed')),
      status(proven(first), 'unsubscribed'),
      status(proven(last), 'subscribed'),
    ];
    const one = await aFile(services, [`${HEAD},Status`, ...lines].join('\n'), {
      purpose: purpose.slug,
      legalBasis: 'consent',
      mapping: [
        { column: 'Email Address', target: { to: 'email' } },
        { column: 'OPTIN_TIME', target: { to: 'evidence', of: 'optin-time' } },
        { column: 'OPTIN_IP', target: { to: 'evidence', of: 'optin-ip' } },
        {
          column: 'Status',
          target: {
            to: 'status',
            channel: 'email',
            yes: 'subscribed',
            no: 'unsubscribed',
            values: [
              { value: 'subscribed', status: 'subscribed' },
              { value: 'unsubscribed', status: 'unsubscribed' },
            ],
          },
        },
      ],
    });
    const done = await commit(services, one.id);
    expect(done.counts).toMatchObject({ rows: 4104, duplicate: 2 });
    expect(await gate(first, purpose)).toMatchObject({ allowed: false, reason: 'consent-withdrawn' });
    expect(await gate(last, purpose)).toMatchObject({ allowed: false });
  });

  test('takes lists of unsubscribed, cleaned and complaining people as noes, never as people who can be written to', async () => {
    const purpose = await aPurposeOf();
    const of = (column: string) => ({
      mapping: [
        { column: 'Email Address', target: { to: 'email' as const } },
        { column, target: { to: 'ignored' as const } },
      ],
    });
    const [gone, dead, angry, blocked] = [email(), email(), email(), email()];
    for (const [address, status] of [
      [gone, 'unsubscribed'],
      [dead, 'cleaned'],
      [angry, 'complained'],
      [blocked, 'blacklisted'],
    ] as const) {
      await bringIn(services, mailchimp(proven(address)), {
        purpose: purpose.slug,
        legalBasis: 'consent',
        ...of('LEID'),
        partStatuses: [{ part: 0, channel: 'email', status }],
      });
    }
    expect(await gate(gone, purpose)).toMatchObject({ allowed: false });
    expect(await gate(dead, purpose)).toBe('nobody');
    expect(await gate(angry, purpose)).toMatchObject({ allowed: false });
    expect(await gate(blocked, purpose)).toMatchObject({ allowed: false });
    // And a proven consent brought in later does not turn any of them.
    for (const address of [gone, dead, angry, blocked]) {
      await bringIn(services, mailchimp(proven(address)), { purpose: purpose.slug, legalBasis: 'consent', updateStatuses: true });
      const answer = await gate(address, purpose);
      expect(answer === 'nobody' || !answer.allowed, address).toBe(true);
    }
    const { rows } = await store.owner(
      `select reason, count(*)::int from suppression where match_hash = any($1) group by 1 order by 1`,
      [[gone, dead, angry, blocked].map((address) => testKeys.matchHash('email', address))],
    );
    expect(rows).toEqual([
      { reason: 'complaint', count: 1 },
      { reason: 'hard-bounce', count: 1 },
      { reason: 'objected', count: 1 },
    ]);
  });

  test('never weakens a withdrawal, an objection, a restriction or an erasure, and says which rows it refused for one', async () => {
    const purpose = await aPurposeOf();
    const addresses = [email(), email(), email(), email()] as const;
    const ids = await store.write(async (tx) => {
      const made: string[] = [];
      for (const address of addresses) made.push(await aContact(tx, { email: address }));
      const [withdrew, objected, restricted, erased] = made as [string, string, string, string];
      await aConsent(tx, withdrew, purpose);
      await withdrawConsent(tx, await anAct(tx, withdrew, purpose));
      const { purpose: _all, channel: _any, ...everything } = await anAct(tx, objected, purpose);
      await objectTo(tx, everything);
      await restrict(tx, { ...everything, contactId: restricted, ground: 'a' });
      await eraseContact(tx, { contactId: erased, reason: 'request' });
      return made;
    });
    const wanted = { purpose: purpose.slug, legalBasis: 'consent' as const, updateStatuses: true };
    const done = await bringIn(services, mailchimp(...addresses.map((address) => proven(address, 'Друга'))), wanted);
    expect(await reasonOf(addresses[0], purpose)).toBe('consent-withdrawn');
    expect(await reasonOf(addresses[1], purpose)).toBe('objected');
    expect(await reasonOf(addresses[2], purpose)).toBe('restricted');
    expect(await reasonOf(addresses[3], purpose)).toBe('nobody');
    const told = await listRows(store.db, done.id, { filter: 'told', limit: 10 });
    expect(told.map(({ row, outcome, codes }) => [row, outcome, codes.map(({ code }) => code)])).toEqual([
      [1, expect.any(String), expect.arrayContaining(['no-stands'])],
      [2, expect.any(String), expect.arrayContaining(['no-stands'])],
      [3, 'refused', ['restricted']],
      [4, 'refused', ['erased']],
    ]);
    // Of an erased person nothing is kept in the report either.
    expect(told[3]).toMatchObject({ cells: null, contactId: null });
    const restricted = await describeContact(store.db, ids[2] as string);
    expect(restricted?.facts.find(({ field }) => field === 'given_name')?.value).toBe('Мария');
  });

  test('is refused by the database itself when it brings a yes over a no', async () => {
    const purpose = await aPurposeOf();
    const id = await store.write((tx) => aContact(tx));
    await store.write(async (tx) => withdrawConsent(tx, await anAct(tx, id, purpose)));
    await expect(
      store.write(async (tx) => {
        const { appendEntries } = await import('#src/ledger/append-entries.ts');
        const act = await anAct(tx, id, purpose);
        await appendEntries(tx, [
          {
            ...act,
            kind: 'consent-given',
            legalBasis: 'consent',
            permissionGround: 'consent',
            occurredAt: new Date(),
            actor: { kind: 'import' },
            method: 'import',
            evidence: { import: 'x' },
          },
        ]);
      }),
    ).rejects.toThrow('an import brings no yes over a no');
  });

  test('changes people who are known only where its switches say so', async () => {
    const purpose = await aPurposeOf();
    const address = email();
    await store.write((tx) => aContact(tx, { email: address, givenName: 'Стара' }));
    const wanted = { purpose: purpose.slug, legalBasis: 'consent' as const };
    const off = await bringIn(services, mailchimp(proven(address, 'Нова')), { ...wanted, updateProfiles: false });
    expect(off.counts).toMatchObject({ unchanged: 1 });
    expect(await reasonOf(address, purpose)).toBe('consent-never-asked');
    const profiles = await bringIn(services, mailchimp(proven(address, 'Нова')), wanted);
    expect(profiles.counts).toMatchObject({ updated: 1 });
    expect(await reasonOf(address, purpose)).toBe('consent-never-asked');
    const statuses = await bringIn(services, mailchimp(proven(address, 'Нова')), { ...wanted, updateStatuses: true });
    expect(statuses.counts).toMatchObject({ updated: 1, consents: 1 });
    expect(await reasonOf(address, purpose)).toBe('consent-given');
  });

  test('recognises people without e-mail by number and name together', async () => {
    const purpose = await store.write((tx) => aPurpose(tx));
    const wanted = { purpose: purpose.slug, legalBasis: 'contract' as const };
    const number = `0888${String(Math.floor(Math.random() * 1e6)).padStart(6, '0')}`;
    const file = (name: string) => `First Name,Last Name,Phone\n${name},Колева,${number}`;
    const mapping = [
      { column: 'First Name', target: { to: 'field' as const, field: 'given_name' } },
      { column: 'Last Name', target: { to: 'field' as const, field: 'family_name' } },
      { column: 'Phone', target: { to: 'phone' as const } },
    ];
    expect((await bringIn(services, file('Ана'), { ...wanted, mapping })).counts).toMatchObject({ new: 1 });
    expect((await bringIn(services, file('АНА'), { ...wanted, mapping })).counts).toMatchObject({ updated: 1 });
    expect((await bringIn(services, file('Боян'), { ...wanted, mapping })).counts).toMatchObject({ new: 1 });
  });

  test('gives its rows that did not come in back with the reason, safe for a spreadsheet, in the reader’s language', async () => {
    const purpose = await aPurposeOf();
    const done = await bringIn(services, mailchimp(`=1+1@,Мария,"Иванова; ""х""",${TIME},1.2.3.4,,,2,1,a`), {
      purpose: purpose.slug,
      legalBasis: 'consent',
    });
    const text = await new Response(writeErrorFile(store.db, done, { language: 'bg', variant: 'spreadsheet' })).text();
    expect(text).toContain(`'=1+1@;Мария;"Иванова; ""х"""`);
    expect(text).toContain('Това не е имейл адрес.');
    const exact = await new Response(writeErrorFile(store.db, done, { language: 'en', variant: 'exact' })).text();
    expect(exact).toContain('=1+1@,Мария,"Иванова; ""х"""');
    expect(exact).not.toContain("'=1+1@");
  });
});

describe('The undo of an import', () => {
  const snapshot = async () =>
    (
      await store.owner(`select c.id, c.state, c.country, c.facts, c.search_text, c.primary_email,
        (select jsonb_agg(to_jsonb(p) - 'created_at' order by p.id) from contact_point p where p.contact_id = c.id) as points from contact c order by id`)
    ).rows;

  test('erases whom it brought and puts every value of the others back, and brings no hash of anybody', async () => {
    const purpose = await aPurposeOf();
    const known = email();
    await bringIn(services, mailchimp(proven(known, 'Стара')), { purpose: purpose.slug, legalBasis: 'consent' });
    const before = await snapshot();
    const suppressed = await store.owner('select count(*) from suppression');
    const fresh = email();
    const done = await bringIn(services, mailchimp(proven(known, 'Нова'), proven(fresh), unproven(email())), {
      purpose: purpose.slug,
      legalBasis: 'consent',
    });
    expect(done.counts).toMatchObject({ new: 2, updated: 1 });
    const undone = await undo(services, done.id);
    expect(undone).toMatchObject({ state: 'undone', counts: { erased: 2, restored: 1 } });
    expect(await snapshot()).toEqual(before);
    expect((await store.owner('select count(*) from suppression')).rows).toEqual(suppressed.rows);
    expect(await store.verify()).toMatchObject({ holds: true });
    // It can be brought in again.
    expect(
      (await bringIn(services, mailchimp(proven(fresh)), { purpose: purpose.slug, legalBasis: 'consent' })).counts,
    ).toMatchObject({ new: 1 });
    expect(await reasonOf(fresh, purpose)).toBe('consent-given');
  });

  test('that was stopped half-way and asked for again goes on, and takes nothing it took back itself for a change since', async () => {
    const purpose = await aPurposeOf();
    const known = Array.from({ length: 600 }, email);
    const wanted = { purpose: purpose.slug, legalBasis: 'consent' as const };
    await bringIn(services, mailchimp(...known.map((one) => proven(one, 'Стара'))), wanted);
    const before = await snapshot();
    const done = await bringIn(services, mailchimp(...known.map((one) => proven(one, 'Нова'))), wanted);
    expect(done.counts).toMatchObject({ updated: 600 });

    const jobId = await store.write((tx) => requestUndo(tx, done.id, { kind: 'command' }));
    await runOneJob(services, [undoImport], { id: jobId, signal: AbortSignal.abort() });
    await store.write((tx) => tellJob(tx, jobId, 'stop'));
    const stopped = await findJob(store.db, jobId);
    expect(stopped).toMatchObject({ state: 'stopped', done: 500 });
    if (stopped) await undoImport.stopped?.(services, stopped);

    const undone = await undo(services, done.id);
    expect(undone).toMatchObject({ state: 'undone', counts: { restored: 600 } });
    expect(undone.counts.keptFields ?? 0).toBe(0);
    expect(undone.counts.keptContacts ?? 0).toBe(0);
    expect(await snapshot()).toEqual(before);
  });

  test('keeps what was changed since, and whoever has spoken for themselves, and tells so', async () => {
    const purpose = await aPurposeOf();
    const [known, spoke] = [email(), email()];
    const id = await store.write((tx) => aContact(tx, { email: known, givenName: 'Стара' }));
    const done = await bringIn(services, mailchimp(proven(known, 'Нова'), proven(spoke)), {
      purpose: purpose.slug,
      legalBasis: 'consent',
    });
    const spokeId = (await findContactByEmail(store.db, spoke)) as string;
    await store.write(async (tx) => {
      await aConsent(tx, spokeId, purpose);
      const contract = await aPurpose(tx);
      await editContact(
        tx,
        testKeys,
        id,
        {
          changes: { givenName: 'Най-нова' },
          source: { kind: 'staff', label: 'Обаждане', obtainedFrom: 'data-subject' },
          purpose: contract.id,
          legalBasis: 'contract',
        },
        staff,
      );
    });
    const undone = await undo(services, done.id);
    expect(undone.counts).toMatchObject({ keptContacts: 1, keptFields: 1 });
    expect((await describeContact(store.db, id))?.facts.find(({ field }) => field === 'given_name')?.value).toBe('Най-нова');
    expect(await gate(spoke, purpose)).toMatchObject({ allowed: true, reason: 'consent-given' });
  });

  test('takes no no back', async () => {
    const purpose = await aPurposeOf();
    const address = email();
    const id = await store.write((tx) => aContact(tx, { email: address }));
    await store.write((tx) => aConsent(tx, id, purpose));
    const done = await bringIn(services, unsubscribed(address), {
      purpose: purpose.slug,
      legalBasis: 'consent',
      partStatuses: [{ part: 0, channel: 'email', status: 'unsubscribed' }],
    });
    expect(done.counts).toMatchObject({ noes: 1 });
    expect(await reasonOf(address, purpose)).toBe('consent-withdrawn');
    expect((await undo(services, done.id)).counts).toMatchObject({ keptNoes: 1 });
    expect(await reasonOf(address, purpose)).toBe('consent-withdrawn');
  });

  test('ends the consents and bases it brought to people who were here before', async () => {
    const purpose = await aPurposeOf();
    const address = email();
    await store.write((tx) => aContact(tx, { email: address }));
    const done = await bringIn(services, mailchimp(proven(address)), {
      purpose: purpose.slug,
      legalBasis: 'consent',
      updateStatuses: true,
    });
    expect(await reasonOf(address, purpose)).toBe('consent-given');
    await undo(services, done.id);
    expect(await gate(address, purpose)).toMatchObject({ allowed: false });
  });
});
