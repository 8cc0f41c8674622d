import { NativeSelect, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { fieldsQuery } from '../register/queries.ts';
import { DataTable } from '../ui/data-table.tsx';
import { errorsByField } from '../ui/draft.ts';
import { Loaded } from '../ui/loaded.tsx';
import styles from './import.module.css';
import { samplesQuery } from './queries.ts';
import { choicesOf, nameOf, targetOfColumn, withChoice } from './targets.ts';
import type { Import, Mapping, Samples, Settings, SubscriptionStatus } from './types.ts';

interface ColumnsPartProps {
  one: Import;
  draft: Settings;
  recognised: Mapping;
  problem: unknown;
  change: (next: (held: Settings) => Settings) => void;
}

const SAMPLES = 5;
/** Fields a column means in a way of its own. */
const addressed = ['email', 'phone', 'postal_address', 'note'];
const statuses: SubscriptionStatus[] = [
  'unknown',
  'subscribed',
  'unconfirmed',
  'unsubscribed',
  'cleaned',
  'bounced',
  'complained',
  'blacklisted',
];

/** Each column with its first values and what it means; below, the first people as they will be understood. */
export function ColumnsPart({ one, draft, recognised, problem, change }: ColumnsPartProps) {
  const { t } = useLanguage();
  const [part, setPart] = useState(0);
  const samples = useQuery(samplesQuery(one.id, part, draft));
  const words = t.imports;
  const shown = one.parts[part];

  return (
    <Stack gap="md">
      {one.parts.length > 1 ? (
        <NativeSelect
          label={words.part}
          maw={420}
          data={one.parts.map(({ name }, at) => ({ value: String(at), label: name }))}
          value={String(part)}
          onChange={({ currentTarget }) => setPart(Number(currentTarget.value))}
        />
      ) : null}
      {shown && (one.parts.length > 1 || draft.partStatuses.length > 0) ? (
        <NativeSelect
          label={words.partStatus(shown.name)}
          labelProps={{ className: 'break' }}
          maw={420}
          data={statuses.map((status) => ({ value: status, label: wordFor(words.statuses, status) }))}
          value={draft.partStatuses.find((known) => known.part === part)?.status ?? 'unknown'}
          onChange={({ currentTarget }) => {
            const status = currentTarget.value as SubscriptionStatus;
            change((held) => ({
              ...held,
              partStatuses: [
                ...held.partStatuses.filter((known) => known.part !== part),
                ...(status === 'unknown' ? [] : [{ part, channel: 'email' as const, status }]),
              ],
            }));
          }}
        />
      ) : null}
      <Loaded query={samples}>
        {(data) => (
          <>
            <ColumnTable {...{ data, draft, recognised, problem, change }} />
            <Understood samples={data} />
          </>
        )}
      </Loaded>
    </Stack>
  );
}

interface ColumnTableProps extends Omit<ColumnsPartProps, 'one'> {
  data: Samples;
}

function ColumnTable({ data, draft, recognised, problem, change }: ColumnTableProps) {
  const { t, format, language } = useLanguage();
  const words = t.imports;
  const errorOf = errorsByField(problem);
  const { data: described = [] } = useQuery(fieldsQuery);
  const fields = described
    .filter(({ key }) => !addressed.includes(key))
    .map(({ key, label }) => ({ key, label: label[language] }));
  const choices = choicesOf(words, fields);
  const out = data.columns.filter((column) => targetOfColumn(draft.mapping, column).to === 'ignored').length;

  return (
    <Stack gap="xs">
      <DataTable caption={words.steps.columns} columns={[words.column, words.samples, words.means]}>
        {data.columns.map((column, at) => {
          const values = [...new Set(data.rows.map((row) => row.cells[at] ?? ''))].filter(Boolean).slice(0, 3);
          const name = nameOf(targetOfColumn(draft.mapping, column));
          const isKnown = choices.some(({ items }) => items.some(({ value }) => value === name));

          return (
            <Table.Tr key={column}>
              <Table.Th scope="row" className="break">
                {column}
              </Table.Th>
              <Table.Td data-label={words.samples} className={styles.samples}>
                {values.length === 0 ? (
                  <Text size="sm" c="dimmed">
                    {words.empty}
                  </Text>
                ) : (
                  values.map((value) => <span key={value}>{value.length > 80 ? `${value.slice(0, 80)}…` : value}</span>)
                )}
              </Table.Td>
              <Table.Td data-label={words.means}>
                <NativeSelect
                  aria-label={words.meansOf(column)}
                  data={isKnown ? choices : [...choices, { value: name, label: name }]}
                  value={name}
                  error={errorOf(`mapping.${draft.mapping.findIndex((one) => one.column === column)}`)}
                  onChange={({ currentTarget }) => {
                    const { value } = currentTarget;
                    change((held) => ({ ...held, mapping: withChoice(held.mapping, recognised, column, value) }));
                  }}
                />
              </Table.Td>
            </Table.Tr>
          );
        })}
      </DataTable>
      {out > 0 ? (
        <Text size="sm" c="dimmed">
          {words.unmapped(format.number(out))}
        </Text>
      ) : null}
    </Stack>
  );
}

/** The check of the mapping that people can make themselves: do these look like people? */
function Understood({ samples }: { samples: Samples }) {
  const { t, format } = useLanguage();
  const words = t.imports;

  return (
    <div>
      <Title order={3} size="h4">
        {words.understood}
      </Title>
      <ul className={styles.people}>
        {samples.people.slice(0, SAMPLES).map((person) => {
          const facts = Object.entries(person.facts).map(([key, value]) => `${wordFor(words.fields, key)}: ${value}`);
          const points = person.points.map(({ value }) => value);
          const said = person.statuses.map(
            ({ channel, status }) => `${wordFor(words.channels, channel)}: ${wordFor(words.statuses, status)}`,
          );
          const evidence = Object.entries(person.evidence).map(
            ([key, value]) => `${evidenceWord(words.evidence, key)}: ${isMoment(value) ? format.dateTime(value) : value}`,
          );
          const all = [...points, ...facts, ...said, ...evidence];

          return (
            <li key={person.row}>
              <SimpleGrid cols={1} spacing={2}>
                <Text size="xs" c="dimmed">
                  {words.person(format.number(person.row))}
                </Text>
                <Text size="sm">{all.length === 0 ? words.nobody : all.join(' · ')}</Text>
                {person.problems.map(({ code, column }) => (
                  <Text key={`${code} ${column}`} size="sm" c="var(--mantine-color-error)">
                    {column ? `${column}: ` : ''}
                    {wordFor(words.codes, code)}
                  </Text>
                ))}
              </SimpleGrid>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function isMoment(value: string): boolean {
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);
}

/** `optinTime` of the answer is `optin-time` of the mapping. */
function evidenceWord(words: Record<string, string>, key: string): string {
  return wordFor(
    words,
    key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
  );
}
