export interface BatcherOptions<Item, Result> {
  /** Does the work of all items and answers in their order. Anything thrown means that nothing of it happened. */
  readonly work: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly maxItems?: number;
  /** Batches under way at once; 1 unless said. While one waits for the disk, the next is being made. */
  readonly maxInFlight?: number;
}

export interface Batcher<Item, Result> {
  /** Settles when the batch of this item was committed, or with the error of this item alone. */
  add(item: Item): Promise<Result>;
  /** Resolves when everything added so far is settled. */
  drained(): Promise<void>;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  resolve(result: Result): void;
  reject(cause: unknown): void;
}

/**
 * Lets requests share a transaction: what arrives while a commit is under way goes into the next one together. A commit
 * waits for the disk, so one for fifty costs as much as one for one; nobody waits for a timer, and nobody is answered
 * before their row is on disk.
 */
export function createBatcher<Item, Result>(options: BatcherOptions<Item, Result>): Batcher<Item, Result> {
  const { maxItems = 500, maxInFlight = 1 } = options;
  const waiting: Waiting<Item, Result>[] = [];
  const underWay = new Set<Promise<void>>();
  let roused: Promise<void> | undefined;

  /** Requests of the same turn of the event loop join one batch. */
  function rouse(): void {
    roused ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      roused = undefined;
      start();
    });
  }

  function start(): void {
    while (waiting.length > 0 && underWay.size < maxInFlight) {
      const run = settle(waiting.splice(0, maxItems)).finally(() => {
        underWay.delete(run);
        start();
      });
      underWay.add(run);
    }
  }

  async function settle(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await options.work(batch.map(({ item }) => item));
      if (results.length !== batch.length)
        throw new Error(`a batch of ${batch.length} was answered with ${results.length} results`);
      for (const [at, one] of batch.entries()) one.resolve(results[at] as Result);
    } catch (cause) {
      const [only] = batch;
      if (batch.length === 1) only?.reject(cause);
      else if (rolledBack(cause)) for (const one of batch) await settle([one]);
      else for (const one of batch) one.reject(cause);
    }
  }

  return {
    add: (item) =>
      new Promise<Result>((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        rouse();
      }),
    async drained() {
      while (roused || underWay.size > 0) await (roused ?? Promise.race(underWay));
    },
  };
}

/**
 * True when the server itself refused a row: then nothing was stored, and each item may be tried alone. When the
 * connection broke nobody knows whether the commit happened, and trying again could store things twice.
 */
function rolledBack(cause: unknown): boolean {
  const code = (cause as { code?: unknown }).code;
  return typeof code === 'string' && /^(22|23|40|42|P0|SG)[0-9A-Z]{3}$/.test(code);
}
