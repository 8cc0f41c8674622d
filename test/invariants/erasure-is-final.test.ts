import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { addContact } from '#src/contacts/add-contact.ts';
import { editContact } from '#src/contacts/edit-contact.ts';
import { exportContact } from '#src/contacts/export-contact.ts';
import { eraseContact } from '#src/erasure/erase-contact.ts';
import { ERASED_AT_ONCE, eraseContacts } from '#src/erasure/erase-contacts.ts';
import { mayProcess } from '#src/permission/may-process.ts';
import { decideOpening } from '#src/sealed-evidence/decide-opening.ts';
import { eraseKeepingEvidence, eraseManyKeepingEvidence } from '#src/sealed-evidence/erase-keeping-evidence.ts';
import { openEvidence } from '#src/sealed-evidence/open-evidence.ts';
import { requestOpening } from '#src/sealed-evidence/request-opening.ts';
import { addStaffMember } from '#src/staff/add-staff-member.ts';
import { dumpAsText, tablesWith } from '#test/support/digest.ts';
import { aConsent, aContact, aNewsletter, anAct, aPurpose, staff, testKeys, unique, useStore } from '#test/support/factories.ts';

const store = useStore();
const MARKERS = ['zzmarkerqx7', 'Маркерътжъл'] as const;
const marked = MARKERS.join(' ');
const json = JSON.stringify({ said: marked });

/** A person with a marker in every column that can hold a word about them. */
async function aMarkedPerson() {
  const email = `${MARKERS[0]}.${unique('a')}@example.bg`;
  const person = await store.write(async (tx) => {
    const newsletter = await aNewsletter(tx);
    const contract = await aPurpose(tx);
    const contactId = await aContact(tx, {
      purpose: contract.id,
      givenName: marked,
      familyName: marked,
      company: marked,
      jobTitle: marked,
      city: marked,
      note: marked,
      email,
      phone: '+359 88 812 34 56',
      postalAddress: `ул. ${marked} 1\n1000 София`,
    });
    await aConsent(tx, contactId, newsletter, { evidence: { said: marked } });
    const edit = {
      source: { kind: 'person', label: 'Обаждане', obtainedFrom: 'data-subject' },
      purpose: contract.id,
      legalBasis: 'contract',
    } as const;
    await editContact(tx, testKeys, contactId, { ...edit, changes: { company: `${marked} 2` }, reason: marked }, staff);
    return { contactId, newsletter, contract, email };
  });
  const form = await store.app('insert into form (slug) values ($1) returning id', [unique('form-')]);
  const version = await store.app(
    `insert into form_version (form_id, number, definition, notice_hashes) values ($1, 1, '{}', '{"bg": "00", "en": "11"}') returning id`,
    [form.rows[0].id],
  );
  await store.app(
    `insert into submission (id, form_version_id, contact_id, language, status, answers, boxes, evidence, created_at, expires_at)
     values (uuidv7(), $1, $2, 'bg', 'pending', $3, $3, $3, now(), now())`,
    [version.rows[0].id, person.contactId, json],
  );
  await store.app(
    `insert into delivery (id, contact_id, contact_point_id, purpose_id, channel, template, parameters, language, status, withheld_because, last_error, message_id)
     select uuidv7(), $1, id, $2, 'email', 'a-template', $3, 'bg', 'held', $4, $4, $4 from contact_point where contact_id = $1 and kind = 'email'`,
    [person.contactId, person.contract.id, json, marked],
  );
  await store.app(`update contact_change set field = $2 where contact_id = $1`, [person.contactId, marked]).catch(() =>
    // The application may not rewrite history; a hand-made row shows that the column goes too.
    store.app(`insert into contact_change (contact_id, field, changed_by_kind) values ($1, $2, 'system')`, [
      person.contactId,
      marked,
    ]),
  );
  await store.app(`insert into idempotency (key_hash, request_hash, status, body, contact_id) values ($1, $1, 200, $2, $3)`, [
    randomBytes(32),
    json,
    person.contactId,
  ]);
  await store.app(
    `insert into consent_package (contact_id, log, controller, sha256, body) values ($1, $2, $2, sha256(convert_to($2, 'UTF8')), $2)`,
    [person.contactId, marked],
  );
  await store.app(
    `insert into held_submission (form_id, form_version_id, language, reason, sealed, match_hash)
     select $1, $2, 'bg', 'trap', convert_to($4, 'UTF8'), match_hash from contact_point where contact_id = $3 and kind = 'email'`,
    [form.rows[0].id, version.rows[0].id, person.contactId, marked],
  );
  await store.app(
    `insert into evidence_file (contact_id, entry_id, media_type, size, sha256, content)
     select $1, id, 'application/pdf', octet_length(convert_to($2, 'UTF8')), sha256(convert_to($2, 'UTF8')), convert_to($2, 'UTF8')
       from ledger_entry where contact_id = $1 limit 1`,
    [person.contactId, marked],
  );
  await store.app(
    `insert into approach (id, cause, contact_id, contact_point_id, purpose_id, purpose_version, channel)
     select uuidv7(), 'told', $1, id, $2, 1, 'email' from contact_point where contact_id = $1 and kind = 'email'`,
    [person.contactId, person.contract.id],
  );
  const lifted = await store.write((tx) =>
    addStaffMember(tx, {
      name: 'a',
      email: `${unique('a')}@example.bg`,
      role: 'dpo',
      language: 'bg',
      password: 'a long enough password',
    }),
  );
  await store.app(
    `insert into retention_hold (contact_id, ground, reason, placed_by, lifted_by, lifted_at) values ($1, 'claim', $2, $3, $3, now())`,
    [person.contactId, marked, lifted],
  );
  await store.app(
    `with batch as (insert into retention_batch (purpose_id, purpose_version, rule, mode) values ($1, 1, '{"starts": "collection", "months": 0}', 'approval') returning id)
     insert into retention_item (batch_id, contact_id, what, due_at) select id, $2, '', now() from batch`,
    [person.contract.id, person.contactId],
  );
  // As the child somebody answered for, and as whoever answered for another child.
  const other = await store.write((tx) => aContact(tx));
  for (const [child, guardian] of [
    [person.contactId, other],
    [other, person.contactId],
  ]) {
    await store.app(
      `with asked as (
         insert into submission (id, form_version_id, contact_id, language, status, answers, boxes, evidence, created_at, expires_at, under_age)
         values (uuidv7(), $1, $2, 'bg', 'pending', '{}', '[]', '{}', now(), now(), true) returning id)
       insert into parental_confirmation (submission_id, guardian_id, guardian_name, asked_at, confirmed_at)
       select id, $3, $4, now(), now() from asked`,
      [version.rows[0].id, child, guardian, marked],
    );
  }
  return person;
}

/** Columns of tables with a contact in them which the application writes and nothing confines to a few codes. */
async function columnsOfWords(): Promise<{ table: string; column: string }[]> {
  const { rows } = await store.owner(`
    select t.relname as table, a.attname as column
      from pg_class t
      join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     where t.relnamespace = 'saglasie'::regnamespace and t.relkind = 'r'
       and a.atttypid in ('text'::regtype, 'text[]'::regtype, 'jsonb'::regtype)
       and (t.relname = 'contact' or exists (select from pg_attribute o where o.attrelid = t.oid and o.attname = 'contact_id'))
       and has_column_privilege('saglasie_app', t.oid, a.attnum, 'INSERT, UPDATE')
       and not exists (select from pg_constraint k where k.contype = 'c' and k.conrelid = t.oid and k.conkey = array[a.attnum]
             and pg_get_constraintdef(k.oid) ~ '(= ANY \\(ARRAY|~ ''\\^)')
     order by 1, 2`);
  return rows;
}

describe('After an erasure', () => {
  test('no marker of the person is found in any table, in plain or as bytes', async () => {
    const person = await aMarkedPerson();
    for (const { table, column } of await columnsOfWords()) {
      const { rows } = await store.owner(
        `select count(*)::int as n from ${table} where lower(${column}::text) like '%${MARKERS[0]}%'`,
      );
      expect(rows[0].n, `this test plants a marker in ${table}.${column}`).toBeGreaterThan(0);
    }
    expect(await tablesWith(store.urls.ownerUrl, MARKERS)).toEqual(
      expect.arrayContaining(
        [
          'contact',
          'contact_change',
          'contact_point',
          'consent_package',
          'delivery',
          'evidence_file',
          'held_submission',
          'ledger_entry',
          'parental_confirmation',
          'retention_hold',
          'submission',
        ].map((table) => `saglasie.${table}`),
      ),
    );

    expect(await store.write((tx) => eraseContact(tx, { contactId: person.contactId, reason: 'request' }))).toBe('erased');

    expect(await tablesWith(store.urls.ownerUrl, [...MARKERS, '359888123456', person.email])).toEqual([]);
    expect(await tablesWith(store.urls.ownerUrl, [person.contactId]), 'the journal alone remembers that it was done').toEqual([
      'saglasie.erasure_journal',
    ]);
    expect(await exportContact(store.db, person.contactId, 'json', 'bg')).toBeUndefined();
    expect(await mayProcess(store.db, person.contactId, person.contract.id, 'email')).toMatchObject({
      allowed: false,
      reason: 'unknown-contact',
    });
  });

  test('the leaves stay, so the ledger still verifies, and nobody can open them', async () => {
    const { contactId } = await aMarkedPerson();
    const { rows: leaves } = await store.owner(`select id, leaf_hash from ledger_entry where contact_id = $1 order by id`, [
      contactId,
    ]);
    expect(leaves.length).toBeGreaterThan(3);
    await store.write((tx) => eraseContact(tx, { contactId, reason: 'request' }));
    expect(
      (await store.app(`select id, leaf_hash from ledger_erased where id = any($1) order by id`, [leaves.map(({ id }) => id)]))
        .rows,
    ).toEqual(leaves);
    expect((await store.owner('select from ledger_salt where contact_id = $1', [contactId])).rowCount).toBe(0);
    expect(await store.verify()).toMatchObject({
      holds: true,
      erased: expect.toSatisfy((n: number) => n >= leaves.length),
    });
  });

  test('no marker is found either where evidence of the consents is kept: not in the rows, and not in what two people open', async () => {
    const person = await aMarkedPerson();
    const address = { kind: 'email', matchKey: person.email.toLowerCase() };
    const wish = { ground: 'legal-claims', necessity: 'Предявен иск', months: 12 } as const;
    const { kept } = await store.write((tx) =>
      eraseKeepingEvidence(tx, testKeys, { contactId: person.contactId, reason: 'request' }, wish),
    );
    expect(kept).toMatchObject({ events: 1 });
    expect(await tablesWith(store.urls.ownerUrl, [...MARKERS, '359888123456', person.email])).toEqual([]);
    expect(await tablesWith(store.urls.ownerUrl, [person.contactId])).toEqual(['saglasie.erasure_journal']);
    expect((await store.owner('select from ledger_salt where contact_id = $1', [person.contactId])).rowCount).toBe(0);

    const [asking, agreeing] = await Promise.all(
      ['asks', 'agrees'].map((name) =>
        store.write((tx) =>
          addStaffMember(tx, {
            name,
            email: `${unique(name)}@example.bg`,
            role: 'dpo',
            language: 'bg',
            password: 'a long enough password',
          }),
        ),
      ),
    );
    if (!asking || !agreeing) throw new Error('two members are there');
    const request = { address, ground: 'claim', reference: 'Дело 1/2026', requestedBy: asking } as const;
    const id = await store.write((tx) => requestOpening(tx, testKeys, request));
    await store.write((tx) => decideOpening(tx, { id, decidedBy: agreeing, decision: 'approved' }));
    const opened = await store.write((tx) => openEvidence(tx, testKeys, { id, openedBy: asking, address }));
    const text = JSON.stringify(opened).toLowerCase();
    expect(opened, 'the capsule was opened').toHaveLength(1);
    for (const marker of [...MARKERS, '359888123456', 'example.bg']) expect(text).not.toContain(marker.toLowerCase());
  });

  test('the id does not come back, by any statement', async () => {
    const contactId = await store.write((tx) => aContact(tx));
    const { rows } = await store.owner('select * from contact where id = $1', [contactId]);
    const { rows: salts } = await store.owner('select * from ledger_salt where contact_id = $1', [contactId]);
    await store.write((tx) => eraseContact(tx, { contactId, reason: 'request' }));
    const insert = (by: typeof store.app) =>
      by(`insert into contact (id, state, language, facts, origin_id) values ($1, 'active', 'bg', '{}', $2)`, [
        contactId,
        rows[0].origin_id,
      ]);
    await expect(insert(store.app)).rejects.toMatchObject({ code: 'SG005' });
    await expect(insert(store.owner)).rejects.toMatchObject({ code: 'SG005' });
    await expect(store.app('insert into ledger_salt values ($1, $2)', [contactId, salts[0].salt])).rejects.toMatchObject({
      code: '23503',
    });
    expect(await store.write((tx) => eraseContact(tx, { contactId, reason: 'request' })), 'a second time').toBe(
      'unknown-contact',
    );
  });

  test('other people are as they were', async () => {
    const other = await aMarkedPerson();
    const contactId = await store.write((tx) => aContact(tx));
    const linesOf = async () =>
      [...(await dumpAsText(store.urls.ownerUrl))].map(([table, lines]) => [
        table,
        lines.filter((line) => line.includes(other.contactId)),
      ]);
    const before = await linesOf();
    await store.write((tx) => eraseContact(tx, { contactId, reason: 'staff' }));
    expect(await linesOf()).toEqual(before);
    await store.write((tx) => eraseContact(tx, { contactId: other.contactId, reason: 'request' }));
  });
});

describe('Many people erased by one transaction', () => {
  test('are gone from every table, and whoever was not named is as before', async () => {
    const people = [await aMarkedPerson(), await aMarkedPerson()];
    const bystander = await aMarkedPerson();
    const linesOf = async () =>
      [...(await dumpAsText(store.urls.ownerUrl))].map(([table, lines]) => [
        table,
        lines.filter((line) => line.includes(bystander.contactId)),
      ]);
    const before = await linesOf();
    const ids = people.map(({ contactId }) => contactId);
    const nobody = randomUUID();
    const erased = await store.write((tx) => eraseContacts(tx, [...ids, ...ids, nobody], { reason: 'staff' }));
    expect(erased).toEqual(ids.toSorted());
    expect(await tablesWith(store.urls.ownerUrl, [...ids, nobody])).toEqual(['saglasie.erasure_journal']);
    expect(await tablesWith(store.urls.ownerUrl, [...people.map(({ email }) => email), nobody])).toEqual([]);
    expect(await linesOf()).toEqual(before);
    await store.write((tx) => eraseContact(tx, { contactId: bystander.contactId, reason: 'request' }));
    expect(await store.verify()).toMatchObject({ holds: true });
  });

  test('all of them, or nobody', async () => {
    const people = [await aMarkedPerson(), await aMarkedPerson()];
    const ids = people.map(({ contactId }) => contactId);
    const before = await dumpAsText(store.urls.ownerUrl);
    const erasing = store.write(async (tx) => {
      await eraseContacts(tx, ids, { reason: 'staff' });
      throw new Error('the machine stops here');
    });
    await expect(erasing).rejects.toThrow('the machine stops here');
    expect(await dumpAsText(store.urls.ownerUrl)).toEqual(before);
    await store.write((tx) => eraseContacts(tx, ids, { reason: 'staff' }));
  });

  test('in two transactions at once and in opposite orders, nobody waits in a circle', async () => {
    const ids = await store.write(async (tx) => Promise.all(Array.from({ length: 40 }, () => aContact(tx))));
    const erase = (order: string[]) => store.write((tx) => eraseContacts(tx, order, { reason: 'staff' }));
    const [one, other] = await Promise.all([erase(ids), erase(ids.toReversed())]);
    expect([...one, ...other].toSorted()).toEqual(ids.toSorted());
  });

  test('are no more than a server can hold locks for', async () => {
    const ids = Array.from({ length: ERASED_AT_ONCE + 1 }, () => randomUUID());
    await expect(store.write((tx) => eraseContacts(tx, ids, { reason: 'staff' }))).rejects.toThrow(RangeError);
  });

  test('of each is kept what claims make necessary, and of nobody who never consented', async () => {
    const [a, b] = [await aMarkedPerson(), await aMarkedPerson()];
    const silent = await store.write((tx) => aContact(tx));
    const wish = { ground: 'legal-claims', necessity: 'Предявени искове', months: 12 } as const;
    const ids = [a.contactId, b.contactId, silent];
    const { erased, kept } = await store.write((tx) => eraseManyKeepingEvidence(tx, testKeys, ids, { reason: 'staff' }, wish));
    expect(erased).toHaveLength(3);
    expect([...kept.keys()].toSorted()).toEqual([a.contactId, b.contactId].toSorted());
    expect(await tablesWith(store.urls.ownerUrl, ids)).toEqual(['saglasie.erasure_journal']);
  });

  test('of an undone import nothing stays of their addresses; of data without proof, a hash that keeps them away', async () => {
    const hashes = async () => (await store.owner('select count(*)::int as n from suppression')).rows[0].n;
    const before = await hashes();
    const [imported, unproven] = await store.write(async (tx) => [
      await aContact(tx),
      await aContact(tx, { legalBasis: 'unknown', since: new Date(Date.now() - 100 * 86_400_000) }),
    ]);
    await store.write((tx) => eraseContacts(tx, [imported], { reason: 'import-undone' }));
    expect(await hashes()).toBe(before);
    // Its source had until yesterday.
    await store.owner(
      `insert into quarantine_deadline (source_id, expires_on, set_at)
       select v.source_id, now()::date - 1, now() - interval '50 days' from contact c join provenance v on v.id = c.origin_id where c.id = $1`,
      [unproven],
    );
    await store.write((tx) => eraseContacts(tx, [unproven], { reason: 'quarantine' }));
    expect(await hashes()).toBeGreaterThan(before);
  });

  test('and a ledger of somebody the journal does not name stays, though others in the list are named', async () => {
    const [named, other] = await store.write(async (tx) => [await aContact(tx), await aContact(tx)]);
    const session = await store.session('app');
    try {
      await session.query('begin');
      await session.query(`insert into erasure_journal (contact_id, reason) values ($1, 'staff')`, [named]);
      await expect(session.query('select erase_ledger_of($1::uuid[])', [[named, other]])).rejects.toMatchObject({
        code: 'SG005',
      });
    } finally {
      await session.query('rollback');
      session.release();
    }
  });
});

describe('An address whose owner was erased', () => {
  const again = (email: string, purpose: string) =>
    store.write((tx) =>
      addContact(
        tx,
        testKeys,
        {
          source: { kind: 'third-party', label: 'Купен списък', obtainedFrom: 'other' },
          purpose,
          legalBasis: 'legitimate-interests',
          permissionGround: 'soft-opt-in',
          language: 'bg',
          email,
        },
        staff,
      ),
    );

  test('gets no marketing when it comes back in a list, until its owner consents anew', async () => {
    const person = await aMarkedPerson();
    const list = await store.write((tx) =>
      aPurpose(tx, {
        legalBasis: 'legitimate-interests',
        isMarketing: true,
        channels: ['email'],
        retention: { starts: 'collection', months: 12 },
      }),
    );
    await store.write((tx) => eraseContact(tx, { contactId: person.contactId, reason: 'request' }));

    const contactId = await again(person.email.toUpperCase(), list.id);
    expect(await mayProcess(store.db, contactId, list.id, 'email')).toMatchObject({ allowed: false, reason: 'suppressed' });
    expect(await mayProcess(store.db, contactId, person.newsletter.id, 'email')).toMatchObject({ allowed: false });

    await store.write((tx) => aConsent(tx, contactId, person.newsletter));
    expect(await mayProcess(store.db, contactId, person.newsletter.id, 'email')).toMatchObject({
      allowed: true,
      reason: 'consent-given',
    });
    expect(
      await mayProcess(store.db, contactId, list.id, 'email'),
      'consent to one thing is not consent to another',
    ).toMatchObject({ allowed: false });
    await store.write((tx) => eraseContact(tx, { contactId, reason: 'request' }));
  });

  test('gets nothing at all for thirty days when its owner said "not me"', async () => {
    const { contactId, email, contract } = await aMarkedPerson();
    await store.write((tx) => eraseContact(tx, { contactId, reason: 'not-me' }));
    const returned = await store.write((tx) => aContact(tx, { email, purpose: contract.id }));
    expect(await mayProcess(store.db, returned, contract.id, 'email')).toMatchObject({ allowed: false, reason: 'suppressed' });
    await store.owner(`alter table suppression disable trigger user;
      update suppression set suppressed_at = now() - interval '31 days' where reason = 'not-me';
      alter table suppression enable trigger user`);
    expect(await mayProcess(store.db, returned, contract.id, 'email')).toMatchObject({ allowed: true });
    await store.write((tx) => eraseContact(tx, { contactId: returned, reason: 'request' }));
  });

  test('that was never confirmed leaves nothing, not even a hash', async () => {
    const before = await store.owner('select count(*) from suppression');
    const contactId = await store.write((tx) => aContact(tx));
    await store.write((tx) => eraseContact(tx, { contactId, reason: 'unconfirmed' }));
    expect((await store.owner('select count(*) from suppression')).rows).toEqual(before.rows);
  });
});

describe('An erasure while something else is under way', () => {
  const entryOf = async (contactId: string, newsletter: Parameters<typeof anAct>[2]) => {
    const act = await store.write((tx) => anAct(tx, contactId, newsletter));
    return [randomUUID(), contactId, newsletter.id, act.sourceId, randomBytes(32)];
  };
  const INSERT = `insert into ledger_entry (id, kind, contact_id, purpose_id, purpose_version, channel, occurred_at, source_id, actor, method, leaf_hash)
    values ($1, 'consent-refused', $2, $3, 1, 'email', now(), $4, 'contact', 'form', $5)`;

  test('waits for an entry that is being written, and takes it along', async () => {
    const { contactId, newsletter } = await aMarkedPerson();
    const values = await entryOf(contactId, newsletter);
    const writer = await store.session('app');
    await writer.query('begin');
    await writer.query(INSERT, values);
    const erased = store.write((tx) => eraseContact(tx, { contactId, reason: 'request' }));
    await pause(100);
    await writer.query('commit');
    writer.release();
    expect(await erased).toBe('erased');
    expect(await tablesWith(store.urls.ownerUrl, [contactId])).toEqual(['saglasie.erasure_journal']);
    expect((await store.app('select from ledger_erased where id = $1', [values[0]])).rowCount).toBe(1);
  });

  test('lets no entry in that comes a moment later', async () => {
    const { contactId, newsletter } = await aMarkedPerson();
    const values = await entryOf(contactId, newsletter);
    let written: Promise<unknown> = Promise.resolve();
    await store.write(async (tx) => {
      await eraseContact(tx, { contactId, reason: 'request' });
      written = store.app(INSERT, values).then(
        () => 'written',
        (cause) => cause.code,
      );
      await pause(100);
    });
    expect(await written).toBe('SG004');
    expect(await tablesWith(store.urls.ownerUrl, [contactId])).toEqual(['saglasie.erasure_journal']);
  });

  test('waits for a message that is being handed over', async () => {
    const contactId = await store.write((tx) => aContact(tx));
    const sender = await store.session('app');
    await sender.query(`select pg_advisory_lock_shared(hashtextextended('contact ' || $1, 0))`, [contactId]);
    let erased = false;
    const erasing = store
      .write((tx) => eraseContact(tx, { contactId, reason: 'request' }))
      .then(() => {
        erased = true;
      });
    await pause(100);
    expect(erased).toBe(false);
    await sender.query('select pg_advisory_unlock_all()');
    sender.release();
    await erasing;
  });
});
