import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ContactRow } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { Mark } from '../ui/mark.tsx';
import { MayMarks } from './may-marks.tsx';
import styles from './people.module.css';

interface PeopleListProps {
  rows: ContactRow[];
  total: string;
  isRefreshing: boolean;
  activeFilters: number;
  onClear: () => void;
  onMore: (() => void) | undefined;
  isLoadingMore: boolean;
}

export function PeopleList({ rows, total, isRefreshing, activeFilters, onClear, onMore, isLoadingMore }: PeopleListProps) {
  const { t, format } = useLanguage();
  const { columns } = t.people;
  if (rows.length === 0) return <NobodyHere activeFilters={activeFilters} onClear={onClear} />;

  return (
    <Stack gap="sm">
      <DataTable
        caption={t.people.caption}
        columns={[columns.name, columns.company, columns.email, columns.may, columns.changed]}
        isRefreshing={isRefreshing}
      >
        {rows.map((row) => (
          <PersonRow key={row.id} row={row} />
        ))}
      </DataTable>
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {isRefreshing ? t.people.refreshing : t.people.count(format.number(rows.length), total)}
        </Text>
        {onMore ? (
          <Button variant="default" onClick={onMore} loading={isLoadingMore}>
            {t.common.more}
          </Button>
        ) : null}
      </Group>
    </Stack>
  );
}

function PersonRow({ row }: { row: ContactRow }) {
  const { t, format } = useLanguage();

  return (
    <Table.Tr>
      <Table.Th scope="row" className={styles.name}>
        <Link to="/people/$id" params={{ id: row.id }} data-row-link>
          {row.name || row.email || t.people.noName}
        </Link>{' '}
        {row.state === 'active' ? null : (
          <Mark tone={row.state === 'quarantined' ? 'no' : 'wait'}>{t.words.state[row.state]}</Mark>
        )}
      </Table.Th>
      <Table.Td data-label={t.people.columns.company} data-empty={!row.company}>
        {row.company}
      </Table.Td>
      <Table.Td data-label={t.people.columns.email} data-empty={!row.email || !row.name} className={styles.email}>
        {row.name ? row.email : null}
      </Table.Td>
      <Table.Td data-label={t.people.columns.may} className={styles.may}>
        <MayMarks may={row.may} />
      </Table.Td>
      <Table.Td data-label={t.people.columns.changed} className={styles.changed}>
        {format.shortDate(row.updatedAt)}
      </Table.Td>
    </Table.Tr>
  );
}

function NobodyHere({ activeFilters, onClear }: { activeFilters: number; onClear: () => void }) {
  const { t } = useLanguage();

  return (
    <div className="card">
      {activeFilters > 0 ? (
        <Empty
          title={t.people.noMatch}
          action={
            <Button variant="default" onClick={onClear}>
              {t.people.clear}
            </Button>
          }
        >
          {t.people.noMatchDetail(activeFilters)}
        </Empty>
      ) : (
        <Empty
          title={t.people.nothingYet}
          action={
            <Button component={Link} to="/forms" variant="default">
              {t.shell.forms}
            </Button>
          }
        >
          {t.people.nothingYetDetail}
        </Empty>
      )}
    </div>
  );
}
