import type { PointKind } from '#src/contacts/addresses.ts';
import type { PeopleColumn } from '#src/contacts/people-columns.ts';
import { writeCard } from '#src/contacts/write-vcard.ts';
import { type PeopleWriter, valueAt } from './people-writer.ts';

const pointsOf: readonly (readonly [string, PointKind])[] = [
  ['email', 'email'],
  ['phone', 'phone'],
  ['postal_address', 'post'],
];

/** One vCard 4.0 after another. The columns are {@link cardColumns} of the chosen ones; a card has no place for others. */
export function writeCards(columns: readonly PeopleColumn[]): PeopleWriter {
  return {
    begin() {},
    row(out, row) {
      const values = new Map(columns.map((column, at) => [column.key, valueAt(row, at, column)]));
      const facts = [...values].flatMap(([field, value]) => (value === undefined ? [] : [{ field, value }]));
      out.text(
        writeCard({
          uid: values.get('id'),
          name: [values.get('given_name'), values.get('family_name')].filter(Boolean).join(' ') || (values.get('email') ?? ''),
          facts,
          points: pointsOf.flatMap(([key, kind]) => {
            const value = values.get(key);
            return value === undefined ? [] : [{ kind, value, isPrimary: true }];
          }),
          language: values.get('language'),
          updatedAt: values.get('updated_at'),
        }),
      );
    },
    end() {},
  };
}
