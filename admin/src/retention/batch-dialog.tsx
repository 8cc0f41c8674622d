import { Button, Group, List, Modal, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { post } from '../api/client.ts';
import { meQuery } from '../api/queries.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { useMay } from '../shell/rights.ts';
import { announce } from '../ui/announce.tsx';
import { Callout } from '../ui/callout.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Form } from '../ui/form.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { type Preview, previewQuery } from './queries.ts';

/** Whom a batch concerns, why, what goes and what stays; and, for whoever may, agreeing to it by typing how many. */
export function BatchDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useLanguage();
  const query = useQuery(previewQuery(id));

  return (
    <Modal opened onClose={onClose} size="xl" title={t.retention.preview.title}>
      <Loaded query={query}>{(preview) => <BatchView preview={preview} onClose={onClose} />}</Loaded>
    </Modal>
  );
}

function BatchView({ preview, onClose }: { preview: Preview; onClose: () => void }) {
  const { t, format, language } = useLanguage();
  const words = t.retention.preview;
  const { onHold, restricted } = preview.excluded;

  return (
    <Stack>
      <Text>
        {words.why(
          preview.purpose.name[language],
          t.retention.ruleOf(preview.rule.months, t.retention.starts[preview.rule.starts]),
        )}
      </Text>
      <Text fw={600}>{t.retention.batches.peopleAndData(preview.people, preview.data)}</Text>
      {preview.dueFrom && preview.dueUntil ? (
        <Text size="sm">{words.span(format.shortDate(preview.dueFrom), format.shortDate(preview.dueUntil))}</Text>
      ) : null}
      {onHold + restricted > 0 ? <Text size="sm">{t.retention.batches.excluded(onHold, restricted)}</Text> : null}
      {preview.otherPurposes.length > 0 ? (
        <Text size="sm">
          {words.others}{' '}
          {preview.otherPurposes.map(({ purpose, people }) => `${purpose.name[language]} (${format.number(people)})`).join(', ')}.
        </Text>
      ) : null}
      {preview.fields.length > 0 ? (
        <Text size="sm">
          {words.fields}{' '}
          {preview.fields.map(({ field, count }) => `${wordFor(t.words.field, field)} (${format.number(count)})`).join(', ')}.
        </Text>
      ) : null}
      <DataTable caption={words.sample} columns={[words.who, words.what, words.since]}>
        {preview.sample.map((item) => (
          <Table.Tr key={`${item.contact.id} ${item.what}`}>
            <Table.Th scope="row">
              <Link to="/people/$id" params={{ id: item.contact.id }}>
                {item.contact.name || t.contact.unnamed}
              </Link>
            </Table.Th>
            <Table.Td data-label={words.what}>{item.what === '' ? words.everything : wordFor(t.words.field, item.what)}</Table.Td>
            <Table.Td data-label={words.since}>{format.shortDate(item.dueAt)}</Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
      {preview.people + preview.data > preview.sample.length ? (
        <Text size="sm" c="dimmed">
          {words.more(format.number(preview.people + preview.data - preview.sample.length))}
        </Text>
      ) : null}
      <section>
        <Title order={3}>{words.stays}</Title>
        <List mt="xs" spacing={4} size="sm">
          {[...new Set(preview.stays.map(({ table, because }) => because?.[language] ?? table))].map((line) => (
            <List.Item key={line}>{line}</List.Item>
          ))}
        </List>
      </section>
      {preview.mode === 'automatic' ? (
        <Callout tone="note" title={words.automatic} />
      ) : (
        <Approve preview={preview} onClose={onClose} />
      )}
    </Stack>
  );
}

function Approve({ preview, onClose }: { preview: Preview; onClose: () => void }) {
  const { t, format } = useLanguage();
  const may = useMay();
  const queries = useQueryClient();
  const { data: me } = useQuery(meQuery);
  const words = t.retention.preview;
  const [typed, setTyped] = useState('');
  const approve = useMutation({
    mutationFn: () =>
      post<{ outcome: 'approved' | 'second-needed' }>(`/api/v1/retention/batches/${preview.id}/approve`, {
        revision: preview.revision,
        people: preview.people,
      }),
    onSuccess: async ({ outcome }) => {
      const done = outcome === 'approved' ? words.approved : words.secondNeeded;
      notifications.show({ message: done, color: 'green' });
      announce(done);
      onClose();
      await queries.invalidateQueries({ queryKey: ['retention'] });
    },
    // What was seen is not what is there any more: it is shown as it is now, and must be read again.
    onError: () => queries.invalidateQueries({ queryKey: previewQuery(preview.id).queryKey }),
  });
  if (!may('retention.approve')) return <Text size="sm">{words.notYou}</Text>;
  if (preview.first && preview.first.by.id === me?.staffMember.id) return <Text>{words.waitsForOther}</Text>;
  const isRead = typed.trim() !== '' && Number(typed) === preview.people;

  return (
    <Form onSubmit={() => approve.mutate()} problem={approve.error}>
      <Stack>
        {preview.needsTwo ? <Text size="sm">{preview.first ? words.youAreSecond : words.twoNeeded}</Text> : null}
        <TextInput
          label={words.type(format.number(preview.people))}
          description={words.typeHint}
          inputMode="numeric"
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {approve.error ? <ProblemNotice problem={approve.error} /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button type="submit" color="red.9" loading={approve.isPending} disabled={!isRead}>
            {words.approve}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}
