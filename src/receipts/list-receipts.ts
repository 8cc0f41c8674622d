import type { Database } from '#platform/database/connect.ts';
import type { Texts } from '#src/languages/languages.ts';
import type { EntryKind } from '#src/ledger/entry.ts';
import { listEntriesOf, type RecordedEntry } from '#src/ledger/find-entry.ts';
import { recordsOf } from '#src/merging/find-living.ts';
import { listPurposes } from '#src/purposes/find-purpose.ts';
import type { Channel } from '#src/purposes/purpose.ts';
import type { Services } from '#src/services.ts';
import { receiptAddress } from './links.ts';

/** What a person did or left undone about what may be done with their data: each gives them a receipt. */
const receiptKinds: ReadonlySet<EntryKind> = new Set([
  'consent-given',
  'consent-renewed',
  'consent-refused',
  'consent-withdrawn',
  'consent-expired',
  'objected',
  'objection-lifted',
  'restricted',
  'restriction-lifted',
]);

/** One line of a person's history, with the way to its receipt. */
export interface ReceiptMention {
  readonly entryId: string;
  readonly kind: EntryKind;
  readonly purposeId: string | undefined;
  /** Undefined: every purpose. */
  readonly purposeName: Texts | undefined;
  readonly channel: Channel | undefined;
  readonly occurredAt: Date;
  readonly submissionId: string | undefined;
  /** Without the host. */
  readonly address: string;
}

/** A contact's newest entries that have a receipt, newest first. */
export async function listReceiptsOf(
  services: Pick<Services, 'keys'>,
  db: Database,
  contactId: string,
  limit = 1000,
): Promise<ReceiptMention[]> {
  const purposes = await listPurposes(db, { includeArchived: true });
  const histories: RecordedEntry[][] = [];
  for (const id of await recordsOf(db, contactId)) histories.push(await listEntriesOf(db, id));
  return (
    histories
      .flat()
      .sort((one, other) => (one.id < other.id ? 1 : -1))
      // What merging repeats has its receipt where it was said.
      .filter(({ kind, method }) => receiptKinds.has(kind) && method !== 'merge')
      .slice(0, limit)
      .map((entry) => {
        const submission = entry.evidence?.submission;
        return {
          entryId: entry.id,
          kind: entry.kind,
          purposeId: entry.purpose?.id,
          purposeName: purposes.find(({ id }) => id === entry.purpose?.id)?.name,
          channel: entry.channel,
          occurredAt: entry.occurredAt,
          submissionId: typeof submission === 'string' ? submission : undefined,
          address: receiptAddress(services, entry.id),
        };
      })
  );
}
