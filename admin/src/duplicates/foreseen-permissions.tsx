import { Table, Text } from '@mantine/core';
import type { Permission } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Mark } from '../ui/mark.tsx';
import { Section } from '../ui/section.tsx';
import type { Foreseen } from './queries.ts';

/** The gate's answers of both records, and of what they would become. */
export function ForeseenPermissions({ pair }: { pair: Foreseen }) {
  const { t, language } = useLanguage();
  const words = t.duplicates.pair;
  const { survivor, absorbed, merged } = pair.permissions;
  const sameIn = (list: Permission[] | null, line: Permission) =>
    list?.find(({ purpose, channel }) => purpose.id === line.purpose.id && channel === line.channel);

  return (
    <Section title={words.permissions} lead={words.permissionsLead}>
      <DataTable caption={words.permissionsCaption} columns={[words.use, words.survivor, words.absorbed, words.united]}>
        {survivor.map((line) => (
          <Table.Tr key={`${line.purpose.id} ${line.channel}`}>
            <Table.Th scope="row">
              {line.purpose.name[language]}, {wordFor(t.words.channel, line.channel)}
            </Table.Th>
            {(
              [
                [words.survivor, line],
                [words.absorbed, sameIn(absorbed, line)],
                [words.united, sameIn(merged, line)],
              ] as const
            ).map(([label, answer]) => (
              <Table.Td key={label} data-label={label}>
                {answer ? <Answer answer={answer} /> : '–'}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </DataTable>
    </Section>
  );
}

function Answer({ answer }: { answer: Permission }) {
  const { pair } = useLanguage().t.duplicates;

  return (
    <>
      <Mark tone={answer.allowed ? 'yes' : 'no'}>{answer.allowed ? pair.yes : pair.no}</Mark>
      <Text size="xs" c="dimmed">
        {answer.reasonText}
      </Text>
    </>
  );
}
