import type { Database } from '#platform/database/connect.ts';
import { factFields } from '#src/contacts/contact.ts';
import { everyColumn, permissionColumns } from '#src/contacts/people-columns.ts';
import { disclosureWords as bg } from '#src/languages/bg/disclosures.ts';
import { disclosureWords as en } from '#src/languages/en/disclosures.ts';
import type { Texts } from '#src/languages/languages.ts';
import type { Reader } from '#src/register/field.ts';
import { hiddenFrom, listFields } from '#src/register/find-field.ts';

/** What most exports are for: whom to reach, how to address them. */
const usual: readonly string[] = [
  'id',
  'given_name',
  'family_name',
  'company',
  'job_title',
  'city',
  'email',
  'phone',
  'language',
  'country',
  'state',
  'created_at',
];

/** Columns that are more of a field, and seen by whoever sees that. */
const moreOf: Readonly<Record<string, string>> = { other_emails: 'email', other_phones: 'phone' };

export interface ExportField {
  readonly key: string;
  readonly label: Texts;
  /** Among those taken when nobody says which. */
  readonly isUsual: boolean;
  /** Says something only where a purpose was stated. */
  readonly needsPurpose: boolean;
}

/** The fields this reader may export: what they may not see leaves by no way. */
export async function listExportFields(db: Database, reader: Reader): Promise<ExportField[]> {
  const [hidden, defined] = await Promise.all([hiddenFrom(db, reader), listFields(db)]);
  const own = defined.filter(({ key }) => !everyColumn.includes(key));
  return [...everyColumn.map((key) => ({ key, label: labelOf(key) })), ...own.map(({ key, label }) => ({ key, label }))]
    .filter(({ key }) => !hidden.has(moreOf[key] ?? key))
    .map((field) => ({
      ...field,
      isUsual: usual.includes(field.key),
      needsPurpose: (permissionColumns as readonly string[]).includes(field.key),
    }));
}

function labelOf(key: string): Texts {
  const words = (of: typeof bg) => (of.fields as Readonly<Record<string, string>>)[key] ?? key;
  return { bg: words(bg), en: words(en) };
}

/** What a card has a place for: the product's own words, and each custom field under a property of ours. */
export function hasPlaceOnCard(key: string): boolean {
  return cardFields.includes(key) || !everyColumn.includes(key);
}

const cardFields: readonly string[] = [...factFields, 'id', 'email', 'phone', 'postal_address', 'language', 'updated_at'];
