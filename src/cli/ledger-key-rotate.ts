import { rotateSigningKey } from '#platform/crypto/keys.ts';
import { writeVkey } from '#platform/crypto/signed-note.ts';
import { inTransaction } from '#platform/database/connect.ts';
import { recordAudit } from '#src/audit/record-audit.ts';
import { originOf } from '#src/ledger/checkpoint.ts';
import { findLogKeys } from '#src/ledger/find-log-keys.ts';
import { sequenceNow } from '#src/ledger/sequence-now.ts';
import type { Run } from './command.ts';
import { withServices } from './with-services.ts';

/** Signs the log with a new key from now on; the old one stays listed, so that old receipts can be checked. */
export const rotateLedgerKey: Run = (values, terminal) =>
  withServices(terminal, async ({ services }) => {
    // The old key has the last word on what it is responsible for.
    await sequenceNow(services);
    const keys = await rotateSigningKey(services.config.dataFolder, services.now());
    await sequenceNow({ ...services, keys });
    await inTransaction(services.db, (tx) => recordAudit(tx, { actor: { kind: 'command' }, action: 'ledger.key-rotated' }));
    const [current] = await findLogKeys(services.db);
    const vkey =
      current?.vkey ?? writeVkey({ name: originOf(services.config.publicUrl), publicKey: keys.signing.current.publicKey });
    terminal.data(values.json ? `${JSON.stringify({ vkey })}\n` : `${vkey}\n`);
    terminal.talk(
      'The log is signed with this key from now on. Copy keys.json to every other machine of this installation, and back it up.',
    );
    return 0;
  });
