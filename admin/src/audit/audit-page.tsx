import { Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { auditQuery } from '../api/queries.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { AuditRow } from './audit-row.tsx';
import type { AuditSearch } from './search-params.ts';

export function AuditPage() {
  const { t } = useLanguage();
  const search = useSearch({ from: '/audit' });
  const navigate = useNavigate();
  const query = useInfiniteQuery(auditQuery(filtersOf(search)));
  const change = (changed: AuditSearch) => void navigate({ to: '/audit', search: { ...search, ...changed }, replace: true });
  const isFiltered = Object.values(search).some(Boolean);

  return (
    <Page title={t.audit.title} lead={t.audit.lead}>
      <Group align="flex-end" component="search" aria-label={t.people.filters}>
        <NativeSelect
          label={t.audit.action}
          value={search.action ?? ''}
          data={[
            { value: '', label: t.audit.anyAction },
            ...Object.entries(t.audit.actions).map(([value, label]) => ({ value, label })),
          ]}
          onChange={(event) => change({ action: event.currentTarget.value || undefined })}
        />
        {(['from', 'to'] as const).map((key) => (
          <TextInput
            key={key}
            type="date"
            label={t.audit[key]}
            value={search[key] ?? ''}
            onChange={(event) => change({ [key]: event.currentTarget.value || undefined })}
          />
        ))}
        {isFiltered ? (
          <Button variant="default" onClick={() => void navigate({ to: '/audit', search: {} })}>
            {t.audit.clear}
          </Button>
        ) : null}
      </Group>
      <Loaded query={query} lines={8}>
        {({ pages }) => {
          const entries = pages.flatMap((page) => page.data);

          return entries.length === 0 ? (
            <div className="card">
              <Empty title={t.audit.none} />
            </div>
          ) : (
            <Stack gap="sm">
              <DataTable
                caption={t.audit.caption}
                columns={[t.audit.when, t.audit.who, t.audit.what, t.audit.about]}
                isRefreshing={query.isPlaceholderData}
              >
                {entries.map((entry) => (
                  <AuditRow key={entry.id} entry={entry} />
                ))}
              </DataTable>
              {query.hasNextPage ? (
                <Group justify="flex-end">
                  <Button variant="default" onClick={() => query.fetchNextPage()} loading={query.isFetchingNextPage}>
                    {t.common.more}
                  </Button>
                </Group>
              ) : null}
            </Stack>
          );
        }}
      </Loaded>
    </Page>
  );
}

/** Days as the reader's clock has them; the last one is included whole. */
function filtersOf({ action, from, to }: AuditSearch): Record<string, string | undefined> {
  return {
    action,
    from: from ? new Date(`${from}T00:00`).toISOString() : undefined,
    to: to ? new Date(`${to}T23:59:59.999`).toISOString() : undefined,
  };
}
