import type { PointKind } from './addresses.ts';
import { factFields } from './contact.ts';
import type { DescribedContact } from './describe-contact.ts';

/** What a card says of a person; what is left out it does not say. */
export interface CardContent {
  /** A URI, or words of ours. */
  readonly uid?: string | undefined;
  readonly name: string;
  readonly facts: readonly { readonly field: string; readonly value: string }[];
  readonly points: readonly { readonly kind: PointKind; readonly value: string; readonly isPrimary: boolean }[];
  readonly language?: string | undefined;
  /** ISO 8601 in UTC. */
  readonly updatedAt?: string | undefined;
}

/** Everything of a person that a card has a place for. */
export function writeVcard(contact: DescribedContact): string {
  return writeCard({ ...contact, uid: `urn:uuid:${contact.id}`, updatedAt: contact.updatedAt.toISOString() });
}

/** A vCard 4.0 (RFC 6350): what an address book of another product can take over. */
export function writeCard(contact: CardContent): string {
  const fact = (field: string) => contact.facts.find((one) => one.field === field)?.value ?? '';
  const given = fact('given_name');
  const family = fact('family_name');
  const lines = [
    'BEGIN:VCARD',
    'VERSION:4.0',
    ...(contact.uid ? [contact.uid.startsWith('urn:') ? `UID:${contact.uid}` : `UID;VALUE=text:${escaped(contact.uid)}`] : []),
    `FN:${escaped(contact.name || fact('company') || '-')}`,
    ...(given || family ? [`N:${escaped(family)};${escaped(given)};;;`] : []),
    ...(fact('company') ? [`ORG:${escaped(fact('company'))}`] : []),
    ...(fact('job_title') ? [`TITLE:${escaped(fact('job_title'))}`] : []),
    ...contact.points.flatMap((point) => {
      const preferred = point.isPrimary ? ';PREF=1' : '';
      if (point.kind === 'email') return [`EMAIL${preferred}:${escaped(point.value)}`];
      if (point.kind === 'phone') return [`TEL;VALUE=uri${preferred}:tel:${point.value}`];
      return [`ADR${preferred};LABEL="${parameter(point.value)}":;;${escaped(point.value)};;;;`];
    }),
    ...(contact.points.some((point) => point.kind === 'post') || !fact('city') ? [] : [`ADR:;;;${escaped(fact('city'))};;;`]),
    // RFC 6350 §6.10: what has no property of its own goes under one of ours.
    ...contact.facts
      .filter(({ field }) => !(factFields as readonly string[]).includes(field))
      .map(({ field, value }) => `X-SAGLASIE-${field.replaceAll('_', '-').toUpperCase()}:${escaped(value)}`),
    ...(fact('note') ? [`NOTE:${escaped(fact('note'))}`] : []),
    ...(contact.language ? [`LANG:${contact.language}`] : []),
    ...(contact.updatedAt ? [`REV:${contact.updatedAt.replace(/[-:]|\.\d+/g, '')}`] : []),
    'END:VCARD',
  ];
  return `${lines.map(fold).join('\r\n')}\r\n`;
}

/** RFC 6350 §3.4: backslash, comma, semicolon and line break are written with a backslash. */
function escaped(text: string): string {
  return text.replace(/[\\,;]/g, '\\$&').replace(/\r?\n/g, '\\n');
}

/** RFC 6868: how a quoted parameter spells what it may not hold. */
function parameter(text: string): string {
  return text.replaceAll('^', '^^').replaceAll('"', "^'").replace(/\r?\n/g, '^n');
}

/** RFC 6350 §3.2: lines of at most 75 octets, never broken inside a character. */
function fold(line: string): string {
  const parts: string[] = [];
  let part = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > 75) {
      parts.push(part);
      part = ' ';
      octets = 1;
    }
    part += character;
    octets += size;
  }
  return [...parts, part].join('\r\n');
}
