import type { useTexts } from '../languages/language-provider.tsx';
import type { Mapping, StatusChannel, Target } from './types.ts';

type Words = ReturnType<typeof useTexts>['imports'];

const postParts = ['whole', 'street', 'city', 'region', 'postcode', 'country'] as const;
const evidenceKinds = ['optin-time', 'optin-ip', 'confirm-time', 'confirm-ip', 'source', 'page', 'text', 'note'] as const;
const channels = ['email', 'sms', 'phone', 'post', 'all'] as const satisfies readonly StatusChannel[];

/** The name of a meaning in the list of choices. Details of it, such as which words mean which status, are kept beside it. */
export function nameOf(target: Target): string {
  switch (target.to) {
    case 'field':
      return `field ${String(target.field)}`;
    case 'post':
      return `post ${String(target.part ?? 'whole')}`;
    case 'evidence':
      return `evidence ${String(target.of)}`;
    case 'status':
      return `${target.yes === undefined || target.yes === 'subscribed' ? 'opted-in' : 'opted-out'} ${String(target.channel)}`;
    case 'status-time':
    case 'status-reason':
      return `${target.to} ${String(target.channel)}`;
    default:
      return target.to;
  }
}

/** The meaning behind a choice. */
export function targetOf(name: string): Target {
  const [to = 'ignored', detail = ''] = name.split(' ');
  switch (to) {
    case 'field':
      return { to, field: detail };
    case 'post':
      return { to, part: detail };
    case 'evidence':
      return { to, of: detail };
    case 'opted-in':
      return { to: 'status', channel: detail, yes: 'subscribed', no: 'unsubscribed' };
    case 'opted-out':
      return { to: 'status', channel: detail, yes: 'unsubscribed', no: 'unknown' };
    case 'status-time':
    case 'status-reason':
      return { to, channel: detail };
    default:
      return { to };
  }
}

/** Everything a column can mean, in groups. */
export function choicesOf(words: Words, fields: { key: string; label: string }[]) {
  const group = (label: string, items: { value: string; label: string }[]) => ({ group: label, items });

  return [
    group(words.groups.none, [{ value: 'ignored', label: words.targets.ignored }]),
    group(words.groups.person, [
      { value: 'full-name', label: words.targets['full-name'] },
      ...fields.map(({ key, label }) => ({ value: `field ${key}`, label })),
      ...(['language', 'country', 'tags', 'note'] as const).map((value) => ({ value, label: words.targets[value] })),
    ]),
    group(words.groups.address, [
      { value: 'email', label: words.targets.email },
      { value: 'phone', label: words.targets.phone },
      ...postParts.map((part) => ({ value: `post ${part}`, label: words.post[part] })),
    ]),
    group(
      words.groups.evidence,
      evidenceKinds.map((kind) => ({ value: `evidence ${kind}`, label: words.evidence[kind] })),
    ),
    group(
      words.groups.status,
      channels.flatMap((channel) =>
        (['opted-in', 'opted-out', 'status-time', 'status-reason'] as const).map((what) => ({
          value: `${what} ${channel}`,
          label: words.status[what](words.channels[channel]),
        })),
      ),
    ),
  ];
}

/** What a column means so far; one that is not named stays out. */
export function targetOfColumn(mapping: Mapping, column: string): Target {
  return mapping.find((one) => one.column === column)?.target ?? { to: 'ignored' };
}

/** The mapping after somebody chose another meaning for a column. What was recognised keeps its details when it is chosen again. */
export function withChoice(mapping: Mapping, recognised: Mapping, column: string, name: string): Mapping {
  const known = recognised.find((one) => one.column === column)?.target;
  const target = known && nameOf(known) === name ? known : targetOf(name);
  const others = mapping.filter((one) => one.column !== column);

  return target.to === 'ignored' ? others : [...others, { column, target }];
}
