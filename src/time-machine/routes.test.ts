import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '#platform/database/connect.ts';
import { toPublicId } from '#platform/http/ids.ts';
import { giveConsent } from '#src/consent/give-consent.ts';
import { publishFormVersion, unpublishForm } from '#src/forms/publish-form-version.ts';
import { findPublishedVersion } from '#src/forms/published-form.ts';
import { appendEntries } from '#src/ledger/append-entries.ts';
import { keepPage } from '#src/notices/keep-page.ts';
import { findController, saveController } from '#src/register/controller.ts';
import { useDatabase } from '#test/support/database.ts';
import { newestMessage, openPublicSite, type PublicSite, subscribe, subscribeAndConfirm } from '#test/support/public-site.ts';
import { keepPagesInUse } from './keep-pages-in-use.ts';
import { timeMachineEndpoints } from './routes.ts';

const database = useDatabase();
let site: PublicSite;
beforeAll(async () => {
  site = await openPublicSite(database, {
    endpoints: timeMachineEndpoints,
    caller: {
      kind: 'staff',
      staffMember: { id: '01920000-0000-7000-8000-000000000001', name: 'A', email: 'a@example.bg', role: 'dpo', language: 'en' },
    },
    config: {
      flood: {
        perAddress: [{ seconds: 900, max: 50 }],
        perIp: { seconds: 3600, max: 1000 },
        perForm: { seconds: 3600, max: 1000 },
      },
    },
  });
  await inTransaction(site.services.db, keepPagesInUse);
});
afterAll(() => site.close());

interface Answer {
  status: number;
  body: Record<string, never> & {
    which: string;
    available: string[];
    language: string;
    html: string;
    stylesheet: string;
    kept: { isReconstructed: boolean; htmlHash: string; stylesheetHash: string } | null;
    boxesKnown: boolean;
    notice: { body: string } | null;
    isShownToday: boolean;
    isSame: boolean;
    parts: { kind: string; text: string }[];
    form: { version: number; publishedVersion: number | null };
  };
}

const entryOf = async (email: string, kind: string): Promise<string> => {
  const { rows } = await site.owner.query(
    `select e.id from ledger_entry e join contact_point p using (contact_id) where p.match_key = $1 and e.kind = $2 order by e.id desc limit 1`,
    [email, kind],
  );
  return toPublicId('led', rows[0].id);
};
const ask = async (entry: string, what: 'page' | 'difference', which?: string): Promise<Answer> => {
  const answer = await site.get(`/api/v1/ledger/entries/${entry}/${what}${which ? `?which=${which}` : ''}`);
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
};

/** Publishes the newsletter form with another introduction. */
const reword = (bg: string) =>
  inTransaction(site.services.db, async (tx) => {
    const form = await findPublishedVersion(tx, 'newsletter');
    if (typeof form === 'string') throw new Error(`the form is ${form}`);
    const { version } = form;
    const publication = await publishFormVersion(tx, {
      formId: form.id,
      // These words are about the time machine, not about the linter.
      isReviewed: true,
      definition: { ...version.definition, intro: { ...version.definition.intro, bg } },
    });
    expect(publication.outcome).toBe('published');
    return version.id;
  });

const asServed = (html: string) =>
  html.replace(/name="_form" value="[^"]*"/, 'name="_form" value=""').replace(/\/confirm\/[^"?]+\?lang/g, '/confirm/?lang');

describe('the page a person saw', () => {
  test('is the form as it was served when they sent it, with the boxes they ticked, and the confirmation they confirmed on', async () => {
    const served = await (await site.get('/f/newsletter?lang=bg')).text();
    await subscribe(site, 'maria@example.com');
    const { links } = await newestMessage(site, 'maria@example.com');
    const confirmation = await (await site.get(`${links.confirm}?lang=bg`)).text();
    await site.post(`${links.confirm}?lang=bg`, { answer: 'confirm' });

    const entry = await entryOf('maria@example.com', 'consent-given');
    const { body: seen } = await ask(entry, 'page');
    expect(seen).toMatchObject({
      which: 'confirmation',
      available: ['form', 'confirmation', 'text'],
      language: 'bg',
      boxesKnown: true,
    });
    // What was their own is shown as far as it is no more than the entry itself says: dates, not the address.
    expect(seen.html.replaceAll(/<\/?time>/g, '')).toBe(asServed(confirmation).replace('m***@example.com', '***'));

    const { body: form } = await ask(entry, 'page', 'form');
    expect(form.html).toBe(asServed(served).replace('value="newsletter:email"', 'value="newsletter:email" checked'));
    expect(form.kept).toMatchObject({ isReconstructed: false });

    const { body: requested } = await ask(await entryOf('maria@example.com', 'consent-requested'), 'page');
    expect(requested).toMatchObject({ which: 'form', available: ['form', 'text'] });
    expect(requested.html).toBe(form.html);
  });

  test('stays what it was when the form says something else, the company moves, and the program looks otherwise', async () => {
    await subscribeAndConfirm(site, 'before@example.com');
    const entry = await entryOf('before@example.com', 'consent-given');
    const pages = async () => ({
      form: (await ask(entry, 'page', 'form')).body,
      confirmation: (await ask(entry, 'page', 'confirmation')).body,
    });
    const before = await pages();

    const oldVersion = await reword('Пишем всеки ден.');
    await inTransaction(site.services.db, async (tx) => {
      const controller = await findController(tx);
      if (controller) await saveController(tx, { ...controller, address: 'Варна 9000, ул. „Втора“ 2' });
      // The next version of the program renders the old words otherwise.
      const upgraded = { formVersionId: oldVersion, language: 'bg' as const, html: '<body>new look</body>', stylesheet: 'p{}' };
      await keepPage(tx, { ...upgraded, surface: 'form' });
      await keepPage(tx, { ...upgraded, surface: 'confirmation' });
    });

    const after = await pages();
    expect(after.form.html).toBe(before.form.html);
    expect(after.form.stylesheet).toBe(before.form.stylesheet);
    expect(after.confirmation.html).toBe(before.confirmation.html);
    expect(after.form.html).toContain('София 1000');
  });

  test('is kept under its hash, and holds nothing of whoever saw it', async () => {
    await subscribeAndConfirm(site, 'secret-person@example.com', { given_name: 'Неповторимка' });
    await inTransaction(site.services.db, keepPagesInUse);
    const { rows } = await site.owner.query<{ hash: Buffer; body: string }>('select hash, body from kept_page_part');
    expect(rows.length).toBeGreaterThan(4);
    for (const { hash, body } of rows) {
      expect(hash).toEqual(createHash('sha256').update(body).digest());
      expect(body).not.toMatch(/secret-person|Неповторимка|s\*\*\*@|1901|1902/);
      expect(body).not.toMatch(/name="_form" value="[^"]/);
      expect(body).not.toMatch(/\/(?:confirm|p|u)\/[\w-]{10}/);
      expect(body).not.toMatch(/type="checkbox"[^>]*checked/);
    }
  });

  test('leaves out of the confirmation what was not ticked', async () => {
    await subscribe(site, 'one-of-two@example.com');
    const { links } = await newestMessage(site, 'one-of-two@example.com');
    await site.post(`${links.confirm}?lang=bg`, { answer: 'confirm' });
    const entry = await entryOf('one-of-two@example.com', 'consent-given');
    const id = entry.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    await site.owner.query(
      `update submission s set boxes = '[]' from ledger_entry e where e.id = $1 and s.id = (e.evidence->>'submission')::uuid`,
      [id],
    );
    const { body } = await ask(entry, 'page');
    expect(body.html).not.toContain('data-box');
    expect((await ask(entry, 'page', 'form')).body.html).not.toContain(' checked');
  });

  test('is marked as reconstructed when nobody had kept it by then', async () => {
    await subscribeAndConfirm(site, 'early@example.com');
    const { rows } = await site.owner.query(
      `select e.contact_id, e.source_id, e.purpose_id, e.purpose_version, encode(e.notice_hash, 'hex') as hash from ledger_entry e
        join contact_point p using (contact_id) where p.match_key = 'early@example.com' and e.kind = 'consent-requested'`,
    );
    const old = rows[0];
    const [entry] = await inTransaction(site.services.db, (tx) =>
      appendEntries(tx, [
        {
          kind: 'consent-requested',
          contactId: old.contact_id,
          purpose: { id: old.purpose_id, version: old.purpose_version },
          channel: 'email',
          occurredAt: new Date('2020-05-05T10:00:00Z'),
          sourceId: old.source_id,
          noticeHash: old.hash,
          language: 'bg',
          actor: { kind: 'contact', contactId: old.contact_id },
          method: 'form',
        },
      ]),
    );
    const { body } = await ask(toPublicId('led', entry?.id ?? ''), 'page');
    expect(body).toMatchObject({ which: 'form', kept: { isReconstructed: true }, boxesKnown: false });
    expect(body.html).not.toContain(' checked');
  });

  test('is the preference page, as it looked, for what was stopped there', async () => {
    const links = await subscribeAndConfirm(site, 'leaver@example.com');
    await site.post(`${links.preferences}?lang=en`, { answer: 'stop-all' });
    const { body } = await ask(await entryOf('leaver@example.com', 'consent-withdrawn'), 'page');
    expect(body).toMatchObject({ which: 'preferences', language: 'en', kept: { isReconstructed: false } });
    expect(body.html).toContain('newsletter:email');
    expect(body.html).not.toContain('l***');
  });

  test('is the recorded text alone where no page was ours', async () => {
    const given = await inTransaction(site.services.db, async (tx) => {
      const { rows } = await site.owner.query(
        `select e.contact_id, e.purpose_id, e.purpose_version, encode(e.notice_hash, 'hex') as hash, s.id as source
           from ledger_entry e cross join lateral (select id from source where form_version_id is null limit 1) s
          where e.kind = 'consent-given' limit 1`,
      );
      const [row] = rows;
      return giveConsent(tx, {
        contactId: row.contact_id,
        purpose: { id: row.purpose_id, version: row.purpose_version },
        channel: 'email',
        sourceId: row.source,
        noticeHash: row.hash,
        language: 'bg',
        actor: { kind: 'staff', staffId: '01920000-0000-7000-8000-000000000001' },
        method: 'phone',
        validMonths: null,
      });
    });
    const { body } = await ask(toPublicId('led', given.id), 'page');
    expect(body).toMatchObject({ which: 'text', available: ['text'], html: null, kept: null });
    expect(body.notice?.body).toContain('[ ]');
  });

  test.each([
    ['there is no such entry', `led_${'0'.repeat(31)}1`, undefined, 404],
    ['the id is none', 'led_x', undefined, 404],
    ['it names no such page', undefined, 'renewal', 404],
    ['there is no such kind of page', undefined, 'everything', 400],
  ])('is not found when %s', async (_why, id, which, status) => {
    const entry = id ?? (await entryOf('maria@example.com', 'consent-given'));
    for (const what of ['page', 'difference'] as const) expect((await ask(entry, what, which)).status).toBe(status);
  });

  test('that somebody looked at it is in the audit trail', async () => {
    const entry = await entryOf('maria@example.com', 'consent-given');
    const count = async () =>
      Number((await site.owner.query(`select count(*) as n from audit_entry where action = 'ledger.viewed'`)).rows[0].n);
    const before = await count();
    await ask(entry, 'page');
    expect(await count()).toBe(before + 1);
  });
});

describe('the difference to today', () => {
  test('is nothing as long as nothing changed, and the changed words afterwards', async () => {
    await subscribeAndConfirm(site, 'compare@example.com');
    const entry = await entryOf('compare@example.com', 'consent-given');
    expect((await ask(entry, 'difference', 'form')).body).toMatchObject({ isShownToday: true, isSame: true });

    await reword('Пишем веднъж годишно.');
    const { body } = await ask(entry, 'difference', 'form');
    expect(body.isSame).toBe(false);
    expect(body.form.publishedVersion).toBe(body.form.version + 1);
    const of = (kind: string) =>
      body.parts
        .filter((part) => part.kind === kind)
        .map((part) => part.text)
        .join('|');
    expect(of('added')).toContain('веднъж');
    expect(of('removed')).toContain('всеки');
    expect(of('added') + of('removed')).not.toMatch(/[<>]/);
    // The recorded text alone is compared with the notice as it stands.
    expect((await ask(entry, 'difference', 'text')).body.parts.some((part) => part.kind === 'added')).toBe(true);
  });

  test('says that the page is not shown any more once the form was taken down', async () => {
    const entry = await entryOf('compare@example.com', 'consent-given');
    await inTransaction(site.services.db, async (tx) => {
      const form = await findPublishedVersion(tx, 'newsletter');
      if (typeof form !== 'string') await unpublishForm(tx, form.id);
    });
    expect((await ask(entry, 'difference', 'form')).body).toMatchObject({ isShownToday: false, isSame: false, parts: [] });
    expect((await ask(entry, 'page', 'form')).status).toBe(200);
  });
});
