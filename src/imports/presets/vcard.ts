import type { ColumnMapping } from './column-mapping.ts';
import type { Preset } from './preset.ts';

const mapping: ColumnMapping = [
  { column: 'FN', target: { to: 'full-name' } },
  { column: 'N given', target: { to: 'field', field: 'given_name' } },
  { column: 'N family', target: { to: 'field', field: 'family_name' } },
  { column: 'ORG', target: { to: 'field', field: 'company' } },
  { column: 'TITLE', target: { to: 'field', field: 'job_title' } },
  { column: 'EMAIL', target: { to: 'email' } },
  { column: 'TEL', target: { to: 'phone' } },
  { column: 'ADR', target: { to: 'post', part: 'whole', address: '1' } },
  { column: 'ADR 2', target: { to: 'post', part: 'whole', address: '2' } },
  { column: 'ADR 3', target: { to: 'post', part: 'whole', address: '3' } },
  { column: 'LANG', target: { to: 'language' } },
  { column: 'CATEGORIES', target: { to: 'tags' } },
  { column: 'NOTE', target: { to: 'note' } },
  // Collected by nobody for our purposes; whoever needs one says so in the mapping.
  ...['BDAY', 'URL', 'UID', 'REV', 'other'].map((column) => ({ column, target: { to: 'ignored' as const } })),
];

/** Cards of RFC 6350 and 2426. A card says nothing of permissions. */
export const vcard: Preset = {
  name: 'vcard',
  recognise: (parts) =>
    parts.length > 0 && parts.every((part) => part.format === 'vcard')
      ? { preset: 'vcard', confidence: 1, mapping, partStatuses: [] }
      : null,
};
