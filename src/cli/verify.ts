import { outsideCheckpointIn } from '#src/ledger/outside-checkpoint.ts';
import { verifyLedger } from '#src/ledger/verify-ledger.ts';
import type { Run } from './command.ts';
import { isArchive } from './is-archive.ts';
import { checkPack } from './verify-pack.ts';
import { verifyReceiptFile } from './verify-receipt-file.ts';
import { withServices } from './with-services.ts';

/** Recomputes the ledger, its log and the permissions, and compares; or checks the one file that is named. */
export const verify: Run = async (values, terminal) => {
  const { file } = values;
  if (typeof file !== 'string') return verifyWhole(values, terminal);
  return (await isArchive(file)) ? checkPack(file, values, terminal) : verifyReceiptFile(file, values, terminal);
};

const verifyWhole: Run = (values, terminal) =>
  withServices(terminal, async ({ services: { keys, config }, appUrl }) => {
    const outsideNote = await outsideCheckpointIn(config.dataFolder).read();
    const found = await verifyLedger({ appUrl, keys, outsideNote });
    if (values.json) terminal.data(`${JSON.stringify(found)}\n`);
    else if (found.holds) {
      terminal.talk(
        `Everything holds: ${found.entries} entries and ${found.erased} leaves of erased people; ${found.size} places in the log under ${found.checkpoints} checkpoints, ${found.waiting} waiting.`,
      );
      if (outsideNote === undefined)
        terminal.talk('No checkpoint is kept in this data folder, so a database set back to an older state would not be found.');
    } else {
      terminal.talk(
        [
          'The ledger does NOT hold.',
          ...found.findings.map(({ text }) => `  ${text}`),
          'Stop sending, keep a copy of the database as it is, and find out who had access to it.',
        ].join('\n'),
      );
    }
    return found.holds ? 0 : 1;
  });
