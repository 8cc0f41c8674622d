import type { Database, Transaction } from '#platform/database/connect.ts';
import type { ShownBox } from './form.ts';

/** What a field of a form made for another product means: this value in this field is the box of this purpose and channel. */
export interface FormMapping {
  readonly field: string;
  readonly value: string;
  readonly purposeId: string;
  readonly channel: string;
}

/** Names our own forms use: what they mean is not up to a mapping. */
export const ownFields = ['consent', '_form', '_lang', '_version', '_return'] as const;

export async function listMappings(db: Database, formId: string): Promise<FormMapping[]> {
  const rows = await db
    .selectFrom('form_mapping')
    .select(['field', 'value', 'purpose_id', 'channel'])
    .where('form_id', '=', formId)
    .orderBy('field')
    .orderBy('value')
    .execute();
  return rows.map(({ purpose_id, ...row }) => ({ ...row, purposeId: purpose_id }));
}

export async function replaceMappings(tx: Transaction, formId: string, mappings: readonly FormMapping[]): Promise<void> {
  await tx.deleteFrom('form_mapping').where('form_id', '=', formId).execute();
  if (mappings.length === 0) return;
  await tx
    .insertInto('form_mapping')
    .values(mappings.map(({ purposeId, ...one }) => ({ form_id: formId, purpose_id: purposeId, ...one })))
    .execute();
}

/**
 * A form made for Mailchimp or listmonk in the words of ours. Fields people do not see become our trap; a mapped value
 * becomes its box; names and addresses are read under the names those products give them (`read-submission.ts`). Everything
 * else stays what it is and is ignored: that a list's id was sent says nothing about what its owner agreed to.
 */
export function translateForeign(
  fields: URLSearchParams,
  mappings: readonly FormMapping[],
  boxes: readonly Pick<ShownBox, 'value' | 'purposeId' | 'channel'>[],
): URLSearchParams {
  const translated = new URLSearchParams(fields);
  for (const [name, value] of fields) {
    if (isForeignTrap(name) && value !== '') translated.set('website', value);
    const mapping = mappings.find((one) => one.field === name && one.value === value);
    const box = mapping && boxes.find((one) => one.purposeId === mapping.purposeId && one.channel === mapping.channel);
    if (box && !translated.getAll('consent').includes(box.value)) translated.append('consent', box.value);
  }
  return translated;
}

/** Mailchimp's `b_<account>_<list>` and listmonk's `nonce`: left empty by people. */
function isForeignTrap(name: string): boolean {
  return name === 'nonce' || /^b_[0-9a-f]{6,}_[0-9a-f]{4,}$/i.test(name);
}
