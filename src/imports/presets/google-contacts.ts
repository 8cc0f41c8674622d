import { headerPreset } from './header-preset.ts';
import { email, field, fullName, ignored, note, phone, post, tags } from './targets.ts';

/** Google Contacts as CSV, of today and of before 2024. An address book says nothing of permissions. */
export const googleContacts = headerPreset('google-contacts', {
  marks: [
    /^e-mail 1 - value$/,
    /^phone 1 - value$/,
    /^e-mail 1 - (label|type)$/,
    'phonetic first name',
    'given name yomi',
    'file as',
    'group membership',
    'labels',
    /^organization( 1 -)? name$/,
    'name prefix',
    'nickname',
  ],
  least: 3,
  columns: {
    name: fullName,
    'first name': field('given_name'),
    'given name': field('given_name'),
    'middle name': ignored,
    'additional name': ignored,
    'last name': field('family_name'),
    'family name': field('family_name'),
    'organization name': field('company'),
    'organization 1 - name': field('company'),
    'organization title': field('job_title'),
    'organization 1 - title': field('job_title'),
    labels: tags,
    'group membership': tags,
    notes: note,
    birthday: ignored,
    photo: ignored,
  },
  patterns: [
    [/^e-mail \d+ - value$/, () => email],
    [/^phone \d+ - value$/, () => phone],
    [/^address (\d+) - street$/, ([, which]) => post('street', which)],
    [/^address (\d+) - city$/, ([, which]) => post('city', which)],
    [/^address (\d+) - region$/, ([, which]) => post('region', which)],
    [/^address (\d+) - postal code$/, ([, which]) => post('postcode', which)],
    [/^address (\d+) - country$/, ([, which]) => post('country', which)],
    // The same in one cell; of use only where its parts have no columns.
    [
      /^address (\d+) - formatted$/,
      ([, which], names) => (names.includes(`address ${which} - street`) ? ignored : post('whole', which)),
    ],
    [
      / - (label|type|value|po box|extended address|location|department|symbol|job description)$|yomi$|phonetic|^name (prefix|suffix)$|^(nickname|file as|initials)$/,
      () => ignored,
    ],
  ],
});
