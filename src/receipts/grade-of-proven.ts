import type { HistoryEntry } from './consent-history.ts';

/**
 * How well a consent was proven where it was given: what another log proves loses nothing by being brought here. `A`: all
 * that was seen was rendered by that installation, and confirmed from the person's own address; `B`: confirmed, but first
 * shown elsewhere; `C` and `D`: recorded by staff with a file, or a note; `E`: nothing shows it.
 */
export function gradeOfProven({ kind, actor, method, notice, evidence }: HistoryEntry): 'A' | 'B' | 'C' | 'D' | 'E' | undefined {
  if (kind !== 'consent-given' && kind !== 'consent-renewed') return undefined;
  const brought = evidence['grade'];
  if (method === 'import' && typeof brought === 'string' && /^[A-E]$/.test(brought)) return brought as 'A';
  if (actor === 'contact' && method === 'confirmation-page') return evidence['shown'] === 'here' && notice !== null ? 'A' : 'B';
  if (actor === 'staff' && evidence['file']) return 'C';
  return actor === 'staff' && evidence['note'] ? 'D' : 'E';
}
