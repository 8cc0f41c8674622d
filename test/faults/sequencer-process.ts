import { keysFrom } from '#platform/crypto/keys.ts';
import { connect } from '#platform/database/connect.ts';
import { outsideCheckpointIn } from '#src/ledger/outside-checkpoint.ts';
import { createSequencer } from '#src/ledger/sequence-entries.ts';

/** A sequencer in a process of its own, to be killed: `APP_URL FOLDER MASTER`. Small batches, so that it is always in the middle of something. */
const [appUrl = '', folder = '', master = ''] = process.argv.slice(2);
const { db } = connect(appUrl, { max: 2 });
const sequencer = createSequencer({
  db,
  openKeys: async () => keysFrom(Buffer.from(master, 'hex')),
  origin: 'crm.primer.bg/ledger',
  outside: outsideCheckpointIn(folder),
  batch: 50,
});
process.stdout.write('up\n');
for (;;) await sequencer.drain();
