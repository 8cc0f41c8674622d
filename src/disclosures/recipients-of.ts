import type { Database } from '#platform/database/connect.ts';
import { recordsOf } from '#src/merging/find-living.ts';
import { isOutside, type RecipientKind } from './disclosure.ts';
import { disclosuresOf } from './list-disclosures.ts';

/** One who has received a person's data, whatever for. */
export interface RecipientOf {
  readonly kind: RecipientKind;
  readonly name: string;
  readonly country: string | null;
  /** Everything they were ever given of the person. */
  readonly fields: readonly string[];
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly times: number;
}

/**
 * Everyone outside the house who has received this person's data, by name: they are told when the data are corrected, erased
 * or restricted (Art. 19), and the person is told of them. To be asked before an erasure, which takes the answer with it.
 */
export async function recipientsOf(db: Database, contactId: string): Promise<RecipientOf[]> {
  const outside = (await disclosuresOf(db, await recordsOf(db, contactId))).filter(
    ({ recipient }) => isOutside(recipient.kind) && recipient.kind !== 'subject',
  );
  const byName = Map.groupBy(outside, ({ recipient }) => `${recipient.kind} ${recipient.name.trim().toLowerCase()}`);
  return [...byName.values()].flatMap((given) => {
    const [last, first] = [given[0], given.at(-1)];
    if (!last || !first) return [];
    return [
      {
        ...last.recipient,
        fields: [...new Set(given.flatMap(({ fields }) => fields))],
        firstAt: first.disclosedAt,
        lastAt: last.disclosedAt,
        times: given.length,
      },
    ];
  });
}
