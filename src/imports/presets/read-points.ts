import { type Address, type AddressProblem, readEmail, readPhone } from '#src/contacts/addresses.ts';

/**
 * Addresses nearly everybody has, in the form everything else is brought into. What `readEmail` makes of them is themselves
 * three times over; a test holds this and the numbers below to the answers of `readEmail` and `readPhone`.
 */
const plainEmail = /^[a-z0-9_]+(?:[.+-][a-z0-9_]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,24}$/;

export function readEmailCell(text: string): Address | { problem: AddressProblem } {
  if (text.length <= 64 && plainEmail.test(text) && !text.includes('xn-'))
    return { original: text, normalised: text, matchKey: text };
  return readEmail(text);
}

/** Of the numbers in a Bulgarian file nearly all: what is left after the zero or +359, in groups or not. */
const bulgarian = /^(?:\+359 ?|0)([2-9](?: ?\d){6,8})$/;

/** A telephone number, also without the plus a spreadsheet swallowed and without the zero it counted as nothing. */
export function readPhoneCell(text: string, country: string): Address | { problem: AddressProblem } {
  const known = country === 'BG' || text.startsWith('+') ? bulgarian.exec(text)?.[1] : undefined;
  if (known !== undefined) {
    const number = `+359${known.replaceAll(' ', '')}`;
    return { original: text, normalised: number, matchKey: number };
  }
  const read = readPhone(text, country);
  if (!('problem' in read) || read.problem !== 'invalid-phone' || !/^[\d\s()./-]{9,20}$/.test(text)) return read;
  const withPlus = readPhone(`+${text.trim()}`, country);
  return 'problem' in withPlus ? read : { ...withPlus, original: text.trim() };
}
