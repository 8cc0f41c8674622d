import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Mark } from '../ui/mark.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { nameOf, type SuggestedPerson, type Suggestion } from './queries.ts';
import { useDismiss } from './use-dismiss.ts';

export function SuggestionsTable({ rows, isRefreshing }: { rows: Suggestion[]; isRefreshing: boolean }) {
  const { columns, caption } = useLanguage().t.duplicates;
  const dismiss = useDismiss();

  return (
    <Stack gap="sm">
      {dismiss.error ? <ProblemNotice problem={dismiss.error} /> : null}
      <DataTable
        caption={caption}
        columns={[columns.one, columns.other, columns.reasons, columns.score, columns.acts]}
        isRefreshing={isRefreshing}
      >
        {rows.map((row) => (
          <PairRow
            key={`${row.one.id} ${row.other.id}`}
            row={row}
            isDismissing={dismiss.isPending && dismiss.variables.one === row.one.id && dismiss.variables.other === row.other.id}
            onDismiss={() => dismiss.mutate({ one: row.one.id, other: row.other.id })}
          />
        ))}
      </DataTable>
    </Stack>
  );
}

function PairRow({ row, isDismissing, onDismiss }: { row: Suggestion; isDismissing: boolean; onDismiss: () => void }) {
  const { t, format } = useLanguage();
  const words = t.duplicates;
  const [one, other] = [nameOf(row.one, t.people.noName), nameOf(row.other, t.people.noName)];

  return (
    <Table.Tr>
      <Table.Th scope="row">
        <PersonCell person={row.one} />
      </Table.Th>
      <Table.Td data-label={words.columns.other}>
        <PersonCell person={row.other} />
      </Table.Td>
      <Table.Td data-label={words.columns.reasons}>
        {row.reasons.map((reason) => wordFor(words.reasons, reason)).join(', ')}
      </Table.Td>
      <Table.Td data-label={words.columns.score}>{format.number(row.score)}</Table.Td>
      <Table.Td data-label={words.columns.acts}>
        <Group gap="xs">
          <Button
            component={Link}
            to={`/duplicates/${row.one.id}/${row.other.id}`}
            size="xs"
            variant="default"
            aria-label={words.compareOf(one, other)}
          >
            {words.compare}
          </Button>
          <Button size="xs" variant="default" loading={isDismissing} onClick={onDismiss} aria-label={words.notSameOf(one, other)}>
            {words.notSame}
          </Button>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function PersonCell({ person }: { person: SuggestedPerson }) {
  const { t } = useLanguage();
  const name = nameOf(person, t.people.noName);

  return (
    <div className="break">
      <Link to="/people/$id" params={{ id: person.id }}>
        {name}
      </Link>{' '}
      {person.restricted ? <Mark tone="no">{t.duplicates.restricted}</Mark> : null}
      {person.state === 'quarantined' ? <Mark tone="no">{t.words.state.quarantined}</Mark> : null}
      <Text size="sm" c="dimmed" fw={400}>
        {[person.company, person.email === name ? null : person.email].filter(Boolean).join(' · ')}
      </Text>
    </div>
  );
}
