import { Button, Group, Table, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../api/client.ts';
import { meQuery } from '../api/queries.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { announce } from '../ui/announce.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { Mark, type Tone } from '../ui/mark.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { OpenDialog } from './open-dialog.tsx';
import type { Opening } from './queries.ts';

const tones: Record<Opening['status'], Tone> = {
  waiting: 'wait',
  approved: 'yes',
  refused: 'no',
  opened: 'plain',
  lapsed: 'plain',
};

/** Who asked for what, who agreed, and what may be done now. */
export function Openings({ openings }: { openings: Opening[] }) {
  const { t, format } = useLanguage();
  const words = t.evidence.openings;
  const queries = useQueryClient();
  const [opening, setOpening] = useState<Opening>();
  const decide = useMutation({
    mutationFn: ({ id, verb }: { id: string; verb: 'approve' | 'refuse' }) => post(`/api/v1/evidence/openings/${id}/${verb}`),
    onSuccess: async (_answer, { verb }) => {
      const done = verb === 'approve' ? words.approved : words.refused;
      notifications.show({ message: done, color: 'green' });
      announce(done);
      await queries.invalidateQueries({ queryKey: ['evidence', 'openings'] });
    },
  });
  if (openings.length === 0) return <Empty title={words.none} />;

  return (
    <>
      {decide.error ? <ProblemNotice problem={decide.error} /> : null}
      <DataTable caption={words.caption} columns={[words.case, words.asked, words.decided, words.status, words.act]}>
        {openings.map((one) => (
          <Table.Tr key={one.id}>
            <Table.Th scope="row">
              {one.reference}
              <Text size="sm" c="dimmed">
                {t.evidence.ask.grounds[one.ground]}
              </Text>
            </Table.Th>
            <Table.Td data-label={words.asked}>
              {one.requestedBy.name ?? '–'}
              <Text size="sm" c="dimmed">
                {format.dateTime(one.requestedAt)}
              </Text>
            </Table.Td>
            <Table.Td data-label={words.decided} data-empty={one.decidedBy === null}>
              {one.decidedBy?.name ?? '–'}
              {one.decidedAt ? (
                <Text size="sm" c="dimmed">
                  {format.dateTime(one.decidedAt)}
                </Text>
              ) : null}
            </Table.Td>
            <Table.Td data-label={words.status}>
              <Mark tone={tones[one.status]}>{words.statuses[one.status]}</Mark>
              <Text size="sm" c="dimmed">
                {one.until ? words.until(format.dateTime(one.until)) : null}
                {one.found === null ? null : one.found ? words.found : words.notFound}
              </Text>
            </Table.Td>
            <Table.Td>
              <Acts
                opening={one}
                isPending={decide.isPending}
                onDecide={(verb) => decide.mutate({ id: one.id, verb })}
                onOpen={() => setOpening(one)}
              />
            </Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
      <OpenDialog opening={opening} onClose={() => setOpening(undefined)} />
    </>
  );
}

interface ActsProps {
  opening: Opening;
  isPending: boolean;
  onDecide: (verb: 'approve' | 'refuse') => void;
  onOpen: () => void;
}

function Acts({ opening, isPending, onDecide, onOpen }: ActsProps) {
  const { t } = useLanguage();
  const words = t.evidence.openings;
  const { data: me } = useQuery(meQuery);
  const isOwn = me?.staffMember.id === opening.requestedBy.id;
  if (opening.status === 'waiting' && isOwn) {
    return (
      <Text size="sm" c="dimmed">
        {words.ownWaits}
      </Text>
    );
  }
  if (opening.status === 'waiting') {
    return (
      <Group gap="xs">
        {(['approve', 'refuse'] as const).map((verb) => (
          <Button
            key={verb}
            size="xs"
            variant="default"
            aria-label={words[`${verb}Of`](opening.reference)}
            disabled={isPending}
            onClick={() => onDecide(verb)}
          >
            {words[verb]}
          </Button>
        ))}
      </Group>
    );
  }
  if (opening.status === 'approved' && isOwn) {
    return (
      <Button size="xs" aria-label={words.openOf(opening.reference)} onClick={onOpen}>
        {words.open}
      </Button>
    );
  }
  return null;
}
