import { type NoteSigner, signNote, writeVkey } from '#platform/crypto/signed-note.ts';
import type { Database } from '#platform/database/connect.ts';
import { readCheckpoint } from '#src/ledger/checkpoint.ts';
import type { EntryProof } from '#src/ledger/prove-entry.ts';
import { writeTlogProof } from '#src/ledger/tlog-proof.ts';
import type { Services } from '#src/services.ts';
import { consentStatus, dpvContext, dpvData, dpvLegalBasis } from './dpv.ts';
import { findReceipt, type ReceiptFacts } from './find-receipt.ts';
import { readableText } from './read-receipt-file.ts';
import { type ReceiptProof, readableHash, sealText } from './verify-receipt.js';
import { writeReadable, writeReceiptFile } from './write-receipt-file.ts';

/** A receipt as its person keeps it, in three forms that prove the same. */
export interface Receipt {
  readonly outcome: 'composed';
  readonly entryId: string;
  /** Names no person. */
  readonly fileName: string;
  /** JSON-LD; what `verifyReceipt` checks. */
  readonly document: ReceiptDocument;
  /** One HTML file that checks itself without a network. */
  readonly html: string;
  /** C2SP tlog-proof; the entry and its key travel in its `extra` line. */
  readonly tlogProof: string;
}

export interface ReceiptDocument {
  readonly [member: string]: unknown;
  readonly identifier: string;
  readonly proof: ReceiptProof;
  readonly seal: string;
}

/**
 * The receipt of an entry, with its proof against the newest checkpoint; or why there is none: it waits for its place in the
 * log (seconds), its person was erased, it never was, or the log contradicts itself.
 */
export async function composeReceipt(
  services: Pick<Services, 'keys' | 'config'>,
  db: Database,
  entryId: string,
): Promise<Receipt | { readonly outcome: 'not-yet' | 'erased' | 'unknown' | 'damaged' }> {
  const facts = await findReceipt(services, db, entryId);
  if (typeof facts === 'string') return { outcome: facts };
  const { proof } = facts;
  if (proof === undefined || proof === 'damaged') return { outcome: proof ?? 'not-yet' };

  const origin = readCheckpoint(proof.checkpoint)?.origin ?? '';
  const { publicKey, sign } = services.keys.signing.current;
  const signer: NoteSigner = { name: origin, publicKey, sign };
  const readable = writeReadable(facts);
  const sealed = {
    ...describe(facts),
    proof: {
      entry: proof.canonical,
      entryKey: proof.entryKey.toString('base64'),
      leaf: proof.leafHash.toString('base64'),
      position: proof.position,
      size: proof.size,
      inclusion: proof.inclusion.map((hash) => hash.toString('base64')),
      checkpoint: proof.checkpoint,
      // After a rotation the checkpoint may still be signed by the key before.
      vkeys: [...new Set([proof.vkey, writeVkey(signer)])],
      noticeText: facts.notice?.body ?? null,
      pageSha256: await readableHash(readableText(readable)),
    } satisfies ReceiptProof,
  };
  const document = { ...sealed, seal: signNote(await sealText(origin, sealed), signer) };

  return {
    outcome: 'composed',
    entryId,
    fileName: `receipt-${entryId}`,
    document,
    html: writeReceiptFile(facts, document, readable),
    tlogProof: tlogProofOf(proof, document.proof),
  };
}

export const receiptFormats = ['html', 'json', 'tlog-proof'] as const;
export type ReceiptFormat = (typeof receiptFormats)[number];

/** One form of a receipt as a file. */
export function receiptFile(receipt: Receipt, format: ReceiptFormat): { body: string; fileName: string; mediaType: string } {
  const { body, mediaType } = {
    html: { body: receipt.html, mediaType: 'text/html; charset=utf-8' },
    json: { body: `${JSON.stringify(receipt.document, null, 2)}\n`, mediaType: 'application/ld+json; charset=utf-8' },
    'tlog-proof': { body: receipt.tlogProof, mediaType: 'text/plain; charset=utf-8' },
  }[format];
  return { body, fileName: `${receipt.fileName}.${format}`, mediaType };
}

/** The proof with what opens it: without the entry and its key it would prove that something is in the log, not what. */
function tlogProofOf(proof: EntryProof, { entry, entryKey, vkeys }: ReceiptProof): string {
  return writeTlogProof({
    position: proof.position,
    proof: proof.inclusion,
    checkpoint: proof.checkpoint,
    extra: Buffer.from(JSON.stringify({ format: 'saglasie-entry', entry, entryKey, vkeys })),
  });
}

/** The readable half: W3C DPV 2.3 in JSON-LD, and the fields of ISO/IEC TS 27560 by their own names. Who it is about is a number. */
function describe(facts: ReceiptFacts) {
  const { entry, purpose, notice, controller, publicUrl, proof } = facts;
  const subject = `urn:uuid:${entry.contactId}`;
  const party = `${publicUrl}/#controller`;
  const withdrawal = `${publicUrl}/p`;
  const noticeAddress = notice && `${publicUrl}/notices/${notice.slug}/${notice.version}`;
  const states = consentStatus[entry.kind];
  const authority = controller.country === 'BG' ? 'bg:DPA-BG' : undefined;
  const isConsent = states !== undefined;
  const stands = entry.kind === 'consent-given' || entry.kind === 'consent-renewed';
  const duration = entry.until
    ? { type: 'dpv:UntilTimeDuration', value: entry.until.toISOString() }
    : { type: 'dpv:UntilEventDuration', value: 'withdrawal' };

  return {
    '@context': dpvContext,
    id: `urn:uuid:${entry.id}`,
    type: isConsent ? 'dpv:ConsentRecord' : 'dpv:DataProcessingRecord',
    identifier: entry.id,
    ...(isConsent ? { conformsTo: 'https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr' } : {}),
    issued: (proof && proof !== 'damaged' ? proof.checkpointSignedAt : entry.recordedAt).toISOString(),
    subject: { id: subject, type: 'dpv:DataSubject' },
    controller: {
      id: party,
      type: 'dpv:DataController',
      name: controller.name,
      address: controller.address,
      contact: controller.email,
    },
    ...(authority ? { authority } : {}),
    jurisdiction: [`loc:${controller.country}`, 'loc:EU'],
    ...(purpose
      ? {
          process: {
            type: 'dpv:Process',
            purpose: {
              id: `urn:uuid:${purpose.id}`,
              type: purpose.isMarketing ? 'dpv:DirectMarketing' : 'dpv:CommunicationManagement',
              identifier: purpose.slug,
              version: String(purpose.version),
              title: [
                { '@value': purpose.name.bg, '@language': 'bg' },
                { '@value': purpose.name.en, '@language': 'en' },
              ],
            },
            legalBasis: dpvLegalBasis[purpose.legalBasis],
            personalData: [...new Set(purpose.dataCategories.map(dpvData))],
            source: 'dpv:DataSubjectDataSource',
            recipient: purpose.recipients.map(({ name, country }) => ({
              type: 'dpv:Recipient',
              name,
              location: `loc:${country}`,
            })),
            storage: [
              { type: 'dpv:StorageLocation', location: `loc:${controller.country}` },
              {
                type: 'dpv:StorageDuration',
                duration: {
                  type: 'dpv:UntilEventDuration',
                  value: `${purpose.retention.starts} + ${purpose.retention.months} months`,
                },
              },
            ],
          },
        }
      : {}),
    ...(notice
      ? {
          notice: {
            id: noticeAddress,
            type: 'dpv:ConsentNotice',
            identifier: `sha256:${notice.hash}`,
            version: String(notice.version),
            language: notice.language,
          },
        }
      : {}),
    ...(isConsent ? { control: { type: 'dpv:WithdrawConsent', exercisedAt: withdrawal } } : {}),
    right: [{ id: isConsent ? 'g:A7-3' : 'g:A21', exercisedAt: withdrawal }, { id: 'g:A77' }],
    ...(states
      ? {
          status: [
            {
              type: states,
              by: entry.actor.kind === 'contact' ? subject : party,
              method: entry.method,
              at: entry.occurredAt.toISOString(),
              ...(stands ? { duration } : {}),
            },
          ],
        }
      : {}),
    statement: {
      schema_version: 'ISO/IEC TS 27560:2023',
      record_id: entry.id,
      receipt_id: entry.id,
      pii_principal_id: entry.contactId,
      privacy_notice: noticeAddress ?? null,
      privacy_notice_sha256: entry.noticeHash ?? null,
      language: entry.language ?? null,
      purpose: purpose ? { bg: purpose.name.bg, en: purpose.name.en } : null,
      purpose_type: purpose ? (purpose.isMarketing ? 'marketing' : 'service') : null,
      lawful_basis: entry.legalBasis ?? purpose?.legalBasis ?? null,
      channel: entry.channel ?? null,
      pii_information: (purpose?.dataCategories ?? []).map((category) => ({ pii_type: category })),
      pii_controllers: [party],
      collection_method: entry.method,
      storage_locations: [controller.country],
      retention_period: purpose ? `${purpose.retention.starts} + ${purpose.retention.months} months` : null,
      jurisdiction: controller.country,
      recipient_third_parties: (purpose?.recipients ?? []).map(({ name, country, role }) => ({ name, country, role })),
      withdrawal_method: withdrawal,
      privacy_rights: [
        'access',
        'rectification',
        'erasure',
        'restriction',
        'portability',
        'objection',
        'withdrawal',
        'complaint',
      ],
      authority_party: controller.country === 'BG' ? 'https://cpdp.bg/' : null,
      parties: [
        {
          party_id: party,
          party_name: controller.name,
          party_address: controller.address,
          party_contact: controller.email,
          party_type: 'organisation',
          party_role: 'pii-controller',
        },
      ],
      event_type: entry.kind,
      event_state: entry.kind,
      event_time: entry.occurredAt.toISOString(),
      validity_duration: entry.until?.toISOString() ?? (stands ? 'until withdrawn' : null),
      entity_id: entry.actor.kind === 'contact' ? entry.contactId : party,
    },
  };
}
