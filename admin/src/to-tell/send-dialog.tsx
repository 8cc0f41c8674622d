import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { ask, post } from '../api/client.ts';
import type { Texts } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { Callout } from '../ui/callout.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { useDone } from '../ui/use-done.ts';
import type { Whom } from './queries.ts';

interface Preview {
  people: number;
  byMail: number;
  waiting: number;
  example: Record<keyof Texts, string[]> | null;
}

interface SendDialogProps {
  whom: Whom;
  whomWords: string;
  onClose: () => void;
  onDone: () => void;
}

/** Whom it reaches and how it reads, before it is sent. */
export function SendDialog({ whom, whomWords, onClose, onDone }: SendDialogProps) {
  const { t, language, format } = useLanguage();
  const words = t.toTell.sendDialog;
  const preview = useQuery({
    queryKey: ['art14', 'preview', whom],
    queryFn: ({ signal }) => ask<Preview>('/api/v1/art14/preview', whom, signal),
    gcTime: 0,
  });
  const done = useDone(['art14', 'jobs', 'home']);
  const send = useMutation({
    mutationFn: () => post<{ jobId: string; people: number }>('/api/v1/art14/send', whom),
    onSuccess: () => {
      onClose();
      onDone();
      return done(words.started);
    },
  });

  return (
    <Modal opened onClose={onClose} title={words.title} size="xl">
      <Stack gap="md">
        <Text>
          {words.whom}: {whomWords}
        </Text>
        <Loaded query={preview}>
          {({ people, byMail, waiting, example }) => (
            <>
              <Callout
                tone={byMail - waiting > 0 ? 'note' : 'wait'}
                role="status"
                title={words.counts(format.number(people), format.number(byMail), format.number(waiting))}
              >
                {byMail - waiting > 0 ? words.rest : words.nobody}
              </Callout>
              {example ? (
                <section aria-label={words.example}>
                  <Text fw={600} mb="xs">
                    {words.example}
                  </Text>
                  <Stack gap="xs">
                    {example[language].map((line) => (
                      <Text key={line} size="sm" className="break">
                        {line}
                      </Text>
                    ))}
                  </Stack>
                </section>
              ) : null}
              {send.error ? <ProblemNotice problem={send.error} /> : null}
              <Group justify="flex-end">
                <Button variant="default" onClick={onClose}>
                  {t.common.cancel}
                </Button>
                <Button disabled={byMail - waiting <= 0} loading={send.isPending} onClick={() => send.mutate()}>
                  {words.submit(format.number(Math.max(0, byMail - waiting)))}
                </Button>
              </Group>
            </>
          )}
        </Loaded>
      </Stack>
    </Modal>
  );
}
