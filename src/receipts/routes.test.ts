import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keysFrom } from '#platform/crypto/keys.ts';
import { createLinkToken } from '#platform/crypto/link-token.ts';
import { inTransaction } from '#platform/database/connect.ts';
import { giveConsent } from '#src/consent/give-consent.ts';
import { eraseContact } from '#src/erasure/erase-contact.ts';
import { findPurpose } from '#src/purposes/find-purpose.ts';
import { useDatabase } from '#test/support/database.ts';
import { digestOf } from '#test/support/digest.ts';
import { aSource } from '#test/support/factories.ts';
import { sequenceLog } from '#test/support/log.ts';
import { newestMessage, openPublicSite, type PublicSite, subscribe, subscribeAndConfirm } from '#test/support/public-site.ts';
import { checkAgainstLog } from './check-against-log.ts';
import { receiptAddress } from './links.ts';
import { readReceiptFile } from './read-receipt-file.ts';
import { receiptTexts } from './receipt-texts.ts';
import { verifyReceipt } from './verify-receipt.js';

const database = useDatabase();
const [anothers, forgers, emptied] = [useDatabase(), useDatabase(), useDatabase()];
let site: PublicSite;
const words = receiptTexts.en;

const unlimited = {
  flood: {
    perAddress: [{ seconds: 900, max: 50 }],
    perIp: { seconds: 3600, max: 1000 },
    perForm: { seconds: 3600, max: 1000 },
  },
};

beforeAll(async () => {
  site = await openPublicSite(database, { config: unlimited });
});
afterAll(() => site.close());

const sequence = () => sequenceLog({ db: site.services.db, keys: site.services.keys, publicUrl: site.services.config.publicUrl });

async function entryOf(email: string, kind: string): Promise<{ id: string; contact: string }> {
  const { rows } = await site.owner.query<{ id: string; contact: string }>(
    `select e.id, e.contact_id as contact from ledger_entry e join contact_point p using (contact_id)
      where p.match_key = $1 and e.kind = $2 order by e.id desc limit 1`,
    [email, kind],
  );
  if (!rows[0]) throw new Error(`no ${kind}`);
  return rows[0];
}

/** Somebody who subscribed, and the address of their receipt. */
async function subscriber(email: string): Promise<{ address: string; entry: { id: string; contact: string } }> {
  await subscribeAndConfirm(site, email);
  const entry = await entryOf(email, 'consent-given');
  return { address: receiptAddress(site.services, entry.id), entry };
}

const page = async (path: string) => {
  const response = await site.get(path);
  return { response, text: await response.text() };
};

describe('GET /receipts/:token', () => {
  test('says at once what was agreed, and that the proof comes within seconds; then gives it', async () => {
    const { address } = await subscriber('early@example.com');
    const before = await page(`${address}?lang=en`);
    expect(before.response.status).toBe(200);
    expect(before.text).toContain(words.notYet);
    expect((await site.get(`${address}/receipt.json`)).status).toBe(503);
    await sequence();
    const after = await page(`${address}?lang=en`);
    expect(after.text).toMatch(/Entry \d+ of \d+/);
    expect(after.text).not.toContain(words.notYet);
  });

  test('tells everything a receipt must, in both languages, and masks whose it is', async () => {
    const { address, entry } = await subscriber('whole@example.com');
    await sequence();
    for (const language of ['bg', 'en'] as const) {
      const { text, response } = await page(`${address}?lang=${language}`);
      const { terms, acts, methods } = receiptTexts[language];
      for (const part of [
        ...[terms.purpose, terms.channel, terms.when, terms.controller, terms.legalBasis, terms.recipients, terms.retention],
        ...[terms.withdraw, terms.rights, terms.complaint, terms.textHash, terms.log, acts['consent-given']],
        ...[methods['confirmation-page'], 'Пример ЕООД', entry.id, '/notices/', 'cpdp.bg', 'w***@example.com', '/u/'],
      ]) {
        expect(text, part).toContain(part);
      }
      expect(text).not.toMatch(/whole@|203\.0\.113/);
      expect(text, 'a receipt that was forwarded leads to nothing but the end of what it is about').not.toContain('/p/');
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(response.headers.get('referrer-policy')).toBe('no-referrer');
      expect(response.headers.get('x-robots-tag')).toBe('noindex');
      expect(response.headers.get('set-cookie')).toBeNull();
      expect(text).not.toContain('<script');
    }
  });

  test('opens with its own kind of link only', async () => {
    const { entry } = await subscriber('kinds@example.com');
    const { keys } = site.services;
    for (const token of [
      createLinkToken(keys, { kind: 'preferences', ids: [entry.id] }),
      createLinkToken(keysFrom(randomBytes(32)), { kind: 'receipt', ids: [entry.id] }),
      createLinkToken(keys, { kind: 'receipt', ids: [entry.contact] }),
      'x',
    ]) {
      expect((await site.get(`/receipts/${token}`)).status).toBe(404);
      expect((await site.get(`/receipts/${token}/receipt.html`)).status).toBe(404);
    }
    expect((await site.get(`${receiptAddress(site.services, entry.id)}/receipt.exe`)).status).toBe(404);
  });

  test('gives three files, each a whole proof, as files', async () => {
    const { address } = await subscriber('files@example.com');
    await sequence();
    for (const [name, type] of [
      ['receipt.html', 'text/html'],
      ['receipt.json', 'application/ld+json'],
      ['receipt.tlog-proof', 'text/plain'],
    ] as const) {
      const response = await site.get(`${address}/${name}`);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toContain(type);
      expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="receipt-[0-9a-f-]{36}\.[a-z-]+"$/);
      expect(response.headers.get('cache-control')).toBe('no-store');
      const body = new Uint8Array(await response.arrayBuffer());
      expect(Buffer.from(body).toString()).not.toContain('files@');
      expect(await checkAgainstLog(site.services, site.services.db, body)).toMatchObject({
        outcome: 'own',
        log: { hasLeaf: true, beginsWithIt: true, erased: false },
      });
    }
  });

  test('keeps back the files of an entry a colleague wrote a note with, and does not show the note', async () => {
    const { entry } = await subscriber('noted@example.com');
    const noted = await inTransaction(site.services.db, async (tx) => {
      const newsletter = await findPurpose(tx, 'newsletter');
      const { rows } = await site.owner.query(`select encode(notice_hash, 'hex') as hash from ledger_entry where id = $1`, [
        entry.id,
      ]);
      return giveConsent(tx, {
        contactId: entry.contact,
        purpose: { id: newsletter?.id ?? '', version: newsletter?.version ?? 1 },
        channel: 'email',
        sourceId: await aSource(tx),
        noticeHash: rows[0].hash,
        actor: { kind: 'staff', staffId: '01920000-0000-7000-8000-000000000001' },
        method: 'phone',
        evidence: { note: 'his wife answered' },
        validMonths: null,
      });
    });
    await sequence();
    const address = receiptAddress(site.services, noted.id);
    const { text } = await page(`${address}?lang=en`);
    expect(text).toContain(words.page.withheld);
    expect(text).not.toContain('his wife');
    for (const name of ['receipt.html', 'receipt.json', 'receipt.tlog-proof']) {
      expect((await site.get(`${address}/${name}`)).status).toBe(404);
    }
  });

  test('after erasure says so, while the kept file goes on proving', async () => {
    const { address, entry } = await subscriber('erased@example.com');
    await sequence();
    const file = await (await site.get(`${address}/receipt.html`)).text();
    await inTransaction(site.services.db, (tx) => eraseContact(tx, { contactId: entry.contact, reason: 'request' }));
    const { response, text } = await page(`${address}?lang=en`);
    expect(response.status).toBe(410);
    expect(text).toContain(words.page.erasedTitle);
    expect((await site.get(`${address}/receipt.html`)).status).toBe(410);
    const kept = readReceiptFile(file);
    expect(await verifyReceipt(kept?.document, kept?.readable)).toMatchObject({ outcome: 'holds' });
    const checked = await verify(file);
    expect(checked.status).toBe(200);
    expect(checked.text).toContain(words.verify.erased);
  });
});

describe('The way to a receipt', () => {
  test('is in the message that confirms, on the page after confirming, after unsubscribing, and in the history', async () => {
    await subscribe(site, 'ways@example.com');
    const asked = await newestMessage(site, 'ways@example.com');
    const done = await site.post(`${asked.links.confirm}?lang=en`, { answer: 'confirm' });
    const given = receiptAddress(site.services, (await entryOf('ways@example.com', 'consent-given')).id);
    expect((await page(done.headers.get('location') ?? '')).text).toContain(`${given}?lang=en`);

    const confirmed = await newestMessage(site, 'ways@example.com');
    for (const body of [confirmed.text, confirmed.html]) expect(body).toContain(`https://crm.example.bg${given}`);

    const stopped = await site.post(`${confirmed.links.unsubscribe}?lang=en`, { answer: 'unsubscribe' });
    const withdrawn = receiptAddress(site.services, (await entryOf('ways@example.com', 'consent-withdrawn')).id);
    expect((await page(stopped.headers.get('location') ?? '')).text).toContain(withdrawn);
    expect((await page(`${confirmed.links.unsubscribe}?lang=en`)).text).toContain(withdrawn);

    const history = (await page(`${confirmed.links.preferences}?lang=en`)).text;
    expect(history.indexOf(withdrawn)).toBeGreaterThan(0);
    expect(history.indexOf(given)).toBeGreaterThan(history.indexOf(withdrawn));
  });

  test('is given for an objection to everything', async () => {
    const links = await subscribeAndConfirm(site, 'everything@example.com');
    await site.post(`${links.preferences}?lang=en`, { answer: 'stop-all' });
    await sequence();
    const { text } = await page(
      `${receiptAddress(site.services, (await entryOf('everything@example.com', 'objected')).id)}?lang=en`,
    );
    expect(text).toContain(words.everyPurpose);
    expect(text).toContain('cpdp.bg');
  });
});

async function verify(
  file: string | Uint8Array<ArrayBuffer>,
  options: { paste?: boolean; language?: string; name?: string } = {},
): Promise<{ status: number; text: string }> {
  const form = new FormData();
  if (options.paste) form.set('pasted', String(file));
  else form.set('file', new Blob([file]), options.name ?? 'receipt.html');
  const response = await site.request('POST', `/verify?lang=${options.language ?? 'en'}`, { body: form });
  return { status: response.status, text: await response.text() };
}

describe('/verify', () => {
  let files: { html: string; json: string; proof: string };
  beforeAll(async () => {
    const { address } = await subscriber('verified@example.com');
    await sequence();
    const [html = '', json = '', proof = ''] = await Promise.all(
      ['html', 'json', 'tlog-proof'].map(async (form) => (await site.get(`${address}/receipt.${form}`)).text()),
    );
    files = { html, json, proof };
  });

  test('asks without a script, in both languages', async () => {
    for (const language of ['bg', 'en'] as const) {
      const { text, response } = await page(`/verify?lang=${language}`);
      expect(response.status).toBe(200);
      expect(text).toContain(receiptTexts[language].verify.lead);
      expect(text).toContain('enctype="multipart/form-data"');
      expect(text).not.toContain('<script');
    }
  });

  test.each(['html', 'json', 'proof'] as const)(
    'a genuine %s, chosen or pasted, is ours; and nothing is stored',
    async (form) => {
      const before = await digestOf(database.ownerUrl);
      for (const paste of [true, false]) {
        const { status, text } = await verify(files[form], { paste });
        expect(status).toBe(200);
        for (const part of [words.verify.ownTitle, words.verify.leafHere, words.verify.consistent, words.acts['consent-given']]) {
          expect(text, part).toContain(part);
        }
      }
      expect(await digestOf(database.ownerUrl)).toBe(before);
    },
  );

  test('after the log has grown a receipt of before still holds', async () => {
    await subscriber('later@example.com');
    await sequence();
    expect((await verify(files.json)).text).toContain(words.verify.consistent);
  });

  test.each([
    ['an edited text', () => files.html.replace('Пример ЕООД', 'Друг ЕООД'), 'page'],
    ['an edited paragraph', () => files.html.replace('Дадено съгласие', 'Отказано съгласие'), 'page'],
    ['an edited JSON', () => files.json.replace('Пример ЕООД', 'Друг ЕООД'), 'seal'],
    ['another entry', () => files.json.replaceAll('consent-given', 'consent-refused'), 'entry'],
    ['another checkpoint', () => files.json.replace(/("checkpoint": "[^\\]*\\n)\d+/, '$19'), 'checkpoint'],
    ['another place in a proof', () => files.proof.replace(/^index \d+/m, 'index 0'), 'proof'],
    ['another key', () => files.json.replace(/("vkeys": \[\s*"[^+]+\+)./, '$1z'), 'key'],
  ] as const)('%s does not hold, and is told what is broken', async (_, edit, part) => {
    const edited = edit();
    expect(Object.values(files)).not.toContain(edited);
    for (const language of ['bg', 'en'] as const) {
      const { status, text } = await verify(edited, { language });
      expect(status).toBe(422);
      expect(text).toContain(receiptTexts[language].verify.badTitle);
      expect(text).toContain(receiptTexts[language].broken[part].replaceAll("'", '&#39;'));
    }
  });

  test.each<[string, () => string | Uint8Array<ArrayBuffer>, 'truncated' | 'unreadable' | undefined]>([
    ['cut HTML', () => files.html.slice(0, files.html.length / 2), 'truncated'],
    ['cut JSON', () => files.json.slice(0, -20), 'truncated'],
    ['a cut proof', () => files.proof.slice(0, 60), 'truncated'],
    ['somebody’s page', () => '<!doctype html><title>Hello</title>', 'unreadable'],
    ['somebody’s JSON', () => '{"hello": "world"}', 'unreadable'],
    ['a picture', () => new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe, 0]), 'unreadable'],
    ['words', () => 'Is this a receipt?', 'unreadable'],
    [
      'JSON nested without end',
      () => `{"proof":{"entry":"x"},"seal":"","x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      undefined,
    ],
  ])('%s is refused in words', async (_, make, code) => {
    const { status, text } = await verify(make());
    expect(status).toBe(422);
    if (code) expect(text).toContain(words.verify[code].replaceAll("'", '&#39;'));
    expect(text).toMatch(/<title>Error: /);
  });

  test('nothing at all is asked for; what was pasted is kept', async () => {
    expect((await verify('', { paste: true })).text).toContain(words.verify.nothing);
    expect((await verify('<b>not a receipt', { paste: true })).text).toContain('&lt;b&gt;not a receipt');
  });

  test('a huge file is refused before it is looked at', async () => {
    const large = new Uint8Array(3 * 1024 * 1024).fill(0x7b);
    const { status, text } = await verify(large);
    expect(status).toBe(413);
    expect(text).toContain(words.verify.tooLarge);
  });

  test('a receipt of another log is told whose it is', async () => {
    const other = await openPublicSite(anothers, { config: { ...unlimited, publicUrl: 'https://other.example.org' } });
    try {
      await subscribeAndConfirm(other, 'there@example.com');
      await sequenceLog({ db: other.services.db, keys: other.services.keys, publicUrl: 'https://other.example.org' });
      const { rows } = await other.owner.query(`select id from ledger_entry where kind = 'consent-given'`);
      const file: string = await (await other.get(`${receiptAddress(other.services, rows[0].id)}/receipt.html`)).text();
      const { status, text } = await verify(file);
      expect(status).toBe(200);
      expect(text).toContain(words.verify.foreignTitle);
      expect(text).toContain('other.example.org/ledger');
    } finally {
      await other.close();
    }
  });

  test('a receipt in our name by a key that never was ours is refused', async () => {
    const forger = await openPublicSite(forgers, { config: unlimited });
    try {
      await subscribeAndConfirm(forger, 'forged@example.com');
      await sequenceLog({ db: forger.services.db, keys: forger.services.keys, publicUrl: 'https://crm.example.bg' });
      const { rows } = await forger.owner.query(`select id from ledger_entry where kind = 'consent-given'`);
      const file: string = await (await forger.get(`${receiptAddress(forger.services, rows[0].id)}/receipt.json`)).text();
      const { status, text } = await verify(file);
      expect(status).toBe(422);
      expect(text).toContain(words.verify.forged('crm.example.bg/ledger'));
    } finally {
      await forger.close();
    }
  });

  test('an earlier key of ours is recognised', async () => {
    const usedUntil = new Date('2026-11-01T00:00:00Z');
    const { publicKey } = site.services.keys.signing.current;
    const rotated = keysFrom(randomBytes(32), { seed: randomBytes(32), past: [{ publicKey, until: usedUntil }] });
    const checked = await checkAgainstLog({ ...site.services, keys: rotated }, site.services.db, Buffer.from(files.json));
    expect(checked).toMatchObject({ outcome: 'own', usedUntil });
  });

  test('a bare proof of our own log holds for the leaf at its place, and a foreign one says too little', async () => {
    const bare = files.proof.replace(/^extra .*\n/m, '');
    const { status, text } = await verify(bare);
    expect(status).toBe(200);
    expect(text).toContain(words.verify.proofOnly);
    expect((await verify(bare.replace(/^index \d+/m, 'index 0'))).status).toBe(422);
    const foreign = await checkAgainstLog(
      { ...site.services, keys: keysFrom(randomBytes(32)) },
      site.services.db,
      Buffer.from(bare),
    );
    expect(foreign).toEqual({ outcome: 'proof-alone' });
  });

  test('a log that has lost what it said is found out', async () => {
    const lost = await openPublicSite(emptied, { config: unlimited });
    try {
      const services = { ...lost.services, keys: site.services.keys };
      expect(await checkAgainstLog(services, lost.services.db, Buffer.from(files.json))).toMatchObject({
        outcome: 'own',
        log: { hasLeaf: false, beginsWithIt: false },
      });
    } finally {
      await lost.close();
    }
  });
});
