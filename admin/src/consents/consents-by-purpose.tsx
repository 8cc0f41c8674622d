import { Stack, Table, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ConsentTrend } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { DataTable } from '../ui/data-table.tsx';

const columns = [
  ['given', 'consent-given'],
  ['renewed', 'consent-renewed'],
  ['refused', 'consent-refused'],
  ['withdrawn', 'consent-withdrawn'],
  ['expired', 'consent-expired'],
] as const;

/** Each number leads to the entries it counts. */
export function ConsentsByPurpose({ trend }: { trend: ConsentTrend }) {
  const { t, language, format } = useLanguage();
  const words = t.consents;

  return (
    <Stack gap="xs">
      <Title order={2}>{words.byPurpose}</Title>
      <DataTable
        caption={words.byPurpose}
        columns={[t.ledger.purpose, t.ledger.channel, ...columns.map(([key]) => words[key]), words.net]}
      >
        {trend.byPurpose.map((row) => (
          <Table.Tr key={`${row.purpose.id} ${row.channel}`}>
            <Table.Th scope="row" data-label={t.ledger.purpose}>
              <Link to="/purposes/$id" params={{ id: row.purpose.id }}>
                {row.purpose.name[language]}
              </Link>
            </Table.Th>
            <Table.Td data-label={t.ledger.channel}>{wordFor(t.words.channel, row.channel)}</Table.Td>
            {columns.map(([key, kind]) => (
              <Table.Td key={key} data-label={words[key]}>
                {row[key] === 0 ? (
                  format.number(0)
                ) : (
                  <Link
                    to="/ledger"
                    search={{
                      kind,
                      purpose: row.purpose.slug,
                      channel: row.channel,
                      happenedFrom: trend.from,
                      happenedTo: trend.to,
                    }}
                    aria-label={words.entries(`${words[key]} ${format.number(row[key])}`)}
                  >
                    {format.number(row[key])}
                  </Link>
                )}
              </Table.Td>
            ))}
            <Table.Td data-label={words.net}>{format.number(row.net)}</Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
    </Stack>
  );
}
