import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '#platform/config.ts';
import { signingKeyOf } from '#platform/crypto/ed25519.ts';
import { signNote, writeVkey } from '#platform/crypto/signed-note.ts';
import { inclusionRuns, nodeHash, rootOver, verifyInclusion } from '#src/ledger/merkle.ts';
import { saveController } from '#src/register/controller.ts';
import { aConsent, aContact, aNewsletter, testKeys, useStore } from '#test/support/factories.ts';
import { sequenceLog } from '#test/support/log.ts';
import { composeReceipt, type Receipt } from './compose-receipt.ts';
import { readReceiptFile } from './read-receipt-file.ts';
import { canonical, includes, sealText, verifyReceipt } from './verify-receipt.js';

const store = useStore();
const config = readConfig({ SAGLASIE_URL: 'https://crm.example.bg' });
let receipt: Receipt;

beforeAll(async () => {
  const entryId = await store.write(async (tx) => {
    await saveController(tx, {
      name: 'Пример ЕООД',
      registrationNumber: null,
      address: 'София',
      email: 'office@example.bg',
      phone: null,
      dpoName: null,
      dpoEmail: null,
      country: 'BG',
      timeZone: 'Europe/Sofia',
      defaultLanguage: 'bg',
    });
    const newsletter = await aNewsletter(tx);
    for (let person = 0; person < 5; person++) await aConsent(tx, await aContact(tx), newsletter);
    return (await aConsent(tx, await aContact(tx), newsletter, { evidence: { ipPrefix: '203.0.113.0/24' } })).id;
  });
  await sequenceLog({ db: store.db, keys: testKeys, publicUrl: config.publicUrl });
  const composed = await composeReceipt({ keys: testKeys, config }, store.db, entryId);
  if (composed.outcome !== 'composed') throw new Error(composed.outcome);
  receipt = composed;
});

/** Another character in place of the one at `at`. */
function changed(text: string, at: number): string {
  const one = text[at];
  return `${text.slice(0, at)}${one === 'A' ? 'B' : one === '1' ? '2' : /\d/.test(one ?? '') ? '1' : 'A'}${text.slice(at + 1)}`;
}

type Document = Record<string, unknown> & { proof: Record<string, unknown> };
const copy = () => structuredClone(receipt.document) as unknown as Document;

describe('With one character changed', () => {
  test.each([
    ['entry', ['entry']],
    ['entryKey', ['entry']],
    ['leaf', ['entry']],
    ['checkpoint', ['checkpoint']],
    ['noticeText', ['text']],
    ['pageSha256', ['page', 'seal']],
  ] as const)('anywhere in %s a receipt does not hold, and says so', async (member, parts) => {
    const genuine = String(receipt.document.proof[member]);
    const readable = readReceiptFile(receipt.html)?.readable;
    for (let at = 0; at < genuine.length; at++) {
      const document = copy();
      document.proof[member] = changed(genuine, at);
      const verdict = await verifyReceipt(document, readable);
      expect(verdict.outcome, `${member} at ${at}`).toBe('broken');
      expect(parts, `${member} at ${at}: ${verdict.broken}`).toContain(verdict.broken);
    }
  });

  test('anywhere in a key, or in a hash of the proof, a receipt does not hold', async () => {
    for (const [member, part] of [
      ['vkeys', 'key'],
      ['inclusion', 'proof'],
    ] as const) {
      const lines = receipt.document.proof[member];
      expect(lines.length).toBeGreaterThan(0);
      for (const [line, text] of lines.entries()) {
        for (let at = 0; at < text.length; at++) {
          const document = copy();
          document.proof[member] = lines.with(line, changed(text, at));
          const verdict = await verifyReceipt(document);
          expect(verdict.broken, `${member} ${line} at ${at}`).toBe(part);
        }
      }
    }
  });

  test.each([
    ['position', 'proof'],
    ['size', 'checkpoint'],
  ] as const)('in its %s a receipt does not hold', async (member, part) => {
    for (const value of [0, 1, 2, 3, 7, 1000, -1, 2 ** 53]) {
      if (value === receipt.document.proof[member]) continue;
      const document = copy();
      document.proof[member] = value;
      expect((await verifyReceipt(document)).broken).toBe(value === 2 ** 53 ? 'form' : part);
    }
  });

  test('anywhere in its JSON a receipt does not hold or cannot be read', async () => {
    const json = JSON.stringify(receipt.document);
    let read = 0;
    for (let at = 0; at < json.length; at++) {
      let document: unknown;
      try {
        document = JSON.parse(changed(json, at));
      } catch {
        continue;
      }
      read += 1;
      const verdict = await verifyReceipt(document);
      expect(verdict.outcome, `at ${at}: ${json.slice(at - 20, at + 20)}`).toBe('broken');
    }
    expect(read).toBeGreaterThan(5000);
  }, 120_000);

  test('anywhere in the text of its page a receipt does not hold', async () => {
    const start = receipt.html.indexOf('<main id="said"');
    const end = receipt.html.indexOf('</main>');
    let inside = false;
    let tried = 0;
    for (let at = start; at < end; at++) {
      const one = receipt.html[at] ?? '';
      if (one === '<' || one === '&') inside = true;
      const isText = !inside && /\S/.test(one);
      if (one === '>' || (inside && one === ';')) inside = false;
      if (!isText) continue;
      tried += 1;
      const file = readReceiptFile(changed(receipt.html, at));
      const verdict = await verifyReceipt(file?.document, file?.readable);
      expect(verdict.broken, `at ${at}`).toBe('page');
    }
    expect(tried).toBeGreaterThan(2000);
  }, 120_000);
});

describe('A receipt that somebody else', () => {
  const stranger = (() => {
    const { publicKey, sign } = signingKeyOf(Buffer.alloc(32, 9));
    return { name: 'crm.example.bg/ledger', publicKey, sign };
  })();

  test('changed and sealed again with a key of their own names that key', async () => {
    const { seal: _, ...sealed } = copy();
    const forged = { ...sealed, controller: { name: 'Друг ЕООД' }, proof: { ...sealed.proof } };
    forged.proof['vkeys'] = [...receipt.document.proof.vkeys, writeVkey(stranger)];
    const seal = signNote(await sealText('crm.example.bg/ledger', forged), stranger);
    const verdict = await verifyReceipt({ ...forged, seal });
    expect(verdict.keys).toEqual([...receipt.document.proof.vkeys, writeVkey(stranger)]);
  });

  test('made tell another story than its entry does not hold, however it is signed', async () => {
    for (const member of ['record_id', 'event_type', 'event_time', 'channel', 'privacy_notice_sha256']) {
      const { seal: _, ...sealed } = copy();
      const forged = { ...sealed, statement: { ...(sealed['statement'] as object), [member]: 'another' } };
      const signer = { name: 'crm.example.bg/ledger', ...testKeys.signing.current };
      const verdict = await verifyReceipt({ ...forged, seal: signNote(await sealText('crm.example.bg/ledger', forged), signer) });
      expect(verdict).toMatchObject({ outcome: 'broken', broken: 'statement' });
    }
  });

  test('sent instead of one is told apart from one', async () => {
    for (const thing of [
      null,
      undefined,
      1,
      'x',
      [],
      {},
      { proof: {}, seal: '' },
      { proof: null, seal: '' },
      { ...copy(), seal: 5 },
    ]) {
      expect(await verifyReceipt(thing)).toMatchObject({ outcome: 'broken', broken: 'form' });
    }
    const { inclusion: __, ...proof } = copy().proof;
    expect(await verifyReceipt({ ...copy(), proof })).toMatchObject({ broken: 'form' });
    expect(await verifyReceipt({ ...copy(), proof: { ...copy().proof, inclusion: Array(65).fill('') } })).toMatchObject({
      broken: 'form',
    });
  });
});

describe('Where Ed25519 is missing', () => {
  test('a receipt is called not wholly checked, and a broken one broken', async () => {
    const { importKey } = crypto.subtle;
    const without = (...args: unknown[]) =>
      args[2] === 'Ed25519'
        ? Promise.reject(new DOMException('not known', 'NotSupportedError'))
        : Reflect.apply(importKey, crypto.subtle, args);
    Object.assign(crypto.subtle, { importKey: without });
    try {
      const verdict = await verifyReceipt(copy());
      expect(verdict.outcome).toBe('unchecked');
      expect(verdict.parts.filter(({ state }) => state === 'unchecked').map(({ part }) => part)).toEqual(['checkpoint', 'seal']);
      const document = copy();
      document.proof['noticeText'] = 'another text';
      expect(await verifyReceipt(document)).toMatchObject({ outcome: 'broken', broken: 'text' });
    } finally {
      Reflect.deleteProperty(crypto.subtle, 'importKey');
    }
  });
});

describe('The same as the log reckons', () => {
  test('inclusion, for every place in trees of up to 70 leaves, and beyond what a double counts', async () => {
    const leaves = Array.from({ length: 70 }, (_, at) => createHash('sha256').update(`\0${at}`).digest());
    for (let size = 1; size <= leaves.length; size += size < 20 ? 1 : 7) {
      const root = rootOver(leaves.slice(0, size));
      for (let position = 0; position < size; position++) {
        const proof = inclusionRuns(position, size).map(([start, end]) => rootOver(leaves.slice(start, end)));
        const claim = { leaf: base64(leaves[position]), position, size, inclusion: proof.map(base64), root: base64(root) };
        expect(await includes(claim)).toBe(true);
        for (const wrong of [
          { position: position + 1 },
          { position: -1 },
          { size: size + 1 },
          { size: position },
          { leaf: base64(leaves[(position + 1) % 70]) },
          { root: `${base64(leaves[0])}A` },
          { inclusion: [...claim.inclusion, claim.root] },
          { inclusion: claim.inclusion.slice(1) },
        ]) {
          const other = { ...claim, ...wrong };
          const same = verifyInclusion({
            leafHash: Buffer.from(other.leaf, 'base64'),
            position: other.position,
            size: other.size,
            proof: other.inclusion.map((line) => Buffer.from(line, 'base64')),
            root: Buffer.from(other.root, 'base64'),
          });
          expect(await includes(other), JSON.stringify(wrong)).toBe('root' in wrong ? false : same);
        }
      }
    }
    const [one, two] = [leaves[0] as Buffer, leaves[1] as Buffer];
    const far = { leaf: base64(one), position: 2n ** 60n, size: 2n ** 60n + 1n, inclusion: [base64(two)] };
    expect(await includes({ ...far, root: base64(nodeHash(two, one)) })).toBe(true);
  });

  test('canonical JSON, for anything JSON can say', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonical(value)).toBe(canonicalize(value));
      }),
    );
  });
});

function base64(bytes: Buffer | undefined): string {
  return (bytes ?? Buffer.alloc(0)).toString('base64');
}
