import { verifyLedger } from '#src/ledger/verify-ledger.ts';
import type { Run } from './command.ts';
import { withServices } from './with-services.ts';

/** Recomputes the ledger and the permissions and compares. */
export const verify: Run = (values, terminal) =>
  withServices(terminal, async ({ services }) => {
    const found = await verifyLedger(services.db);
    if (values.json) terminal.data(`${JSON.stringify(found)}\n`);
    else if (found.holds) terminal.talk(`Everything holds: ${found.entries} entries, ${found.erased} leaves of erased people.`);
    else {
      terminal.talk(
        [
          'The ledger does NOT hold.',
          `  Entries whose content no longer gives their leaf: ${found.brokenEntries} (first: ${found.firstBrokenEntry ?? 'none'})`,
          `  Permissions that differ from the ledger: ${found.permissionDifferences} (first: ${found.firstPermissionDifference ?? 'none'})`,
          'Stop sending, keep a copy of the database as it is, and find out who had access to it.',
        ].join('\n'),
      );
    }
    return found.holds ? 0 : 1;
  });
