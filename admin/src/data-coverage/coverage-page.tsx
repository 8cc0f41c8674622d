import { Button, List, Progress, SimpleGrid, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../api/client.ts';
import { JobProgress } from '../jobs/job-progress.tsx';
import { useLanguage } from '../languages/language-provider.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';
import { CoverageTable } from './coverage-table.tsx';
import { type DataCoverage, dataCoverageQuery } from './queries.ts';

export function CoveragePage() {
  const { t } = useLanguage();
  const words = t.dataCoverage;
  const query = useQuery(dataCoverageQuery);
  const queries = useQueryClient();
  const [jobId, setJobId] = useState<string | undefined>();
  const count = useMutation({
    mutationFn: () => post<{ jobId: string }>('/api/v1/coverage/count'),
    onSuccess: (answer) => setJobId(answer.jobId),
  });

  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        <Button variant="default" loading={count.isPending} onClick={() => count.mutate()}>
          {words.again}
        </Button>
      }
    >
      {count.error ? <ProblemNotice problem={count.error} /> : null}
      {jobId ? (
        <div className="card">
          <Stack p="md">
            <JobProgress
              key={jobId}
              jobId={jobId}
              onEnded={() => {
                setJobId(undefined);
                void queries.invalidateQueries({ queryKey: ['coverage'] });
              }}
            />
          </Stack>
        </div>
      ) : null}
      <Loaded query={query} lines={8}>
        {(coverage) =>
          coverage.total.data === 0 ? (
            <div className="card">
              <Empty title={words.nothing} />
            </div>
          ) : (
            <Counted coverage={coverage} />
          )
        }
      </Loaded>
    </Page>
  );
}

function Counted({ coverage }: { coverage: DataCoverage }) {
  const { t, language, format } = useLanguage();
  const words = t.dataCoverage;
  const { formula, total } = coverage;
  const grades = Object.entries(formula.grades)
    .map(([grade, weight]) => `${grade} ${format.percent(weight)}`)
    .join(', ');

  return (
    <>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" style={{ alignItems: 'start' }}>
        <Section title={words.score}>
          <Text fz={40} fw={700} lh={1.1}>
            {words.of(format.number(total.score ?? 0))}
          </Text>
          <Progress.Root size="lg">
            <Progress.Section
              value={total.score ?? 0}
              aria-label={words.score}
              aria-valuetext={words.of(format.number(total.score ?? 0))}
            />
          </Progress.Root>
          <Text size="sm" c="dimmed">
            {words.countedAt(format.dateTime(coverage.countedAt))}
          </Text>
        </Section>
        <Section title={words.formula.title} lead={words.formula.lead}>
          <List spacing={4}>
            {(['accounted', 'told', 'proven'] as const).map((part) => (
              <List.Item key={part}>{words.formula[part](format.number(formula[part]))}</List.Item>
            ))}
          </List>
          <Text size="sm">{words.formula.grades(grades)}</Text>
          <Text size="sm">{words.formula.mean}</Text>
        </Section>
      </SimpleGrid>
      <CoverageTable
        title={words.byPurpose}
        rows={coverage.purposes.map(({ purpose, ...figure }) => ({
          ...figure,
          id: purpose.id,
          name: purpose.name[language],
          provenAt: { to: '/purposes/$id', params: { id: purpose.id } },
        }))}
      />
      <CoverageTable
        title={words.bySource}
        rows={coverage.sources.map(({ source, ...figure }) => ({
          ...figure,
          id: source.id,
          name: source.label,
          source: source.id,
        }))}
      />
      <CoverageTable
        title={words.byField}
        rows={coverage.fields.map(({ field, ...figure }) => ({
          ...figure,
          id: field,
          name: (t.words.field as Record<string, string>)[field] ?? field,
        }))}
      />
    </>
  );
}
