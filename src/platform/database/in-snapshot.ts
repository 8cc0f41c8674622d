import type { Database, Transaction } from './connect.ts';

/** Reads everything as it was at one moment. Whatever would write is refused. */
export function inSnapshot<T>(db: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work);
}
