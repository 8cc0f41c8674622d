import { Button, Group, ScrollArea, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { TrendDay } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { useMay } from '../shell/rights.ts';
import { Section } from '../ui/section.tsx';
import styles from './home.module.css';
import { TrendChart } from './trend-chart.tsx';

/** Consents by day, first in one sentence, then drawn, and the same numbers as a table for whoever reads better there. */
export function ConsentTrend({ trend }: { trend: TrendDay[] }) {
  const { t } = useLanguage();
  const may = useMay();
  const [asTable, setAsTable] = useState(false);
  const words = t.home.trend;
  const given = trend.reduce((sum, day) => sum + day.given, 0);
  const refused = trend.reduce((sum, day) => sum + day.refused, 0);
  const lost = trend.reduce((sum, day) => sum + day.withdrawn + day.expired, 0);
  const isEmpty = given + refused + lost === 0;

  return (
    <Section
      title={words.title}
      actions={
        may('ledger.read') ? (
          <Button component={Link} to="/consents" variant="default" size="xs">
            {t.shell.consents}
          </Button>
        ) : null
      }
    >
      <Text>{isEmpty ? words.none : t.consents.takeaway(given, refused, lost, given - lost)}</Text>
      {isEmpty ? null : asTable ? <TrendTable trend={trend} /> : <TrendChart trend={trend} />}
      {isEmpty ? null : (
        <Group>
          <Button variant="default" size="xs" onClick={() => setAsTable(!asTable)}>
            {asTable ? words.showChart : words.showTable}
          </Button>
        </Group>
      )}
    </Section>
  );
}

function TrendTable({ trend }: { trend: TrendDay[] }) {
  const { t, format } = useLanguage();
  const words = t.home.trend;

  return (
    <ScrollArea.Autosize mah={260} viewportProps={{ tabIndex: 0, role: 'group', 'aria-label': words.title }}>
      <Table>
        <Table.Caption className={styles.caption}>{words.title}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{words.day}</Table.Th>
            <Table.Th scope="col">{words.given}</Table.Th>
            <Table.Th scope="col">{words.withdrawn}</Table.Th>
            <Table.Th scope="col">{t.consents.expired}</Table.Th>
            <Table.Th scope="col">{words.refused}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {trend.map(({ day, given, withdrawn, expired, refused }) => (
            <Table.Tr key={day}>
              <Table.Th scope="row" fw={400}>
                {format.shortDay(day)}
              </Table.Th>
              <Table.Td>{format.number(given)}</Table.Td>
              <Table.Td>{format.number(withdrawn)}</Table.Td>
              <Table.Td>{format.number(expired)}</Table.Td>
              <Table.Td>{format.number(refused)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
