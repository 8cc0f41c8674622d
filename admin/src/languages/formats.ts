import type { Language } from '../api/types.ts';

/** Dates and numbers as people of that language write them, in the time of the company. */
export interface Formats {
  date(iso: string): string;
  dateTime(iso: string): string;
  /** In tables: 23.11.2026 г., 23 Nov 2026. */
  shortDate(iso: string): string;
  shortDay(iso: string): string;
  /** 03.2027 г., Mar 2027. */
  month(iso: string): string;
  time(iso: string): string;
  /** How long ago: преди 3 минути, 3 minutes ago. */
  ago(iso: string): string;
  number(value: number): string;
  /** Of a share between 0 and 1. */
  percent(share: number): string;
  country(code: string): string;
}

const locales: Record<Language, string> = { bg: 'bg-BG', en: 'en-GB' };
const timeZone = 'Europe/Sofia';

export function createFormats(language: Language): Formats {
  const locale = locales[language];
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone });
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone });
  const shortDate = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone });
  const shortDay = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' });
  const month = new Intl.DateTimeFormat(locale, { month: 'short', year: 'numeric', timeZone: 'UTC' });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const number = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const countries = new Intl.DisplayNames(locale, { type: 'region' });

  return {
    date: (iso) => date.format(new Date(iso)),
    dateTime: (iso) => dateTime.format(new Date(iso)),
    shortDate: (iso) => shortDate.format(new Date(iso)),
    shortDay: (iso) => shortDay.format(new Date(iso)),
    month: (iso) => month.format(new Date(iso)),
    time: (iso) => time.format(new Date(iso)),
    ago: (iso) => relative.format(...elapsed((Date.parse(iso) - Date.now()) / 1000)),
    number: (value) => number.format(value),
    percent: (share) => percent.format(share),
    country: (code) => countries.of(code) ?? code,
  };
}

/** In the largest unit that makes at least one. */
function elapsed(seconds: number): [number, Intl.RelativeTimeFormatUnit] {
  const size = Math.abs(seconds);
  if (size < 60) return [Math.round(seconds), 'second'];
  if (size < 3600) return [Math.round(seconds / 60), 'minute'];
  if (size < 86_400) return [Math.round(seconds / 3600), 'hour'];

  return [Math.round(seconds / 86_400), 'day'];
}
