/** What the address bar says about the list of pairs. */
export interface DuplicatesSearch {
  minScore?: string;
  reason?: string;
}

export function readDuplicatesSearch(given: Record<string, unknown>): DuplicatesSearch {
  const read: DuplicatesSearch = {};
  if (given.minScore !== undefined && /^\d{1,3}$/.test(String(given.minScore))) read.minScore = String(given.minScore);
  if (typeof given.reason === 'string' && given.reason !== '') read.reason = given.reason;

  return read;
}
