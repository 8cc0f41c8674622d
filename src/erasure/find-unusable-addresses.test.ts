import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { useStore } from '#test/support/factories.ts';
import { findUnusableAddresses } from './find-unusable-addresses.ts';

const store = useStore();
const hash = (text: string) => createHash('sha256').update(text).digest();

test('nothing is sent to a dead address, nor for thirty days to one whose owner said "not me"; whoever objected may still be asked to confirm', async () => {
  const held = [
    ['dead', 'hard-bounce', '2020-01-01'],
    ['recent', 'not-me', new Date(Date.now() - 29 * 86_400_000)],
    ['long ago', 'not-me', new Date(Date.now() - 31 * 86_400_000)],
    ['objected', 'objected', new Date()],
    ['erased', 'erased', new Date()],
  ] as const;
  for (const [name, reason, at] of held) {
    await store.app('insert into suppression (match_hash, reason, suppressed_at) values ($1, $2, $3)', [hash(name), reason, at]);
  }
  const asked = [...held.map(([name]) => name), 'unknown'];
  const unusable = await findUnusableAddresses(store.db, asked.map(hash));
  expect(asked.filter((name) => unusable.has(hash(name).toString('hex')))).toEqual(['dead', 'recent']);
  expect(await findUnusableAddresses(store.db, [])).toEqual(new Set());
});
