import { Button, Table, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { post } from '../api/client.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { useMay } from '../shell/rights.ts';
import { announce } from '../ui/announce.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import type { Hold } from './queries.ts';

/** Who is on hold, why and until when. */
export function Holds({ holds }: { holds: Hold[] }) {
  const { t, format } = useLanguage();
  const may = useMay();
  const words = t.retention.holds;
  const lift = useLift();
  if (holds.length === 0) return <Empty title={words.none}>{words.noneHint}</Empty>;

  return (
    <>
      {lift.error ? <ProblemNotice problem={lift.error} /> : null}
      <DataTable caption={words.caption} columns={[words.who, words.why, words.since, words.until, words.act]}>
        {holds.map((hold) => (
          <Table.Tr key={hold.id}>
            <Table.Th scope="row">
              <Link to="/people/$id" params={{ id: hold.contact.id }}>
                {hold.contact.name || t.contact.unnamed}
              </Link>
            </Table.Th>
            <Table.Td data-label={words.why}>
              {words.grounds[hold.ground]}
              <Text size="sm" c="dimmed" className="break">
                {hold.reason}
              </Text>
            </Table.Td>
            <Table.Td data-label={words.since}>
              {format.shortDate(hold.placedAt)}
              <Text size="sm" c="dimmed">
                {hold.placedBy.name ?? '–'}
              </Text>
            </Table.Td>
            <Table.Td data-label={words.until}>{hold.until ? format.shortDate(hold.until) : words.untilLifted}</Table.Td>
            <Table.Td>
              {may('retention.approve') ? (
                <Button
                  size="xs"
                  variant="default"
                  disabled={lift.isPending}
                  aria-label={words.liftOf(hold.contact.name || t.contact.unnamed)}
                  onClick={() => lift.mutate(hold.id)}
                >
                  {words.lift}
                </Button>
              ) : null}
            </Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
    </>
  );
}

export function useLift() {
  const { t } = useLanguage();
  const queries = useQueryClient();

  return useMutation({
    mutationFn: (id: string) => post(`/api/v1/retention/holds/${id}/lift`),
    onSuccess: async () => {
      notifications.show({ message: t.retention.holds.lifted, color: 'green' });
      announce(t.retention.holds.lifted);
      await queries.invalidateQueries({ queryKey: ['retention'] });
    },
  });
}
