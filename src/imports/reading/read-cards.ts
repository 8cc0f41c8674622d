import type { ByteSource } from './byte-source.ts';
import type { TextRow } from './csv-tokenizer.ts';
import { decodeText } from './decode-text.ts';
import type { Encoding } from './import-file.ts';
import type { ReadLimits } from './read-limits.ts';
import { vcardColumns } from './vcard-columns.ts';

interface Property {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly value: string;
}

/** Pictures, sounds and keys: of no use to us, and larger than all the rest. */
const dropped = new Set(['PHOTO', 'LOGO', 'SOUND', 'KEY']);
const housekeeping = new Set(['BEGIN', 'END', 'VERSION', 'PRODID', 'CHARSET']);

/** Cards of versions 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350) as rows of `vcardColumns`. */
export async function* readCards(
  source: ByteSource,
  encoding: Encoding,
  limits: ReadLimits,
  signal?: AbortSignal,
): AsyncGenerator<{ readonly rows: TextRow[]; readonly bytesRead: number }> {
  let rest = '';
  let rows: TextRow[] = [];
  let number = 0;
  let card: Property[] | null = null;
  /** The pieces of a line that is folded. */
  let logical: string[] = [];
  let isQuoted = false;
  let isSkipped = false;
  let length = 0;
  let damage: TextRow['problem'];

  const endOfCard = (isWhole: boolean) => {
    if (!card) return;
    const cells = cellsOf(card);
    const isEmpty = ['FN', 'N given', 'N family', 'ORG', 'EMAIL', 'TEL'].every((name) => cells[at(name)] === '');
    const problem =
      length > limits.rowCharacters
        ? ({ code: 'row-too-long', values: { longest: limits.rowCharacters } } as const)
        : (damage ?? (isWhole && !isEmpty ? undefined : ({ code: 'damaged-card' } as const)));
    const row = { line: number, cells, width: cells.length };
    rows.push(problem ? { ...row, problem } : row);
    card = null;
  };
  const endOfLine = () => {
    const property = parsed(logical.join(''));
    logical = [];
    if (!property) return;
    if (property.name === 'BEGIN') {
      endOfCard(false);
      card = [];
      number++;
      length = 0;
      damage = undefined;
    } else if (property.name === 'END') endOfCard(true);
    else if (card && length <= limits.rowCharacters && !housekeeping.has(property.name)) card.push(property);
  };
  const physical = (line: string) => {
    const isFolded = /^[ \t]/.test(line);
    // Quoted-printable of 2.1 goes on in the next line without a space.
    const isSoft = isQuoted && logical.at(-1)?.endsWith('=') === true;
    if (!isFolded && !isSoft) {
      endOfLine();
      isSkipped = isDropped(line);
      isQuoted = /^[^:]*QUOTED-PRINTABLE/i.test(line);
    }
    if (isSkipped) return;
    length += line.length;
    if (line.includes('\u0000')) damage = { code: 'nul-character' };
    else if (line.includes('\ufffd')) damage ??= { code: 'mixed-encoding' };
    if (length > limits.rowCharacters && logical.length > 0) return;
    if (isSoft) logical.push((logical.pop() ?? '').slice(0, -1));
    logical.push(isFolded && !isSoft ? line.slice(1) : line);
  };

  for await (const piece of decodeText(source, encoding, signal)) {
    const lines = `${rest}${piece.text}`.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    if (rest.length > limits.rowCharacters) {
      // A line as long as that is cut; its card is reported.
      length += rest.length;
      rest = rest.slice(0, 1000);
    }
    for (const line of lines) physical(line);
    yield { rows, bytesRead: piece.bytesRead };
    rows = [];
  }
  physical(rest.replace(/\r$/, ''));
  endOfLine();
  endOfCard(false);
  yield { rows, bytesRead: source.bytes };
}

function isDropped(line: string): boolean {
  const name = /^(?:[a-z0-9-]+\.)?([a-z]+)[;:]/i.exec(line)?.[1];
  return name !== undefined && dropped.has(name.toUpperCase());
}

function parsed(line: string): Property | null {
  // A colon inside a quoted parameter does not end them.
  const match = /^(?:[a-z0-9-]+\.)?([a-z0-9-]+)((?:;(?:[^":;]|"[^"]*")*)*):(.*)$/is.exec(line);
  if (!match) return null;
  const [, name = '', written = '', value = ''] = match;
  const parameters = written
    .slice(1)
    .split(';')
    .map((parameter) => parameter.toUpperCase());
  const isQuoted = parameters.some((parameter) => /(^|=)QUOTED-PRINTABLE$/.test(parameter));
  return { name: name.toUpperCase(), parameters, value: isQuoted ? decodedQuoted(value, parameters) : value };
}

function decodedQuoted(value: string, parameters: readonly string[]): string {
  const bytes = Buffer.from(
    Buffer.from(value)
      .toString('latin1')
      .replace(/=([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    'latin1',
  );
  const charset = parameters.find((parameter) => parameter.startsWith('CHARSET='))?.slice('CHARSET='.length) ?? 'UTF-8';
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return bytes.toString('utf8');
  }
}

const at = (column: string) => (vcardColumns as readonly string[]).indexOf(column);

function cellsOf(card: readonly Property[]): string[] {
  const cells: string[] = vcardColumns.map(() => '');
  const add = (column: string, text: string, between = '\n') => {
    const index = at(column);
    if (text !== '') cells[index] = cells[index] ? `${cells[index]}${between}${text}` : text;
  };
  for (const property of preferredFirst(card)) {
    const { name, value } = property;
    switch (name) {
      case 'FN':
        if (cells[at('FN')] === '') add('FN', plain(value));
        break;
      case 'N': {
        const [family = '', given = ''] = components(value);
        if (cells[at('N given')] === '' && cells[at('N family')] === '') {
          add('N given', given);
          add('N family', family);
        }
        break;
      }
      case 'ORG':
        if (cells[at('ORG')] === '')
          add(
            'ORG',
            components(value)
              .filter((part) => part !== '')
              .join(', '),
          );
        break;
      case 'TITLE':
        if (cells[at('TITLE')] === '') add('TITLE', plain(value));
        break;
      case 'EMAIL':
        add('EMAIL', plain(value).replace(/^mailto:/i, ''));
        break;
      case 'TEL':
        add('TEL', plain(value).replace(/^tel:/i, ''));
        break;
      case 'ADR': {
        const free = ['ADR', 'ADR 2', 'ADR 3'].find((column) => cells[at(column)] === '');
        const [box = '', extended = '', street = '', city = '', region = '', code = '', country = ''] = components(value);
        const lines = [box, extended, street, [code, city].filter(Boolean).join(' '), region, country];
        add(free ?? 'other', lines.filter((line) => line !== '').join('\n'));
        break;
      }
      case 'LANG':
        add('LANG', plain(value));
        break;
      case 'CATEGORIES':
        add('CATEGORIES', listed(value).join(', '), ', ');
        break;
      case 'NOTE':
      case 'BDAY':
      case 'URL':
      case 'UID':
      case 'REV':
        add(name, plain(value));
        break;
      default:
        add('other', `${name}: ${plain(value)}`);
    }
  }
  return cells;
}

/** Of several the one marked as preferred is the first. */
function preferredFirst(card: readonly Property[]): Property[] {
  const rank = ({ parameters }: Property) =>
    parameters.some((parameter) => parameter === 'PREF' || parameter === 'PREF=1' || /^TYPE=.*\bPREF\b/.test(parameter)) ? 0 : 1;
  return [...card].sort((one, other) => rank(one) - rank(other));
}

function plain(value: string): string {
  return value.replace(/\\([\\,;n])/gi, (_, character: string) => (character.toLowerCase() === 'n' ? '\n' : character)).trim();
}

function components(value: string): string[] {
  return divided(value, ';').map((part) => divided(part, ',').map(plain).filter(Boolean).join(', '));
}

function listed(value: string): string[] {
  return divided(value, ',').map(plain).filter(Boolean);
}

/** Parts between separators that no backslash makes text. */
function divided(value: string, by: ';' | ','): string[] {
  const parts = [''];
  for (let index = 0; index < value.length; index++) {
    const character = value.charAt(index);
    if (character === by) parts.push('');
    else parts[parts.length - 1] += character === '\\' ? character + value.charAt(++index) : character;
  }
  return parts;
}
