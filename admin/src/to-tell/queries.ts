import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { get } from '../api/client.ts';
import type { Page } from '../api/types.ts';
import type { ToTellSearch } from './search-params.ts';

export interface Duty {
  contact: { id: string; name: string; state: string };
  source: { id: string; label: string };
  obtainedAt: string;
  dueOn: string;
  legalDue: string;
  isOverdue: boolean;
  reach: 'email' | 'post' | 'phone' | 'none';
  isRestricted: boolean;
  message: string | null;
}
export interface DutyCounts {
  open: number;
  overdue: number;
  soon: number;
  told: number;
  exempt: number;
}
export interface DutySummary extends DutyCounts {
  sources: (DutyCounts & { source: { id: string; label: string }; firstDue: string | null; firstLegalDue: string | null })[];
}

export const dutySummaryQuery = queryOptions({
  queryKey: ['art14', 'summary'],
  queryFn: ({ signal }) => get<DutySummary>('/api/v1/art14/summary', { signal }),
});

export const dutiesQuery = ({ source, late }: ToTellSearch) =>
  infiniteQueryOptions({
    queryKey: ['art14', 'list', source, late],
    queryFn: ({ pageParam, signal }) =>
      get<Page<Duty>>('/api/v1/art14', {
        query: { source, overdue: late ? 'true' : undefined, limit: 50, cursor: pageParam },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

/** Whom an act is about: these people, or everybody the filters leave. */
export interface Whom {
  source?: string;
  overdue?: boolean;
  contacts?: string[];
}
