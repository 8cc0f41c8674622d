import type { Database } from '#platform/database/connect.ts';
import { findEntry, type RecordedEntry } from '#src/ledger/find-entry.ts';
import { type EntryProof, proveEntry } from '#src/ledger/prove-entry.ts';
import { LogDamaged } from '#src/ledger/tiles.ts';
import { findNoticeByHash, type Notice } from '#src/notices/find-notice.ts';
import { findPurposeVersion } from '#src/purposes/find-purpose.ts';
import type { Purpose } from '#src/purposes/purpose.ts';
import { type Controller, findController } from '#src/register/controller.ts';
import type { Services } from '#src/services.ts';

/** Everything a receipt says of one entry: what happened, to which text, for what, and how it is proven. */
export interface ReceiptFacts {
  readonly entry: RecordedEntry;
  /** Undefined until the entry has its place in the log, which takes seconds; `damaged` when the log contradicts itself. */
  readonly proof: EntryProof | 'damaged' | undefined;
  /** What the purpose said at the version the entry names. */
  readonly purpose: Purpose | undefined;
  readonly notice: Notice | undefined;
  readonly controller: Controller;
  /** Without a final slash. */
  readonly publicUrl: string;
}

/** The facts of an entry's receipt, or why there are none. */
export async function findReceipt(
  services: Pick<Services, 'keys' | 'config'>,
  db: Database,
  entryId: string,
): Promise<ReceiptFacts | 'erased' | 'unknown'> {
  const entry = await findEntry(db, entryId);
  const proof = await proveOrSayWhy(services, db, entryId);
  if (!entry || proof === 'unknown') return proof === 'erased' ? 'erased' : 'unknown';
  if (proof === 'erased') return 'erased';
  const [purpose, notice, controller] = await Promise.all([
    entry.purpose && findPurposeVersion(db, entry.purpose.id, entry.purpose.version),
    entry.noticeHash === undefined ? undefined : findNoticeByHash(db, entry.noticeHash),
    findController(db),
  ]);
  if (!controller) return 'unknown';
  return {
    entry,
    proof: proof === 'not-yet' ? undefined : proof,
    purpose,
    notice: notice && { ...notice, language: entry.language ?? notice.language },
    controller,
    publicUrl: services.config.publicUrl.replace(/\/+$/, ''),
  };
}

async function proveOrSayWhy(services: Pick<Services, 'keys'>, db: Database, entryId: string) {
  try {
    const proof = await proveEntry(db, services.keys, entryId);
    return proof.outcome === 'proven' ? proof : proof.outcome;
  } catch (thrown) {
    if (thrown instanceof LogDamaged) return 'damaged';
    throw thrown;
  }
}
