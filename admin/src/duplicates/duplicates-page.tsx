import { Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { post } from '../api/client.ts';
import { JobProgress } from '../jobs/job-progress.tsx';
import type { Job } from '../jobs/queries.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';
import { MergeManyDialog } from './merge-many-dialog.tsx';
import { MergesTable } from './merges-table.tsx';
import { mergesQuery, suggestionsQuery } from './queries.ts';
import type { DuplicatesSearch } from './search-params.ts';
import { SuggestionsTable } from './suggestions-table.tsx';

export function DuplicatesPage() {
  const { t } = useLanguage();
  const words = t.duplicates;
  const queries = useQueryClient();
  const [job, setJob] = useState<string>();
  const [isOpen, setOpen] = useState(false);
  const search = useMutation({
    mutationFn: () => post<Job>('/api/v1/duplicates/search'),
    onSuccess: (started) => setJob(started.id),
  });

  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        <>
          <Button variant="default" loading={search.isPending} onClick={() => search.mutate()}>
            {words.search}
          </Button>
          <Button variant="default" onClick={() => setOpen(true)}>
            {words.many.open}
          </Button>
        </>
      }
    >
      {search.error ? <ProblemNotice problem={search.error} onRetry={() => search.mutate()} /> : null}
      {job ? (
        <div className="card" style={{ padding: 'var(--mantine-spacing-md)' }}>
          <JobProgress jobId={job} onEnded={() => void queries.invalidateQueries({ queryKey: ['duplicates'] })} />
        </div>
      ) : null}
      <Suggestions />
      <Merges />
      <MergeManyDialog opened={isOpen} onClose={() => setOpen(false)} onStarted={setJob} />
    </Page>
  );
}

function Suggestions() {
  const { t, format } = useLanguage();
  const words = t.duplicates;
  const navigate = useNavigate();
  const filters = useSearch({ strict: false }) as DuplicatesSearch;
  const query = useInfiniteQuery(suggestionsQuery({ ...filters }));
  const rows = query.data?.pages.flatMap((page) => page.data) ?? [];
  const count = query.data?.pages[0]?.count;
  const total = count ? (count.atLeast ? words.countAtLeast(format.number(count.value)) : format.number(count.value)) : '';
  const hasFilter = Boolean(filters.minScore || filters.reason);
  const change = (changed: DuplicatesSearch) =>
    void navigate({ to: '/duplicates', search: { ...filters, ...changed }, replace: true });

  return (
    <Stack gap="sm">
      <Group gap="sm" align="end" component="search" aria-label={words.caption}>
        <NativeSelect
          label={words.minScore}
          value={filters.minScore ?? 'all'}
          data={Object.entries(words.scores).map(([value, label]) => ({ value, label }))}
          onChange={({ currentTarget: { value } }) => change({ minScore: value === 'all' ? undefined : value })}
        />
        <NativeSelect
          label={words.reason}
          value={filters.reason ?? ''}
          data={[
            { value: '', label: words.anyReason },
            ...Object.entries(words.reasons).map(([value, label]) => ({ value, label })),
          ]}
          onChange={({ currentTarget: { value } }) => change({ reason: value || undefined })}
        />
        <Text size="sm" c="dimmed">
          {words.searchHint}
        </Text>
      </Group>
      <Loaded query={query} lines={6}>
        {() =>
          rows.length === 0 ? (
            <div className="card">
              <Empty
                title={hasFilter ? words.noMatch : words.empty}
                action={
                  hasFilter ? (
                    <Button variant="default" onClick={() => void navigate({ to: '/duplicates', search: {} })}>
                      {words.clear}
                    </Button>
                  ) : null
                }
              >
                {hasFilter ? words.noMatchDetail : words.emptyDetail}
              </Empty>
            </div>
          ) : (
            <Stack gap="sm">
              <SuggestionsTable rows={rows} isRefreshing={query.isPlaceholderData} />
              <Group justify="space-between">
                <Text size="sm" c="dimmed">
                  {words.count(format.number(rows.length), total)}
                </Text>
                {query.hasNextPage ? (
                  <Button variant="default" onClick={() => query.fetchNextPage()} loading={query.isFetchingNextPage}>
                    {t.common.more}
                  </Button>
                ) : null}
              </Group>
            </Stack>
          )
        }
      </Loaded>
    </Stack>
  );
}

function Merges() {
  const { t } = useLanguage();
  const words = t.duplicates.merges;
  const query = useQuery(mergesQuery());

  return (
    <Section title={words.title}>
      <Loaded query={query}>
        {({ data }) => (data.length === 0 ? <Text size="sm">{words.none}</Text> : <MergesTable rows={data} />)}
      </Loaded>
    </Section>
  );
}
