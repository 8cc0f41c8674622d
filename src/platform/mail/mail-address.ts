declare const checked: unique symbol;

/** An address that may be written into an envelope and a header as it is. */
export type MailAddress = string & { readonly [checked]: 'address' };

/** A header value without anything that could begin another header. */
export type HeaderText = string & { readonly [checked]: 'header' };

/** Something that must not reach a mail server was about to. The value itself is not repeated. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused';
}

const BREAKS = /[\p{Cc}\u2028\u2029]/u;

/** Whether this is one plain address, and not a list, a comment or something with a line break. */
export function isMailAddress(text: string): boolean {
  return (
    text.length <= 320 && !BREAKS.test(text) && /^[^\s<>()[\]\\,;:"@]+@[^\s<>()[\]\\,;:"@]+\.[^\s<>()[\]\\,;:"@]+$/u.test(text)
  );
}

/** @throws MailRefused for anything but one plain address. */
export function mailAddress(text: string): MailAddress {
  if (!isMailAddress(text)) throw new MailRefused('this is not one plain e-mail address');
  return text as MailAddress;
}

/** @throws MailRefused when the text holds CR, LF, NUL or another control character or separator. */
export function headerText(text: string): HeaderText {
  if (BREAKS.test(text) || text.length > 900) throw new MailRefused('this cannot be a mail header');
  return text as HeaderText;
}
