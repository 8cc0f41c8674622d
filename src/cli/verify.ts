import { open } from 'node:fs/promises';
import { outsideCheckpointIn } from '#src/ledger/outside-checkpoint.ts';
import { verifyLedger } from '#src/ledger/verify-ledger.ts';
import type { OptionValues, Run, Terminal } from './command.ts';
import { verifyPackFile } from './verify-pack-file.ts';
import { verifyReceiptFile } from './verify-receipt-file.ts';
import { withServices } from './with-services.ts';

/** Recomputes the ledger, its log and the permissions, and compares; or checks the one file that is named. */
export const verify: Run = (values, terminal) =>
  typeof values['file'] === 'string' ? verifyFile(values['file'], values, terminal) : verifyWhole(values, terminal);

/** A receipt or an evidence pack, told apart by how they begin. */
async function verifyFile(path: string, values: OptionValues, terminal: Terminal): Promise<number> {
  return (await isZip(path)) ? verifyPackFile(path, values, terminal) : verifyReceiptFile(path, values, terminal);
}

async function isZip(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined);
  try {
    const start = await file?.read(Buffer.alloc(2), 0, 2, 0);
    return start?.buffer.toString('latin1') === 'PK';
  } catch {
    return false; // a folder, which is said by whoever reads it
  } finally {
    await file?.close();
  }
}

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
