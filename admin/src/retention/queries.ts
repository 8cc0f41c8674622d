import { queryOptions } from '@tanstack/react-query';
import { get, getAll } from '../api/client.ts';
import type { Texts } from '../api/types.ts';

export const holdGrounds = ['claim', 'authority', 'court', 'legal-obligation'] as const;
export type HoldGround = (typeof holdGrounds)[number];

interface PurposeMention {
  id: string;
  slug: string;
  name: Texts;
}
interface Who {
  id: string;
  name: string | null;
}
export interface Rule {
  starts: 'withdrawal' | 'last-activity' | 'end-of-contract' | 'collection';
  months: number;
}
export interface RuleOfPurpose {
  purpose: PurposeMention;
  retention: Rule;
  automatic: boolean;
  isSystem: boolean;
  due: { people: number; data: number };
}
export interface Rules {
  data: RuleOfPurpose[];
  secondPersonAbove: number;
  sweptAt: string | null;
  sweepJobId: string | null;
}
export interface Forecast {
  sweptAt: string | null;
  months: { month: string; purpose: PurposeMention; people: number; data: number }[];
}
export interface Batch {
  id: string;
  purpose: PurposeMention;
  rule: Rule;
  mode: 'approval' | 'automatic';
  state: 'proposed' | 'approved' | 'done';
  revision: number;
  people: number;
  data: number;
  excluded: { onHold: number; restricted: number };
  needsTwo: boolean;
  first: { by: Who; at: string } | null;
  second: { by: Who; at: string } | null;
  proposedAt: string;
  approvedAt: string | null;
  finishedAt: string | null;
  counts: Record<string, number>;
  jobId: string | null;
  hasCertificate: boolean;
}
export interface Preview extends Batch {
  dueFrom: string | null;
  dueUntil: string | null;
  sample: { contact: { id: string; name: string }; what: string; dueAt: string }[];
  fields: { field: string; count: number }[];
  otherPurposes: { purpose: PurposeMention; people: number }[];
  stays: { table: string; because: Texts | null }[];
}
export interface Hold {
  id: string;
  contact: { id: string; name: string };
  ground: HoldGround;
  reason: string;
  placedBy: Who;
  placedAt: string;
  until: string | null;
  liftedAt: string | null;
  isStanding: boolean;
}
export interface ContactRetention {
  keptUntil: string | null;
  isDue: boolean;
  keptFor: PurposeMention | null;
  obstacle: 'on-hold' | 'restricted' | null;
  purposes: { purpose: PurposeMention; retention: Rule; until: string | null }[];
  data: { what: string; until: string | null; keptFor: PurposeMention }[];
  holds: Hold[];
}

export const rulesQuery = queryOptions({
  queryKey: ['retention', 'rules'],
  queryFn: ({ signal }) => get<Rules>('/api/v1/retention/rules', { signal }),
});
export const forecastQuery = queryOptions({
  queryKey: ['retention', 'forecast'],
  queryFn: ({ signal }) => get<Forecast>('/api/v1/retention/forecast', { signal }),
});
export const batchesQuery = queryOptions({
  queryKey: ['retention', 'batches'],
  queryFn: ({ signal }) => getAll<Batch>('/api/v1/retention/batches', signal),
});
export const previewQuery = (id: string) =>
  queryOptions({
    queryKey: ['retention', 'batches', id],
    queryFn: ({ signal }) => get<Preview>(`/api/v1/retention/batches/${id}`, { signal }),
  });
export const holdsQuery = queryOptions({
  queryKey: ['retention', 'holds'],
  queryFn: ({ signal }) => getAll<Hold>('/api/v1/retention/holds', signal),
});
export const contactRetentionQuery = (id: string) =>
  queryOptions({
    queryKey: ['retention', 'contact', id],
    queryFn: ({ signal }) => get<ContactRetention>(`/api/v1/contacts/${id}/retention`, { signal }),
  });
