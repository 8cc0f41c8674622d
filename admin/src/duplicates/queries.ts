import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ask, get } from '../api/client.ts';
import type { Contact, Page, Permission } from '../api/types.ts';

export interface SuggestedPerson {
  id: string;
  givenName: string | null;
  familyName: string | null;
  company: string | null;
  email: string | null;
  state: 'active' | 'quarantined';
  createdAt: string;
  restricted: boolean;
  verified: boolean;
}
export interface Suggestion {
  one: SuggestedPerson;
  other: SuggestedPerson;
  score: number;
  reasons: string[];
  foundAt: string;
}
interface SuggestionPage extends Page<Suggestion> {
  count: { value: number; atLeast: boolean; restricted: number };
}
export interface Merge {
  id: string;
  survivor: { id: string; name: string };
  absorbed: { id: string; name: string };
  mergedAt: string;
  mergedBy: string | null;
  undoUntil: string;
  undoneAt: string | null;
  isUndoable: boolean;
}
export type Side = 'survivor' | 'absorbed';
export interface Choices {
  fields: Record<string, Side>;
  main: Record<string, Side>;
}
export interface Foreseen {
  survivor: Contact;
  absorbed: Contact;
  merged: Contact | null;
  obstacle: { contact: string; code: string } | null;
  permissions: Record<Side, Permission[]> & { merged: Permission[] | null };
}
export interface ForeseenMany {
  count: number;
  restricted: number;
  sample: { score: number; reasons: string[]; survivor: SuggestedPerson; absorbed: SuggestedPerson }[];
}

export const suggestionsQuery = (filters: Record<string, string | undefined>) =>
  infiniteQueryOptions({
    queryKey: ['duplicates', 'list', filters],
    queryFn: ({ pageParam, signal }) =>
      get<SuggestionPage>('/api/v1/duplicates', { query: { ...filters, limit: 50, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

export const mergesQuery = (contact?: string) =>
  queryOptions({
    queryKey: ['duplicates', 'merges', contact],
    queryFn: ({ signal }) => get<Page<Merge>>('/api/v1/merges', { query: { contact, limit: 20 }, signal }),
  });

export const foreseenQuery = (survivor: string, absorbed: string, choices: Choices, language: string) =>
  queryOptions({
    queryKey: ['duplicates', 'foreseen', survivor, absorbed, choices, language],
    queryFn: ({ signal }) => ask<Foreseen>(`/api/v1/contacts/${survivor}/foresee-merge`, { absorbed, ...choices }, signal),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });

export const foreseenManyQuery = (minScore: number) =>
  queryOptions({
    queryKey: ['duplicates', 'foreseen-many', minScore],
    queryFn: ({ signal }) => ask<ForeseenMany>('/api/v1/duplicates/foresee-merges', { minScore }, signal),
    staleTime: 0,
  });

/** What a record is called in a list of pairs. */
export function nameOf(person: Pick<SuggestedPerson, 'givenName' | 'familyName' | 'email'>, unnamed: string): string {
  return [person.givenName, person.familyName].filter(Boolean).join(' ') || person.email || unnamed;
}
