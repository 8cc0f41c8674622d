import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  consistencyRuns,
  emptyRoot,
  Frontier,
  inclusionRuns,
  nodeHash,
  peaksOf,
  rootOver,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts';

const leafOf = (data: Buffer) => hash('sha256', Buffer.concat([Buffer.from([0]), data]), 'buffer');
const leaves = Array.from({ length: 600 }, (_, at) => leafOf(Buffer.from(String(at))));

/** RFC 6962 §2.1, as it is written there. */
function mth(of: readonly Buffer[]): Buffer {
  if (of.length === 0) return emptyRoot;
  if (of.length === 1) return of[0] as Buffer;
  let split = 1;
  while (split * 2 < of.length) split *= 2;
  return nodeHash(mth(of.slice(0, split)), mth(of.slice(split)));
}
const prove = (runs: ReturnType<typeof inclusionRuns>) => runs.map(([start, end]) => mth(leaves.slice(start, end)));

describe('The tree', () => {
  test('has the roots of the public reference for sizes 0 to 8 (transparency-dev/merkle, testonly/constants.go)', () => {
    const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
    const known = ['e3b0c442', '6e340b9c', 'fac54203', 'aeb6bcfe', 'd37ee418', '4e3bbb1f', '76e67dad', 'ddb89be4', '5dc9da79'];
    const those = inputs.map((input) => leafOf(Buffer.from(input, 'hex')));
    expect(known.map((_, size) => rootOver(those.slice(0, size)).toString('hex').slice(0, 8))).toEqual(known);
  });

  test('grown leaf by leaf has the root of the definition at every size, and can be continued from its edge', () => {
    const frontier = new Frontier();
    for (const [size, leaf] of leaves.entries()) {
      const before = mth(leaves.slice(0, size));
      expect(frontier.root()).toEqual(before);
      const edge = peaksOf(size).map(({ height, number }) => mth(leaves.slice(number * 2 ** height, (number + 1) * 2 ** height)));
      expect(Frontier.of(size, edge).root()).toEqual(before);
      frontier.add(leaf);
    }
  });

  test('tells of each complete subtree once, with its root', () => {
    const frontier = new Frontier();
    let told = 0;
    for (const leaf of leaves.slice(0, 300)) {
      frontier.add(leaf, (height, number, root) => {
        told += 1;
        expect(root).toEqual(mth(leaves.slice(number * 2 ** height, (number + 1) * 2 ** height)));
      });
    }
    // Of n leaves floor(n/2) + floor(n/4) + … are complete.
    expect(told).toBe(150 + 75 + 37 + 18 + 9 + 4 + 2 + 1);
  });
});

const claim = fc.integer({ min: 1, max: leaves.length }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    position: fc.integer({ min: 0, max: size - 1 }),
    older: fc.integer({ min: 1, max: size }),
  }),
);
const flip = (bytes: Buffer, bit: number) => {
  const changed = Buffer.from(bytes);
  const at = bit % (bytes.length * 8);
  changed[at >> 3] = (changed[at >> 3] ?? 0) ^ (1 << (at & 7));
  return changed;
};

describe('A proof', () => {
  test('of inclusion verifies, and no other leaf, place, size, root or path does', () => {
    fc.assert(
      fc.property(claim, fc.nat(), ({ size, position }, any) => {
        const root = mth(leaves.slice(0, size));
        const good = { leafHash: leaves[position] as Buffer, position, size, root, proof: prove(inclusionRuns(position, size)) };
        expect(verifyInclusion(good)).toBe(true);
        const at = any % Math.max(1, good.proof.length);
        const bad = [
          { ...good, leafHash: flip(good.leafHash, any) },
          { ...good, root: flip(root, any) },
          { ...good, proof: [...good.proof, root] },
          { ...good, proof: [root, ...good.proof] },
          { ...good, position: size },
          { ...good, position: -1 },
          { ...good, leafHash: good.leafHash.subarray(1) },
          ...(good.proof.length > 0
            ? [
                { ...good, proof: good.proof.with(at, flip(good.proof[at] as Buffer, any)) },
                { ...good, proof: good.proof.slice(1) },
                { ...good, proof: good.proof.slice(0, -1) },
                { ...good, position: (position + 1) % size },
              ]
            : []),
        ];
        for (const one of bad) expect(verifyInclusion(one)).toBe(false);
      }),
    );
  });

  test('of consistency verifies, and no other size, root or path does', () => {
    fc.assert(
      fc.property(claim, fc.nat(), ({ size, older }, any) => {
        const good = {
          olderSize: older,
          newerSize: size,
          olderRoot: mth(leaves.slice(0, older)),
          newerRoot: mth(leaves.slice(0, size)),
          proof: prove(consistencyRuns(older, size)),
        };
        expect(verifyConsistency(good)).toBe(true);
        const at = any % Math.max(1, good.proof.length);
        const bad = [
          { ...good, olderRoot: flip(good.olderRoot, any) },
          { ...good, newerRoot: flip(good.newerRoot, any) },
          { ...good, proof: [...good.proof, good.newerRoot] },
          { ...good, olderSize: 0 },
          { ...good, newerSize: older - 1 },
          ...(older < size ? [{ ...good, olderRoot: good.newerRoot, newerRoot: good.olderRoot }] : []),
          ...(good.proof.length > 0
            ? [
                { ...good, proof: good.proof.with(at, flip(good.proof[at] as Buffer, any)) },
                { ...good, proof: good.proof.slice(1) },
                { ...good, proof: good.proof.slice(0, -1) },
                { ...good, proof: [good.olderRoot, ...good.proof] },
              ]
            : []),
        ];
        for (const one of bad) expect(verifyConsistency(one)).toBe(false);
      }),
    );
  });

  test('of sizes beyond what a double counts exactly is judged all the same', () => {
    const huge = 2n ** 63n + 5n;
    expect(verifyInclusion({ leafHash: emptyRoot, position: huge - 1n, size: huge, proof: [], root: emptyRoot })).toBe(false);
  });
});
