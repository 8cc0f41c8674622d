import { Stack, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useId } from 'react';
import { useLanguage } from '../languages/language-provider.tsx';
import { DataTable } from '../ui/data-table.tsx';
import type { Figure } from './queries.ts';

interface Row extends Figure {
  id: string;
  name: string;
  /** Of which source the lists that fix it should speak; all of them when there is none. */
  source?: string;
  /** Where it is seen whose permission is missing. */
  provenAt?: { to: '/purposes/$id'; params: { id: string } };
}

/** One way to cut the score; every missing piece leads to where it is fixed. */
export function CoverageTable({ title, rows }: { title: string; rows: Row[] }) {
  const { t, format } = useLanguage();
  const words = t.dataCoverage;
  const id = useId();

  return (
    <Stack gap="sm" component="section" aria-labelledby={id}>
      <Title order={2} id={id}>
        {title}
      </Title>
      <DataTable
        caption={words.caption(title)}
        columns={[words.name, words.score, words.data, words.accounted, words.told, words.proven]}
      >
        {rows.map((row) => (
          <Table.Tr key={row.id}>
            <Table.Td data-label={words.name} className="break">
              {row.name}
            </Table.Td>
            <Table.Td data-label={words.score}>
              <Text fw={600} component="span">
                {row.score === null ? '–' : format.number(row.score)}
              </Text>
            </Table.Td>
            <Table.Td data-label={words.data}>{format.number(row.data)}</Table.Td>
            <Table.Td data-label={words.accounted}>
              <Missing count={row.data - row.accounted} name={row.name} what={words.accounted} row={row} at="quarantine" />
            </Table.Td>
            <Table.Td data-label={words.told}>
              <Missing count={row.data - row.told} name={row.name} what={words.told} row={row} at="to-tell" />
            </Table.Td>
            <Table.Td data-label={words.proven}>
              <Missing count={Math.ceil(row.data - row.proven)} name={row.name} what={words.proven} row={row} at="proof" />
            </Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
    </Stack>
  );
}

interface MissingProps {
  count: number;
  name: string;
  what: string;
  row: Row;
  at: 'quarantine' | 'to-tell' | 'proof';
}

function Missing({ count, name, what, row, at }: MissingProps) {
  const { t, format } = useLanguage();
  if (count <= 0) return <span>{t.dataCoverage.complete}</span>;
  const shown = format.number(count);
  const label = `${what}: ${shown}, ${name}`;
  if (at === 'to-tell') {
    return (
      <Link to="/to-tell" search={row.source ? { source: row.source } : {}} aria-label={label}>
        {shown}
      </Link>
    );
  }
  if (at === 'proof' && row.provenAt) {
    return (
      <Link to={row.provenAt.to} params={row.provenAt.params} aria-label={label}>
        {shown}
      </Link>
    );
  }
  if (at === 'proof') {
    return (
      <Link to="/people" search={row.source ? { source: row.source } : {}} aria-label={label}>
        {shown}
      </Link>
    );
  }

  return row.source ? (
    <Link to="/people" search={{ state: 'quarantined', source: row.source }} aria-label={label}>
      {shown}
    </Link>
  ) : (
    <Link to="/quarantine" aria-label={label}>
      {shown}
    </Link>
  );
}
