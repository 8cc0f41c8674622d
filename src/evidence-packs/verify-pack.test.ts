import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { keysFrom } from '#platform/crypto/keys.ts';
import { signNote, writeVkey } from '#platform/crypto/signed-note.ts';
import { inTransaction } from '#platform/database/connect.ts';
import { readZip } from '#platform/zip/read-zip.ts';
import { writeZip } from '#platform/zip/write-zip.ts';
import { withdrawConsent } from '#src/consent/withdraw-consent.ts';
import { originOf } from '#src/ledger/checkpoint.ts';
import { openedLeafHash } from '#src/ledger/leaf.ts';
import { logSigner } from '#src/ledger/log-keys.ts';
import { readTlogProof, type TlogProof, writeTlogProof } from '#src/ledger/tlog-proof.ts';
import { aConsent, aContact, aNewsletter, anAct, unique } from '#test/support/factories.ts';
import { sequenceLog } from '#test/support/log.ts';
import { useStaffApp } from '#test/support/staff-app.ts';
import { exportPack } from './export-pack.ts';
import { MANIFEST, type Manifest, SIGNATURE, statementOf } from './pack.ts';
import { packLimits, verifyPack } from './verify-pack.ts';

const app = useStaffApp();
const who = { actor: { kind: 'system' } } as const;
let contactId: string;
let pack: Buffer;
let files: Map<string, Buffer>;

const signLog = () => sequenceLog({ db: app.services.db, keys: app.services.keys, publicUrl: app.services.config.publicUrl });

beforeAll(async () => {
  contactId = await inTransaction(app.services.db, async (tx) => {
    const newsletter = await aNewsletter(tx);
    const id = await aContact(tx, { email: `${unique('pack')}@example.bg`, givenName: 'Ангел', familyName: 'Кънчев' });
    await aConsent(tx, id, newsletter, { evidence: { shown: 'here', ipPrefix: '203.0.113.0/24' } });
    await withdrawConsent(tx, { ...(await anAct(tx, id, newsletter)), method: 'one-click' });
    return id;
  });
  await signLog();
  pack = (await exportPack(app.services, { kind: 'contact', id: contactId }, who))?.body as Buffer;
  files = await readZip(pack, packLimits);
});

/** The pack with some of its files changed, added or taken out; signed anew by whoever is named. */
async function forged(
  changes: Readonly<Record<string, Buffer | string | null>>,
  options: { signAgain?: boolean; keys?: typeof app.services.keys } = {},
): Promise<Buffer> {
  const changed = new Map(files);
  for (const [name, body] of Object.entries(changes)) {
    if (body === null) changed.delete(name);
    else changed.set(name, Buffer.from(body));
  }
  if (options.signAgain) {
    const { createHash } = await import('node:crypto');
    const signer = logSigner(options.keys ?? app.services.keys, originOf(app.services.config.publicUrl));
    const old = JSON.parse(String(changed.get(MANIFEST))) as Manifest;
    const listed = [...changed].filter(([name]) => name !== MANIFEST && name !== SIGNATURE);
    const manifest: Manifest = {
      ...old,
      signedBy: writeVkey(signer),
      files: listed.map(([name, body]) => ({
        name,
        bytes: body.length,
        sha256: createHash('sha256').update(body).digest('hex'),
      })),
    };
    const text = Buffer.from(JSON.stringify(manifest));
    changed.set(MANIFEST, text);
    changed.set(SIGNATURE, Buffer.from(signNote(statementOf(text), signer)));
  }
  return writeZip(
    [...changed].map(([name, body]) => ({ name, body })),
    new Date(),
  );
}

const brokenBy = async (bytes: Buffer, vkey?: string) => {
  const { holds, broken } = await verifyPack(bytes, vkey);
  expect(holds).toBe(broken === null);
  return broken && [broken.fault, broken.file];
};
const nameOf = (prefix: string, suffix = '') =>
  [...files.keys()].find((name) => name.startsWith(prefix) && name.endsWith(suffix)) as string;
const json = (name: string) => JSON.parse(String(files.get(name)));

describe('An evidence pack', () => {
  test('holds everything that proves lawfulness, and verifies from nothing but itself', async () => {
    const verdict = await verifyPack(pack);
    expect(verdict).toMatchObject({
      holds: true,
      broken: null,
      kind: 'contact',
      controller: 'Пример ЕООД',
      unproven: 0,
    });
    const { events } = json('data.json');
    expect(verdict).toMatchObject({ proofs: events.length, receipts: events.length, files: files.size - 2 });
    expect(events.map((event: { kind: string }) => event.kind)).toEqual(
      expect.arrayContaining(['consent-given', 'consent-withdrawn']),
    );
    expect(events[events.length - 2]).toMatchObject({
      kind: 'consent-given',
      grade: 'A',
      evidence: { shown: 'here' },
      by: { kind: 'contact' },
    });
    for (const name of ['evidence.bg.html', 'evidence.en.html', 'readme.bg.txt', 'log/keys.json', 'log/checkpoint']) {
      expect(files.has(name), name).toBe(true);
    }
    const { hash } = events[events.length - 2].notice;
    expect(String(files.get(`notices/${hash}.txt`))).toBe('Ще Ви пишем.');
    expect(await verifyPack(pack, verdict.signedBy as string)).toMatchObject({ holds: true });
  });

  test('is read in both languages: who, when, how, which text, how strong the proof, and a letter to the authority', () => {
    const [bg, en] = [String(files.get('evidence.bg.html')), String(files.get('evidence.en.html'))];
    for (const text of [
      'Ангел Кънчев',
      'Комисия за защита на личните данни',
      'бул. „Проф. Цветан Лазаров“ № 2',
      'Пример ЕООД',
      'Дадено е съгласие',
      'Съгласието е оттеглено',
      'Ще Ви пишем.',
      'А – показали сме всеки текст сами',
    ]) {
      expect(bg).toContain(text);
    }
    for (const text of [
      'Ангел Кънчев',
      'Commission for Personal Data Protection',
      'Consent was given',
      'Consent was withdrawn',
      'A – we showed every text ourselves',
    ]) {
      expect(en).toContain(text);
    }
    for (const page of [bg, en]) {
      expect(page).not.toMatch(/<script|undefined|\[object|NaN/);
      expect(page, 'asks nothing of any network').not.toMatch(/(src|href)="http/);
    }
  });

  test('says who took it in the audit, and how many files; not whom they were about', async () => {
    const { rows } = await app.owner.query(
      `select subject_id, detail from audit_entry where action = 'evidence.exported' limit 1`,
    );
    expect(rows).toEqual([{ subject_id: contactId, detail: { files: files.size - 2 } }]);
  });

  test('names what has no place in the log yet, and holds all the same', async () => {
    const id = await inTransaction(app.services.db, async (tx) => {
      const contact = await aContact(tx);
      await aConsent(tx, contact, await aNewsletter(tx));
      return contact;
    });
    const early = await exportPack(app.services, { kind: 'contact', id }, who);
    const { rows } = await app.owner.query('select count(*)::int as n from ledger_entry where contact_id = $1', [id]);
    expect(rows[0].n).toBeGreaterThan(0);
    expect(await verifyPack(early?.body as Buffer)).toMatchObject({ holds: true, proofs: 0, unproven: rows[0].n });
  });

  test('of a form holds every version, its texts and how many decided how', async () => {
    const { rows } = await app.owner.query(`select id from form where slug = 'newsletter'`);
    const form = await exportPack(app.services, { kind: 'form', id: rows[0].id }, who);
    expect(await verifyPack(form?.body as Buffer)).toMatchObject({ holds: true, kind: 'form', notices: 2 });
    const inside = await readZip(form?.body as Buffer, packLimits);
    const { versions } = JSON.parse(String(inside.get('data.json')));
    expect(versions).toHaveLength(1);
    expect(versions[0]).toMatchObject({ number: 1, decisions: { sent: 0, confirmed: 0 }, consents: { bg: { given: 0 } } });
    expect(String(inside.get('evidence.bg.html'))).toContain('нищо не е отметнато предварително');
  });

  test('of what is not there is none', async () => {
    const nobody = '00000000-0000-7000-8000-000000000000';
    expect(await exportPack(app.services, { kind: 'contact', id: nobody }, who)).toBeUndefined();
    expect(await exportPack(app.services, { kind: 'form', id: nobody }, who)).toBeUndefined();
  });
});

describe('Of a pack that was touched, the first broken thing is named', () => {
  test('any byte of any file', async () => {
    for (const name of files.keys()) {
      const changed = Buffer.from(files.get(name) as Buffer);
      changed[changed.length >> 1] = (changed[changed.length >> 1] as number) ^ 1;
      const [fault, file] = (await brokenBy(await forged({ [name]: changed }))) ?? [];
      if (name === MANIFEST) expect(['signature-wrong', 'not-a-pack']).toContain(fault);
      else if (name === SIGNATURE) expect([fault, file]).toEqual(['signature-wrong', SIGNATURE]);
      else expect([fault, file]).toEqual(['file-changed', name]);
    }
  });

  test('a file that was taken out, put in, or never signed', async () => {
    const proof = nameOf('proofs/');
    expect(await brokenBy(await forged({ [proof]: null }))).toEqual(['file-missing', proof]);
    expect(await brokenBy(await forged({ 'notices/another.txt': 'x' }))).toEqual(['file-not-listed', 'notices/another.txt']);
    expect(await brokenBy(await forged({ [SIGNATURE]: null }))).toEqual(['file-missing', SIGNATURE]);
    expect(await brokenBy(await forged({ [MANIFEST]: null }))).toEqual(['not-a-pack', null]);
  });

  test('a pack that somebody else signed, when the key is known; and never silently', async () => {
    const stranger = keysFrom(randomBytes(32));
    const theirs = await forged({}, { signAgain: true, keys: stranger });
    const { signedBy } = await verifyPack(pack);
    expect(await brokenBy(theirs, signedBy as string)).toEqual(['signed-by-another', SIGNATURE]);
    expect((await verifyPack(theirs)).signedBy, 'the key that signed it is told').not.toBe(signedBy);
  });

  test('a controller who signs a lie: what is said must be what is proven', async () => {
    const sign = { signAgain: true };
    const data = json('data.json');
    const lie = (change: (event: Record<string, unknown>) => void) => {
      const copy = structuredClone(data);
      change(copy.events.find((event: { kind: string }) => event.kind === 'consent-withdrawn'));
      return forged({ 'data.json': JSON.stringify(copy) }, sign);
    };
    const proof = `proofs/${data.events.find((event: { kind: string }) => event.kind === 'consent-withdrawn').entry}.tlog-proof`;
    expect(await brokenBy(await lie((event) => Object.assign(event, { kind: 'consent-given' })))).toEqual([
      'statement-differs',
      proof,
    ]);
    expect(await brokenBy(await lie((event) => Object.assign(event, { occurredAt: '2020-01-01T00:00:00.000Z' })))).toEqual([
      'statement-differs',
      proof,
    ]);
    expect(await brokenBy(await lie((event) => Object.assign(event, { leafHash: 'ab'.repeat(32) })))).toEqual([
      'statement-differs',
      proof,
    ]);
    expect(await brokenBy(await forged({ [proof]: null }, sign))).toEqual(['proof-missing', proof]);

    const other = nameOf('proofs/', `${data.events[0].entry}.tlog-proof`);
    expect(await brokenBy(await forged({ [proof]: String(files.get(other)) }, sign)), 'the proof of another entry').toEqual([
      'proof-broken',
      proof,
    ]);
    const notice = nameOf('notices/');
    expect(await brokenBy(await forged({ [notice]: 'Не сме Ви казвали нищо.' }, sign))).toEqual(['notice-changed', notice]);
    expect(await brokenBy(await forged({ [notice]: null }, sign))).toEqual(['notice-missing', notice]);
    const receipt = nameOf('receipts/', '.json');
    expect(
      await brokenBy(
        await forged({ [receipt]: String(files.get(receipt)).replace('"event_type": "', '"event_type": "x') }, sign),
      ),
    ).toEqual(['receipt-broken', receipt]);
    const page = nameOf('receipts/', '.html');
    expect(await brokenBy(await forged({ [page]: String(files.get(page)).replace('<dd>', '<dd>не ') }, sign))).toEqual([
      'receipt-broken',
      page,
    ]);
    expect(await brokenBy(await forged({ 'data.json': '{"events": 7}' }, sign))).toEqual(['data-unreadable', 'data.json']);
    expect(await brokenBy(await forged({ 'log/keys.json': '{}' }, sign))).toEqual(['data-unreadable', 'log/keys.json']);
  });

  test('a controller who makes up an entry, with a leaf that fits: it is not in the log', async () => {
    const data = json('data.json');
    const event = data.events.find(({ kind }: { kind: string }) => kind === 'consent-given');
    const name = `proofs/${event.entry}.tlog-proof`;
    const proof = readTlogProof(String(files.get(name))) as TlogProof;
    const extra = JSON.parse(String(proof.extra));
    const entry = extra.entry.replace(event.occurredAt, '2020-01-01T00:00:00.000Z');
    event.occurredAt = '2020-01-01T00:00:00.000Z';
    event.leafHash = openedLeafHash(Buffer.from(extra.entryKey, 'base64'), entry).toString('hex');
    const made = writeTlogProof({ ...proof, extra: Buffer.from(JSON.stringify({ ...extra, entry })) });
    const lie = await forged({ [name]: made, 'data.json': JSON.stringify(data) }, { signAgain: true });
    expect(await brokenBy(lie)).toEqual(['proof-broken', name]);
  });

  test('proofs under the key of nobody', async () => {
    const stranger = writeVkey(logSigner(keysFrom(randomBytes(32)), originOf(app.services.config.publicUrl)));
    const keys = JSON.stringify({ keys: [{ vkey: stranger }] });
    const resigned = await forged({ 'log/keys.json': keys }, { signAgain: true, keys: keysFrom(randomBytes(32)) });
    expect((await brokenBy(resigned))?.[0]).toBe('proof-broken');
  });

  test('a pack of a later version is told to be one', async () => {
    const later = JSON.stringify({ ...json(MANIFEST), version: 2 });
    expect(await brokenBy(await forged({ [MANIFEST]: later }))).toEqual(['newer-version', MANIFEST]);
  });
});

describe('What is no pack is refused, and nothing is thrown', () => {
  test('nothing, text, half a pack at every length, foreign archives', async () => {
    expect(await brokenBy(Buffer.alloc(0))).toEqual(['not-a-zip', null]);
    expect(await brokenBy(Buffer.from('Уважаеми членове на Комисията,'))).toEqual(['not-a-zip', null]);
    for (const share of [0.01, 0.1, 0.5, 0.9, 0.999]) {
      expect((await brokenBy(pack.subarray(0, Math.floor(pack.length * share))))?.[0], String(share)).toBe('damaged');
    }
    const foreign = await writeZip([{ name: 'word/document.xml', body: Buffer.from('<x/>') }], new Date());
    expect(await brokenBy(foreign)).toEqual(['not-a-pack', null]);
    const nonsense = await writeZip([{ name: MANIFEST, body: Buffer.from('[]') }], new Date());
    expect(await brokenBy(nonsense)).toEqual(['not-a-pack', null]);
  });
});
