import { HASH } from './merkle.ts';

/** What a checkpoint says (C2SP tlog-checkpoint): of which log, how many leaves, and the root over them. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
}

/**
 * The log's name: the address under which it is served, without the scheme, so that no two installations share one.
 * `https://crm.example.bg` keeps `crm.example.bg/ledger`.
 */
export function originOf(publicUrl: string): string {
  // A key's name may hold neither spaces nor plus signs; an address has no spaces left.
  return `${new URL(publicUrl).href.replace(/^https?:\/\//, '').replace(/\/+$/, '')}/ledger`.replaceAll('+', '%2B');
}

export function writeCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`;
}

/** Reads the text of a checkpoint; lines after the first three are allowed and mean nothing here. */
export function readCheckpoint(text: string): Checkpoint | undefined {
  const [origin = '', size = '', root = ''] = text.split('\n');
  const bytes = Buffer.from(root, 'base64');
  const wellFormed =
    origin !== '' && /^(0|[1-9]\d{0,15})$/.test(size) && bytes.length === HASH && bytes.toString('base64') === root;

  return wellFormed && text.endsWith('\n') && Number.isSafeInteger(Number(size))
    ? { origin, size: Number(size), root: bytes }
    : undefined;
}
