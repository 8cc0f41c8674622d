import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { get } from '../api/client.ts';
import type { Page, Texts } from '../api/types.ts';
import type { Job } from '../jobs/queries.ts';

interface Who {
  kind: string;
  id: string | null;
  name: string | null;
}
export interface Export {
  id: string;
  status: 'counting' | 'waiting' | 'refused' | 'ready' | 'sending' | 'taken' | 'lapsed';
  format: string;
  selection: { kind: string; filters: string[] };
  recipient: { kind: string; name: string; country: string | null };
  rule: string;
  purpose: { id: string; slug: string; name: Texts } | null;
  channel: string | null;
  statement: string;
  restrictionGround: string | null;
  fields: string[];
  requestedBy: Who;
  requestedAt: string;
  chosen: number;
  allowed: number | null;
  leftOut: Record<string, number> | null;
  needsApproval: boolean;
  decidedBy: Who | null;
  decidedAt: string | null;
  passed: number;
  given: number;
  leftOutAtLast: Record<string, number>;
  takenAt: string | null;
  until: string | null;
  counting: Job | null;
}
export interface ExportField {
  key: string;
  label: string;
  isUsual: boolean;
  needsPurpose: boolean;
}
export interface ExportPolicy {
  approvalAbove: number;
  approvalAboveToday: number;
}

export const exportsQuery = infiniteQueryOptions({
  queryKey: ['exports', 'list'],
  queryFn: ({ signal, pageParam }) => get<Page<Export>>('/api/v1/exports', { query: { limit: 25, cursor: pageParam }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
});
export const exportQuery = (id: string) =>
  queryOptions({
    queryKey: ['exports', 'one', id],
    queryFn: ({ signal }) => get<Export>(`/api/v1/exports/${id}`, { signal }),
    refetchInterval: ({ state }) => {
      const status = state.data?.status;
      return status === 'counting' || status === 'sending' ? 1_000 : status === 'waiting' ? 10_000 : false;
    },
  });
export const exportFieldsQuery = (language: string) =>
  queryOptions({
    queryKey: ['exports', 'fields', language],
    queryFn: ({ signal }) => get<Page<ExportField>>('/api/v1/exports/fields', { signal }),
  });
export const exportPolicyQuery = queryOptions({
  queryKey: ['exports', 'policy'],
  queryFn: ({ signal }) => get<ExportPolicy>('/api/v1/exports/policy', { signal }),
});
