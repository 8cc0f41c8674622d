import { Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../api/client.ts';
import { ActDialog as Dialog } from '../contact/actions/act-dialog.tsx';
import { useTexts } from '../languages/language-provider.tsx';
import { errorsByField } from '../ui/draft.ts';
import { useDone } from '../ui/use-done.ts';
import type { QuarantinedSource } from './queries.ts';

export function DeadlineDialog({ row, onClose }: { row: QuarantinedSource; onClose: () => void }) {
  const t = useTexts();
  const words = t.quarantine.deadline;
  const [day, setDay] = useState(row.expiresOn ?? '');
  const [reason, setReason] = useState('');
  const done = useDone(['quarantine']);
  const set = useMutation({
    mutationFn: () => post('/api/v1/quarantine/deadlines', { source: row.source.id, expiresOn: day, reason }),
    onSuccess: () => {
      onClose();
      return done(words.done);
    },
  });
  const errorOf = errorsByField(set.error);

  return (
    <Dialog
      title={`${words.title}: ${row.source.label}`}
      lead={words.lead}
      submit={words.submit}
      opened
      onClose={onClose}
      onSubmit={() => set.mutate()}
      isPending={set.isPending}
      problem={set.error}
    >
      <TextInput
        type="date"
        label={words.day}
        value={day}
        error={errorOf('expiresOn')}
        onChange={(event) => setDay(event.currentTarget.value)}
      />
      <Textarea
        label={t.quarantine.act.reason}
        description={t.quarantine.act.reasonHint}
        autosize
        minRows={2}
        maxLength={2000}
        value={reason}
        error={errorOf('reason')}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </Dialog>
  );
}
