/** What the address bar says about the list: a filtered list can be sent to a colleague as a link. */
export interface PeopleSearch {
  search?: string;
  state?: string;
  purpose?: string;
  channel?: string;
  /** What the person said about that purpose, instead of whether it may be used. */
  answer?: string;
  source?: string;
  country?: string;
  language?: string;
  sort?: string;
  /** Set by the `/` key on another page: the search box takes the focus. */
  focus?: boolean;
}

const filterKeys = ['search', 'state', 'purpose', 'source', 'country', 'language'] as const;

/** How many filters hide people; a purpose with its channel is one. */
export const countFilters = (search: PeopleSearch) => filterKeys.filter((key) => search[key]).length;

export function readPeopleSearch(given: Record<string, unknown>): PeopleSearch {
  const read: PeopleSearch = {};
  for (const key of [...filterKeys, 'channel', 'answer', 'sort'] as const) {
    const value = given[key];
    if (typeof value === 'string' && value !== '') read[key] = value;
    // The router reads ?search=123 as a number.
    else if (typeof value === 'number') read[key] = String(value);
  }
  if (given.focus === true) read.focus = true;

  return read;
}
