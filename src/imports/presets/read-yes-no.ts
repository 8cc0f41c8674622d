const yes = new Set([
  'yes',
  'y',
  'true',
  't',
  '1',
  'x',
  'on',
  '✓',
  '✔',
  '☑',
  'да',
  'д',
  'вярно',
  'истина',
  'checked',
  'ok',
  'ок',
]);
const no = new Set(['no', 'n', 'false', 'f', '0', 'off', '-', '✗', '✘', '☐', 'не', 'н', 'невярно', 'лъжа', 'unchecked']);

/** What a cell of yes and no says, in Bulgarian or English; null for what is neither. */
export function readYesNo(text: string): boolean | null {
  const word = text.trim().toLowerCase();
  if (yes.has(word)) return true;
  return no.has(word) ? false : null;
}
