const aliases: Readonly<Record<string, string>> = {
  uk: 'GB',
  england: 'GB',
  'great britain': 'GB',
  великобритания: 'GB',
  англия: 'GB',
  usa: 'US',
  'u.s.a.': 'US',
  'united states of america': 'US',
  сащ: 'US',
  'czech republic': 'CZ',
  чехия: 'CZ',
  holland: 'NL',
  холандия: 'NL',
  'the netherlands': 'NL',
  macedonia: 'MK',
  македония: 'MK',
  deutschland: 'DE',
  österreich: 'AT',
  ελλάδα: 'GR',
  românia: 'RO',
  'republic of bulgaria': 'BG',
  'република българия': 'BG',
};

/** Of two letters of ISO 3166-1, and the three of which people use. */
const threeLetters: Readonly<Record<string, string>> = {
  BGR: 'BG',
  DEU: 'DE',
  GBR: 'GB',
  ROU: 'RO',
  GRC: 'GR',
  FRA: 'FR',
  ITA: 'IT',
  ESP: 'ES',
  NLD: 'NL',
  AUT: 'AT',
};

let countries: ReadonlyMap<string, string> | undefined;

/** A country by its code or its name in Bulgarian or English, as ISO 3166-1; null for what is none. */
export function readCountry(text: string): string | null {
  countries ??= new Map([
    ...namesOf('region', (code) => code.toUpperCase()),
    ...Object.entries({ ...threeLetters, ...aliases }).map(([name, code]) => [name.toLowerCase(), code] as const),
  ]);
  return countries.get(text.trim().toLowerCase()) ?? null;
}

let known: ReadonlyMap<string, string> | undefined;

/** A language by its code (`bg`, `bg-BG`, `bul`) or its name in Bulgarian or English, as ISO 639-1; null for what is none. */
export function readLanguage(text: string): string | null {
  const name = text.trim().toLowerCase();
  known ??= namesOf('language', (code) => code.toLowerCase());
  const code = /^([a-z]{2,3})(?:[-_][a-z0-9]{2,8})*$/.exec(name)?.[1];
  return (
    known.get(name) ?? (code === undefined ? undefined : (known.get(code) ?? known.get(new Intl.Locale(code).language))) ?? null
  );
}

/** Codes for what is no country: private use, unions, the unknown. */
const nowhere = /^(X[A-JL-Z]|Q[M-Z]|ZZ|EU|EZ|UN|AA)$/;

function everyTwoLetters(): string[] {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  return letters.flatMap((first) => letters.map((second) => first + second));
}

/** By every name and by the code itself. */
function namesOf(type: 'region' | 'language', form: (code: string) => string): Map<string, string> {
  const names = new Map<string, string>();
  for (const language of ['en', 'bg']) {
    const display = new Intl.DisplayNames([language], { type, fallback: 'none' });
    for (const letters of everyTwoLetters()) {
      // Codes that became another, such as that of East Germany, have its name.
      const tag = type === 'region' ? `und-${letters}` : letters.toLowerCase();
      if (Intl.getCanonicalLocales(tag)[0] !== tag) continue;
      const name = display.of(form(letters))?.toLowerCase();
      if (name === undefined || (type === 'region' && nowhere.test(letters))) continue;
      if (!names.has(name)) names.set(name, form(letters));
      names.set(letters.toLowerCase(), form(letters));
    }
  }
  return names;
}
