/** Counted as one: `i.van+news@…` and `ivan@…`, which often lead to the same mailbox. As addresses they stay apart. */
export function mailboxOf(matchKey: string): string {
  const at = matchKey.lastIndexOf('@');
  const local = matchKey.slice(0, at).replace(/\+.*$/, '').replaceAll('.', '');
  return `${local}${matchKey.slice(at)}`;
}
