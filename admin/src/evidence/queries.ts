import { queryOptions } from '@tanstack/react-query';
import { get, getAll } from '../api/client.ts';
import type { Texts } from '../api/types.ts';

export const keepingGrounds = ['legal-claims', 'legal-obligation'] as const;
export type KeepingGround = (typeof keepingGrounds)[number];
export type OpeningGround = 'authority' | 'court' | 'claim';

export interface EvidencePolicy {
  keepsByDefault: boolean;
  ground: KeepingGround;
  necessity: string | null;
  retentionMonths: number;
}
export interface Opening {
  id: string;
  ground: OpeningGround;
  reference: string;
  status: 'waiting' | 'approved' | 'refused' | 'opened' | 'lapsed';
  requestedBy: { id: string; name: string | null };
  requestedAt: string;
  decidedBy: { id: string; name: string | null } | null;
  decidedAt: string | null;
  found: boolean | null;
  until: string | null;
}
export interface Capsule {
  id: string;
  ground: KeepingGround;
  sealedOn: string;
  keepUntil: string;
}
export interface OpenedEvidence {
  found: boolean;
  capsules: (Capsule & { necessity: string })[];
  events: OpenedEvent[];
  pack: { fileName: string; base64: string } | null;
}
export interface OpenedEvent {
  entry: string;
  kind: string;
  purpose: { slug: string; version: number; name: Texts } | null;
  channel: string | null;
  occurredAt: string;
  method: string;
  grade: string | null;
  opens: boolean;
  proven: boolean;
}

export const policyQuery = queryOptions({
  queryKey: ['evidence', 'policy'],
  queryFn: ({ signal }) => get<EvidencePolicy>('/api/v1/evidence/policy', { signal }),
});
export const openingsQuery = queryOptions({
  queryKey: ['evidence', 'openings'],
  queryFn: ({ signal }) => getAll<Opening>('/api/v1/evidence/openings', signal),
});
export const capsulesQuery = queryOptions({
  queryKey: ['evidence', 'capsules'],
  queryFn: ({ signal }) => getAll<Capsule>('/api/v1/evidence/capsules', signal),
});

/** The text for the person; the server words it, so that it says what will be done. */
export const erasureAnswerQuery = (ground: KeepingGround | undefined, months: string, language: string) =>
  queryOptions({
    queryKey: ['evidence', 'answer', ground, months, language],
    queryFn: ({ signal }) =>
      get<{ text: string }>('/api/v1/evidence/erasure-answer', {
        query: { language, ...(ground ? { ground, months } : {}) },
        signal,
      }),
  });
