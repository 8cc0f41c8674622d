import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ask, get } from '../api/client.ts';
import type { Page } from '../api/types.ts';
import type { Import, ImportRow, ImportSummary, Report, Samples, Settings } from './types.ts';

const moving: readonly string[] = ['checking', 'committing', 'undoing'];

export const importsQuery = infiniteQueryOptions({
  queryKey: ['imports'],
  queryFn: ({ pageParam, signal }) =>
    get<Page<ImportSummary>>('/api/v1/imports', { query: { limit: 50, cursor: pageParam }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
});

/** Looked at again while a worker is at it. */
export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ['imports', id],
    queryFn: ({ signal }) => get<Import>(`/api/v1/imports/${id}`, { signal }),
    refetchInterval: ({ state }) => (state.data && moving.includes(state.data.state) ? 2_000 : false),
  });

/** The first rows of a part, as they are written and as this mapping understands them. */
export const samplesQuery = (id: string, part: number, draft: Settings) => {
  const { preset, mapping, partStatuses, language, country } = draft;
  const asked = { part, preset, mapping, partStatuses, language, country };

  return queryOptions({
    queryKey: ['imports', id, 'samples', asked],
    queryFn: ({ signal }) => ask<Samples>(`/api/v1/imports/${id}/samples`, asked, signal),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
};

export const rowsQuery = (id: string, outcome: string, counted: string) =>
  infiniteQueryOptions({
    // A new check finds other rows: what it counted is part of the name.
    queryKey: ['imports', id, 'rows', outcome, counted],
    queryFn: ({ pageParam, signal }) =>
      get<Page<ImportRow>>(`/api/v1/imports/${id}/rows`, { query: { outcome, limit: 25, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });

export const reportQuery = (id: string, state: string) =>
  queryOptions({
    queryKey: ['imports', id, 'report', state],
    queryFn: ({ signal }) => get<Report>(`/api/v1/imports/${id}/report`, { signal }),
  });
