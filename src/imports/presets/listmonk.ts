import { headerPreset } from './header-preset.ts';
import { email, fullName, ignored, statusWords } from './targets.ts';

/** Subscribers as listmonk exports them. */
export const listmonk = headerPreset('listmonk', {
  marks: ['uuid', 'attributes', 'status', 'created_at', 'updated_at', 'name'],
  least: 4,
  columns: {
    uuid: ignored,
    email,
    name: fullName,
    attributes: ignored,
    status: statusWords('email', {
      enabled: 'subscribed',
      disabled: 'unsubscribed',
      blocklisted: 'blacklisted',
      blacklisted: 'blacklisted',
    }),
    created_at: ignored,
    updated_at: ignored,
  },
});
