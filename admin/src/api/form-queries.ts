import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ask, get, getAll } from './client.ts';
import type {
  Finding,
  Form,
  FormChange,
  FormDefinition,
  FormDraft,
  FormMapping,
  FormSites,
  FormSnippets,
  FormSteps,
  HeldSubmission,
  PreviewedPage,
} from './form-types.ts';
import type { Language, Page } from './types.ts';

export const formsQuery = (archived: boolean) =>
  queryOptions({
    queryKey: ['forms', { archived }],
    queryFn: async ({ signal }) => (await get<Page<Form>>('/api/v1/forms', { query: { archived }, signal })).data,
  });

export const formQuery = (id: string) =>
  queryOptions({ queryKey: ['forms', id], queryFn: ({ signal }) => get<Form>(`/api/v1/forms/${id}`, { signal }) });

export const draftQuery = (id: string) =>
  queryOptions({
    queryKey: ['forms', id, 'draft'],
    queryFn: ({ signal }) => get<FormDraft>(`/api/v1/forms/${id}/draft`, { signal }),
  });

/** What the linter says of these words; old findings stay until the new ones are here. */
export const findingsQuery = (definition: FormDefinition) =>
  queryOptions({
    queryKey: ['form-findings', definition],
    queryFn: async ({ signal }) => (await ask<{ findings: Finding[] }>('/api/v1/forms/lint', { definition }, signal)).findings,
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });

export const previewQuery = (definition: FormDefinition, language: Language, page: PreviewedPage) =>
  queryOptions({
    queryKey: ['form-preview', definition, language, page],
    queryFn: async ({ signal }) =>
      (await ask<{ html: string }>('/api/v1/forms/preview', { definition, language, page }, signal)).html,
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });

/** The revision is that of the draft, where it is one of the two: each saving is another text. */
export const changesQuery = (id: string, from: string, to: string, revision?: number) =>
  queryOptions({
    queryKey: ['forms', id, 'changes', from, to, revision ?? null],
    queryFn: async ({ signal }) =>
      (await get<{ changes: FormChange[] }>(`/api/v1/forms/${id}/changes`, { query: { from, to }, signal })).changes,
  });

export const sitesQuery = (id: string) =>
  queryOptions({
    queryKey: ['forms', id, 'sites'],
    queryFn: ({ signal }) => get<FormSites>(`/api/v1/forms/${id}/sites`, { signal }),
  });
export const mappingsQuery = (id: string) =>
  queryOptions({
    queryKey: ['forms', id, 'mappings'],
    queryFn: ({ signal }) => getAll<FormMapping>(`/api/v1/forms/${id}/mappings`, signal),
  });
export const snippetsQuery = (id: string, returnAddress: string) =>
  queryOptions({
    queryKey: ['forms', id, 'snippets', returnAddress],
    queryFn: ({ signal }) => get<FormSnippets>(`/api/v1/forms/${id}/snippets`, { query: { returnAddress }, signal }),
    placeholderData: keepPreviousData,
  });
export const stepsQuery = (id: string, from?: string) =>
  queryOptions({
    queryKey: ['forms', id, 'steps', from ?? null],
    queryFn: async ({ signal }) => (await get<Page<FormSteps>>(`/api/v1/forms/${id}/steps`, { query: { from }, signal })).data,
  });
export const heldQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['forms', id, 'held'],
    queryFn: ({ pageParam, signal }) =>
      get<Page<HeldSubmission>>(`/api/v1/forms/${id}/held`, { query: { limit: 25, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
