import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { get } from '../api/client.ts';
import type { Texts } from '../api/types.ts';

export interface Figure {
  data: number;
  accounted: number;
  told: number;
  proven: number;
  score: number | null;
}
export interface DataCoverage {
  countedAt: string;
  formula: { accounted: number; told: number; proven: number; grades: Record<'A' | 'B' | 'C' | 'D' | 'E', number> };
  total: Figure;
  purposes: (Figure & { purpose: { id: string; slug: string; name: Texts } })[];
  sources: (Figure & { source: { id: string; label: string } })[];
  fields: (Figure & { field: string })[];
}

export const dataCoverageQuery = queryOptions({
  queryKey: ['coverage'],
  queryFn: ({ signal }) => get<DataCoverage>('/api/v1/coverage', { signal }),
  placeholderData: keepPreviousData,
});
