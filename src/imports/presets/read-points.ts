import { type Address, type AddressProblem, readEmail, readPhone } from '#src/contacts/addresses.ts';

/**
 * Addresses nearly everybody has, in the form everything else is brought into. What `readEmail` makes of them is themselves
 * three times over; a test holds the two to the same answers.
 */
const plainEmail = /^[a-z0-9_]+(?:[.+-][a-z0-9_]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,24}$/;

export function readEmailCell(text: string): Address | { problem: AddressProblem } {
  if (text.length <= 64 && plainEmail.test(text) && !text.includes('xn-'))
    return { original: text, normalised: text, matchKey: text };
  return readEmail(text);
}

const bulgarianMobile = /^\+359(?:87|88|89|98|99)\d{7}$/;
const bulgarianMobileAtHome = /^0(?:87|88|89|98|99)\d{7}$/;

/** A telephone number, also without the plus a spreadsheet swallowed and without the zero it counted as nothing. */
export function readPhoneCell(text: string, country: string): Address | { problem: AddressProblem } {
  if (bulgarianMobile.test(text)) return { original: text, normalised: text, matchKey: text };
  if (country === 'BG' && bulgarianMobileAtHome.test(text)) {
    const number = `+359${text.slice(1)}`;
    return { original: text, normalised: number, matchKey: number };
  }
  const read = readPhone(text, country);
  if (!('problem' in read) || read.problem !== 'invalid-phone' || !/^[\d\s()./-]{9,20}$/.test(text)) return read;
  const withPlus = readPhone(`+${text.trim()}`, country);
  return 'problem' in withPlus ? read : { ...withPlus, original: text.trim() };
}
