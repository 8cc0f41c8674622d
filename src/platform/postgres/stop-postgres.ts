import { setTimeout as sleep } from 'node:timers/promises';
import { waitForGuests } from './guest.ts';
import type { Launched } from './launch-postgres.ts';
import { releaseOwnership } from './owner-file.ts';
import type { StartOptions } from './start-embedded-postgres.ts';
import { exitsWithin } from './watchdog.ts';

const GUESTS_MS = 30_000;
const FAST_MS = 8_000;
const IMMEDIATE_MS = 2_000;

/** Stops the PostgreSQL of this process: fast, and if it will not, at once; it then recovers at the next start. */
export async function stopPostgres({ url, postgres }: Launched, options: StartOptions): Promise<void> {
  if (postgres.hasExited()) return;
  await releaseOwnership(options.dataFolder);
  // Another command that moved in with this one may be in the middle of its work; a server's end is everybody's end.
  if (options.purpose === 'command') await waitForGuests(url, GUESTS_MS, sleep);

  postgres.signal('INT');
  if (await exitsWithin(postgres, FAST_MS)) return options.log('postgres.stopped');
  options.log('postgres.stops-at-once', { waitedMs: FAST_MS });
  postgres.signal('QUIT');
  await exitsWithin(postgres, IMMEDIATE_MS);
}
