import { Button, Group, Table } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useLanguage } from '../languages/language-provider.tsx';
import { useMay } from '../shell/rights.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { importsQuery } from './queries.ts';
import { StateMark } from './state-mark.tsx';
import type { ImportSummary } from './types.ts';
import { UploadArea } from './upload-area.tsx';

/** Bring a file, and what became of those that were brought. */
export function ImportsPage() {
  const { t } = useLanguage();
  const may = useMay();
  const imports = useInfiniteQuery(importsQuery);
  const words = t.imports;

  return (
    <Page title={words.title} lead={words.lead}>
      {may('imports.write') ? <UploadArea /> : null}
      <Loaded query={imports}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.data);

          return rows.length === 0 ? (
            <div className="card">
              <Empty title={words.none} />
            </div>
          ) : (
            <>
              <ImportsTable imports={rows} />
              {imports.hasNextPage ? (
                <Group>
                  <Button variant="default" loading={imports.isFetchingNextPage} onClick={() => void imports.fetchNextPage()}>
                    {t.common.more}
                  </Button>
                </Group>
              ) : null}
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}

function ImportsTable({ imports }: { imports: ImportSummary[] }) {
  const { t, format } = useLanguage();
  const words = t.imports;
  const count = (value: number | undefined) => format.number(value ?? 0);

  return (
    <DataTable caption={words.caption} columns={[words.file, words.state, words.when, words.rows, words.taken]}>
      {imports.map((one) => (
        <Table.Tr key={one.id}>
          <Table.Th scope="row" className="break">
            <Link to="/import/$id" params={{ id: one.id }} data-row-link>
              {one.settings?.source ?? one.fileName}
            </Link>
          </Table.Th>
          <Table.Td data-label={words.state}>
            <StateMark state={one.state} />
          </Table.Td>
          <Table.Td data-label={words.when}>{format.dateTime(one.committedAt ?? one.createdAt)}</Table.Td>
          <Table.Td data-label={words.rows} data-empty={one.counts.rows === undefined}>
            {one.counts.rows === undefined ? '–' : count(one.counts.rows)}
          </Table.Td>
          <Table.Td data-label={words.taken} data-empty={one.committedAt === null}>
            {one.committedAt === null ? '–' : `${count(one.counts.new)} / ${count(one.counts.updated)}`}
          </Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}
