import { Button, Group, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { post, remove } from '../api/client.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { Callout } from '../ui/callout.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';
import { CountsView } from './counts-view.tsx';
import { importQuery } from './queries.ts';
import { RowsView } from './rows-view.tsx';
import type { Import } from './types.ts';

/** What would happen, before anything does; then the button that lets it. */
export function CheckSection({ one }: { one: Import }) {
  const { t } = useLanguage();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const words = t.imports;
  const act = useMutation({
    mutationFn: (verb: 'check' | 'commit') => post<Import>(`/api/v1/imports/${one.id}/${verb}`),
    onSuccess: (told) => {
      queries.setQueryData(importQuery(one.id).queryKey, told);
      void queries.invalidateQueries({ queryKey: ['jobs'] });
    },
  });
  const discard = useMutation({
    mutationFn: () => remove(`/api/v1/imports/${one.id}`),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['imports'], exact: true });
      await navigate({ to: '/import' });
    },
  });
  const problem = act.error ?? discard.error;
  const isChecked = one.state === 'checked' && one.checked !== null;

  return (
    <Section title={words.steps.check}>
      <Stack gap="md">
        {isChecked && one.checked ? (
          <>
            <CountsView title={words.result.checked} counts={one.checked} />
            <RowsView one={one} counts={one.checked} />
          </>
        ) : (
          <Callout tone="note" title={one.checked ? words.changedSinceCheck : words.checkFirst} />
        )}
        {problem ? <ProblemNotice problem={problem} /> : null}
        <Group justify="space-between">
          <Button variant="default" loading={discard.isPending} onClick={() => discard.mutate()}>
            {words.discard}
          </Button>
          {isChecked ? (
            <Button loading={act.isPending} onClick={() => act.mutate('commit')}>
              {words.commit}
            </Button>
          ) : (
            <Button variant="default" loading={act.isPending} onClick={() => act.mutate('check')}>
              {words.check}
            </Button>
          )}
        </Group>
      </Stack>
    </Section>
  );
}
