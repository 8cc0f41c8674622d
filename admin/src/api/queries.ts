import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { get, getAll } from './client.ts';
import type {
  ApiKey,
  AuditEntry,
  ChecklistStep,
  ConsentTrend,
  Contact,
  ContactPage,
  Controller,
  Coverage,
  Delivery,
  DeliveryMessage,
  EntryPage,
  EvidenceFile,
  HomeFigures,
  LedgerEntry,
  LedgerState,
  Me,
  Notice,
  Page,
  PageDifference,
  Permission,
  Purpose,
  PurposeWithVersions,
  SeenPage,
  Source,
  StaffMember,
  TimelineEvent,
  Which,
} from './types.ts';

type Filters = Record<string, string | undefined>;

/** Lists come bare or as { data }; either way the rows. */
function rowsOf<T>(answer: T[] | { data: T[] }): T[] {
  return Array.isArray(answer) ? answer : answer.data;
}

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => get<Me>('/api/v1/me', { signal }),
  staleTime: 60_000,
});

export const checklistQuery = queryOptions({
  queryKey: ['checklist'],
  queryFn: async ({ signal }) => rowsOf(await get<ChecklistStep[] | Page<ChecklistStep>>('/api/v1/setup/checklist', { signal })),
});

export const homeQuery = queryOptions({
  queryKey: ['home'],
  queryFn: ({ signal }) => get<HomeFigures>('/api/v1/home', { signal }),
});

/** One page after another of whoever matches; old rows stay on screen while new ones are fetched. */
export const contactsQuery = (filters: Filters) =>
  infiniteQueryOptions({
    queryKey: ['contacts', filters],
    queryFn: ({ pageParam, signal }) =>
      get<ContactPage>('/api/v1/contacts', { query: { ...filters, limit: 50, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

export const contactQuery = (id: string) =>
  queryOptions({ queryKey: ['contact', id], queryFn: ({ signal }) => get<Contact>(`/api/v1/contacts/${id}`, { signal }) });

export const permissionsQuery = (id: string, language: string) =>
  queryOptions({
    queryKey: ['contact', id, 'permissions', language],
    queryFn: async ({ signal }) =>
      rowsOf(await get<Permission[] | Page<Permission>>(`/api/v1/contacts/${id}/permissions`, { signal })),
  });

export const timelineQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['contact', id, 'timeline'],
    queryFn: ({ pageParam, signal }) =>
      get<Page<TimelineEvent>>(`/api/v1/contacts/${id}/timeline`, { query: { limit: 20, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });

export const ledgerEntryQuery = (id: string) =>
  queryOptions({
    queryKey: ['ledger', id],
    queryFn: ({ signal }) => get<LedgerEntry>(`/api/v1/ledger/${id}`, { signal }),
    staleTime: Infinity,
  });

export const evidenceQuery = (contactId: string) =>
  queryOptions({
    queryKey: ['contact', contactId, 'evidence'],
    queryFn: ({ signal }) => getAll<EvidenceFile>(`/api/v1/contacts/${contactId}/evidence-files`, signal),
  });

export const purposesQuery = queryOptions({
  queryKey: ['purposes'],
  queryFn: ({ signal }) => getAll<Purpose>('/api/v1/purposes', signal),
});

export const sourcesQuery = queryOptions({
  queryKey: ['sources'],
  queryFn: ({ signal }) => getAll<Source>('/api/v1/sources', signal),
});

export const purposeQuery = (id: string) =>
  queryOptions({
    queryKey: ['purposes', id],
    queryFn: ({ signal }) => get<PurposeWithVersions>(`/api/v1/purposes/${id}`, { signal }),
  });

export const deliveriesQuery = (filters: Filters) =>
  infiniteQueryOptions({
    queryKey: ['deliveries', filters],
    queryFn: ({ pageParam, signal }) =>
      get<Page<Delivery>>('/api/v1/deliveries', { query: { ...filters, limit: 50, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

export const deliveryQuery = (id: string) =>
  queryOptions({
    queryKey: ['deliveries', 'one', id],
    queryFn: ({ signal }) => get<DeliveryMessage>(`/api/v1/deliveries/${id}`, { signal }),
  });

export const auditQuery = (filters: Filters) =>
  infiniteQueryOptions({
    queryKey: ['audit', filters],
    queryFn: ({ pageParam, signal }) =>
      get<Page<AuditEntry>>('/api/v1/audit', { query: { ...filters, limit: 50, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

export const staffQuery = queryOptions({
  queryKey: ['staff'],
  queryFn: ({ signal }) => getAll<StaffMember>('/api/v1/staff', signal),
});
export const apiKeysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: ({ signal }) => getAll<ApiKey>('/api/v1/api-keys', signal),
});
export const controllerQuery = queryOptions({
  queryKey: ['controller'],
  queryFn: ({ signal }) => get<Controller | null>('/api/v1/controller', { signal }),
});

/** The exact text, which never changes. */
export const noticeQuery = (notice: { slug: string; version: number; language: string }) =>
  queryOptions({
    queryKey: ['notice', notice.slug, notice.version, notice.language],
    queryFn: ({ signal }) =>
      get<Notice>(`/api/v1/notices/${notice.slug}/${notice.version}`, { query: { language: notice.language }, signal }),
    staleTime: Infinity,
  });

export const ledgerQuery = (filters: Filters) =>
  infiniteQueryOptions({
    queryKey: ['ledger', 'list', filters],
    queryFn: ({ pageParam, signal }) =>
      get<EntryPage>('/api/v1/ledger/entries', { query: { ...filters, limit: 50, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

/** Asked often while a verification runs, and now and then by every screen. */
export const ledgerStateQuery = queryOptions({
  queryKey: ['ledger', 'state'],
  queryFn: ({ signal }) => get<LedgerState>('/api/v1/ledger/state', { signal }),
  refetchInterval: ({ state }) => (state.data?.running ? 1_500 : 60_000),
});

/** What a person saw never changes. */
export const seenPageQuery = (entryId: string, which: Which | undefined) =>
  queryOptions({
    queryKey: ['ledger', entryId, 'page', which],
    queryFn: ({ signal }) => get<SeenPage>(`/api/v1/ledger/entries/${entryId}/page`, { query: { which }, signal }),
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  });

export const differenceQuery = (entryId: string, which: Which) =>
  queryOptions({
    queryKey: ['ledger', entryId, 'difference', which],
    queryFn: ({ signal }) => get<PageDifference>(`/api/v1/ledger/entries/${entryId}/difference`, { query: { which }, signal }),
  });

export const trendQuery = (filters: Filters) =>
  queryOptions({
    queryKey: ['ledger', 'trend', filters],
    queryFn: ({ signal }) => get<ConsentTrend>('/api/v1/ledger/trend', { query: filters, signal }),
    placeholderData: keepPreviousData,
  });

export const coverageQuery = (id: string) =>
  queryOptions({
    queryKey: ['purposes', id, 'coverage'],
    queryFn: ({ signal }) => get<Coverage>(`/api/v1/purposes/${id}/coverage`, { signal }),
  });
