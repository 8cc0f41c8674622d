import { Button, Group, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { put } from '../api/client.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { announce } from '../ui/announce.tsx';
import { errorsByField } from '../ui/draft.ts';
import { Form } from '../ui/form.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { type ExportPolicy, exportPolicyQuery } from './queries.ts';

export function PolicyForm({ saved }: { saved: ExportPolicy }) {
  const { t, format } = useLanguage();
  const words = t.exports.policy;
  const queries = useQueryClient();
  const [above, setAbove] = useState(String(saved.approvalAbove));
  const save = useMutation({
    mutationFn: () => put<ExportPolicy>('/api/v1/exports/policy', { approvalAbove: Number(above) }),
    onSuccess: (policy) => {
      queries.setQueryData(exportPolicyQuery.queryKey, policy);
      notifications.show({ message: words.saved, color: 'green' });
      announce(words.saved);
    },
  });
  const errorOf = errorsByField(save.error);

  return (
    <Form onSubmit={() => save.mutate()} problem={save.error}>
      <Group align="flex-end" gap="sm">
        <TextInput
          label={words.above}
          description={words.today(format.number(saved.approvalAboveToday))}
          inputMode="numeric"
          value={above}
          error={errorOf('approvalAbove')}
          onChange={(event) => setAbove(event.currentTarget.value.replace(/\D/g, ''))}
        />
        <Button type="submit" variant="default" loading={save.isPending} disabled={above === ''}>
          {t.common.save}
        </Button>
      </Group>
      {save.error ? <ProblemNotice problem={save.error} /> : null}
    </Form>
  );
}
