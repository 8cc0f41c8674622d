/** Languages everything a person reads exists in. The database refuses texts that lack one (`in_every_language`). */
export const languages = ['bg', 'en'] as const;

export type Language = (typeof languages)[number];

/** One text in every language. */
export type Texts = { readonly [L in Language]: string };

export function isLanguage(text: unknown): text is Language {
  return languages.includes(text as Language);
}
