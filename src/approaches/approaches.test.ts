import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLinkToken } from '#platform/crypto/link-token.ts';
import { inTransaction } from '#platform/database/connect.ts';
import { createMailer } from '#platform/mail/mailer.ts';
import { expireConsents } from '#src/consent/expire-consents.ts';
import { monthsFromNow } from '#src/consent/give-consent.ts';
import { recordSpokenConsent } from '#src/consent/record-spoken-consent.ts';
import { deliverWaiting } from '#src/delivery/deliver-waiting.ts';
import { appendEntries } from '#src/ledger/append-entries.ts';
import { findEntry } from '#src/ledger/find-entry.ts';
import { permissionsOf } from '#src/permission/permissions-of.ts';
import { getPurpose } from '#src/purposes/find-purpose.ts';
import { createPurpose, revisePurpose } from '#src/purposes/revise-purpose.ts';
import { findSeen, findTodays } from '#src/time-machine/find-seen-page.ts';
import { useDatabase } from '#test/support/database.ts';
import { aContact, aNotice, aSource, staff, unique } from '#test/support/factories.ts';
import { openSmtpSink, type SmtpSink } from '#test/support/mail-server.ts';
import { newestMessage, openPublicSite, type PublicSite } from '#test/support/public-site.ts';
import { askAgain } from './ask-again.ts';
import { noteSilence } from './note-silence.ts';
import { tellOfChanges } from './tell-of-changes.ts';

const DAY = 86_400_000;
const database = useDatabase();
let sink: SmtpSink;
let site: PublicSite;
beforeAll(async () => {
  sink = await openSmtpSink();
  site = await openPublicSite(database, { config: { smtpUrl: sink.url } });
});
afterAll(async () => {
  await site.close();
  await sink.close();
});

async function aClub(overrides: Record<string, unknown> = {}) {
  return inTransaction(site.services.db, (tx) =>
    createPurpose(tx, {
      slug: unique('club-'),
      name: { bg: 'Клуб', en: 'Club' },
      explanation: { bg: 'Новини от клуба.', en: 'News of the club.' },
      legalBasis: 'consent',
      dataCategories: ['email'],
      channels: ['email', 'sms'],
      recipients: [],
      retention: { starts: 'withdrawal', months: 12 },
      isMarketing: true,
      doubleOptIn: true,
      consentValidMonths: 24,
      ...overrides,
    }),
  );
}

/** Somebody whose consent to version 1 ends in so many days. */
async function aMember(purposeId: string, endsInDays = 10, evidence: Record<string, string> = {}) {
  const email = `${unique('member')}@example.bg`;
  const contactId = await inTransaction(site.services.db, async (tx) => {
    const id = await aContact(tx, { email });
    const notice = await aNotice(tx);
    await appendEntries(tx, [
      {
        kind: 'consent-given',
        contactId: id,
        purpose: { id: purposeId, version: 1 },
        channel: 'email',
        legalBasis: 'consent',
        permissionGround: 'consent',
        occurredAt: new Date(Date.now() - 300 * DAY),
        until: new Date(Date.now() + endsInDays * DAY),
        sourceId: await aSource(tx),
        noticeHash: notice.hashes.bg,
        language: 'bg',
        actor: { kind: 'contact', contactId: id },
        method: 'confirmation-page',
        evidence: { shown: 'here', ...evidence },
      },
    ]);
    return id;
  });
  return { contactId, email };
}
const gate = async (contactId: string, purposeId: string) =>
  (await site.owner.query(`select reason from may_process($1, $2, 'email')`, [contactId, purposeId])).rows[0].reason as string;
const kinds = async (contactId: string, purposeId: string) =>
  (
    await site.owner.query(`select kind, method from ledger_entry where contact_id = $1 and purpose_id = $2 order by id`, [
      contactId,
      purposeId,
    ])
  ).rows.map((row) => `${row.kind} ${row.method}`);
const messages = async (contactId: string) =>
  (await site.owner.query(`select template, status from delivery where contact_id = $1 order by id`, [contactId])).rows;
const shownIn = (page: string) => /name="shown" value="([0-9a-f]{64})"/.exec(page)?.[1] ?? '';
const ask = () => askAgain(site.services);
const revised = (id: string, change: object, decision = { isMaterial: true }) =>
  inTransaction(site.services.db, async (tx) => revisePurpose(tx, id, { ...(await getPurpose(tx, id)), ...change }, decision));

describe('A consent that ends soon', () => {
  test('is asked about once, under that consent; the page changes nothing until a button is pressed', async () => {
    const club = await aClub();
    const [soon, later] = [await aMember(club.id), await aMember(club.id, 200)];
    expect(await ask()).toBe(1);
    expect(await ask()).toBe(0);
    expect(await messages(later.contactId)).toEqual([]);
    const message = await newestMessage(site, soon.email);
    expect(message.template).toBe('renew-consent');
    expect(message.headers['List-Unsubscribe']).toBeDefined();
    const page = await (await site.get(`${message.links.answer}?lang=bg`)).text();
    expect(page).toContain('Новини от клуба.');
    expect(page).not.toContain('checked');
    expect(page.match(/<button class="act"/g)).toHaveLength(2);
    expect(await kinds(soon.contactId, club.id)).toEqual(['consent-given confirmation-page', 'consent-requested renewal']);

    const answer = await site.post(`${message.links.answer}?lang=bg`, { answer: 'yes', shown: shownIn(page) });
    expect(answer.status).toBe(303);
    const { rows } = await site.owner.query(
      `select e.kind, e.until, n.body from ledger_entry e join notice_text n on n.hash = e.notice_hash
        where e.contact_id = $1 and e.kind = 'consent-renewed'`,
      [soon.contactId],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0].body).toContain('Новини от клуба.');
    expect(Math.abs(rows[0].until.getTime() - monthsFromNow(24).getTime())).toBeLessThan(60_000);
    await site.post(`${message.links.answer}?lang=bg`, { answer: 'no' });
    expect(await gate(soon.contactId, club.id), 'an old page ends nothing that was answered').toBe('consent-given');
  });

  test('declined, ends at once and is not asked about again, also not by an entry written past the product', async () => {
    const club = await aClub();
    const member = await aMember(club.id);
    await ask();
    const { links } = await newestMessage(site, member.email);
    await site.post(`${links.answer}?lang=en`, { answer: 'no' });
    expect(await gate(member.contactId, club.id)).toBe('consent-withdrawn');
    expect(await (await site.get(`${links.answer}?lang=en`)).text()).toContain('do not consent');
    expect(await ask()).toBe(0);
    for (const method of ['renewal', 'ask-again']) {
      await expect(
        inTransaction(site.services.db, async (tx) =>
          appendEntries(tx, [
            {
              kind: 'consent-requested',
              contactId: member.contactId,
              purpose: { id: club.id, version: 1 },
              channel: 'email',
              occurredAt: new Date(Date.now() + 1000),
              sourceId: await aSource(tx),
              actor: { kind: 'system' },
              method,
            },
          ]),
        ),
      ).rejects.toMatchObject({ code: 'SG007' });
    }
    const { rows } = await site.owner.query(`select * from approach where contact_id = $1`, [member.contactId]);
    await expect(
      site.pool.query(
        `insert into approach (id, cause, contact_id, contact_point_id, purpose_id, purpose_version, channel, entry_id, answer_until)
         select gen_random_uuid(), 'changed', contact_id, contact_point_id, purpose_id, purpose_version, channel, entry_id, answer_until from approach where id = $1`,
        [rows[0].id],
      ),
    ).rejects.toMatchObject({ code: 'SG007' });
  });

  test('met with silence, ends; the end is written down and nothing more is sent', async () => {
    const club = await aClub();
    const member = await aMember(club.id);
    await ask();
    await pretendEnded(member.contactId);
    await expireConsents(site.services.db);
    await noteSilence(site.services.db);
    expect(await ask()).toBe(0);
    expect(await kinds(member.contactId, club.id)).toContain('consent-expired expiry');
    expect(await messages(member.contactId)).toHaveLength(1);
    const { rows } = await site.owner.query(`select answer from approach where contact_id = $1`, [member.contactId]);
    expect(rows).toEqual([{ answer: 'silence' }]);
    const { links } = await newestMessage(site, member.email);
    expect((await site.get(`${links.answer}?lang=en`)).status).toBe(410);
  });

  test('withdrawn while the question waits to leave: the question is withheld', async () => {
    const club = await aClub();
    const member = await aMember(club.id);
    await ask();
    const { links } = await newestMessage(site, member.email);
    await site.post(`${links.unsubscribe}?lang=bg`, { answer: 'unsubscribe' });
    sink.received.length = 0;
    await drain();
    expect(sink.received).toEqual([]);
    expect(await messages(member.contactId)).toEqual([{ template: 'renew-consent', status: 'withheld' }]);
  });

  test('withdrawn while a whole campaign leaves: after "unsubscribed" no question is handed over', async () => {
    const club = await aClub();
    const members = await Promise.all(Array.from({ length: 30 }, () => aMember(club.id)));
    await ask();
    const links = await Promise.all(members.map(async ({ email }) => (await newestMessage(site, email)).links.unsubscribe));
    sink.received.length = 0;
    sink.answer = () => ({ reply: '250 taken', afterMs: Math.random() * 25 });
    const said = new Map<string, number>();
    await Promise.all([
      drain(),
      ...members.map(async ({ email }, at) => {
        await pause(Math.random() * 150);
        await site.post(`${links[at]}?lang=bg`, { answer: 'unsubscribe' });
        said.set(email, performance.now());
      }),
    ]);
    sink.answer = () => ({ reply: '250 taken' });
    expect(said.size).toBe(members.length);
    expect(sink.received.filter(({ recipient, at }) => at > (said.get(recipient) ?? 0))).toEqual([]);
    expect(sink.received.length, 'some were on their way').toBeGreaterThan(0);
  });

  test('answered elsewhere by a newer yes, is not asked about any more', async () => {
    const club = await aClub();
    const member = await aMember(club.id);
    await ask();
    await inTransaction(site.services.db, async (tx) => {
      const [entry] = (
        await site.owner.query(`select * from ledger_entry where contact_id = $1 and kind = 'consent-given'`, [member.contactId])
      ).rows;
      await appendEntries(tx, [
        {
          kind: 'consent-renewed',
          contactId: member.contactId,
          purpose: { id: club.id, version: 1 },
          channel: 'email',
          legalBasis: 'consent',
          permissionGround: 'consent',
          occurredAt: new Date(),
          sourceId: entry.source_id,
          noticeHash: entry.notice_hash.toString('hex'),
          actor: { kind: 'contact', contactId: member.contactId },
          method: 'confirmation-page',
        },
      ]);
    });
    await drain();
    expect(await messages(member.contactId)).toEqual([{ template: 'renew-consent', status: 'withheld' }]);
  });

  test('is asked about once however many machines ask at the same time, and after one of them died', async () => {
    const club = await aClub();
    const members = await Promise.all(Array.from({ length: 40 }, () => aMember(club.id)));
    // One machine is stopped after it wrote the questions and before it committed.
    const holdUp = await site.owner.connect();
    await holdUp.query('begin; lock table delivery in share row exclusive mode');
    try {
      const dying = ask().catch((cause: { code?: string }) => cause.code);
      const waits = `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query ~ 'into delivery'`;
      await expect.poll(async () => (await site.owner.query(waits)).rowCount).toBe(1);
      await site.owner.query(`select pg_cancel_backend(pid) from (${waits}) w`);
      expect(await dying).toBe('57014');
    } finally {
      await holdUp.query('commit');
      holdUp.release();
    }
    const asked = await Promise.all([ask(), ask(), ask()]);
    expect(asked.reduce((sum, one) => sum + one)).toBe(members.length);
    for (const { contactId } of members) expect(await messages(contactId)).toHaveLength(1);
    sink.received.length = 0;
    await drain();
    expect(sink.received).toHaveLength(members.length);
  });
});

describe('A purpose that changed beyond what people agreed to', () => {
  const more = { recipients: [{ name: 'Реклама АД', country: 'BG', role: 'печат' }] };

  test('sends nothing to whoever agreed to less, asks them once, and goes on with their yes', async () => {
    const club = await aClub();
    const member = await aMember(club.id, 400);
    await revised(club.id, more);
    expect(await gate(member.contactId, club.id)).toBe('consent-outdated');
    expect(await ask()).toBe(1);
    expect(await ask()).toBe(0);
    const message = await newestMessage(site, member.email);
    expect(message.template).toBe('ask-again');
    const page = await (await site.get(`${message.links.answer}?lang=bg`)).text();
    expect(page).toContain('Реклама АД');
    await site.post(`${message.links.answer}?lang=bg`, { answer: 'yes', shown: shownIn(page) });
    expect(await gate(member.contactId, club.id)).toBe('consent-given');
  });

  test('keeps covering whom it covered when only the words changed, and wants a reason for that', async () => {
    const club = await aClub();
    const member = await aMember(club.id, 400);
    await expect(revised(club.id, more, { isMaterial: false })).rejects.toMatchObject({ code: 'invalid-fields' });
    await revised(club.id, more, { isMaterial: false, reason: 'Named in the text before' } as never);
    expect(await gate(member.contactId, club.id)).toBe('consent-given');
    await expect(
      site.owner.query(`update purpose set covers_from_version = 1 where id = $1 and covers_from_version = 1`, [club.id]),
    ).resolves.toBeDefined();
    await revised(club.id, more);
    await expect(site.pool.query(`update purpose set covers_from_version = 1 where id = $1`, [club.id])).rejects.toMatchObject({
      code: 'SG008',
    });
  });

  test('once more between page and button, records nothing and shows the new text', async () => {
    const club = await aClub();
    const member = await aMember(club.id, 400);
    await revised(club.id, more);
    await ask();
    const { links } = await newestMessage(site, member.email);
    const page = await (await site.get(`${links.answer}?lang=bg`)).text();
    await revised(club.id, { explanation: { bg: 'Вече и реклами.', en: 'Advertisements too.' } });
    const again = await site.post(`${links.answer}?lang=bg`, { answer: 'yes', shown: shownIn(page) });
    expect(again.status).toBe(422);
    expect(await again.text()).toContain('Вече и реклами.');
    expect(await gate(member.contactId, club.id)).toBe('consent-outdated');
  });

  test('is ended by "stop everything" although nothing is sent at the moment, and is not asked about then', async () => {
    const club = await aClub({ isMarketing: false });
    const member = await aMember(club.id, 400);
    await revised(club.id, more);
    const preferences = createLinkToken(site.services.keys, { kind: 'preferences', ids: [member.contactId] });
    expect(await (await site.get(`/p/${preferences}?lang=en`)).text()).toContain('it has changed since');
    await site.post(`/p/${preferences}?lang=en`, { answer: 'stop-all' });
    expect(await gate(member.contactId, club.id)).toBe('consent-withdrawn');
    await ask();
    expect(await messages(member.contactId)).toEqual([]);
  });

  test('met with silence for thirty days, the old consent is written down as ended', async () => {
    const club = await aClub();
    const member = await aMember(club.id, 400);
    await revised(club.id, more);
    await ask();
    await site.owner.query('alter table approach disable trigger user');
    await site.owner.query(
      `update approach set approached_at = now() - interval '31 days', answer_until = now() - interval '1 day' where contact_id = $1`,
      [member.contactId],
    );
    await site.owner.query('alter table approach enable trigger user');
    await noteSilence(site.services.db);
    expect(await gate(member.contactId, club.id)).toBe('consent-expired');
    expect(await ask()).toBe(0);
  });

  test('and does not rest on consent: people are told once, and that it was said is written down when the message has left', async () => {
    const service = await aClub({ legalBasis: 'contract', isMarketing: false, doubleOptIn: false, consentValidMonths: null });
    const email = `${unique('customer')}@example.bg`;
    const contactId = await inTransaction(site.services.db, (tx) => aContact(tx, { email, purpose: service.id }));
    await revised(service.id, more);
    expect(await tellOfChanges(site.services)).toBe(1);
    expect(await tellOfChanges(site.services)).toBe(0);
    expect(await kinds(contactId, service.id)).not.toContain('notice-given purpose-changed');
    await drain();
    expect(await tellOfChanges(site.services)).toBe(0);
    expect(await kinds(contactId, service.id)).toContain('notice-given purpose-changed');
    expect(await messages(contactId)).toEqual([{ template: 'purpose-changed', status: 'sent' }]);
    expect(await gate(contactId, service.id), 'nothing was asked').toBe('basis-asserted');
  });
});

describe('What somebody said to a colleague', () => {
  const spoken = (contactId: string, purposeId: string) =>
    inTransaction(site.services.db, async (tx) =>
      recordSpokenConsent(tx, site.services, {
        contactId,
        purpose: await getPurpose(tx, purposeId),
        channel: 'email',
        language: 'bg',
        text: { typed: 'Съгласни ли сте да Ви пишем?' },
        at: new Date(Date.now() - 60_000),
        how: 'phone',
        initiative: 'person',
        takenBy: 'Мила',
        note: 'Обади се.',
        actor: staff,
      }),
    );

  test('becomes consent, proven as well as can be, when the owner of the address confirms it', async () => {
    const club = await aClub();
    const email = `${unique('caller')}@example.bg`;
    const contactId = await inTransaction(site.services.db, (tx) => aContact(tx, { email }));
    await spoken(contactId, club.id);
    const message = await newestMessage(site, email);
    expect(message.template).toBe('confirm-spoken');
    const page = await (await site.get(`${message.links.answer}?lang=bg`)).text();
    expect(await gate(contactId, club.id)).toBe('consent-not-confirmed');
    await site.post(`${message.links.answer}?lang=bg`, { answer: 'yes', shown: shownIn(page) });
    expect(await gate(contactId, club.id)).toBe('consent-given');
    const [line] = (await permissionsOf(site.services.db, contactId)).filter(
      (one) => one.purpose.id === club.id && one.channel === 'email',
    );
    expect(line?.evidenceGrade).toBe('A');
  });

  test('and took back before the message left, is not asked about', async () => {
    const club = await aClub();
    const email = `${unique('caller')}@example.bg`;
    const contactId = await inTransaction(site.services.db, (tx) => aContact(tx, { email }));
    await spoken(contactId, club.id);
    const { links } = await newestMessage(site, email);
    await site.post(`${links.answer}?lang=bg`, { answer: 'no' });
    await drain();
    expect(await messages(contactId)).toEqual([{ template: 'confirm-spoken', status: 'withheld' }]);
    expect(await gate(contactId, club.id)).toBe('consent-refused');
  });
});

async function drain(): Promise<void> {
  const mailer = createMailer(sink.url);
  while ((await deliverWaiting(site.services, mailer)) > 0);
  mailer.close();
}

async function pretendEnded(contactId: string): Promise<void> {
  const tables = ['ledger_entry', 'permission_state', 'approach'];
  for (const table of tables) await site.owner.query(`alter table ${table} disable trigger user`);
  await site.owner.query(
    `update ledger_entry set until = now() - interval '1 day' where contact_id = $1 and kind = 'consent-given'`,
    [contactId],
  );
  await site.owner.query(
    `update permission_state set until = now() - interval '1 day' where contact_id = $1 and kind = 'consent-given'`,
    [contactId],
  );
  await site.owner.query(
    `update approach set approached_at = now() - interval '9 days', answer_until = now() - interval '1 day' where contact_id = $1`,
    [contactId],
  );
  for (const table of tables) await site.owner.query(`alter table ${table} enable trigger user`);
}

describe('A consent', () => {
  test('of a child is not renewed without the parent who agreed, whoever asks', async () => {
    const club = await aClub({ needsAge: true });
    const child = await aMember(club.id, 10, { guardian: randomUUID(), guardianAgreedAt: '2026-01-01T00:00:00.000Z' });
    const grown = await aMember(club.id);
    expect(await ask()).toBe(1);
    expect([await messages(child.contactId), (await messages(grown.contactId)).length]).toEqual([[], 1]);
    for (const cause of ['renewal', 'changed']) {
      const asking = site.pool.query(
        `insert into approach (id, cause, contact_id, contact_point_id, purpose_id, purpose_version, channel, entry_id, answer_until)
         select uuidv7(), $2, s.contact_id, p.id, s.purpose_id, 1, 'email', s.entry_id, now() + interval '5 days'
           from permission_state s join contact_point p on p.contact_id = s.contact_id and p.kind = 'email'
          where s.contact_id = $1 and s.register = 'consent'`,
        [child.contactId, cause],
      );
      await expect(asking, cause).rejects.toThrow(/parent-needed/);
    }
  });
});

describe('A question', () => {
  test('is answered on a page that is kept as it was, without whose it is, however the question is worded later', async () => {
    const club = await aClub();
    const member = await aMember(club.id);
    await ask();
    const { links } = await newestMessage(site, member.email);
    const served = await (await site.get(`${links.answer}?lang=bg`)).text();
    await site.post(`${links.answer}?lang=bg`, { answer: 'yes', shown: shownIn(served) });
    const { rows } = await site.owner.query(`select id from ledger_entry where contact_id = $1 and kind = 'consent-renewed'`, [
      member.contactId,
    ]);
    const entry = await findEntry(site.services.db, rows[0].id);
    if (!entry) throw new Error('the yes was not recorded');
    const seen = await findSeen(site.services.db, entry);
    expect(seen).toMatchObject({ which: 'renewal', available: ['renewal', 'text'], page: { isReconstructed: false } });
    const everybodys = (page: string) =>
      page
        .replaceAll(/\/answer\/[^"?]*/g, '/answer/')
        .replace(/<p><a href="\/notices\/[^"]*">[^<]*<\/a><\/p>/, '')
        .replaceAll(/<time data-blank="[a-z]+"><\/time>|\d{1,2}\s[а-я]+\s\d{4}\sг\./g, 'ДЕН')
        .replaceAll(/[\w.]?\*\*\*(@[\w.]*\w)?/g, 'АДРЕС');
    expect(everybodys(seen?.page?.html ?? '')).toBe(everybodys(served));
    expect(seen?.html).not.toMatch(/\*@/);
    expect(await findTodays(site.services.db, seen as never)).toMatchObject({ html: seen?.page?.html });

    await revised(club.id, { explanation: { bg: 'Новини от клуба и от приятели.', en: 'News of the club and of friends.' } });
    expect((await findSeen(site.services.db, entry))?.page?.html).toBe(seen?.page?.html);
    expect(await findTodays(site.services.db, seen as never)).toMatchObject({ html: expect.stringContaining('приятели') });
  });
});
