/** What the address bar says about the ledger: a filtered list can be sent to a colleague as a link. */
export interface LedgerSearch {
  search?: string;
  kind?: string;
  purpose?: string;
  channel?: string;
  method?: string;
  actor?: string;
  contact?: string;
  /** Days, as 2026-11-23. */
  from?: string;
  to?: string;
  /** The same of when it happened, as links from counted numbers say it. */
  happenedFrom?: string;
  happenedTo?: string;
}

const keys = ['search', 'kind', 'purpose', 'channel', 'method', 'actor', 'contact'] as const;

export function readLedgerSearch(given: Record<string, unknown>): LedgerSearch {
  const read: LedgerSearch = {};
  for (const key of keys) {
    const value = given[key];
    if (typeof value === 'string' && value !== '') read[key] = value;
    // The router reads ?search=123 as a number.
    else if (typeof value === 'number') read[key] = String(value);
  }
  for (const key of ['from', 'to', 'happenedFrom', 'happenedTo'] as const) {
    const value = given[key];
    if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)) read[key] = value;
  }

  return read;
}

/** As the API is asked; days as the reader's clock has them, the last one included whole. */
export function filtersOf({ from, to, happenedFrom, happenedTo, ...rest }: LedgerSearch): Record<string, string | undefined> {
  const begin = (day: string | undefined) => (day ? new Date(`${day}T00:00`).toISOString() : undefined);
  const end = (day: string | undefined) => (day ? new Date(`${day}T23:59:59.999`).toISOString() : undefined);

  return {
    ...rest,
    from: begin(from),
    to: end(to),
    happenedFrom: begin(happenedFrom),
    happenedTo: end(happenedTo),
  };
}
