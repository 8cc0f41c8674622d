import { List, NativeSelect, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../api/client.ts';
import { ActDialog } from '../contact/actions/act-dialog.tsx';
import type { Job } from '../jobs/queries.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { announce } from '../ui/announce.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { foreseenManyQuery, nameOf } from './queries.ts';

interface MergeManyDialogProps {
  opened: boolean;
  onClose: () => void;
  onStarted: (jobId: string) => void;
}

/** How many would be united and which, for example; only what was seen is united. */
export function MergeManyDialog({ opened, onClose, onStarted }: MergeManyDialogProps) {
  const { t, format } = useLanguage();
  const words = t.duplicates.many;
  const queries = useQueryClient();
  const [minScore, setMinScore] = useState(80);
  const foreseen = useQuery({ ...foreseenManyQuery(minScore), enabled: opened });
  const unite = useMutation({
    mutationFn: (expected: number) => post<Job>('/api/v1/duplicates/merge', { minScore, expected }),
    onSuccess: (job) => {
      onClose();
      onStarted(job.id);
      announce(words.started);
    },
    onError: () => void queries.invalidateQueries({ queryKey: ['duplicates', 'foreseen-many'] }),
  });
  const count = foreseen.data?.count ?? 0;

  return (
    <ActDialog
      title={words.title}
      lead={words.lead}
      submit={words.submit}
      opened={opened}
      onClose={onClose}
      isPending={unite.isPending}
      problem={unite.error}
      canSubmit={count > 0}
      onSubmit={() => unite.mutate(count)}
    >
      <NativeSelect
        label={words.score}
        value={String(minScore)}
        data={['80', '85', '90', '95', '100']}
        onChange={({ currentTarget: { value } }) => setMinScore(Number(value))}
      />
      <Loaded query={foreseen} lines={3}>
        {({ restricted, sample }) => (
          <Stack gap="xs" role="status">
            <Text fw={600}>{count === 0 ? words.none : words.count(count, format.number(count))}</Text>
            {restricted > 0 ? <Text size="sm">{words.restricted(restricted, format.number(restricted))}</Text> : null}
            {sample.length > 0 ? (
              <>
                <Text size="sm" c="dimmed">
                  {words.sample}
                </Text>
                <List size="sm">
                  {sample.map(({ survivor, absorbed, reasons }) => (
                    <List.Item key={`${survivor.id} ${absorbed.id}`}>
                      {words.into(nameOf(absorbed, t.people.noName), nameOf(survivor, t.people.noName))}
                      {': '}
                      {reasons.map((reason) => wordFor(t.duplicates.reasons, reason)).join(', ')}
                    </List.Item>
                  ))}
                </List>
              </>
            ) : null}
          </Stack>
        )}
      </Loaded>
    </ActDialog>
  );
}
