const cyrillic: Readonly<Record<string, string>> = Object.fromEntries(
  'а:a б:b в:v г:g д:d е:e ж:zh з:z и:i й:y к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f х:h ц:ts ч:ch ш:sh щ:sht ъ:a ь:y ю:yu я:ya ё:yo ы:y э:e і:i ї:yi є:e ґ:g'
    .split(' ')
    .map((pair) => pair.split(':') as [string, string]),
);

/**
 * A name as it is written in Latin letters by law (Закон за транслитерацията), without accents: `Мария` and `Maria` are the
 * same, `Щерев` and `Shterev`. Two names that agree in this are one name in two alphabets.
 */
export function romanize(text: string): string {
  const lower = text.normalize('NFKC').toLowerCase();
  const letters = [...lower.replace(/ия(?![а-я])/gu, 'иа')].map((letter) => cyrillic[letter] ?? letter).join('');
  return letters
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** Spellings of one sound, brought to one sign, in this order. Capitals are signs that no later rule touches. */
const spellings: readonly (readonly [RegExp, string])[] = [
  [/\b(?:dj|dzh|j(?=[ie]))/g, 'Z'],
  [/dzh|dj/g, 'Z'],
  [/shch|sht|6t|sch/g, 'W'],
  [/sh|6/g, 'S'],
  [/tch|ch|4/g, 'H'],
  [/zh/g, 'Z'],
  [/kh|h/g, 'h'],
  [/ts|tz|cz/g, 'C'],
  [/ff\b|w/g, 'v'],
  [/ph/g, 'f'],
  [/x/g, 'ks'],
  [/ck|c|q(?=u)/g, 'k'],
  [/q/g, 'ia'],
  [/[yj]/g, 'i'],
  // ъ is written a, u or y, and nobody can tell which a stood for it.
  [/u/g, 'a'],
  [/(.)\1+/g, '$1'],
];

/**
 * The same for all that people write instead of the official letters: щ as sht or 6t, ъ as a or u, й as y, i or j, ю as yu or
 * iu, я as ya, ia or q, х as h or kh, ц as ts or tz, в as w or ff. Names that agree only in this may still be two names.
 */
export function foldName(text: string): string {
  return spellings.reduce((folded, [from, to]) => folded.replace(from, to), romanize(text));
}

/** Words of a name in one order: whether the family name comes first is a matter of the form that was filled in. */
export function nameKey(parts: readonly (string | null | undefined)[], fold: (text: string) => string = foldName): string {
  return fold(parts.filter(Boolean).join(' ')).split(' ').filter(Boolean).toSorted().join(' ');
}

const legalForms = /\b(?:eood|ood|ead|ad|et|sd|kd|dzzd|ltd|llc|inc|gmbh|bv|ag|sa|srl|plc)\b/g;

/** A company without its legal form, punctuation and spelling. */
export function companyKey(name: string | null | undefined): string {
  const words = romanize(name ?? '').replace(legalForms, ' ');
  return foldName(words).replace(/\s+/g, ' ').trim();
}
