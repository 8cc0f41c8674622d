export interface ToTellSearch {
  source?: string;
  /** Only who is late. */
  late?: boolean;
}

export function readToTellSearch(given: Record<string, unknown>): ToTellSearch {
  return {
    ...(typeof given.source === 'string' && given.source !== '' ? { source: given.source } : {}),
    ...(given.late === true ? { late: true } : {}),
  };
}
