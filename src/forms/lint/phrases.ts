/**
 * Phrases as rules write them: `~` stands for the rest of a word (Bulgarian inflects), words begin and end where letters do
 * (`\b` knows no Cyrillic), and one space is any white space.
 */
export function phrase(...alternatives: readonly string[]): RegExp {
  const body = alternatives.map((one) => one.replaceAll('~', '\\p{L}*').replaceAll(' ', '\\s+')).join('|');
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${body})(?![\\p{L}\\p{N}])`, 'giu');
}

const NEGATION = phrase(
  'not',
  'no',
  'never',
  'nothing',
  'nobody',
  'none',
  'without',
  'nor',
  "\\p{L}+n[’']t",
  'не',
  'няма',
  'без',
  'никога',
  'нищо',
  'никой',
  'никому',
  'никое',
  'нито',
);

/** The first place where a phrase stands; with `unlessDenied`, not where its sentence denies it beforehand. */
export function findPhrase(text: string, pattern: RegExp, options: { unlessDenied?: boolean } = {}): string | undefined {
  const plain = text.normalize('NFKC').replace(/[\u00AD\u200B-\u200D\u2060]/g, '');
  for (const match of plain.matchAll(pattern)) {
    const before = plain.slice(0, match.index);
    const sentence = before.slice(Math.max(...['.', '!', '?', ';'].map((end) => before.lastIndexOf(end))) + 1);
    if (options.unlessDenied && sentence.search(NEGATION) >= 0) continue;
    return match[0].trim();
  }
  return undefined;
}
