import { sql } from 'kysely';
import type pg from 'pg';
import { createMailer } from '#platform/mail/mailer.ts';
import type { Services } from '#src/services.ts';
import { deliverWaiting } from './deliver-waiting.ts';
import { DELIVERY_CHANNEL } from './queue-deliveries.ts';

const POLL_MS = 2000;

export interface Delivery {
  /** Takes nothing new and resolves when what is under way has ended. */
  stop(): Promise<void>;
}

/**
 * Keeps messages moving: woken by the database when one is queued, and every two seconds in case it was not heard. Without
 * a mail server messages are held for the on-screen outbox; once there is one, what was held goes out.
 */
export function startDelivery(services: Services, pool?: pg.Pool): Delivery {
  const { smtpUrl } = services.config;
  const mailer = smtpUrl ? createMailer(smtpUrl) : undefined;
  let stopping = false;
  let wake: (() => void) | undefined;
  let woken = false;
  const rouse = () => {
    woken = true;
    wake?.();
  };
  const listening = pool ? listen(services, pool, rouse) : undefined;

  async function pass(): Promise<number> {
    if (mailer) return deliverWaiting(services, mailer);
    await sql`update delivery set status = 'held' where status = 'queued' and lease_until is null`.execute(services.db);
    return 0;
  }

  async function run(): Promise<void> {
    if (mailer) await sql`update delivery set status = 'queued', not_before = now() where status = 'held'`.execute(services.db);
    while (!stopping) {
      woken = false;
      try {
        if ((await pass()) > 0) continue;
      } catch (cause) {
        services.log.error({ err: cause }, 'delivery pass failed');
      }
      if (!stopping && !woken) await pause();
    }
  }

  function pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, POLL_MS);
      wake = done;
      function done(): void {
        clearTimeout(timer);
        wake = undefined;
        resolve();
      }
    });
  }

  const running = run().catch((cause: unknown) => services.log.error({ err: cause }, 'delivery stopped'));
  return {
    async stop() {
      stopping = true;
      rouse();
      await running;
      await listening?.stop();
      mailer?.close();
    },
  };
}

/** One connection that only listens. When it breaks another is opened; until then the poll carries on. */
function listen(services: Services, pool: pg.Pool, heard: () => void): { stop(): Promise<void> } {
  let stopped = false;
  let client: pg.PoolClient | undefined;

  async function open(): Promise<void> {
    const opened = await pool.connect();
    if (stopped) {
      opened.release(true);
      return;
    }
    client = opened;
    opened.on('notification', heard);
    opened.once('error', (cause) => {
      // Released when this stopped; the server's goodbye may come after that.
      if (client !== opened) return;
      client = undefined;
      opened.release(cause);
      if (!stopped) setTimeout(reopen, POLL_MS).unref();
    });
    await opened.query(`listen ${DELIVERY_CHANNEL}`);
  }
  function reopen(): void {
    open().catch((cause: unknown) => {
      services.log.warn({ err: cause }, 'not listening for deliveries; polling');
      if (!stopped) setTimeout(reopen, 5 * POLL_MS).unref();
    });
  }
  reopen();

  return {
    async stop() {
      stopped = true;
      // Destroyed, not given back: it would go on listening for whoever gets it next.
      client?.release(true);
      client = undefined;
    },
  };
}
