import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  type ConsistencyClaim,
  consistencyRuns,
  inclusionRuns,
  nodeHash,
  type Run,
  rootOver,
  subtreesOf,
  verifyConsistency,
  verifyInclusion,
} from '#src/ledger/merkle.ts';
import vectors from './merkle.json' with { type: 'json' };

const bytes = (text: string) => Buffer.from(text, 'hex');
const roots = [vectors.emptyRoot, ...vectors.roots].map(bytes);
const leaves = vectors.leaves.map((leaf) => hash('sha256', Buffer.concat([Buffer.from([0]), bytes(leaf)]), 'buffer'));
const someHash = bytes(vectors.someHash);
const nothing = Buffer.alloc(0);
/** What unsigned arithmetic of 64 bits makes of it, as the vectors have it. */
const unsigned = (number: number) => BigInt.asUintN(64, BigInt(number));
const hashOf = (runs: readonly Run[]) =>
  runs.map(([start, end]) =>
    subtreesOf(start, end)
      .map(({ height, number }) => rootOver(leaves.slice(number * 2 ** height, (number + 1) * 2 ** height)))
      .reduceRight((right, left) => nodeHash(left, right)),
  );
const bitFlipped = (proof: readonly Buffer[], at: number, bit: number) =>
  proof.with(at, Buffer.from((proof[at] as Buffer).map((byte, place) => (place === 0 ? byte ^ bit : byte))));

test('roots of sizes 0 to 8', () => {
  expect(roots.map((_, size) => rootOver(leaves.slice(0, size)))).toEqual(roots);
});

describe.each(vectors.inclusion.map((vector, at) => ({ at, ...vector })))('inclusion/$at', ({ position, size, ...vector }) => {
  const proof = vector.proof.map(bytes);
  const root = roots[size] as Buffer;
  const good = { leafHash: leaves[position] as Buffer, position, size, root, proof };

  test('happy path, and the proof is the one we would give', () => {
    expect(verifyInclusion(good)).toBe(true);
    expect(hashOf(inclusionRuns(position, size))).toEqual(proof);
  });

  const spoiled = {
    'leafIndex - 1': { ...good, position: unsigned(position - 1) },
    'leafIndex + 1': { ...good, position: position + 1 },
    'leafIndex ^ 2': { ...good, position: position ^ 2 },
    'treeSize * 2': { ...good, size: size * 2 },
    'treeSize / 2': { ...good, size: Math.floor(size / 2) },
    'wrong leaf': { ...good, leafHash: Buffer.from('WrongLeaf') },
    'empty root': { ...good, root: roots[0] as Buffer },
    'random root': { ...good, root: someHash },
    'trailing garbage': { ...good, proof: [...proof, nothing] },
    'trailing root': { ...good, proof: [...proof, root] },
    'preceding garbage': { ...good, proof: [nothing, ...proof] },
    'preceding root': { ...good, proof: [root, ...proof] },
    ...Object.fromEntries(proof.map((_, at) => [`modified proof[${at}] bit 3`, { ...good, proof: bitFlipped(proof, at, 8) }])),
    ...(proof.length > 0 ? { 'removed component': { ...good, proof: proof.slice(0, -1) } } : {}),
    ...(proof.length > 1 ? { 'inserted component': { ...good, proof: [proof[0] as Buffer, someHash, ...proof.slice(1)] } } : {}),
  };
  test.each(Object.entries(spoiled))('%s', (_, claim) => {
    expect(verifyInclusion(claim)).toBe(false);
  });
});

describe('inclusion/additional', () => {
  test.each([
    [0, 0],
    [0, 1],
    [1, 0],
    [2, 1],
  ])('position %d of %d with an empty or random root or leaf', (position, size) => {
    const claim = { position, size, proof: [] };
    expect(verifyInclusion({ ...claim, leafHash: someHash, root: nothing })).toBe(false);
    expect(verifyInclusion({ ...claim, leafHash: nothing, root: roots[0] as Buffer })).toBe(false);
    expect(verifyInclusion({ ...claim, leafHash: someHash, root: roots[0] as Buffer })).toBe(false);
  });
});

describe.each(vectors.consistency.map((vector, at) => ({ at, ...vector })))('consistency/$at', ({ older, newer, ...vector }) => {
  const proof = vector.proof.map(bytes);
  const good = {
    olderSize: older,
    newerSize: newer,
    olderRoot: roots[older] as Buffer,
    newerRoot: roots[newer] as Buffer,
    proof,
  };

  test('happy path, and the proof is the one we would give', () => {
    expect(verifyConsistency(good)).toBe(true);
    expect(hashOf(consistencyRuns(older, newer))).toEqual(proof);
  });

  const wrongRoot = Buffer.from('WrongRoot');
  const spoiled: Record<string, ConsistencyClaim> =
    proof.length === 0
      ? {}
      : {
          'size1 - 1': { ...good, olderSize: unsigned(older - 1) },
          'size1 + 1': { ...good, olderSize: older + 1 },
          'size1 ^ 2': { ...good, olderSize: older ^ 2 },
          'size2 * 2': { ...good, newerSize: newer * 2 },
          'size2 / 2': { ...good, newerSize: Math.floor(newer / 2) },
          'wrong root1': { ...good, olderRoot: wrongRoot },
          'wrong root2': { ...good, newerRoot: wrongRoot },
          'swapped roots': { ...good, olderRoot: good.newerRoot, newerRoot: good.olderRoot },
          'empty proof': { ...good, proof: [] },
          'trailing garbage': { ...good, proof: [...proof, nothing] },
          'trailing root1': { ...good, proof: [...proof, good.olderRoot] },
          'trailing root2': { ...good, proof: [...proof, good.newerRoot] },
          'preceding garbage': { ...good, proof: [nothing, ...proof] },
          'preceding root1': { ...good, proof: [good.olderRoot, ...proof] },
          'preceding root2': { ...good, proof: [good.newerRoot, ...proof] },
          'preceding proof[0]': { ...good, proof: [proof[0] as Buffer, ...proof] },
          'truncated proof': { ...good, proof: proof.slice(0, -1) },
          ...Object.fromEntries(
            proof.map((_, at) => [`modified proof[${at}] bit 4`, { ...good, proof: bitFlipped(proof, at, 16) }]),
          ),
        };
  for (const [name, claim] of Object.entries(spoiled)) {
    test(name, () => {
      expect(verifyConsistency(claim)).toBe(false);
    });
  }
});

describe('consistency/additional', () => {
  const one = Buffer.from("don't care 1");
  const two = Buffer.from("don't care 2");
  const empty = roots[0] as Buffer;
  test.each([
    ['roots do not match and sizes are zero', 0, 0, one, two, []],
    ['roots do not match and sizes are one', 1, 1, one, two, []],
    ['a check on an empty tree is useless', 0, 1, empty, empty, []],
    ['sizes are zero', 0, 0, empty, empty, []],
    ['size1 is greater than size2', 1, 0, one, two, []],
    ['size1 is greater than size2 again', 2, 1, one, two, []],
    ['sizes do not match and the proof is empty', 1, 2, one, two, []],
    ['sizes are equal (zero) but roots are not', 0, 0, empty, two, []],
    ['sizes are equal (one) but roots are not', 1, 1, empty, two, []],
    ['sizes match but the proof is not empty (zero)', 0, 0, empty, empty, [empty]],
    ['size1 is zero and does not equal size2', 0, 1, empty, empty, [empty]],
    ['sizes match but the proof is not empty (one)', 1, 1, empty, empty, [empty]],
  ])('%s', (_, olderSize, newerSize, olderRoot, newerRoot, proof) => {
    expect(verifyConsistency({ olderSize, newerSize, olderRoot, newerRoot, proof })).toBe(false);
  });

  test('sizes are one, roots equal, and the proof is empty', () => {
    const root = roots[1] as Buffer;
    expect(verifyConsistency({ olderSize: 1, newerSize: 1, olderRoot: root, newerRoot: root, proof: [] })).toBe(true);
  });
});
