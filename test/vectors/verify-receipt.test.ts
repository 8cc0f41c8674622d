import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { canonical, includes, openNote, readVkey } from '#src/receipts/verify-receipt.js';
import json from './canonical-json.json' with { type: 'json' };
import merkle from './merkle.json' with { type: 'json' };
import notes from './signed-note.json' with { type: 'json' };

// The same vectors, through the module that runs in people's browsers.

test.each(json)('RFC 8785: $name', ({ input, output }) => {
  expect(canonical(JSON.parse(input))).toBe(output);
});

const base64 = (text: string) => Buffer.from(text, 'hex').toString('base64');
const roots = [merkle.emptyRoot, ...merkle.roots].map(base64);
const leaves = merkle.leaves.map((leaf) => hash('sha256', Buffer.concat([Buffer.from([0]), Buffer.from(leaf, 'hex')]), 'base64'));

describe.each(merkle.inclusion.map((vector, at) => ({ at, ...vector })))('inclusion/$at', ({ position, size, ...vector }) => {
  const inclusion = vector.proof.map(base64);
  const root = roots[size] ?? '';
  const good = { leaf: leaves[position] ?? '', position, size, root, inclusion };

  test('happy path', async () => {
    expect(await includes(good)).toBe(true);
  });

  test.each(
    Object.entries({
      'leafIndex - 1': { ...good, position: BigInt.asUintN(64, BigInt(position - 1)) },
      'leafIndex + 1': { ...good, position: position + 1 },
      'leafIndex ^ 2': { ...good, position: position ^ 2 },
      'treeSize * 2': { ...good, size: size * 2 },
      'treeSize / 2': { ...good, size: Math.floor(size / 2) },
      'wrong leaf': { ...good, leaf: btoa('WrongLeaf') },
      'empty root': { ...good, root: roots[0] ?? '' },
      'random root': { ...good, root: base64(merkle.someHash) },
      'trailing garbage': { ...good, inclusion: [...inclusion, ''] },
      'trailing root': { ...good, inclusion: [...inclusion, root] },
      'preceding garbage': { ...good, inclusion: ['', ...inclusion] },
      'preceding root': { ...good, inclusion: [root, ...inclusion] },
      ...(inclusion.length > 0 ? { 'removed component': { ...good, inclusion: inclusion.slice(0, -1) } } : {}),
    }),
  )('%s', async (_, claim) => {
    expect(await includes(claim)).toBe(false);
  });
});

test('a note verifies under its key, and not with any byte of it changed', async () => {
  const key = await readVkey(notes.signed.vkey);
  if (!key) throw new Error('no key');
  const { note } = notes.signed;
  expect(await openNote(note, [key])).toMatchObject({ state: 'holds', by: [key.vkey] });
  for (let at = 0; at < note.length; at++) {
    const changed = `${note.slice(0, at)}${note[at] === 'x' ? 'y' : 'x'}${note.slice(at + 1)}`;
    expect(await openNote(changed, [key]), `character ${at}`).toMatchObject({ state: 'broken' });
  }
});
