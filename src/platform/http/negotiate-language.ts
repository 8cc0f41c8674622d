/** The spoken language the reader prefers among ours (RFC 9110 §12.5.4), or `fallback` when none is asked for. */
export function negotiateLanguage<L extends string>(acceptLanguage: string | null, spoken: readonly L[], fallback: L): L {
  const wishes = (acceptLanguage ?? '')
    .split(',')
    .map((part) => {
      const [range = '', ...parameters] = part.trim().toLowerCase().split(';');
      const q = parameters.map((parameter) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(parameter)?.[1]).find(Boolean);
      return { language: range.split('-', 1)[0], weight: Number(q ?? 1) };
    })
    .filter((wish) => wish.weight > 0)
    .sort((one, other) => other.weight - one.weight);

  for (const wish of wishes) {
    const known = spoken.find((language) => language === wish.language);
    if (known) return known;
  }

  return fallback;
}
