const locales: Readonly<Record<string, string>> = { bg: 'bg-BG', en: 'en-GB' };

/** The day as people write it: „23 ноември 2026 г.“, "23 November 2026". */
export function formatDay(at: Date, language: string, timeZone: string): string {
  return unbroken(new Intl.DateTimeFormat(locales[language] ?? language, { dateStyle: 'long', timeZone }).format(at));
}

/** Day and minute, with the zone's clock. */
export function formatMoment(at: Date, language: string, timeZone: string): string {
  return unbroken(
    new Intl.DateTimeFormat(locales[language] ?? language, { dateStyle: 'long', timeStyle: 'short', timeZone }).format(at),
  );
}

/** A line never begins with the „г.“ of a year. */
function unbroken(text: string): string {
  return text.replace(/ г\./, '\u00a0г.');
}
