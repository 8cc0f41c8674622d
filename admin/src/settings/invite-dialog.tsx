import { Button, Modal, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../api/client.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { errorsByField } from '../ui/draft.ts';
import { Form } from '../ui/form.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { ShownOnce } from './shown-once.tsx';

/** Makes an invitation link; it is in this answer only. */
export function InviteDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t, language } = useLanguage();
  const queries = useQueryClient();
  const words = t.settings.staff;
  const empty = { email: '', name: '', role: 'sales', language: language as string };
  const [draft, setDraft] = useState(empty);
  const invite = useMutation({
    mutationFn: () => post<{ inviteUrl: string }>('/api/v1/staff', draft),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['staff'] }),
  });
  const errorOf = errorsByField(invite.error);
  const set = (key: keyof typeof draft) => (event: { currentTarget: { value: string } }) =>
    setDraft({ ...draft, [key]: event.currentTarget.value });
  const close = () => {
    invite.reset();
    setDraft(empty);
    onClose();
  };

  return (
    <Modal opened={opened} onClose={close} title={invite.data ? words.linkTitle : words.invite}>
      {invite.data ? (
        <ShownOnce secret={invite.data.inviteUrl} lead={words.linkLead} copyLabel={words.copyLink} />
      ) : (
        <Form onSubmit={() => invite.mutate()} problem={invite.error}>
          <Stack>
            <TextInput
              label={words.email}
              type="email"
              autoComplete="off"
              value={draft.email}
              error={errorOf('email')}
              onChange={set('email')}
            />
            <TextInput label={words.name} autoComplete="off" value={draft.name} error={errorOf('name')} onChange={set('name')} />
            <NativeSelect
              label={words.role}
              value={draft.role}
              data={Object.entries(t.words.role).map(([value, label]) => ({ value, label }))}
              onChange={set('role')}
            />
            <NativeSelect
              label={words.language}
              value={draft.language}
              data={Object.entries(t.words.language).map(([value, label]) => ({ value, label }))}
              onChange={set('language')}
            />
            {invite.error ? <ProblemNotice problem={invite.error} /> : null}
            <Button type="submit" loading={invite.isPending}>
              {words.inviteSubmit}
            </Button>
          </Stack>
        </Form>
      )}
    </Modal>
  );
}
