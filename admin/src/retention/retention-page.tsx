import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { post } from '../api/client.ts';
import { JobProgress } from '../jobs/job-progress.tsx';
import { useLanguage } from '../languages/language-provider.tsx';
import { useMay } from '../shell/rights.ts';
import { Callout } from '../ui/callout.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';
import { Batches } from './batches.tsx';
import { ForecastView } from './forecast.tsx';
import { Holds } from './holds.tsx';
import { batchesQuery, forecastQuery, holdsQuery, rulesQuery } from './queries.ts';
import { RulesTable } from './rules-table.tsx';

/** What must go and when: what is due, what will be, who is on hold, what was done. */
export function RetentionPage() {
  const { t, format } = useLanguage();
  const may = useMay();
  const queries = useQueryClient();
  const words = t.retention;
  const rules = useQuery(rulesQuery);
  const look = useMutation({
    mutationFn: () => post<{ jobId: string }>('/api/v1/retention/sweep'),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['retention', 'rules'] }),
  });
  const jobId = rules.data?.sweepJobId ?? undefined;
  const sweptAt = rules.data?.sweptAt;
  if (!may('evidence.read')) {
    return (
      <Page title={words.title} lead={words.lead}>
        <Callout tone="wait" title={t.problem.forbidden}>
          {t.problem.forbiddenDetail}
        </Callout>
      </Page>
    );
  }

  return (
    <Page
      title={words.title}
      lead={`${words.lead} ${sweptAt ? words.sweptAt(format.dateTime(sweptAt)) : words.neverSwept}`}
      actions={
        may('retention.approve') ? (
          <Button variant="default" loading={look.isPending} disabled={jobId !== undefined} onClick={() => look.mutate()}>
            {words.sweepNow}
          </Button>
        ) : null
      }
    >
      {look.error ? <ProblemNotice problem={look.error} /> : null}
      {jobId && may('retention.approve') ? (
        <JobProgress jobId={jobId} onEnded={() => void queries.invalidateQueries({ queryKey: ['retention'] })} />
      ) : null}
      <Parts />
    </Page>
  );
}

function Parts() {
  const { t } = useLanguage();
  const words = t.retention;
  const [rules, forecast, batches, holds] = [
    useQuery(rulesQuery),
    useQuery(forecastQuery),
    useQuery(batchesQuery),
    useQuery(holdsQuery),
  ];

  return (
    <>
      <Section title={words.due.title} lead={words.due.lead}>
        <Loaded query={batches}>
          {(rows) => <Batches batches={rows.filter(({ state }) => state !== 'done')} none={words.due.none} />}
        </Loaded>
      </Section>
      <Section title={words.forecast.title}>
        <Loaded query={forecast}>{(data) => <ForecastView forecast={data} />}</Loaded>
      </Section>
      <Section title={words.holds.title} lead={words.holds.lead}>
        <Loaded query={holds}>{(rows) => <Holds holds={rows} />}</Loaded>
      </Section>
      <Section title={words.rules.title} lead={words.rules.lead}>
        <Loaded query={rules}>{(data) => <RulesTable rules={data} />}</Loaded>
      </Section>
      <Section title={words.done.title} lead={words.done.lead}>
        <Loaded query={batches}>
          {(rows) => <Batches batches={rows.filter(({ state }) => state === 'done')} none={words.done.none} />}
        </Loaded>
      </Section>
    </>
  );
}
