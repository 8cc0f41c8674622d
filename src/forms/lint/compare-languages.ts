import { type Language, languages } from '#src/languages/languages.ts';
import type { Finding, FindingCode } from './finding.ts';
import type { Passage } from './passages.ts';

/** A text shorter than this is a label; its length says little. */
const LABEL = 40;
/** How many times longer a text of one language may be: the same said in Bulgarian and English differs by a third at most. */
const MOST_RATIO = 2.2;

/** Whether both languages say the same, as far as can be seen without understanding them. */
export function compareLanguages(passage: Passage): Finding[] {
  const { texts, place } = passage;
  const missing = languages.filter((language) => texts[language].trim() === '');
  if (missing.length > 0) {
    const code = passage.role === 'field-reason' || passage.role === 'box-hint' ? 'reason-missing' : 'text-missing';
    return missing.map((language) => found(code, place, language));
  }
  const findings: Finding[] = languages
    .filter((language) => isOtherLanguage(texts[language], language))
    .map((language) => found('language-wrong', place, language));
  if (findings.length === 0 && lettersOf(texts.bg).length >= 8 && texts.bg === texts.en) {
    findings.push(found('language-untranslated', place, null));
  }
  const [shorter, longer] = texts.bg.length < texts.en.length ? (['bg', 'en'] as const) : (['en', 'bg'] as const);
  if (texts[longer].length >= LABEL && texts[longer].length > texts[shorter].length * MOST_RATIO) {
    findings.push(found('language-shorter', place, shorter));
  }
  return [
    ...findings,
    ...compareNumbers(passage),
    ...compareSets(passage, linksOf, 'links-differ'),
    ...compareSets(passage, placeholdersOf, 'placeholders-differ'),
    ...languages.flatMap((language) =>
      placeholdersOf(texts[language])
        .filter((placeholder) => placeholder !== '{company}')
        .map((placeholder) => found('placeholder-unknown', place, language, placeholder)),
    ),
  ];
}

/** Dates may be spelled out in one language (23.11., 23 November), so a number too many is a question, another one is not. */
function compareNumbers({ texts, place }: Passage): Finding[] {
  const numbers = { bg: numbersOf(texts.bg), en: numbersOf(texts.en) };
  const onlyIn = (one: Language, other: Language) => numbers[one].filter((number) => !numbers[other].includes(number));
  const [bg] = onlyIn('bg', 'en');
  const [en] = onlyIn('en', 'bg');
  if (bg !== undefined && en !== undefined) return [found('numbers-differ', place, null, `${bg} – ${en}`)];
  const extra = bg ?? en;
  return extra === undefined ? [] : [found('numbers-in-one-language', place, bg === undefined ? 'en' : 'bg', extra)];
}

function compareSets({ texts, place }: Passage, of: (text: string) => string[], code: FindingCode): Finding[] {
  const odd = (one: Language, other: Language) => of(texts[one]).find((item) => !of(texts[other]).includes(item));
  const [bg, en] = [odd('bg', 'en'), odd('en', 'bg')];
  if (bg !== undefined) return [found(code, place, 'bg', bg)];
  return en === undefined ? [] : [found(code, place, 'en', en)];
}

/** Numbers as values: `14 000`, `14,000` and `14000` are one, `1,5` and `1.5` another. */
export function numbersOf(text: string): string[] {
  const plain = text
    .replace(/\{[^}]*\}/g, ' ')
    .replace(LINK, ' ')
    // A date is three numbers; in the other language its month may be a word.
    .replace(/(?<!\d)0?(\d{1,2})[./]0?(\d{1,2})[./](\d{4})(?!\d)/g, '$1 ; $2 ; $3');
  return [...plain.matchAll(/\d+(?:[\s\u00A0\u202F.,]\d{3}(?!\d))+|\d+(?:[.,]\d{1,2}(?!\d))?/g)].map(([number]) =>
    /[\s\u00A0\u202F.,]\d{3}(?!\d)/.test(number) ? number.replace(/[^\d]/g, '') : number.replace(',', '.'),
  );
}

const LINK =
  /(?:https?:\/\/|www\.)\S+|(?<![@\p{L}\p{N}.-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|bg|eu|org|net|info|io|бг)(?:\/\S*)?(?![\p{L}\p{N}-])/giu;

export function linksOf(text: string): string[] {
  return [...text.matchAll(LINK)].map(([link]) => link.replace(/[.,;:!?)“”"]+$/u, '').toLowerCase());
}

function placeholdersOf(text: string): string[] {
  return [...text.matchAll(/\{[^{}]*\}/g)].map(([placeholder]) => placeholder);
}

/** Names and loan words are Latin in Bulgarian too, so half of a text may be; in English nothing but a name is Cyrillic. */
function isOtherLanguage(text: string, language: Language): boolean {
  const letters = lettersOf(text);
  if (letters.length < 12) return false;
  const cyrillic = [...letters].filter((letter) => /\p{Script=Cyrillic}/u.test(letter)).length / letters.length;
  return language === 'bg' ? cyrillic < 0.3 : cyrillic > 0.5;
}

function lettersOf(text: string): string {
  return text
    .replace(/\{[^}]*\}/g, '')
    .replace(LINK, '')
    .replace(/[^\p{L}]/gu, '');
}

function found(code: FindingCode, place: string, language: Language | null, words: string | null = null): Finding {
  return { code, place, language, words };
}
