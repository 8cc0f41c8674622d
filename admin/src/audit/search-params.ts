export interface AuditSearch {
  action?: string;
  /** Days, as 2026-11-23. */
  from?: string;
  to?: string;
}

export function readAuditSearch(given: Record<string, unknown>): AuditSearch {
  const day = (value: unknown) => (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined);

  return { action: typeof given.action === 'string' ? given.action : undefined, from: day(given.from), to: day(given.to) };
}
