import { hash } from 'node:crypto';

/**
 * The Merkle tree of RFC 6962 §2.1 (hashed alike in RFC 9162): leaves `SHA-256(0x00 ‖ data)`, nodes `SHA-256(0x01 ‖ left ‖
 * right)`, split at the largest power of two below the size. Nothing here knows where hashes are kept.
 */
export const HASH = 32;

export const emptyRoot: Buffer = hash('sha256', Buffer.alloc(0), 'buffer');

const pair = Buffer.alloc(1 + 2 * HASH, 1);

export function nodeHash(left: Buffer, right: Buffer): Buffer {
  pair.set(left, 1);
  pair.set(right, 1 + HASH);
  // Twice as fast as asking for a Buffer.
  return Buffer.from(hash('sha256', pair, 'latin1'), 'latin1');
}

/** The root over the hashes of complete subtrees of equal size, such as those of a tile, or over leaves. */
export function rootOver(hashes: readonly Buffer[]): Buffer {
  const frontier = new Frontier();
  for (const one of hashes) frontier.add(one);
  return frontier.root();
}

/**
 * The right edge of a growing tree: the roots of the complete subtrees its size consists of, largest first. Adding a leaf
 * takes one or two hashes, and of the rest of the tree nothing has to be known.
 */
export class Frontier {
  size = 0;
  readonly #peaks: Buffer[] = [];

  /** @param onNode told of each complete subtree of 2^height leaves as it is made, by its number from the left. */
  add(leaf: Buffer, onNode?: (height: number, number: number, root: Buffer) => void): void {
    let node = leaf;
    let height = 0;
    for (let rest = this.size; rest % 2 === 1; rest = (rest - 1) / 2) {
      node = nodeHash(this.#peaks.pop() as Buffer, node);
      height += 1;
      onNode?.(height, (rest - 1) / 2, node);
    }
    this.#peaks.push(node);
    this.size += 1;
  }

  root(): Buffer {
    return (
      this.#peaks.reduceRight<Buffer | undefined>((right, peak) => (right ? nodeHash(peak, right) : peak), undefined) ?? emptyRoot
    );
  }

  copy(): Frontier {
    const copy = new Frontier();
    copy.size = this.size;
    copy.#peaks.push(...this.#peaks);
    return copy;
  }

  /** The edge of a tree whose peaks (see {@link peaksOf}) are known. */
  static of(size: number, peaks: readonly Buffer[]): Frontier {
    const frontier = new Frontier();
    frontier.size = size;
    frontier.#peaks.push(...peaks);
    return frontier;
  }
}

/** A complete subtree: the `number`-th from the left of those with 2^height leaves. */
export interface Subtree {
  readonly height: number;
  readonly number: number;
}

/** The complete subtrees that the leaves from `start` up to `end` consist of, when they are one node of a tree, left to right. */
export function subtreesOf(start: number, end: number): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let at = start; at < end; ) {
    let height = 0;
    while (at % 2 ** (height + 1) === 0 && at + 2 ** (height + 1) <= end) height += 1;
    subtrees.push({ height, number: at / 2 ** height });
    at += 2 ** height;
  }
  return subtrees;
}

export const peaksOf = (size: number): Subtree[] => subtreesOf(0, size);

/** A run of leaves whose hash is one line of a proof. */
export type Run = readonly [start: number, end: number];

/** What proves that the leaf at `position` is in the tree of `size` leaves (RFC 6962 §2.1.1), from the leaf up. */
export function inclusionRuns(position: number, size: number): Run[] {
  if (!(position >= 0 && position < size)) throw new RangeError('the position is not in the tree');
  const path = (start: number, end: number): Run[] => {
    if (end - start === 1) return [];
    const middle = start + splitOf(end - start);
    return position < middle ? [...path(start, middle), [middle, end]] : [...path(middle, end), [start, middle]];
  };
  return path(0, size);
}

/** What proves that the tree of `older` leaves is the beginning of the one of `newer` (RFC 6962 §2.1.2). */
export function consistencyRuns(older: number, newer: number): Run[] {
  if (!(older >= 0 && older <= newer)) throw new RangeError('a tree begins with a smaller one');
  const path = (start: number, end: number, whole: boolean): Run[] => {
    if (older === end) return whole ? [] : [[start, end]];
    const middle = start + splitOf(end - start);
    return older <= middle ? [...path(start, middle, whole), [middle, end]] : [...path(middle, end, false), [start, middle]];
  };
  return older === 0 || older === newer ? [] : path(0, newer, true);
}

/** Largest power of two below `size`. */
function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

export interface InclusionClaim {
  readonly leafHash: Buffer;
  readonly position: number | bigint;
  readonly size: number | bigint;
  readonly proof: readonly Buffer[];
  readonly root: Buffer;
}

/** Whether the proof shows that this leaf is at this position of the tree with this root (RFC 9162 §2.1.3.2). */
export function verifyInclusion({ leafHash, position, size, proof, root }: InclusionClaim): boolean {
  if (![leafHash, root, ...proof].every((one) => one.length === HASH)) return false;
  let node = BigInt(position);
  let last = BigInt(size) - 1n;
  if (node < 0n || node > last) return false;
  let result = leafHash;
  for (const sibling of proof) {
    if (last === 0n) return false;
    if (node % 2n === 1n || node === last) {
      result = nodeHash(sibling, result);
      while (node % 2n === 0n && node !== 0n) [node, last] = [node >> 1n, last >> 1n];
    } else {
      result = nodeHash(result, sibling);
    }
    [node, last] = [node >> 1n, last >> 1n];
  }
  return last === 0n && result.equals(root);
}

export interface ConsistencyClaim {
  readonly olderSize: number | bigint;
  readonly newerSize: number | bigint;
  readonly olderRoot: Buffer;
  readonly newerRoot: Buffer;
  readonly proof: readonly Buffer[];
}

/** Whether the proof shows that the older tree is the beginning of the newer (RFC 9162 §2.1.4.2). An empty tree proves nothing. */
export function verifyConsistency({ olderSize, newerSize, olderRoot, newerRoot, proof }: ConsistencyClaim): boolean {
  if (![olderRoot, newerRoot, ...proof].every((one) => one.length === HASH)) return false;
  const older = BigInt(olderSize);
  const newer = BigInt(newerSize);
  if (older <= 0n || older > newer) return false;
  if (older === newer) return proof.length === 0 && olderRoot.equals(newerRoot);
  const isPowerOfTwo = (older & (older - 1n)) === 0n;
  const [first, ...rest] = isPowerOfTwo ? [olderRoot, ...proof] : proof;
  if (!first || proof.length === 0) return false;
  let node = older - 1n;
  let last = newer - 1n;
  while (node % 2n === 1n) [node, last] = [node >> 1n, last >> 1n];
  let before = first;
  let after = first;
  for (const sibling of rest) {
    if (last === 0n) return false;
    if (node % 2n === 1n || node === last) {
      before = nodeHash(sibling, before);
      after = nodeHash(sibling, after);
      while (node % 2n === 0n && node !== 0n) [node, last] = [node >> 1n, last >> 1n];
    } else {
      after = nodeHash(after, sibling);
    }
    [node, last] = [node >> 1n, last >> 1n];
  }
  return last === 0n && before.equals(olderRoot) && after.equals(newerRoot);
}
