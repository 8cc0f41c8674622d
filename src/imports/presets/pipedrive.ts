import { headerPreset } from './header-preset.ts';
import { email, field, fullName, ignored, note, phone, post, statusWords, tags } from './targets.ts';

/** People as Pipedrive exports them: each header names what it belongs to. */
export const pipedrive = headerPreset('pipedrive', {
  marks: [
    'person - name',
    'person - first name',
    'person - last name',
    'person - organization',
    /^person - email( - (work|home|other))?$/,
    /^person - phone( - (work|home|mobile|other))?$/,
    'person - labels',
    'person - marketing status',
    'person - id',
    'person - owner',
  ],
  least: 3,
  columns: {
    'person - name': fullName,
    'person - first name': field('given_name'),
    'person - last name': field('family_name'),
    'person - organization': field('company'),
    'organization - name': field('company'),
    'person - job title': field('job_title'),
    'person - labels': tags,
    'person - label': tags,
    'person - notes': note,
    'person - postal address': post('whole'),
    // „No consent“ is a no nobody has to ask about again.
    'person - marketing status': statusWords('email', {
      subscribed: 'subscribed',
      unsubscribed: 'unsubscribed',
      'no consent': 'unconfirmed',
      no_consent: 'unconfirmed',
      archived: 'unconfirmed',
      bounced: 'bounced',
    }),
  },
  patterns: [
    [/^person - email( - .+)?$/, () => email],
    [/^person - phone( - .+)?$/, () => phone],
    [/^(person|organization|deal|lead) - /, () => ignored],
  ],
});
