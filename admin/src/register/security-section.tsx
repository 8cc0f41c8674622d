import { Button, Checkbox, Group, List, SimpleGrid, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { put } from '../api/client.ts';
import type { Security } from '../api/register-types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { useMay } from '../shell/rights.ts';
import { useDraft, useUnsavedGuard } from '../ui/draft.ts';
import { Form } from '../ui/form.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';

/** Measures that hold for everything (Art. 32). */
export function SecuritySection({ security }: { security: Security }) {
  const { t } = useLanguage();
  const may = useMay();
  const words = t.register;

  return (
    <Section title={words.security} lead={words.securityLead}>
      {may('register.write') ? <SecurityForm saved={security} /> : <SecurityText security={security} />}
    </Section>
  );
}

function SecurityText({ security }: { security: Security }) {
  const { t } = useLanguage();
  const words = t.register;
  if (security.measures.length === 0 && !security.note) return <Text size="sm">{words.noMeasures}</Text>;

  return (
    <>
      <List size="sm">
        {security.measures.map((measure) => (
          <List.Item key={measure}>{wordFor(words.measure, measure)}</List.Item>
        ))}
      </List>
      {security.note ? <Text size="sm">{security.note}</Text> : null}
    </>
  );
}

function SecurityForm({ saved }: { saved: Security }) {
  const { t } = useLanguage();
  const queries = useQueryClient();
  const words = t.register;
  const security = useDraft({ measures: saved.measures, note: saved.note ?? '' });
  const letGo = useUnsavedGuard(security.isDirty);
  const save = useMutation({
    mutationFn: () =>
      put('/api/v1/register/security', { measures: security.draft.measures, note: security.draft.note.trim() || null }),
    onSuccess: async () => {
      letGo();
      security.settle();
      notifications.show({ message: words.saved, color: 'green' });
      await queries.invalidateQueries({ queryKey: ['register'] });
    },
  });

  return (
    <Form onSubmit={() => save.mutate()} problem={save.error}>
      <Stack gap="md">
        <Measures label={words.security} value={security.draft.measures} onChange={(all) => security.set('measures', all)} />
        <Textarea
          label={words.securityNote}
          autosize
          minRows={2}
          value={security.draft.note}
          onChange={(event) => security.set('note', event.currentTarget.value)}
        />
        {save.error ? <ProblemNotice problem={save.error} /> : null}
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending} disabled={!security.isDirty}>
            {words.securitySave}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}

export function Measures({ label, value, onChange }: { label: string; value: string[]; onChange: (all: string[]) => void }) {
  const { t } = useLanguage();

  return (
    <Checkbox.Group aria-label={label} value={value} onChange={onChange}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
        {Object.entries(t.register.measure).map(([measure, word]) => (
          <Checkbox key={measure} value={measure} label={word} />
        ))}
      </SimpleGrid>
    </Checkbox.Group>
  );
}
