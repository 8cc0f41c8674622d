import type { FilePart } from '#src/imports/reading/import-file.ts';
import type { ColumnMapping, StatusChannel, SubscriptionStatus } from './column-mapping.ts';

export const presetNames = [
  'mailchimp',
  'hubspot',
  'salesforce-report',
  'salesforce-data-loader',
  'pipedrive',
  'brevo',
  'listmonk',
  'keila',
  'google-contacts',
  'outlook',
  'vcard',
  'auto',
] as const;
export type PresetName = (typeof presetNames)[number];

/** The status of everybody in one part, as Mailchimp tells it by the file's name. It holds where no cell says something stricter. */
export interface PartStatus {
  readonly part: number;
  readonly channel: StatusChannel;
  readonly status: SubscriptionStatus;
}

/** What a file was recognised as, and what its columns then mean. */
export interface Recognition {
  readonly preset: PresetName;
  /** From 0 to 1. Of 0.6 and more one may say "this is an export of …". */
  readonly confidence: number;
  readonly mapping: ColumnMapping;
  readonly partStatuses: readonly PartStatus[];
}

/** What is known of one product's export files. */
export interface Preset {
  readonly name: PresetName;
  /** @returns null where it is not one of them */
  readonly recognise: (parts: readonly FilePart[], fileName: string) => Recognition | null;
}
