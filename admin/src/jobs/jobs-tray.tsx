import { ActionIcon, Indicator, Popover, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useLanguage } from '../languages/language-provider.tsx';
import { IconWork } from '../ui/icons.tsx';
import { JobBar, JobProgress } from './job-progress.tsx';
import { jobsQuery } from './queries.ts';

/** What is under way, from every screen; nothing while nothing is or was today. */
export function JobsTray() {
  const { t, format } = useLanguage();
  const jobs = useQuery(jobsQuery).data?.data ?? [];
  if (jobs.length === 0) return null;
  const unfinished = jobs.filter((job) => job.finishedAt === null).length;

  return (
    <Popover position="bottom-end" width={380} trapFocus withinPortal>
      <Indicator disabled={unfinished === 0} size={10} offset={4}>
        <Popover.Target>
          <ActionIcon variant="default" size={36} aria-label={t.jobs.trayCount(format.number(unfinished))}>
            <IconWork />
          </ActionIcon>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown mah="70vh" style={{ overflowY: 'auto' }} aria-label={t.jobs.tray}>
        <Stack gap="lg">
          {unfinished === 0 ? <Text size="sm">{t.jobs.empty}</Text> : null}
          {jobs.map((job) =>
            job.finishedAt === null ? <JobProgress key={job.id} jobId={job.id} /> : <JobBar key={job.id} job={job} />,
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
