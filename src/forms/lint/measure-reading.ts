/** Longest sentence somebody takes in at once on a phone, in words. */
const LONGEST_SENTENCE = 35;
/** Below this a text is a label, and its measure says nothing. */
const WORDS_TO_MEASURE = 12;
/**
 * LIX: words per sentence plus the share of words longer than six letters. It counts letters only, so it holds for any
 * alphabet; Bulgarian words are longer than English ones and the limit allows for it. Laws lie above 70, newspapers at 45–55.
 */
const MOST_LIX = { bg: 78, en: 68 } as const;

/** What makes a text hard to read, or undefined. */
export function hardToRead(text: string, language: 'bg' | 'en'): string | undefined {
  const plain = text.replace(/\{[^}]*\}/g, 'Name');
  const sentences = plain.split(/[.!?…:;]+(?=\s|$)/u).filter((sentence) => /\p{L}/u.test(sentence));
  const wordsIn = (part: string) => part.match(/[\p{L}\p{N}]+(?:[-’'][\p{L}\p{N}]+)*/gu) ?? [];
  const longest = sentences.find((sentence) => wordsIn(sentence).length > LONGEST_SENTENCE);
  if (longest) return firstWords(longest);
  const words = wordsIn(plain);
  if (words.length < WORDS_TO_MEASURE) return undefined;
  const long = words.filter((word) => [...word].length > 6).length;
  const lix = words.length / Math.max(1, sentences.length) + (100 * long) / words.length;
  return lix > MOST_LIX[language] ? firstWords(plain) : undefined;
}

/** Words in capitals that are no abbreviations: a whole text of them, or several in a row. */
export function shouts(text: string): string | undefined {
  const plain = text.replace(/\{[^}]*\}/g, '');
  const row =
    /(?<![\p{L}])\p{Lu}{4,}(?:[\s,–-]+\p{Lu}{2,}){2,}(?![\p{L}])|(?<![\p{L}])\p{Lu}{3,}[\s,–-]+\p{Lu}{6,}(?![\p{L}])/u.exec(
      plain,
    )?.[0];
  if (row) return row;
  const letters = plain.match(/\p{L}/gu) ?? [];
  const capitals = letters.filter((letter) => /\p{Lu}/u.test(letter)).length;
  return letters.length >= 8 && capitals / letters.length > 0.6 ? firstWords(plain) : undefined;
}

function firstWords(text: string): string {
  return text.trim().split(/\s+/).slice(0, 8).join(' ');
}
