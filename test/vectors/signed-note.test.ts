import { describe, expect, test } from 'vitest';
import { openNote, readNote, readVkey, writeVkey } from '#platform/crypto/signed-note.ts';
import { readCheckpoint } from '#src/ledger/checkpoint.ts';
import vectors from './signed-note.json' with { type: 'json' };

describe('The examples of the specifications', () => {
  test('a note whose text has an empty line is taken apart at the last one', () => {
    const note = readNote(vectors.poem);
    expect(note?.text).toBe('Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n');
    expect(note?.signatures).toMatchObject([{ name: 'quasimodo.example/salvatore', keyId: '367ba04b' }]);
    expect(note?.signatures[0]?.signature).toHaveLength(64);
  });

  test('a checkpoint with the signature of a witness', () => {
    const note = readNote(vectors.cosigned);
    expect(note?.signatures.map(({ name, keyId, signature }) => [name, keyId, signature.length])).toEqual([
      ['example.com/behind-the-sofa', '033de0ae', 64],
      ['witness.example.com/w1', '8d66cf3f', 72],
    ]);
    expect(readCheckpoint(note?.text ?? '')).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20852163 });
  });

  test('a note verifies under its key, and not with any byte of it changed', () => {
    const key = readVkey(vectors.signed.vkey);
    if (!key) throw new Error('no key');
    expect(writeVkey(key)).toBe(vectors.signed.vkey);
    expect(openNote(vectors.signed.note, [key])?.by).toEqual([key]);
    for (let at = 0; at < vectors.signed.note.length; at++) {
      const changed = `${vectors.signed.note.slice(0, at)}${vectors.signed.note[at] === 'x' ? 'y' : 'x'}${vectors.signed.note.slice(at + 1)}`;
      expect(openNote(changed, [key]), `character ${at}`).toBeUndefined();
    }
  });
});
