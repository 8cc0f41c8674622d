import type { ImportFile } from '#src/imports/reading/import-file.ts';
import { auto } from './auto.ts';
import { brevo } from './brevo.ts';
import { googleContacts } from './google-contacts.ts';
import { hubspot } from './hubspot.ts';
import { keila } from './keila.ts';
import { listmonk } from './listmonk.ts';
import { mailchimp } from './mailchimp.ts';
import { outlook } from './outlook.ts';
import { pipedrive } from './pipedrive.ts';
import type { Preset, Recognition } from './preset.ts';
import { salesforceDataLoader, salesforceReport } from './salesforce.ts';
import { vcard } from './vcard.ts';

const presets: readonly Preset[] = [
  mailchimp,
  hubspot,
  salesforceReport,
  salesforceDataLoader,
  pipedrive,
  brevo,
  listmonk,
  keila,
  googleContacts,
  outlook,
  vcard,
  auto,
];

/** Everything a file could be an export of, the likeliest first. */
export function recogniseFile(file: ImportFile, fileName: string): Recognition[] {
  return presets
    .flatMap((preset) => preset.recognise(file.parts, fileName) ?? [])
    .sort((one, other) => other.confidence - one.confidence);
}
