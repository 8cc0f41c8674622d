/** Findings of the linter as one sentence each, for where a refused publication lists them field by field. */
export function findingSentences<Code extends string>(
  texts: Readonly<Record<Code, { readonly explanation: string; readonly fix: string }>>,
): Readonly<Record<Code, string>> {
  const codes = Object.keys(texts) as Code[];
  return Object.fromEntries(codes.map((code) => [code, `${texts[code].explanation} ${texts[code].fix}`])) as Record<Code, string>;
}
