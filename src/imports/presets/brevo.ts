import { headerPreset } from './header-preset.ts';
import { email, field, ignored, internationalPhone, statusWords, stopBox } from './targets.ts';

/** Contacts as Brevo (formerly Sendinblue) exports them. */
export const brevo = headerPreset('brevo', {
  marks: [
    'sms',
    'email_blacklisted',
    'sms_blacklisted',
    'whatsapp_blacklisted',
    'added_time',
    'modified_time',
    'double_opt-in',
    'contact_timezone',
  ],
  least: 3,
  columns: {
    email,
    'contact id': ignored,
    firstname: field('given_name'),
    lastname: field('family_name'),
    prenom: field('given_name'),
    nom: field('family_name'),
    sms: internationalPhone,
    whatsapp: internationalPhone,
    landline_number: internationalPhone,
    job_title: field('job_title'),
    ext_id: ignored,
    email_blacklisted: stopBox('email', 'blacklisted'),
    sms_blacklisted: stopBox('sms', 'blacklisted'),
    whatsapp_blacklisted: ignored,
    'double_opt-in': statusWords('email', {
      '1': 'subscribed',
      yes: 'subscribed',
      true: 'subscribed',
      '2': 'unknown',
      '0': 'unknown',
      no: 'unknown',
      false: 'unknown',
    }),
    opt_in: { to: 'status', channel: 'email', yes: 'subscribed', no: 'unconfirmed' },
    // When the row came to be there; nothing a person did.
    added_time: ignored,
    modified_time: ignored,
    contact_timezone: ignored,
  },
});
