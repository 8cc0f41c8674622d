import { domainToASCII } from 'node:url';
import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/max';

export type PointKind = 'email' | 'phone' | 'post';

/** One address in its three forms. */
export interface Address {
  /** As the person wrote it, without surrounding space. */
  readonly original: string;
  /** As it is used to reach them: NFC, domain in A-labels; phone in E.164. */
  readonly normalised: string;
  /** As it is recognised again: lower case too. Dots and +tags are not merged: they may be different people. */
  readonly matchKey: string;
}

export type AddressProblem =
  | 'missing'
  | 'too-long'
  | 'forbidden-characters'
  | 'mixed-alphabets'
  | 'invalid-email'
  | 'invalid-phone';

// C0 and C1 controls, line and paragraph separators, the marks that make text run backwards or hide in it, and the sign of
// what could not be read.
const FORBIDDEN = /[\p{Cc}\u2028\u2029\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF\uFFFD]/u;

/** Whether a text holds characters that deceive the reader or break a protocol. Line breaks count too. */
export function hasForbiddenCharacters(text: string): boolean {
  // The zero-width joiner shapes letters of some scripts and joins emoji; between letters of ours it only hides.
  return FORBIDDEN.test(
    text.replace(/(?<=\p{Extended_Pictographic}\uFE0F?\p{Emoji_Modifier}?)\u200D(?=\p{Extended_Pictographic})/gu, ''),
  );
}

/**
 * Reads an e-mail address, internationalised ones too (RFC 6531: `иван@пример.бг`). Letters of two alphabets in one label
 * are refused: nobody's address is spelled so, and a look-alike would stay unnoticed.
 */
export function readEmail(text: string): Address | { problem: AddressProblem } {
  const original = text.trim().normalize('NFC');
  if (original === '') return { problem: 'missing' };
  // Besides those: letters and marks that leave no ink (fillers, variation selectors) would make two addresses look like one.
  if (hasForbiddenCharacters(original) || /\p{Default_Ignorable_Code_Point}/u.test(original))
    return { problem: 'forbidden-characters' };
  if (original.length > 254) return { problem: 'too-long' };

  const at = original.lastIndexOf('@');
  const local = original.slice(0, at);
  if (
    at < 1 ||
    Buffer.byteLength(local) > 64 ||
    !/^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u.test(local)
  ) {
    return { problem: 'invalid-email' };
  }
  const written = original.slice(at + 1).toLowerCase();
  if (mixesAlphabets(local) || written.split('.').some(mixesAlphabets)) return { problem: 'mixed-alphabets' };
  const domain = domainToASCII(written);
  if (!/^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{1,59})$/.test(domain))
    return { problem: 'invalid-email' };

  const normalised = `${local}@${domain}`;
  // RFC 5321 §4.5.3.1.3, in octets of what is put on the wire: A-labels are longer than what was typed.
  if (Buffer.byteLength(normalised) > 254) return { problem: 'too-long' };
  return { original, normalised, matchKey: `${local.toLowerCase().normalize('NFC')}@${domain}` };
}

/** Reads a phone number, in international form or in that of the country. */
export function readPhone(text: string, country: string): Address | { problem: AddressProblem } {
  const original = text.trim();
  if (original === '') return { problem: 'missing' };
  if (hasForbiddenCharacters(original)) return { problem: 'forbidden-characters' };
  if (original.length > 50) return { problem: 'too-long' };
  const parsed = parsePhoneNumberFromString(original, country as CountryCode);
  if (!parsed?.isPossible()) return { problem: 'invalid-phone' };
  const number = parsed.number + (parsed.ext ? `;ext=${parsed.ext}` : '');
  return { original, normalised: number, matchKey: number };
}

/** Reads a postal address, lines separated by line breaks. */
export function readPostalAddress(text: string): Address | { problem: AddressProblem } {
  const lines = text
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const original = lines.join('\n').normalize('NFC');
  if (original === '') return { problem: 'missing' };
  if (lines.some(hasForbiddenCharacters)) return { problem: 'forbidden-characters' };
  if (original.length > 1000) return { problem: 'too-long' };
  return { original, normalised: original, matchKey: original.toLowerCase().replace(/[\s,.;]+/g, ' ') };
}

function mixesAlphabets(label: string): boolean {
  const alphabets = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u].filter((alphabet) => alphabet.test(label));
  return alphabets.length > 1;
}
