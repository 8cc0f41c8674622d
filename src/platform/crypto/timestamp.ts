import { hash, randomBytes } from 'node:crypto';
import { SignedData } from '@peculiar/asn1-cms';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import { MessageImprint, PKIStatus, TimeStampReq, TimeStampReqVersion, TimeStampResp, TSTInfo } from '@peculiar/asn1-tsp';
import { AlgorithmIdentifier } from '@peculiar/asn1-x509';

/** A time stamp of an authority (RFC 3161) over some text. */
export interface TimeStamp {
  /** The token, DER: a CMS signature anybody can check with the authority's certificate, which is inside. */
  readonly token: Buffer;
  readonly at: Date;
}

/** The authority did not give what was asked for; the message says why. */
export class TimeStampRefused extends Error {
  override readonly name = 'TimeStampRefused';
}

const SHA256 = '2.16.840.1.101.3.4.2.1';

export interface TimeStampQuestion {
  /** DER, for `application/timestamp-query`. */
  readonly body: Buffer;
  /** @throws TimeStampRefused unless the answer is a token over this very text, made for this very question. */
  readAnswer(answer: Uint8Array): TimeStamp;
}

/** Asks for a time stamp over the SHA-256 of a text. Only the hash leaves. */
export function askTimeStamp(text: string): TimeStampQuestion {
  const hashed = hash('sha256', text, 'buffer');
  // First bit clear, or DER would read it as negative and shorten or lengthen it.
  const nonce = randomBytes(8);
  nonce[0] = ((nonce[0] ?? 0) & 0x3f) | 0x40;
  const question = new TimeStampReq({
    version: TimeStampReqVersion.v1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithm: SHA256, parameters: null }),
      hashedMessage: new OctetString(hashed),
    }),
    nonce: Uint8Array.from(nonce).buffer,
    certReq: true,
  });
  return { body: Buffer.from(AsnConvert.serialize(question)), readAnswer: (answer) => readAnswer(answer, hashed, nonce) };
}

function readAnswer(answer: Uint8Array, hashed: Buffer, nonce: Buffer): TimeStamp {
  const { status, timeStampToken } = parsed(() => AsnConvert.parse(Uint8Array.from(answer), TimeStampResp));
  if (!timeStampToken || (status.status !== PKIStatus.granted && status.status !== PKIStatus.grantedWithMods))
    throw new TimeStampRefused(`The authority refused (status ${status.status}).`);
  const info = parsed(() => {
    const content = AsnConvert.parse(timeStampToken.content, SignedData).encapContentInfo.eContent?.single;
    if (!content) throw new TypeError('a token without content');
    return AsnConvert.parse(content.buffer, TSTInfo);
  });
  if (
    info.messageImprint.hashAlgorithm.algorithm !== SHA256 ||
    !hashed.equals(Buffer.from(info.messageImprint.hashedMessage.buffer))
  )
    throw new TimeStampRefused('The time stamp is over something else.');
  if (!info.nonce || !nonce.equals(Buffer.from(info.nonce)))
    throw new TimeStampRefused('The time stamp was made for another question.');

  return { token: Buffer.from(AsnConvert.serialize(timeStampToken)), at: info.genTime };
}

function parsed<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new TimeStampRefused('The answer is no time stamp.', { cause });
  }
}
