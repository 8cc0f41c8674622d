export interface TrendSearch {
  /** Days, as 2026-11-23. */
  from?: string;
  to?: string;
  unit?: 'day' | 'week' | 'month';
  purpose?: string;
  channel?: string;
}

export function readTrendSearch(given: Record<string, unknown>): TrendSearch {
  const day = (value: unknown) => (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined);
  const word = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
  const { unit } = given;

  return {
    from: day(given.from),
    to: day(given.to),
    unit: unit === 'day' || unit === 'week' || unit === 'month' ? unit : undefined,
    purpose: word(given.purpose),
    channel: word(given.channel),
  };
}
