import { queryOptions } from '@tanstack/react-query';
import { get, getAll } from '../api/client.ts';
import type { Source, Texts } from '../api/types.ts';

export interface StatedGround {
  id: string;
  purpose: { id: string; name: Texts };
  ground: 'soft-opt-in' | 'legal-entity';
  reason: string;
}
export interface QuarantinedSource {
  source: Source;
  people: number;
  since: string;
  expiresOn: string | null;
  deadlineReason: string | null;
  untold: number;
  grounds: StatedGround[];
}
export interface Quarantine {
  people: number;
  sources: QuarantinedSource[];
}
export type ActKind = 'evidence' | 'basis' | 'ask';
export interface QuarantineAct {
  id: string;
  kind: ActKind;
  purpose: { id: string; slug: string; name: Texts };
  legalBasis: string;
  reason: string;
  hasEvidence: boolean;
  startedAt: string;
  jobId: string | null;
}

export const quarantineQuery = queryOptions({
  queryKey: ['quarantine'],
  queryFn: ({ signal }) => get<Quarantine>('/api/v1/quarantine', { signal }),
});

export const actsQuery = queryOptions({
  queryKey: ['quarantine', 'acts'],
  queryFn: ({ signal }) => getAll<QuarantineAct>('/api/v1/quarantine/acts', signal),
});
