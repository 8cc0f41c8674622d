import { Button, Group, Modal, Stack, Table, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../api/client.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { announce } from '../ui/announce.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { errorsByField } from '../ui/draft.ts';
import { Empty } from '../ui/empty.tsx';
import { Form } from '../ui/form.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import type { Capsule } from './queries.ts';

export function Capsules({ capsules }: { capsules: Capsule[] }) {
  const { t, format } = useLanguage();
  const words = t.evidence.capsules;
  const [chosen, setChosen] = useState<Capsule>();
  if (capsules.length === 0) return <Empty title={words.none} />;

  return (
    <>
      <DataTable caption={words.caption} columns={[words.sealed, words.until, words.ground, words.shorten]}>
        {capsules.map((capsule) => (
          <Table.Tr key={capsule.id}>
            <Table.Th scope="row">{format.date(capsule.sealedOn)}</Table.Th>
            <Table.Td data-label={words.until}>{format.date(capsule.keepUntil)}</Table.Td>
            <Table.Td data-label={words.ground}>{t.evidence.policy.grounds[capsule.ground]}</Table.Td>
            <Table.Td>
              <Button
                size="xs"
                variant="default"
                aria-label={words.shortenOf(format.date(capsule.sealedOn))}
                onClick={() => setChosen(capsule)}
              >
                {words.shorten}
              </Button>
            </Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
      {chosen ? <ShortenDialog capsule={chosen} onClose={() => setChosen(undefined)} /> : null}
    </>
  );
}

function ShortenDialog({ capsule, onClose }: { capsule: Capsule; onClose: () => void }) {
  const { t } = useLanguage();
  const queries = useQueryClient();
  const words = t.evidence.capsules;
  const [day, setDay] = useState(capsule.keepUntil);
  const shorten = useMutation({
    mutationFn: () => post(`/api/v1/evidence/capsules/${capsule.id}/shorten`, { keepUntil: day }),
    onSuccess: async () => {
      notifications.show({ message: words.done, color: 'green' });
      announce(words.done);
      onClose();
      await queries.invalidateQueries({ queryKey: ['evidence', 'capsules'] });
    },
  });

  return (
    <Modal opened onClose={onClose} title={words.shortenTitle}>
      <Form onSubmit={() => shorten.mutate()} problem={shorten.error}>
        <Stack>
          <Text>{words.shortenLead}</Text>
          <TextInput
            type="date"
            label={words.day}
            max={capsule.keepUntil}
            value={day}
            error={errorsByField(shorten.error)('keepUntil')}
            onChange={(event) => setDay(event.currentTarget.value)}
          />
          {shorten.error ? <ProblemNotice problem={shorten.error} /> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t.common.cancel}
            </Button>
            <Button type="submit" color="red.9" loading={shorten.isPending} disabled={day === '' || day === capsule.keepUntil}>
              {words.shorten}
            </Button>
          </Group>
        </Stack>
      </Form>
    </Modal>
  );
}
