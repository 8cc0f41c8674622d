import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Database } from '#platform/database/connect.ts';
import { findWaiting } from '#src/ledger/find-waiting.ts';

export interface Metrics {
  /** One answered request; `route` is the pattern, never the address. */
  observe(request: { method: string; route: string; status: number; seconds: number }): void;
  /** The metrics in Prometheus' text form. */
  print(): Promise<{ body: string; mediaType: string }>;
}

/** Figures about the program. No label can say who: routes are patterns, states are words. */
export function createMetrics(db: Database): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'saglasie_http_request_seconds',
    help: 'Time to answer, by route pattern.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  new Gauge({
    name: 'saglasie_deliveries',
    help: 'Messages that are not settled, by status.',
    labelNames: ['status'],
    registers: [registry],
    async collect() {
      const rows = await db
        .selectFrom('delivery')
        .select(['status', (eb) => eb.fn.countAll<string>().as('n')])
        .where('status', 'in', ['queued', 'held', 'attempting', 'unknown'])
        .groupBy('status')
        .execute();
      this.reset();
      for (const row of rows) this.set({ status: row.status }, Number(row.n));
    },
  });
  new Gauge({
    name: 'saglasie_ledger_waiting_seconds',
    help: 'How long the oldest ledger entry has waited for its place under a signed checkpoint; 0 when none waits.',
    registers: [registry],
    async collect() {
      this.set((await findWaiting(db)).oldestSeconds);
    },
  });

  return {
    observe: ({ method, route, status, seconds }) => requests.observe({ method, route, status: String(status) }, seconds),
    print: async () => ({ body: await registry.metrics(), mediaType: registry.contentType }),
  };
}
