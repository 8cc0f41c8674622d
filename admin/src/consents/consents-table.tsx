import { ScrollArea, Table } from '@mantine/core';
import type { ConsentTrend } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import styles from './consents.module.css';

export function ConsentsTable({ trend }: { trend: ConsentTrend }) {
  const { t, format } = useLanguage();
  const words = t.consents;
  const columns = ['given', 'renewed', 'refused', 'withdrawn', 'expired', 'net'] as const;

  return (
    <ScrollArea.Autosize mah={420} viewportProps={{ tabIndex: 0, role: 'group', 'aria-label': words.table }}>
      <Table>
        <Table.Caption className={styles.caption}>{words.table}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{words.period}</Table.Th>
            {columns.map((column) => (
              <Table.Th key={column} scope="col">
                {words[column]}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {trend.periods.map((period) => (
            <Table.Tr key={period.start}>
              <Table.Th scope="row" fw={400}>
                {format.shortDate(period.start)}
              </Table.Th>
              {columns.map((column) => (
                <Table.Td key={column}>{format.number(period[column])}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
