import { Button, Modal, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { post } from '../api/client.ts';
import type { Form as FormRecord } from '../api/form-types.ts';
import { useTexts } from '../languages/language-provider.tsx';
import { errorsByField } from '../ui/draft.ts';
import { Form } from '../ui/form.tsx';
import { ProblemNotice } from '../ui/problem.tsx';

interface NewFormDialogProps {
  opened: boolean;
  onClose: () => void;
  /** The form whose words the new one begins with. */
  copied?: { id: string; name: string };
}

/** Asks only for the address; everything else is written in the builder. */
export function NewFormDialog({ opened, onClose, copied }: NewFormDialogProps) {
  const t = useTexts();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [slug, setSlug] = useState('');
  const words = t.forms;
  const create = useMutation({
    mutationFn: () => post<FormRecord>(copied ? `/api/v1/forms/${copied.id}/duplicate` : '/api/v1/forms', { slug: slug.trim() }),
    onSuccess: async ({ id }) => {
      close();
      if (copied) notifications.show({ message: words.duplicated, color: 'green' });
      await queries.invalidateQueries({ queryKey: ['forms'] });
      await navigate({ to: '/forms/$id', params: { id } });
    },
  });
  const close = () => {
    setSlug('');
    create.reset();
    onClose();
  };

  return (
    <Modal opened={opened} onClose={close} title={copied ? words.duplicateTitle(copied.name) : words.addTitle}>
      <Form onSubmit={() => create.mutate()} problem={create.error}>
        <Stack>
          <Text size="sm">{copied ? words.duplicateLead : words.addLead}</Text>
          <TextInput
            label={words.slug}
            description={words.slugHint}
            value={slug}
            error={errorsByField(create.error)('slug')}
            maxLength={60}
            spellCheck={false}
            autoCapitalize="none"
            autoComplete="off"
            onChange={(event) => setSlug(event.currentTarget.value)}
          />
          {create.error ? <ProblemNotice problem={create.error} /> : null}
          <Button type="submit" loading={create.isPending}>
            {copied ? words.duplicate : words.create}
          </Button>
        </Stack>
      </Form>
    </Modal>
  );
}
