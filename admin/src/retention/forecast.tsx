import { Button, Group, ScrollArea, Table, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { download } from '../api/client.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { IconDownload } from '../ui/icons.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import styles from './forecast.module.css';
import type { Forecast } from './queries.ts';

const width = 640;
const height = 220;
const gutter = 52;
const foot = 26;

/** Twelve months ahead: in one sentence, drawn, as a table, and as a file. */
export function ForecastView({ forecast }: { forecast: Forecast }) {
  const { t } = useLanguage();
  const words = t.retention.forecast;
  const [asTable, setAsTable] = useState(false);
  const save = useMutation({ mutationFn: () => download('/api/v1/retention/forecast-file', {}) });
  const months = byMonth(forecast);
  const [people, data] = [sum(months, 'people'), sum(months, 'data')];
  if (forecast.sweptAt === null) return <Text>{words.notYet}</Text>;
  if (people + data === 0) return <Text>{words.none}</Text>;

  return (
    <>
      <Text>{words.takeaway(people, data)}</Text>
      {asTable ? <ForecastTable forecast={forecast} /> : <Chart months={months} />}
      <Group gap="xs">
        <Button variant="default" size="xs" onClick={() => setAsTable(!asTable)}>
          {asTable ? words.showChart : words.showTable}
        </Button>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconDownload size={14} />}
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          {words.save}
        </Button>
      </Group>
      {save.error ? <ProblemNotice problem={save.error} /> : null}
    </>
  );
}

interface Month {
  month: string;
  people: number;
  data: number;
}

/** All twelve, also those in which nothing is due. */
function byMonth({ months }: Forecast): Month[] {
  const first = new Date();

  return Array.from({ length: 12 }, (_, at) => {
    const month = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + at, 1)).toISOString().slice(0, 10);
    const of = months.filter((one) => one.month === month);
    return { month, people: sum(of, 'people'), data: sum(of, 'data') };
  });
}

function sum(rows: { people: number; data: number }[], key: 'people' | 'data'): number {
  return rows.reduce((total, row) => total + row[key], 0);
}

/** People full, single data hatched above them: told apart by pattern, and by colour last. */
function Chart({ months }: { months: Month[] }) {
  const { t, format } = useLanguage();
  const words = t.retention.forecast;
  const highest = Math.max(1, ...months.map(({ people, data }) => people + data));
  const unit = (height - foot - 18) / highest;
  const line = height - foot;
  const slot = (width - gutter) / months.length;

  return (
    <figure className={styles.chart}>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={words.chart}>
        <defs>
          <pattern id="forecast-data" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="6" height="6" className={styles.dataGround} />
            <line x1="2" y1="0" x2="2" y2="6" className={styles.dataStroke} />
          </pattern>
        </defs>
        <text x={gutter - 8} y={22} textAnchor="end">
          {format.number(highest)}
        </text>
        <text x={gutter - 8} y={line + 4} textAnchor="end">
          0
        </text>
        {months.map(({ month, people, data }, at) => {
          const column = { x: gutter + at * slot + slot * 0.15, width: slot * 0.7 };

          return (
            <g key={month}>
              {people > 0 ? <rect className={styles.people} {...column} y={line - people * unit} height={people * unit} /> : null}
              {data > 0 ? (
                <rect
                  className={styles.data}
                  fill="url(#forecast-data)"
                  {...column}
                  y={line - (people + data) * unit}
                  height={data * unit}
                />
              ) : null}
              {at % 3 === 0 ? (
                <text x={column.x} y={height - 6}>
                  {format.month(month)}
                </text>
              ) : null}
            </g>
          );
        })}
        <line x1={gutter} x2={width} y1={line} y2={line} className={styles.axis} />
      </svg>
      <figcaption>
        <span>
          <i className={styles.peopleKey} aria-hidden="true" /> {words.people}
        </span>
        <span>
          <i className={styles.dataKey} aria-hidden="true" /> {words.data}
        </span>
      </figcaption>
    </figure>
  );
}

function ForecastTable({ forecast }: { forecast: Forecast }) {
  const { t, format, language } = useLanguage();
  const words = t.retention.forecast;

  return (
    <ScrollArea.Autosize mah={420} viewportProps={{ tabIndex: 0, role: 'group', 'aria-label': words.table }}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{words.month}</Table.Th>
            <Table.Th scope="col">{words.purpose}</Table.Th>
            <Table.Th scope="col">{words.people}</Table.Th>
            <Table.Th scope="col">{words.data}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {forecast.months.map(({ month, purpose, people, data }) => (
            <Table.Tr key={`${month} ${purpose.id}`}>
              <Table.Th scope="row" fw={400}>
                {format.month(month)}
              </Table.Th>
              <Table.Td>{purpose.name[language]}</Table.Td>
              <Table.Td>{format.number(people)}</Table.Td>
              <Table.Td>{format.number(data)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
