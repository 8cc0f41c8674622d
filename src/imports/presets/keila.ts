import { headerPreset } from './header-preset.ts';
import { email, field, ignored, statusWords } from './targets.ts';

/** Contacts as Keila exports them. */
export const keila = headerPreset('keila', {
  marks: ['data', 'external id', 'status', 'first name', 'last name'],
  least: 4,
  columns: {
    email,
    'first name': field('given_name'),
    'last name': field('family_name'),
    data: ignored,
    status: statusWords('email', { active: 'subscribed', unsubscribed: 'unsubscribed', unreachable: 'bounced' }),
    'external id': ignored,
  },
});
