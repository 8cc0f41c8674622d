import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { buffer, text } from 'node:stream/consumers';
import { ContentInfo, EncapsulatedContent, EncapsulatedContentInfo, SignedData, SignerInfos } from '@peculiar/asn1-cms';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import { PKIStatus, PKIStatusInfo, TimeStampReq, TimeStampResp, TimeStampToken, TSTInfo } from '@peculiar/asn1-tsp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COSIGNATURE, cosign, readCosignature } from '#platform/crypto/cosignature.ts';
import { signingKeyOf } from '#platform/crypto/ed25519.ts';
import { openNote, readNote, writeVkey } from '#platform/crypto/signed-note.ts';
import { aConsent, aContact, aNewsletter, testKeys, useStore } from '#test/support/factories.ts';
import { askWitness, type Witness } from './ask-witness.ts';
import { readCheckpoint } from './checkpoint.ts';
import { findLastCheckpoint } from './find-checkpoint.ts';
import { verifyConsistency } from './merkle.ts';
import { proveEntry } from './prove-entry.ts';
import { createSequencer } from './sequence-entries.ts';
import { stampCheckpoint } from './stamp-checkpoint.ts';

const store = useStore();
const origin = 'crm.primer.bg/ledger';
const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

async function listen(server: Server): Promise<string> {
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

let entryId = '';
async function grow(): Promise<void> {
  await store.write(async (tx) => {
    const contactId = await aContact(tx);
    await aConsent(tx, contactId, await aNewsletter(tx));
    const row = await tx.selectFrom('ledger_entry').select('id').where('contact_id', '=', contactId).executeTakeFirstOrThrow();
    entryId = row.id;
  });
  const outside = { path: 'none', read: async () => undefined, keep: async () => {} };
  await createSequencer({ db: store.db, openKeys: async () => testKeys, origin, outside }).drain();
}

/** A witness as its specification has it: it signs what is signed by the log and grows from what it saw last. */
async function startWitness() {
  const key = { name: 'witness.primer.bg', ...signingKeyOf(randomBytes(32)) };
  const log = { name: origin, publicKey: testKeys.signing.current.publicKey };
  const state = { size: 0, root: randomBytes(32) as Buffer, asked: 0, signer: key, at: new Date('2026-11-24T10:00:00Z') };
  const url = await listen(
    createServer(async (request, response) => {
      state.asked += 1;
      const body = await text(request);
      const end = body.indexOf('\n\n');
      const [old = '', ...proof] = body.slice(0, end).split('\n');
      const note = body.slice(end + 2);
      const checkpoint = readCheckpoint(openNote(note, [log])?.text ?? '');
      const claimed = Number(old.replace('old ', ''));
      if (request.url !== '/add-checkpoint' || !checkpoint) return void response.writeHead(403).end();
      if (claimed !== state.size)
        return void response.writeHead(409, { 'content-type': 'text/x.tlog.size' }).end(`${state.size}\n`);
      const grew =
        state.size === 0
          ? proof.length === 0
          : verifyConsistency({
              olderSize: state.size,
              newerSize: checkpoint.size,
              olderRoot: state.root,
              newerRoot: checkpoint.root,
              proof: proof.map((one) => Buffer.from(one, 'base64')),
            });
      if (!grew) return void response.writeHead(422).end();
      state.size = checkpoint.size;
      state.root = checkpoint.root;
      response.end(`${cosign(note, state.signer, state.at)}\n`);
    }),
  );
  const witness: Witness = { name: key.name, publicKey: key.publicKey, url };
  return { witness, state };
}

describe('A witness', () => {
  let running: Awaited<ReturnType<typeof startWitness>>;
  beforeAll(async () => {
    running = await startWitness();
    await grow();
  });

  test('signs each state that grew from the one before, and its signature goes out with the checkpoint', async () => {
    const { witness, state } = running;
    expect(await askWitness(store.db, witness)).toBe('cosigned');
    expect(await askWitness(store.db, witness), 'nothing grew').toBe('nothing-new');
    await grow();
    expect(await askWitness(store.db, witness)).toBe('cosigned');
    expect(state.asked).toBe(2);
    const last = await findLastCheckpoint(store.db);
    const line = readNote(last?.note ?? '')?.signatures[1]?.line ?? '';
    expect(readCosignature(last?.note ?? '', line, witness)).toEqual(state.at);
    const proof = await proveEntry(store.db, testKeys, entryId);
    expect(proof).toMatchObject({ outcome: 'proven', checkpoint: last?.note });
    expect(await store.verify()).toMatchObject({ holds: true });
  });

  test('that knows another size than we remember is asked once more with its own', async () => {
    await grow();
    await store.owner(`begin; set local session_replication_role = replica; delete from ledger_cosignature; commit`);
    expect(await askWitness(store.db, running.witness)).toBe('cosigned');
  });

  test('that saw more than there is, signs with another key, or is not there, leaves the log as it was', async () => {
    await grow();
    const { witness, state } = running;
    const known = { ...state };
    state.size += 1000;
    await expect(askWitness(store.db, witness)).rejects.toThrow(/more than there are/);
    Object.assign(state, known, { signer: { ...state.signer, ...signingKeyOf(randomBytes(32)) } });
    await expect(askWitness(store.db, witness)).rejects.toThrow(/no cosignature of this witness/);
    Object.assign(state, { root: randomBytes(32) });
    await expect(askWitness(store.db, witness)).rejects.toThrow(/422/);
    await expect(askWitness(store.db, { ...witness, url: 'http://127.0.0.1:1' })).rejects.toThrow();
    const { rows } = await store.owner('select count(*)::int as n from ledger_cosignature');
    expect(rows).toEqual([{ n: 1 }]);
  });

  test('is named by a key of its own type', () => {
    expect(writeVkey(running.witness, COSIGNATURE)).not.toBe(writeVkey(running.witness));
  });
});

/** An authority that stamps what it is asked to, but for what the test makes it do. */
async function startAuthority(change: (info: TSTInfo, response: TimeStampResp) => void = () => {}) {
  return listen(
    createServer(async (request, response) => {
      const question = AsnConvert.parse(await buffer(request), TimeStampReq);
      const info = new TSTInfo({
        policy: '1.2.3.4.1',
        messageImprint: question.messageImprint,
        serialNumber: new Uint8Array([7]).buffer,
        genTime: new Date('2026-11-24T10:00:00Z'),
        ...(question.nonce ? { nonce: question.nonce } : {}),
      });
      const answer = new TimeStampResp({ status: new PKIStatusInfo({ status: PKIStatus.granted }) });
      change(info, answer);
      const signed = new SignedData({
        version: 3,
        encapContentInfo: new EncapsulatedContentInfo({
          eContentType: '1.2.840.113549.1.9.16.1.4',
          eContent: new EncapsulatedContent({ single: new OctetString(AsnConvert.serialize(info)) }),
        }),
        signerInfos: new SignerInfos(),
      });
      answer.timeStampToken = new TimeStampToken(
        new ContentInfo({ contentType: '1.2.840.113549.1.7.2', content: AsnConvert.serialize(signed) }),
      );
      response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(Buffer.from(AsnConvert.serialize(answer)));
    }),
  );
}

describe('A time stamp', () => {
  test('of something else, for another question, refused, or no time stamp at all, is not kept', async () => {
    await grow();
    const wrong: [string, RegExp][] = [
      [
        await startAuthority((info) => {
          info.messageImprint.hashedMessage = new OctetString(randomBytes(32));
        }),
        /over something else/,
      ],
      [
        await startAuthority((info) => {
          info.nonce = new Uint8Array([1, 2, 3]).buffer;
        }),
        /another question/,
      ],
      [
        await startAuthority((_, answer) => {
          answer.status = new PKIStatusInfo({ status: PKIStatus.rejection });
        }),
        /refused \(status 2\)/,
      ],
      [await listen(createServer((_, response) => void response.end('hello'))), /no time stamp/],
      [await listen(createServer((_, response) => void response.writeHead(500).end())), /answered 500/],
    ];
    for (const [url, message] of wrong) await expect(stampCheckpoint(store.db, url)).rejects.toThrow(message);
    expect((await store.owner('select from ledger_timestamp')).rowCount).toBe(0);
  });

  test('of the newest checkpoint is kept beside it, once', async () => {
    const url = await startAuthority();
    expect(await stampCheckpoint(store.db, url)).toBe('stamped');
    expect(await stampCheckpoint(store.db, url)).toBe('nothing-new');
    const { rows } = await store.owner('select stamped_at, checkpoint::int from ledger_timestamp');
    expect(rows).toEqual([
      { stamped_at: new Date('2026-11-24T10:00:00Z'), checkpoint: (await findLastCheckpoint(store.db))?.number },
    ]);
  });
});
