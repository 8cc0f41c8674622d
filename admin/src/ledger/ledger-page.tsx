import { Button, Group, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ledgerQuery } from '../api/queries.ts';
import type { EntryPage } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { useMay } from '../shell/rights.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { ExportLedger } from './export-ledger.tsx';
import { LedgerFilters } from './ledger-filters.tsx';
import { LedgerRow } from './ledger-row.tsx';
import { LogState } from './log-state.tsx';
import { filtersOf, type LedgerSearch } from './search-params.ts';

export function LedgerPage() {
  const { t } = useLanguage();
  const may = useMay();
  const search = useSearch({ from: '/ledger' });
  const navigate = useNavigate();
  const query = useInfiniteQuery(ledgerQuery(filtersOf(search)));
  const change = (changed: LedgerSearch) => void navigate({ to: '/ledger', search: { ...search, ...changed }, replace: true });

  return (
    <Page
      title={t.ledger.title}
      lead={t.ledger.lead}
      actions={may('contacts.export') ? <ExportLedger filters={filtersOf(search)} /> : null}
    >
      <LogState />
      <LedgerFilters search={search} onChange={change} onClear={() => void navigate({ to: '/ledger', search: {} })} />
      <Loaded query={query} lines={8}>
        {({ pages }) => (
          <Entries
            pages={pages}
            isFiltered={Object.values(search).some(Boolean)}
            isRefreshing={query.isPlaceholderData}
            hasMore={query.hasNextPage}
            isFetchingMore={query.isFetchingNextPage}
            onMore={() => void query.fetchNextPage()}
          />
        )}
      </Loaded>
    </Page>
  );
}

interface EntriesProps {
  pages: EntryPage[];
  isFiltered: boolean;
  isRefreshing: boolean;
  hasMore: boolean;
  isFetchingMore: boolean;
  onMore: () => void;
}

function Entries({ pages, isFiltered, isRefreshing, hasMore, isFetchingMore, onMore }: EntriesProps) {
  const { t, format } = useLanguage();
  const words = t.ledger;
  const entries = pages.flatMap((page) => page.data);
  const people = pages[0]?.people;
  const backTo = pages.at(-1)?.searchedBackTo;

  return (
    <Stack gap="sm">
      {people?.atLeast ? (
        <Text size="sm" role="status">
          {words.manyPeople(format.number(people.value))}
        </Text>
      ) : null}
      {entries.length === 0 ? (
        <div className="card">
          <Empty title={people?.value === 0 ? words.nobody : isFiltered ? words.none : words.nothingYet} />
        </div>
      ) : (
        <DataTable
          caption={words.caption}
          columns={[
            words.columns.when,
            words.columns.event,
            words.columns.who,
            words.columns.about,
            words.columns.how,
            words.columns.place,
          ]}
          isRefreshing={isRefreshing}
        >
          {entries.map((entry) => (
            <LedgerRow key={entry.id} entry={entry} />
          ))}
        </DataTable>
      )}
      {hasMore ? (
        <Group justify="flex-end">
          {backTo ? (
            <Text size="sm" role="status">
              {words.backTo(format.dateTime(backTo))}
            </Text>
          ) : null}
          <Button variant="default" onClick={onMore} loading={isFetchingMore}>
            {backTo ? words.further : t.common.more}
          </Button>
        </Group>
      ) : null}
    </Stack>
  );
}
