/** The same keys and the same parameters, with other words: a missing translation does not compile. */
export type ShapeOf<T> = {
  [Key in keyof T]: T[Key] extends (...given: infer Given) => string
    ? (...given: Given) => string
    : T[Key] extends string
      ? string
      : ShapeOf<T[Key]>;
};

/** The word for a code the server sent; a code this version does not know yet is shown as it is. */
export function wordFor(words: Readonly<Record<string, string>>, code: string | null | undefined): string {
  if (!code) return '–';

  return words[code] ?? code;
}
