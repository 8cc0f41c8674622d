export interface VersionsSearch {
  from?: string;
  to?: string;
}

/** Which two wordings are compared; anything else in the address is dropped. */
export function readVersionsSearch(search: Record<string, unknown>): VersionsSearch {
  const { from, to } = search;

  return { ...(typeof from === 'string' ? { from } : {}), ...(typeof to === 'string' ? { to } : {}) };
}
