/** Of a cell with several e-mail addresses each one, without the names that may stand before them. */
export function splitEmails(cell: string): string[] {
  const text = cell.replace(/^mailto:/i, '');
  if (!/[\s,;<>|"]/.test(text)) return [text];
  // „Мария Иванова <maria@example.bg>“: what stands in the brackets, and nothing of the name.
  const bracketed = [...text.matchAll(/<([^<>]*)>/g)].map((match) => match[1] ?? '');
  const parts = bracketed.length > 0 ? bracketed : text.split(/[\s,;|]+|:::/);
  const filled = parts.map((part) => part.trim().replace(/^["']|["']$/g, '')).filter((part) => part !== '');
  // Words around an address are no addresses; where there is none at all, they are the problem that is told.
  const addresses = filled.filter((part) => part.includes('@'));
  return addresses.length > 0 ? addresses : filled.slice(0, 1);
}

/** Of a cell with several telephone numbers each one. A single space or stroke stands inside a number. */
export function splitPhones(cell: string): string[] {
  if (/^\+?[\d ]+$/.test(cell)) return [cell];
  return cell
    .split(/\s*(?:[;,\n|]|:::|\s\/\s|\sили\s|\sor\s)\s*/i)
    .map(unwrapped)
    .filter((part) => part !== '');
}

/** What people write to keep a spreadsheet from counting with it: `'+359…`, `="0888…"`; and the `.0` it adds. */
function unwrapped(text: string): string {
  return text
    .trim()
    .replace(/^="?([^"]*)"?$/, '$1')
    .replace(/^'/, '')
    .replace(/^(\d{6,})\.0$/, '$1');
}

/** Of a cell of tags each one: `"a","b"` of Mailchimp, `* friends ::: * family` of Google. */
export function splitTags(cell: string): string[] {
  return cell
    .split(/\s*(?:[,;\n|]|:::)\s*/)
    .map((tag) => tag.trim().replace(/^[*"\s]+|["\s]+$/g, ''))
    .filter((tag) => tag !== '');
}
