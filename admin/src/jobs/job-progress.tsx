import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { post } from '../api/client.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { announce } from '../ui/announce.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { type Job, jobQuery } from './queries.ts';

interface JobProgressProps {
  jobId: string;
  /** Called once when it has ended, while this is on the screen. */
  onEnded?: (job: Job) => void;
}

/** How far long work is: a bar, the rate, what is left, and the buttons that pause and stop it. */
export function JobProgress({ jobId, onEnded }: JobProgressProps) {
  const query = useQuery(jobQuery(jobId));
  useEnd(query.data, onEnded);

  return <Loaded query={query}>{(job) => <JobBar job={job} />}</Loaded>;
}

export function JobBar({ job }: { job: Job }) {
  const { t, format } = useLanguage();
  const queries = useQueryClient();
  const tell = useMutation({
    mutationFn: (verb: 'pause' | 'resume' | 'stop') => post<Job>(`/api/v1/jobs/${job.id}/${verb}`),
    onSuccess: (told) => {
      queries.setQueryData(jobQuery(job.id).queryKey, told);
      void queries.invalidateQueries({ queryKey: ['jobs'] });
    },
  });
  const name = wordFor(t.jobs.kinds, job.kind);
  const hasEnded = job.state === 'done' || job.state === 'stopped';
  const share = job.state === 'done' ? 1 : job.total ? Math.min(1, job.done / job.total) : 0;
  useShareAnnounced(share, job);

  return (
    <Stack gap={6}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600}>
          {name}
        </Text>
        <Text size="sm">{stateWords(job, t)}</Text>
      </Group>
      <Progress.Root size="lg">
        <Progress.Section
          value={share * 100}
          color={job.state === 'failed' ? 'red' : undefined}
          animated={job.state === 'running'}
          aria-label={name}
          aria-valuetext={job.total === null ? format.number(job.done) : format.percent(share)}
        />
      </Progress.Root>
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="dimmed">
          {[
            job.total === null ? format.number(job.done) : t.jobs.progress(format.number(job.done), format.number(job.total)),
            job.perSecond === null ? undefined : t.jobs.rate(format.number(Math.round(job.perSecond))),
            job.secondsLeft === null ? undefined : leftWords(job.secondsLeft, t, format.number),
          ]
            .filter(Boolean)
            .join(' · ')}
        </Text>
        {hasEnded ? null : (
          <Group gap="xs">
            {job.state === 'paused' || job.state === 'failed' ? (
              <Button size="xs" variant="default" loading={tell.isPending} onClick={() => tell.mutate('resume')}>
                {job.state === 'failed' ? t.jobs.retry : t.jobs.resume}
              </Button>
            ) : (
              <Button
                size="xs"
                variant="default"
                disabled={job.wish !== 'run'}
                loading={tell.isPending}
                onClick={() => tell.mutate('pause')}
              >
                {t.jobs.pause}
              </Button>
            )}
            <Button
              size="xs"
              variant="default"
              disabled={job.wish === 'stop'}
              loading={tell.isPending}
              onClick={() => tell.mutate('stop')}
            >
              {t.jobs.stop}
            </Button>
          </Group>
        )}
      </Group>
      {job.problem && job.state === 'failed' ? (
        <Text size="sm" role="alert">
          {wordFor(t.jobs.problems, job.problem)}
        </Text>
      ) : null}
      {tell.error ? <ProblemNotice problem={tell.error} /> : null}
    </Stack>
  );
}

type Words = ReturnType<typeof useLanguage>['t'];

function stateWords(job: Job, t: Words): string {
  if (job.state === 'running' && job.wish === 'pause') return t.jobs.pausing;
  if (job.state === 'running' && job.wish === 'stop') return t.jobs.stopping;

  return t.jobs.states[job.state];
}

function leftWords(seconds: number, t: Words, number: (value: number) => string): string {
  if (seconds < 100) return t.jobs.left.seconds(number(seconds));
  if (seconds < 6_000) return t.jobs.left.minutes(number(Math.round(seconds / 60)));

  return t.jobs.left.hours(number(Math.round(seconds / 3_600)));
}

/** Whoever cannot see the bar hears of every quarter. */
function useShareAnnounced(share: number, job: Job): void {
  const { t, format } = useLanguage();
  const said = useRef(Math.floor(share * 4));
  useEffect(() => {
    const quarter = Math.floor(share * 4);
    if (quarter <= said.current) return;
    said.current = quarter;
    announce(`${wordFor(t.jobs.kinds, job.kind)}: ${t.jobs.announced(format.percent(share))}`);
  }, [share, job.kind, t, format]);
}

function useEnd(job: Job | undefined, onEnded: JobProgressProps['onEnded']): void {
  const was = useRef<Job['state'] | undefined>(undefined);
  useEffect(() => {
    const before = was.current;
    was.current = job?.state;
    if (job && before && before !== job.state && (job.state === 'done' || job.state === 'stopped')) onEnded?.(job);
  }, [job, onEnded]);
}
