import { Button, Group, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { post, remove } from '../../api/client.ts';
import { heldQuery } from '../../api/form-queries.ts';
import type { HeldSubmission } from '../../api/form-types.ts';
import { purposesQuery } from '../../api/queries.ts';
import { useFieldWords } from '../../contact/field-words.tsx';
import { useLanguage } from '../../languages/language-provider.tsx';
import { wordFor } from '../../languages/shape.ts';
import { useMay } from '../../shell/rights.ts';
import { Definitions } from '../../ui/definitions.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { ProblemNotice } from '../../ui/problem.tsx';
import { Section } from '../../ui/section.tsx';
import styles from './results.module.css';

/** What a program seems to have sent. Fetched only when somebody asks: looking at it is noted in the audit log. */
export function HeldList({ id }: { id: string }) {
  const { t } = useLanguage();
  const [isOpen, setOpen] = useState(false);
  const words = t.formResults;

  return (
    <Section title={words.held} lead={words.heldLead}>
      {isOpen ? (
        <Held id={id} />
      ) : (
        <Group>
          <Button variant="default" onClick={() => setOpen(true)}>
            {words.look}
          </Button>
        </Group>
      )}
    </Section>
  );
}

function Held({ id }: { id: string }) {
  const { t } = useLanguage();
  const held = useInfiniteQuery(heldQuery(id));
  const words = t.formResults;

  return (
    <Loaded query={held}>
      {({ pages }) => {
        const rows = pages.flatMap((page) => page.data);
        if (rows.length === 0) return <Empty title={words.noHeld} />;

        return (
          <Stack component="ul" gap="sm" m={0} p={0} className={styles.list}>
            {rows.map((one) => (
              <HeldOne key={one.id} formId={id} held={one} />
            ))}
            {held.hasNextPage ? (
              <li>
                <Button variant="default" loading={held.isFetchingNextPage} onClick={() => void held.fetchNextPage()}>
                  {t.common.more}
                </Button>
              </li>
            ) : null}
          </Stack>
        );
      }}
    </Loaded>
  );
}

function HeldOne({ formId, held }: { formId: string; held: HeldSubmission }) {
  const { t, format, language } = useLanguage();
  const { data: purposes = [] } = useQuery(purposesQuery);
  const may = useMay();
  const queries = useQueryClient();
  const words = t.formResults;
  const { fieldName } = useFieldWords();
  const settle = useMutation({
    mutationFn: (action: 'release' | 'delete'): Promise<unknown> =>
      action === 'release'
        ? post(`/api/v1/held-submissions/${held.id}/release`)
        : remove(`/api/v1/held-submissions/${held.id}`, {}),
    onSuccess: async (_, action) => {
      notifications.show({ message: action === 'release' ? words.released : words.removed, color: 'green' });
      await queries.invalidateQueries({ queryKey: ['forms', formId] });
    },
  });
  const ticked = held.ticked.map((box) => {
    const [slug = '', channel] = box.split(':');

    return `${purposes.find((one) => one.slug === slug)?.name[language] ?? slug} – ${wordFor(t.words.channel, channel)}`;
  });
  const answers = Object.entries(held.answers).map(([key, value]) => `${fieldName(key)}: ${value}`);

  return (
    <li className={styles.held}>
      <Definitions
        rows={[
          [words.email, held.email],
          [words.reason, wordFor(words.reasons, held.reason)],
          [words.answers, answers.join('\n')],
          [words.ticked, ticked.join(', ') || words.nothingTicked],
          [words.version, `${held.version}, ${t.words.language[held.language]}`],
          [words.received, format.dateTime(held.receivedAt)],
          [words.deleted, format.date(held.deleteAfter)],
        ]}
      />
      {settle.error ? <ProblemNotice problem={settle.error} /> : null}
      {may('contacts.write') ? (
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            aria-label={words.releaseOf(held.email)}
            loading={settle.isPending}
            onClick={() => settle.mutate('release')}
          >
            {words.release}
          </Button>
          <Button
            size="xs"
            variant="default"
            aria-label={words.removeOf(held.email)}
            loading={settle.isPending}
            onClick={() => settle.mutate('delete')}
          >
            {words.remove}
          </Button>
        </Group>
      ) : null}
    </li>
  );
}
