import { queryOptions } from '@tanstack/react-query';
import { get } from '../api/client.ts';
import type { Page } from '../api/types.ts';

export interface Job {
  id: string;
  kind: string;
  state: 'waiting' | 'running' | 'paused' | 'failed' | 'stopped' | 'done';
  wish: 'run' | 'pause' | 'stop';
  done: number;
  total: number | null;
  perSecond: number | null;
  secondsLeft: number | null;
  counts: Record<string, number>;
  problem: string | null;
  requestedAt: string;
  finishedAt: string | null;
}

const isMoving = (job: Job | undefined) => job !== undefined && (job.state === 'waiting' || job.state === 'running');

export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: ['jobs', id],
    queryFn: ({ signal }) => get<Job>(`/api/v1/jobs/${id}`, { signal }),
    refetchInterval: ({ state }) => (isMoving(state.data) ? 1_000 : false),
  });

/** Often while something moves, and now and then otherwise: a colleague may have begun something. */
export const jobsQuery = queryOptions({
  queryKey: ['jobs'],
  queryFn: ({ signal }) => get<Page<Job>>('/api/v1/jobs', { signal }),
  refetchInterval: ({ state }) => (state.data?.data.some(isMoving) ? 2_000 : 30_000),
});
