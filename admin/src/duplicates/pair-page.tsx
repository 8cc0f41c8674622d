import { Button, Group, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { post } from '../api/client.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { announce } from '../ui/announce.tsx';
import { Callout } from '../ui/callout.tsx';
import { LoadedPage } from '../ui/loaded-page.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { FieldChoices } from './field-choices.tsx';
import { ForeseenPermissions } from './foreseen-permissions.tsx';
import { type Choices, type Foreseen, foreseenQuery, type Merge } from './queries.ts';
import { useDismiss } from './use-dismiss.ts';

const nothingChosen: Choices = { fields: {}, main: {} };

/** Two records side by side: which value stays, and what may be done with the united one. */
export function PairPage() {
  const { one, other } = useParams({ from: '/duplicates/$one/$other' });
  const { t, language } = useLanguage();
  const [choices, setChoices] = useState(nothingChosen);
  const foreseen = useQuery(foreseenQuery(one, other, choices, language));

  return (
    <LoadedPage query={foreseen} title={t.duplicates.pair.title}>
      {(pair) => <PairView survivor={one} absorbed={other} pair={pair} choices={choices} onChoose={setChoices} />}
    </LoadedPage>
  );
}

interface PairViewProps {
  survivor: string;
  absorbed: string;
  pair: Foreseen;
  choices: Choices;
  onChoose: (choices: Choices) => void;
}

function PairView({ survivor, absorbed, pair, choices, onChoose }: PairViewProps) {
  const { t } = useLanguage();
  const words = t.duplicates.pair;
  const navigate = useNavigate();
  const queries = useQueryClient();
  const dismiss = useDismiss(() => void navigate({ to: '/duplicates' }));
  const unite = useMutation({
    mutationFn: () => post<Merge>(`/api/v1/contacts/${survivor}/merge`, { absorbed, ...choices }),
    onSuccess: async () => {
      notifications.show({ message: words.done, color: 'green' });
      announce(words.done);
      void navigate({ to: '/people/$id', params: { id: survivor } });
      await Promise.all(
        ['duplicates', 'contact', 'contacts', 'home'].map((key) => queries.invalidateQueries({ queryKey: [key] })),
      );
    },
  });
  const swap = () => {
    onChoose(nothingChosen);
    void navigate({ to: '/duplicates/$one/$other', params: { one: absorbed, other: survivor }, replace: true });
  };

  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        <Button variant="default" onClick={swap}>
          {words.swap}
        </Button>
      }
    >
      {pair.obstacle ? (
        <Callout tone="no" title={words.obstacleTitle}>
          {wordFor(words.obstacle, pair.obstacle.code)}
        </Callout>
      ) : null}
      <FieldChoices pair={pair} choices={choices} onChoose={onChoose} />
      <ForeseenPermissions pair={pair} />
      <Stack gap="sm">
        {unite.error ? <ProblemNotice problem={unite.error} /> : null}
        {dismiss.error ? <ProblemNotice problem={dismiss.error} /> : null}
        <Group>
          <Button disabled={pair.obstacle !== null} loading={unite.isPending} onClick={() => unite.mutate()}>
            {words.submit}
          </Button>
          <Button
            variant="default"
            loading={dismiss.isPending}
            disabled={pair.obstacle?.code === 'same-contact'}
            onClick={() => dismiss.mutate({ one: survivor, other: absorbed })}
          >
            {t.duplicates.notSame}
          </Button>
        </Group>
      </Stack>
    </Page>
  );
}
