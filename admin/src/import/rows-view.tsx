import { Button, Group, NativeSelect, Stack, Table, Text } from '@mantine/core';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { download } from '../api/client.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import styles from './import.module.css';
import { rowsQuery } from './queries.ts';
import type { Counts, Import, ImportRow } from './types.ts';

const outcomes = ['refused', 'problem', 'partly'] as const;

/** Rows that are not taken whole, each with its reasons; all of them as a file to repair and bring again. */
export function RowsView({ one, counts }: { one: Import; counts: Counts }) {
  const { t, format, language } = useLanguage();
  const words = t.imports;
  const there = outcomes.filter((outcome) => (counts[outcome] ?? 0) > 0);
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const outcome = chosen ?? there[0];
  const file = useMutation({
    mutationFn: (variant: 'spreadsheet' | 'exact') => download(`/api/v1/imports/${one.id}/errors.csv`, { language, variant }),
  });
  if (!outcome) return null;

  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <NativeSelect
          aria-label={words.showAs}
          data={there.map((value) => ({
            value,
            label: `${wordFor(words.outcomes, value)}: ${format.number(counts[value] ?? 0)}`,
          }))}
          value={outcome}
          onChange={({ currentTarget }) => setChosen(currentTarget.value)}
        />
        <Group gap="xs">
          <Text size="sm">{words.errorFile}:</Text>
          {(['spreadsheet', 'exact'] as const).map((variant) => (
            <Button
              key={variant}
              size="xs"
              variant="default"
              aria-label={`${words.errorFile}, ${words[variant]}`}
              loading={file.isPending}
              onClick={() => file.mutate(variant)}
            >
              {words[variant]}
            </Button>
          ))}
        </Group>
      </Group>
      {file.error ? <ProblemNotice problem={file.error} /> : null}
      <Rows one={one} outcome={outcome} counted={JSON.stringify(counts)} />
    </Stack>
  );
}

function Rows({ one, outcome, counted }: { one: Import; outcome: string; counted: string }) {
  const { t } = useLanguage();
  const rows = useInfiniteQuery(rowsQuery(one.id, outcome, counted));
  const words = t.imports;

  return (
    <Loaded query={rows}>
      {({ pages }) => {
        const all = pages.flatMap((page) => page.data);
        if (all.length === 0) return <Text size="sm">{words.noRows}</Text>;

        return (
          <Stack gap="sm">
            <DataTable caption={wordFor(words.outcomes, outcome)} columns={[words.line, words.what, words.why]}>
              {all.map((row) => (
                <Row key={row.row} one={one} row={row} />
              ))}
            </DataTable>
            {rows.hasNextPage ? (
              <Group>
                <Button variant="default" loading={rows.isFetchingNextPage} onClick={() => void rows.fetchNextPage()}>
                  {t.common.more}
                </Button>
              </Group>
            ) : null}
          </Stack>
        );
      }}
    </Loaded>
  );
}

function Row({ one, row }: { one: Import; row: ImportRow }) {
  const { t, format } = useLanguage();
  const words = t.imports;
  const cells = (row.cells ?? []).filter(Boolean);
  const shown = cells.slice(0, 4).join(' · ');

  return (
    <Table.Tr>
      <Table.Th scope="row">
        {format.number(row.line)}
        {one.parts.length > 1 ? (
          <Text size="xs" c="dimmed" className="break">
            {one.parts[row.part]?.name}
          </Text>
        ) : null}
      </Table.Th>
      <Table.Td data-label={words.what} className={styles.samples}>
        {shown.length > 160 ? `${shown.slice(0, 160)}…` : shown}
        {row.contactId ? (
          <span>
            <Link to="/people/$id" params={{ id: row.contactId }}>
              {words.toPerson}
            </Link>
          </span>
        ) : null}
      </Table.Td>
      <Table.Td data-label={words.why}>
        {row.codes.map(({ code, column }) => (
          <Text key={`${code} ${column}`} size="sm">
            {column ? `${column}: ` : ''}
            {wordFor(words.codes, code)}
          </Text>
        ))}
      </Table.Td>
    </Table.Tr>
  );
}
