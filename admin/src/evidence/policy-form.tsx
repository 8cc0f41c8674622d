import { Checkbox, NativeSelect, SimpleGrid, Stack, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { put } from '../api/client.ts';
import { FormFoot } from '../contact/edit/form-foot.tsx';
import { useTexts } from '../languages/language-provider.tsx';
import { errorsByField, useDraft, useUnsavedGuard } from '../ui/draft.ts';
import { Form } from '../ui/form.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import type { EvidencePolicy, KeepingGround } from './queries.ts';

/** What happens to evidence when whoever erases says nothing. Off unless somebody has written down why. */
export function PolicyForm({ saved }: { saved: EvidencePolicy }) {
  const t = useTexts();
  const queries = useQueryClient();
  const words = t.evidence.policy;
  const policy = useDraft({ ...saved, necessity: saved.necessity ?? '', retentionMonths: String(saved.retentionMonths) });
  const { draft, set } = policy;
  const save = useMutation({
    mutationFn: () =>
      put<EvidencePolicy>('/api/v1/evidence/policy', {
        ...draft,
        necessity: draft.necessity.trim() || null,
        retentionMonths: Number(draft.retentionMonths),
      }),
    onSuccess: async () => {
      policy.settle();
      notifications.show({ message: words.saved, color: 'green' });
      await queries.invalidateQueries({ queryKey: ['evidence', 'policy'] });
    },
  });
  useUnsavedGuard(policy.isDirty);
  const errorOf = errorsByField(save.error);

  return (
    <Form onSubmit={() => save.mutate()} problem={save.error}>
      <Stack>
        <Checkbox
          label={words.keeps}
          checked={draft.keepsByDefault}
          onChange={(event) => set('keepsByDefault', event.currentTarget.checked)}
        />
        <Textarea
          label={words.necessity}
          description={words.necessityHint}
          autosize
          minRows={2}
          value={draft.necessity}
          error={errorOf('necessity')}
          onChange={(event) => set('necessity', event.currentTarget.value)}
        />
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <NativeSelect
            label={words.ground}
            value={draft.ground}
            data={Object.entries(words.grounds).map(([value, label]) => ({ value, label }))}
            onChange={(event) => set('ground', event.currentTarget.value as KeepingGround)}
          />
          <TextInput
            label={words.months}
            description={words.monthsHint}
            inputMode="numeric"
            value={draft.retentionMonths}
            error={errorOf('retentionMonths')}
            onChange={(event) => set('retentionMonths', event.currentTarget.value)}
          />
        </SimpleGrid>
        {save.error ? <ProblemNotice problem={save.error} /> : null}
        <FormFoot
          submit={t.common.save}
          isPending={save.isPending}
          isDirty={policy.isDirty}
          onCancel={() =>
            policy.settle({ ...saved, necessity: saved.necessity ?? '', retentionMonths: String(saved.retentionMonths) })
          }
        />
      </Stack>
    </Form>
  );
}
