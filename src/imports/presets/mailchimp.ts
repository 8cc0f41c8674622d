import type { FilePart } from '#src/imports/reading/import-file.ts';
import type { SubscriptionStatus } from './column-mapping.ts';
import { headerPreset } from './header-preset.ts';
import { country, email, evidence, field, ignored, language, note, phone, post, tags } from './targets.ts';

/**
 * An audience as Mailchimp exports it: a file, or an archive of one for each status. Who is in the file of the unsubscribed or
 * the cleaned is so, whatever else stands there.
 */
export const mailchimp = headerPreset('mailchimp', {
  marks: [
    'member_rating',
    'optin_time',
    'optin_ip',
    'confirm_time',
    'confirm_ip',
    'last_changed',
    'leid',
    'euid',
    'gmtoff',
    'dstoff',
  ],
  least: 4,
  columns: {
    'email address': email,
    'first name': field('given_name'),
    'last name': field('family_name'),
    company: field('company'),
    address: post('whole'),
    'phone number': phone,
    birthday: ignored,
    // Worked out from how they opened mail, not told by anybody.
    member_rating: ignored,
    latitude: ignored,
    longitude: ignored,
    gmtoff: ignored,
    dstoff: ignored,
    timezone: ignored,
    region: ignored,
    last_changed: ignored,
    leid: ignored,
    euid: ignored,
    optin_time: evidence('optin-time'),
    optin_ip: evidence('optin-ip'),
    confirm_time: evidence('confirm-time'),
    confirm_ip: evidence('confirm-ip'),
    cc: country,
    language,
    notes: note,
    tags,
    unsub_time: { to: 'status-time', channel: 'email' },
    unsub_reason: { to: 'status-reason', channel: 'email' },
    unsub_reason_other: { to: 'status-reason', channel: 'email' },
    unsub_campaign_title: ignored,
    unsub_campaign_id: ignored,
    clean_time: { to: 'status-time', channel: 'email' },
    clean_campaign_title: ignored,
    clean_campaign_id: ignored,
  },
  partStatuses: (parts) =>
    parts.flatMap((entry, part) => {
      const status = statusOf(entry);
      return status === null ? [] : [{ part, channel: 'email' as const, status }];
    }),
});

/** By the file's name and, where it was renamed, by the columns only such a file has. */
function statusOf({ name, columns }: FilePart): SubscriptionStatus | null {
  const names = columns.map((column) => column.toLowerCase());
  if (/unsubscribed/i.test(name) || names.includes('unsub_time')) return 'unsubscribed';
  if (/cleaned/i.test(name) || names.includes('clean_time')) return 'cleaned';
  if (/non-?_?subscribed|transactional|pending|archived/i.test(name)) return 'unconfirmed';
  return /subscribed/i.test(name) ? 'subscribed' : null;
}
