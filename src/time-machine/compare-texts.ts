import { diffArrays } from 'diff';

export interface Part {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** Longer texts are compared line by line: word by word would take time that grows with the square of the difference. */
const MANY_WORDS = 20_000;

/** What changed between two texts, word by word; the parts that are not `added` give the first text, those not `removed` the second. */
export function compareTexts(before: string, after: string): Part[] {
  const tokens = before.length + after.length > MANY_WORDS * 10 ? linesOf : wordsOf;
  return diffArrays(tokens(before), tokens(after)).map(({ added, removed, value }) => ({
    kind: added ? 'added' : removed ? 'removed' : 'same',
    text: value.join(''),
  }));
}

/** Words, the white space between them and punctuation, each by itself; the library's own words are Latin ones. */
function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}\p{M}]+|\s+|[^\p{L}\p{N}\p{M}\s]/gu) ?? [];
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
