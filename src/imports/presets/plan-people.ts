import { isIP } from 'node:net';
import { readPostalAddress } from '#src/contacts/addresses.ts';
import { readFact } from '#src/contacts/contact.ts';
import type { ImportFile } from '#src/imports/reading/import-file.ts';
import type { ImportedRow } from '#src/imports/reading/imported-row.ts';
import type { ColumnMapping, ColumnTarget, StatusChannel, SubscriptionStatus } from './column-mapping.ts';
import type {
  ImportedEvidence,
  ImportedPerson,
  ImportedPoint,
  ImportedStatus,
  PersonProblem,
  PersonProblemCode,
} from './imported-person.ts';
import { stricterStatus } from './join-people.ts';
import type { PartStatus } from './preset.ts';
import { readCountry, readLanguage } from './read-country.ts';
import { readDate, toUtc } from './read-date.ts';
import { type ImportField, readFieldCell } from './read-field-cell.ts';
import { readEmailCell, readPhoneCell } from './read-points.ts';
import { readYesNo } from './read-yes-no.ts';
import { splitEmails, splitPhones, splitTags } from './split-cell.ts';
import { splitName } from './split-name.ts';
import { type DateSurvey, dateOrderOf } from './survey-dates.ts';

export interface PeoplePlan {
  readonly file: Pick<ImportFile, 'parts'>;
  readonly mapping: ColumnMapping;
  readonly partStatuses?: readonly PartStatus[];
  /** Every field a column may go into. */
  readonly fields: readonly ImportField[];
  readonly survey?: DateSurvey;
  /** Of telephone numbers without a country's code, where the row names no country: ISO 3166-1. */
  readonly country: string;
  /** Of the clock by which the file writes its times. */
  readonly timeZone: string;
  readonly now: Date;
}

type Kind = ColumnTarget['to'];
type Column = {
  readonly index: number;
  readonly name: string;
  readonly target: ColumnTarget;
  readonly dates: 'day-first' | 'month-first' | null;
};

const evidenceKeys = {
  'optin-time': 'optinTime',
  'optin-ip': 'optinIp',
  'confirm-time': 'confirmTime',
  'confirm-ip': 'confirmIp',
  source: 'source',
  page: 'page',
  text: 'text',
  note: 'note',
} as const satisfies Record<string, keyof ImportedEvidence>;
const EARLIEST = '1990-01-01';
const DAY = 86_400_000;
const LONGEST_EVIDENCE = 500;
const postOrder = ['whole', 'street', 'city', 'region', 'country'] as const;

/** What a mapping makes of a file: a function from a row to the person it speaks of. */
export function planPeople(plan: PeoplePlan): (row: ImportedRow) => ImportedPerson {
  const columns = plan.file.parts.map((part, index) => columnsOf(plan, part.columns, index));
  const fields = new Map(plan.fields.map((field) => [field.key, field]));
  const utc = toUtc(plan.timeZone);
  const latest = new Date(plan.now.getTime() + DAY).toISOString();

  return (row) => {
    const { cells } = row;
    const problems: PersonProblem[] = [];
    const facts: Record<string, string> = {};
    const points: ImportedPoint[] = [];
    const statuses: ImportedStatus[] = [];
    const evidence: { -readonly [key in keyof ImportedEvidence]: ImportedEvidence[key] } = {};
    let country: string | null = null;
    let language: string | null = null;
    const tags: string[] = [];
    const of = columns[row.part] ?? emptyColumns;
    const add = (weight: PersonProblem['weight'], code: PersonProblemCode, column: Column | null) =>
      void problems.push({ weight, code, row: row.number, column: column?.name ?? null });
    const person = (): ImportedPerson => ({
      rows: [row.number],
      match: matchOf(points),
      facts,
      points,
      statuses,
      evidence,
      country,
      language,
      tags,
      problems,
    });
    const cellOf = (column: Column): string => {
      const cell = cells[column.index];
      return cell === undefined ? '' : cell.trim();
    };
    const timeOf = (column: Column, text: string): string | null => {
      const date = readDate(text, column.dates);
      if (typeof date === 'string') {
        add('left-out', date, column);
        return null;
      }
      const time = utc(date);
      if (time >= EARLIEST && time <= latest) return time;
      add('left-out', 'impossible-time', column);
      return null;
    };

    if (row.problem) {
      add('refused', `row-${row.problem.code}`, null);
      return person();
    }
    for (const column of of.country) {
      const text = cellOf(column);
      if (text === '') continue;
      country ??= readCountry(text);
      if (country === null) add('left-out', 'unknown-country', column);
    }
    for (const column of of.language) {
      const text = cellOf(column);
      if (text === '') continue;
      language ??= readLanguage(text);
      if (language === null) add('left-out', 'unknown-language', column);
    }
    let badEmail: Column | null = null;
    for (const column of of.email) {
      const cell = cellOf(column);
      if (cell === '') continue;
      for (const text of splitEmails(cell)) {
        const address = readEmailCell(text);
        if ('problem' in address) {
          badEmail ??= column;
          add('left-out', address.problem === 'missing' ? 'invalid-email' : address.problem, column);
        } else addPoint(points, 'email', address);
      }
    }
    for (const column of of.phone) {
      const cell = cellOf(column);
      if (cell === '') continue;
      for (const text of splitPhones(cell)) {
        const isInternational = (column.target as Extract<ColumnTarget, { to: 'phone' }>).form === 'international';
        const address = readPhoneCell(isInternational && /^[1-9]/.test(text) ? `+${text}` : text, country ?? plan.country);
        if ('problem' in address) add('left-out', address.problem === 'missing' ? 'invalid-phone' : address.problem, column);
        else addPoint(points, 'phone', address);
      }
    }

    for (const column of of.field) {
      const target = column.target as Extract<ColumnTarget, { to: 'field' }>;
      const cell = cells[column.index];
      if (cell === undefined || cell === '') continue;
      const field = fields.get(target.field);
      if (!field) continue;
      const read = readFieldCell(field, cell, { dates: column.dates, country: country ?? plan.country });
      if ('problem' in read) add('left-out', read.problem, column);
      else if (read.value !== null) {
        facts[target.field] = read.value;
        if (field.type === 'text' || field.type === 'long-text') {
          for (const code of oddities(read.value)) add('warning', code, column);
        }
      }
    }
    for (const column of of['full-name']) {
      const cell = cellOf(column);
      if (cell === '' || facts['given_name'] !== undefined || facts['family_name'] !== undefined) continue;
      const target = column.target as Extract<ColumnTarget, { to: 'full-name' }>;
      const name = splitName(cell, target.order);
      const parts = { given_name: name.given, family_name: name.family, company: name.company };
      for (const [key, text] of Object.entries(parts)) {
        if (text === undefined || (key === 'company' && facts[key] !== undefined)) continue;
        const read = readFact(key, text);
        if ('problem' in read) add('left-out', read.problem, column);
        else if (read.value !== null) facts[key] = read.value;
      }
      for (const code of oddities(cell)) add('warning', code, column);
    }
    for (const [, group] of of.postal) {
      const text = postalText(group, cellOf);
      if (text === '') continue;
      const address = readPostalAddress(text);
      const [column] = group;
      if ('problem' in address)
        add(
          'left-out',
          address.problem === 'missing' ? 'nothing-to-recognise' : (address.problem as PersonProblemCode),
          column ?? null,
        );
      else addPoint(points, 'post', address);
    }
    // A city alone is no address, and is worth keeping as what it is.
    const city = of.city ? cellOf(of.city) : '';
    if (of.city && city !== '' && facts['city'] === undefined && fields.has('city')) {
      const read = readFact('city', city);
      if ('problem' in read) add('left-out', read.problem, of.city);
      else if (read.value !== null) facts['city'] = read.value;
    }
    if (of.note.length > 0) {
      const notes = of.note.flatMap((column) => {
        const cell = cellOf(column);
        if (cell === '') return [];
        return of.note.length === 1 ? [cell] : [`${column.name}: ${cell}`];
      });
      const text = [...(facts['note'] === undefined ? [] : [facts['note']]), ...notes].join('\n');
      const read = readFact('note', text);
      if ('problem' in read) add('left-out', read.problem, of.note[0] ?? null);
      else if (read.value !== null) facts['note'] = read.value;
    }
    for (const column of of.tags) {
      const cell = cellOf(column);
      if (cell === '') continue;
      for (const tag of splitTags(cell)) {
        if ('problem' in readFact('city', tag)) add('left-out', 'too-long', column);
        else if (!tags.includes(tag)) tags.push(tag);
      }
    }

    for (const column of of.evidence) {
      const cell = cellOf(column);
      if (cell === '') continue;
      const kind = (column.target as Extract<ColumnTarget, { to: 'evidence' }>).of;
      let value: string | null = cell.normalize('NFC').slice(0, LONGEST_EVIDENCE);
      if (kind === 'optin-time' || kind === 'confirm-time') value = timeOf(column, cell);
      else if (kind === 'optin-ip' || kind === 'confirm-ip') {
        if (isIP(cell) === 0) {
          add('left-out', 'invalid-ip', column);
          value = null;
        }
      } else if ('problem' in readFact('note', value)) {
        add('left-out', 'forbidden-characters', column);
        value = null;
      }
      if (value !== null) evidence[evidenceKeys[kind]] = value;
    }

    if (of.status.length > 0 || plan.partStatuses) {
      readStatuses();
    }
    if (
      points.length === 0 &&
      Object.keys(facts).every((key) => key !== 'given_name' && key !== 'family_name' && key !== 'company')
    ) {
      add('refused', badEmail === null ? 'nothing-to-recognise' : 'invalid-email', badEmail);
    } else if (badEmail !== null && points.every(({ kind }) => kind === 'post')) {
      // A name under a wrong address would be somebody nobody can tell from the next of that name.
      add('refused', 'invalid-email', badEmail);
    }
    return person();

    function readStatuses(): void {
      const said = new Map<StatusChannel, ImportedStatus>();
      const say = (channel: StatusChannel, status: SubscriptionStatus) => {
        if (status === 'unknown') return;
        const now: ImportedStatus = { channel, status, at: null, reason: null };
        const before = said.get(channel);
        said.set(channel, before ? stricterStatus(before, now) : now);
      };
      for (const { part, channel, status } of plan.partStatuses ?? []) if (part === row.part) say(channel, status);
      for (const column of of.status) {
        const cell = cellOf(column);
        if (cell === '') continue;
        const target = column.target as Extract<ColumnTarget, { to: 'status' }>;
        const status = statusOf(target, cell);
        // Whether they may be written to is what the cell would tell: nobody is written to on a guess.
        if (status === null) add('refused', 'unknown-status', column);
        else say(target.channel, status);
      }
      for (const column of of['status-time']) {
        const target = column.target as Extract<ColumnTarget, { to: 'status-time' }>;
        const before = said.get(target.channel);
        const cell = cellOf(column);
        if (!before || cell === '') continue;
        const at = timeOf(column, cell);
        if (at !== null) said.set(target.channel, { ...before, at });
      }
      for (const column of of['status-reason']) {
        const target = column.target as Extract<ColumnTarget, { to: 'status-reason' }>;
        const before = said.get(target.channel);
        const cell = cellOf(column);
        if (!before || cell === '' || 'problem' in readFact('note', cell)) continue;
        const reason = [before.reason, cell.slice(0, LONGEST_EVIDENCE)].filter(Boolean).join('; ');
        said.set(target.channel, { ...before, reason });
      }
      statuses.push(...said.values());
    }
  };
}

type PartColumns = Readonly<Record<Kind, readonly Column[]>> & {
  readonly postal: readonly (readonly [string, readonly Column[]])[];
  readonly city: Column | undefined;
};

const kinds: readonly Kind[] = [
  'field',
  'full-name',
  'email',
  'phone',
  'post',
  'evidence',
  'status',
  'status-time',
  'status-reason',
  'language',
  'country',
  'tags',
  'note',
  'ignored',
];
const emptyColumns = grouped([]);

function columnsOf(plan: PeoplePlan, names: readonly string[], part: number): PartColumns {
  const columns = plan.mapping.flatMap(({ column: name, target }): Column[] => {
    const index = names.indexOf(name);
    if (index < 0) return [];
    const told = 'dates' in target ? target.dates : undefined;
    const dates = told === undefined || told === 'auto' ? dateOrderOf(plan.survey, part, index) : told;
    return [{ index, name, target, dates }];
  });
  return grouped(columns);
}

function grouped(columns: readonly Column[]): PartColumns {
  const byKind = Object.groupBy(columns, ({ target }) => target.to);
  const all = Object.fromEntries(kinds.map((kind) => [kind, byKind[kind] ?? []])) as unknown as Record<Kind, readonly Column[]>;
  const postal = new Map<string, Column[]>();
  for (const column of all.post) {
    const { address } = column.target as PostTarget;
    postal.set(address, [...(postal.get(address) ?? []), column]);
  }
  const city = all.post.find(({ target }) => (target as PostTarget).part === 'city');
  return { ...all, postal: [...postal], city };
}

type PostTarget = Extract<ColumnTarget, { to: 'post' }>;

/** Lines of an address in the order letters bear them; nothing where there is no street: that would reach nobody. */
function postalText(columns: readonly Column[], cellOf: (column: Column) => string): string {
  const part = (wanted: PostTarget['part']) =>
    columns
      .filter(({ target }) => (target as PostTarget).part === wanted)
      .map(cellOf)
      .filter((cell) => cell !== '');
  if (part('whole').length === 0 && part('street').length === 0) return '';
  return postOrder
    .flatMap((wanted) => (wanted === 'city' ? [[...part('postcode'), ...part('city')].join(' ')] : part(wanted)))
    .filter((line) => line !== '')
    .join('\n');
}

function addPoint(points: ImportedPoint[], kind: ImportedPoint['kind'], address: ImportedPoint['address']): void {
  if (!points.some((point) => point.kind === kind && point.address.matchKey === address.matchKey)) points.push({ kind, address });
}

function matchOf(points: readonly ImportedPoint[]): ImportedPerson['match'] {
  const found = points.find(({ kind }) => kind === 'email') ?? points.find(({ kind }) => kind === 'phone');
  return found && found.kind !== 'post' ? { kind: found.kind, key: found.address.matchKey } : null;
}

function statusOf(target: Extract<ColumnTarget, { to: 'status' }>, cell: string): SubscriptionStatus | null {
  const text = cell.toLowerCase();
  const told = target.values?.find(({ value }) => value === text)?.status;
  if (told !== undefined) return told;
  if (target.values && target.values.length > 0) return target.filled ?? null;
  const said = readYesNo(cell);
  if (said === null) return target.filled ?? null;
  return said ? target.yes : target.no;
}

/** Letters of two alphabets side by side, and what a spreadsheet would calculate. */
function oddities(text: string): PersonProblemCode[] {
  const first = text.charCodeAt(0);
  const found: PersonProblemCode[] = [];
  // = + - @
  if (first === 61 || first === 64 || ((first === 43 || first === 45) && !/^.[\d\s]/.test(text))) found.push('formula');
  if (/[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]/.test(text)) found.push('look-alike');
  return found;
}
