// @ts-expect-error it has no types
import jsonld from 'jsonld';
import { beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '#platform/config.ts';
import { objectTo } from '#src/consent/object.ts';
import { refuseConsent } from '#src/consent/refuse-consent.ts';
import { withdrawConsent } from '#src/consent/withdraw-consent.ts';
import { listEntriesOf } from '#src/ledger/find-entry.ts';
import { saveController } from '#src/register/controller.ts';
import { aConsent, aContact, aNewsletter, anAct, testKeys, useStore } from '#test/support/factories.ts';
import { sequenceLog } from '#test/support/log.ts';
import { composeReceipt, type Receipt } from './compose-receipt.ts';
import terms from './dpv-2.3-terms.json' with { type: 'json' };
import { readReceiptFile } from './read-receipt-file.ts';
import { verifyReceipt } from './verify-receipt.js';

const store = useStore();
const config = readConfig({ SAGLASIE_URL: 'https://crm.example.bg' });
const services = { keys: testKeys, config };
let contactId: string;

const controller = {
  name: 'Пример ЕООД',
  registrationNumber: '200000000',
  address: 'София 1000, ул. „Първа“ 1',
  email: 'office@example.bg',
  phone: null,
  dpoName: 'Мария Петрова',
  dpoEmail: 'dpo@example.bg',
  country: 'BG',
  timeZone: 'Europe/Sofia',
  defaultLanguage: 'bg' as const,
};

beforeAll(async () => {
  await store.write(async (tx) => {
    await saveController(tx, controller);
    const newsletter = await aNewsletter(tx, { recipients: [{ name: 'Поща АД', country: 'BG', role: 'изпращане' }] });
    const other = await aNewsletter(tx);
    contactId = await aContact(tx);
    await aConsent(tx, contactId, newsletter, { evidence: { ipPrefix: '203.0.113.0/24', agent: 'A "quoted" <browser>' } });
    await aConsent(tx, contactId, newsletter, { validMonths: 12 });
    await withdrawConsent(tx, await anAct(tx, contactId, newsletter));
    await refuseConsent(tx, await anAct(tx, contactId, other));
    const { purpose: _, channel: __, ...everything } = await anAct(tx, contactId, newsletter);
    await objectTo(tx, everything);
  });
  await sequenceLog({ db: store.db, keys: testKeys, publicUrl: config.publicUrl });
});

async function receiptOf(kind: string): Promise<Receipt> {
  const entry = (await listEntriesOf(store.db, contactId)).find((one) => one.kind === kind);
  const receipt = await composeReceipt(services, store.db, entry?.id ?? '');
  if (receipt.outcome !== 'composed') throw new Error(receipt.outcome);
  return receipt;
}

describe('A receipt', () => {
  test.each(['consent-given', 'consent-renewed', 'consent-withdrawn', 'consent-refused', 'objected', 'basis-asserted'])(
    'of %s holds in every part, from its JSON and from its HTML file',
    async (kind) => {
      const receipt = await receiptOf(kind);
      const fromJson = await verifyReceipt(JSON.parse(JSON.stringify(receipt.document, null, 2)));
      expect(fromJson).toMatchObject({ outcome: 'holds', entry: { kind }, checkpoint: { origin: 'crm.example.bg/ledger' } });
      const file = readReceiptFile(receipt.html);
      const fromFile = await verifyReceipt(file?.document, file?.readable);
      expect(fromFile).toMatchObject({ outcome: 'holds', entry: { kind } });
      expect(fromFile.parts).toContainEqual({ part: 'page', state: 'holds' });
      expect(Buffer.byteLength(receipt.html)).toBeLessThan(60_000);
    },
  );

  test('names its person by a number only', async () => {
    const { html, document, tlogProof } = await receiptOf('consent-given');
    for (const text of [html, JSON.stringify(document), tlogProof]) {
      expect(text).not.toMatch(/Мария Георгиева|maria\d/);
    }
    expect(document.proof.entry).toContain(contactId);
  });

  test.each(['consent-given', 'consent-renewed', 'consent-withdrawn', 'consent-refused', 'objected'])(
    'of %s expands as JSON-LD with every term defined, and every term of the vocabulary is one of version 2.3',
    async (kind) => {
      const { document } = await receiptOf(kind);
      const loader = () => Promise.reject(new Error('a receipt needs nothing from the network'));
      const expanded = await jsonld.expand(document, { safe: true, documentLoader: loader });
      const known = new Set(
        Object.entries(terms).flatMap(([folder, names]) =>
          typeof names === 'string' ? [] : names.map((name) => `https://w3id.org/${folder}#${name}`),
        ),
      );
      const used = JSON.stringify(expanded).match(/https:\/\/w3id\.org\/dpv[^"]*#[^"]*/g) ?? [];
      expect(used.length).toBeGreaterThan(10);
      expect(used.filter((iri) => !known.has(iri) && iri !== 'https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr')).toEqual([]);
      for (const member of Object.keys(document)) {
        if (member === '@context') continue;
        const compacted = await jsonld.compact(expanded, document['@context'] as object, { safe: true, documentLoader: loader });
        expect(compacted, member).toHaveProperty(member);
      }
    },
  );
});
