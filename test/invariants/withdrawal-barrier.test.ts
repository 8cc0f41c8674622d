import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { describe, expect, test } from 'vitest';
import { withdrawConsent } from '#src/consent/withdraw-consent.ts';
import { aConsent, aContact, aDelivery, aNewsletter, anAct, useStore } from '#test/support/factories.ts';

const store = useStore();
const LOCK = `hashtextextended('contact ' || $1, 0)`;

async function aQueue(length: number) {
  const subscriber = await store.write(async (tx) => {
    const newsletter = await aNewsletter(tx);
    const contactId = await aContact(tx);
    await aConsent(tx, contactId, newsletter);
    return { contactId, newsletter, act: await anAct(tx, contactId, newsletter) };
  });
  const ids: string[] = [];
  for (let n = 0; n < length; n++) ids.push((await aDelivery(store, subscriber.contactId, subscriber.newsletter.id)).rows[0].id);
  return { ...subscriber, ids };
}

/** Takes a delivery over as every sender does; `handOver` is what cannot be taken back. */
async function send(
  session: pg.PoolClient,
  contactId: string,
  id: string,
  handOver: () => Promise<void>,
  options = { lock: true },
): Promise<string> {
  if (options.lock) await session.query(`select pg_advisory_lock_shared(${LOCK})`, [contactId]);
  try {
    const { rows } = await session.query(
      `update delivery set status = 'attempting' where id = $1 and status = 'queued' returning status`,
      [id],
    );
    const status = rows[0]?.status ?? 'taken';
    if (status === 'attempting') await handOver();
    return status;
  } finally {
    if (options.lock) await session.query(`select pg_advisory_unlock_shared(${LOCK})`, [contactId]);
  }
}

/** The page's side: the withdrawal is committed, what was under way has ended, and only then is it said. */
async function withdrawAndSay(queue: Awaited<ReturnType<typeof aQueue>>): Promise<void> {
  await store.write((tx) => withdrawConsent(tx, queue.act));
  const session = await store.session('app');
  try {
    await session.query('begin');
    await session.query(`select pg_advisory_xact_lock(${LOCK})`, [queue.contactId]);
    await session.query('commit');
  } finally {
    session.release();
  }
}

describe('After "you are unsubscribed" nothing is handed to the mail server', () => {
  test('what was queued before is withheld when it is taken', async () => {
    const queue = await aQueue(3);
    await withdrawAndSay(queue);
    const session = await store.session('app');
    for (const id of queue.ids)
      expect(await send(session, queue.contactId, id, async () => expect.unreachable())).toBe('withheld');
    session.release();
  });

  test('a message that is being handed over is waited for', async () => {
    const queue = await aQueue(1);
    const events: string[] = [];
    const session = await store.session('app');
    const sent = send(session, queue.contactId, queue.ids[0] ?? '', async () => {
      const withdrawn = withdrawAndSay(queue).then(() => events.push('said'));
      await pause(150);
      events.push('handed over');
      void withdrawn;
    });
    expect(await sent).toBe('attempting');
    await expect.poll(() => events).toEqual(['handed over', 'said']);
    session.release();
  });

  test('a sender that waited for an erasure or a withdrawal looks again, and not at what it saw before', async () => {
    const queue = await aQueue(1);
    const [page, sender] = [await store.session('app'), await store.session('app')];
    await page.query('begin');
    await page.query(`select pg_advisory_xact_lock(${LOCK})`, [queue.contactId]);
    const sent = send(sender, queue.contactId, queue.ids[0] ?? '', async () => expect.unreachable());
    await pause(50);
    await store.write((tx) => withdrawConsent(tx, queue.act));
    await page.query('commit');
    expect(await sent).toBe('withheld');
    page.release();
    sender.release();
  });

  test('the gate is asked with a fresh look even inside a statement that began before the withdrawal', async () => {
    const queue = await aQueue(1);
    const [blocker, sender] = [await store.session('app'), await store.session('app')];
    await blocker.query('begin');
    await blocker.query('select from delivery where id = $1 for update', [queue.ids[0]]);
    const claimed = sender.query(`update delivery set status = 'attempting' where id = $1 returning status`, [queue.ids[0]]);
    await pause(50);
    await store.write((tx) => withdrawConsent(tx, queue.act));
    await blocker.query('commit');
    expect((await claimed).rows[0].status).toBe('withheld');
    blocker.release();
    sender.release();
  });

  test('whatever four senders do at the same time', { timeout: 60_000 }, async () => {
    for (let round = 0; round < 8; round++) {
      const queue = await aQueue(12);
      expect(await handedOverTooLate(queue, { lock: true })).toBe(0);
    }
  });

  test('without the lock these senders would be caught', async () => {
    let late = 0;
    for (let round = 0; round < 10 && late === 0; round++) late = await handedOverTooLate(await aQueue(12), { lock: false });
    expect(late).toBeGreaterThan(0);
  });
});

async function handedOverTooLate(queue: Awaited<ReturnType<typeof aQueue>>, options: { lock: boolean }): Promise<number> {
  let said = false;
  let late = 0;
  const rest = queue.ids.values();
  const senders = Array.from({ length: 4 }, async () => {
    const session = await store.session('app');
    for (const id of rest) {
      await send(
        session,
        queue.contactId,
        id,
        async () => {
          await pause(10 * Math.random());
          if (said) late += 1;
        },
        options,
      );
    }
    session.release();
  });
  await pause(5 + 15 * Math.random());
  await withdrawAndSay(queue);
  said = true;
  await Promise.all(senders);
  return late;
}
