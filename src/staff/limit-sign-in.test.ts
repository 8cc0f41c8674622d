import { expect, test } from 'vitest';
import { testKeys, useStore } from '#test/support/factories.ts';
import { limitSignIn } from './limit-sign-in.ts';

const store = useStore();

test('all the addresses one line gets are one network', async () => {
  const from = (ip: string, email: string) => store.write((tx) => limitSignIn(tx, testKeys, { email, ip }));
  for (let at = 1; at <= 60; at++) await from(`2001:db8:1:2::${at.toString(16)}`, `member${at}@example.bg`);
  await expect(from('2001:db8:1:2:ffff::1', 'another@example.bg')).rejects.toMatchObject({ status: 429 });
  await from('2001:db8:1:3::1', 'another@example.bg');
});
