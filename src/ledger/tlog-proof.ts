import { HASH } from './merkle.ts';

/** A proof that verifies without us (C2SP tlog-proof). */
export interface TlogProof {
  readonly position: number;
  readonly proof: readonly Buffer[];
  /** The signed checkpoint, verbatim, with whatever cosignatures it has. */
  readonly checkpoint: string;
  /** Not covered by any signature: what a reader needs besides. */
  readonly extra?: Buffer;
}

const HEADER = 'c2sp.org/tlog-proof@v1';

/** File extension: `.tlog-proof`. */
export function writeTlogProof({ position, proof, checkpoint, extra }: TlogProof): string {
  const lines = [
    HEADER,
    ...(extra ? [`extra ${extra.toString('base64')}`] : []),
    `index ${position}`,
    ...proof.map((one) => one.toString('base64')),
  ];
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

/** Takes a proof apart without judging it; undefined when it is not one. */
export function readTlogProof(text: string): TlogProof | undefined {
  const end = text.indexOf('\n\n');
  if (end < 0) return undefined;
  const [header, ...lines] = text.slice(0, end).split('\n');
  const extra = lines[0]?.startsWith('extra ') ? lossless(lines.shift()?.slice('extra '.length) ?? '') : null;
  const [, position] = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? '') ?? [];
  const proof = lines.map(lossless);
  const checkpoint = text.slice(end + 2);
  if (header !== HEADER || extra === undefined || position === undefined || checkpoint === '') return undefined;
  if (!Number.isSafeInteger(Number(position)) || proof.length > 64) return undefined;
  if (!proof.every((one): one is Buffer => one?.length === HASH)) return undefined;

  return { position: Number(position), proof, checkpoint, ...(extra === null ? {} : { extra }) };
}

/** Bytes of base64 in its one right spelling. */
function lossless(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
