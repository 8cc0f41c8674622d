import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../api/client.ts';
import { ActDialog as Dialog } from '../contact/actions/act-dialog.tsx';
import { useLanguage } from '../languages/language-provider.tsx';
import { errorsByField } from '../ui/draft.ts';
import { localNow } from '../ui/local-now.ts';
import { useDone } from '../ui/use-done.ts';

interface RecordDialogProps {
  contacts: string[];
  onClose: () => void;
  onDone: () => void;
}

/** A colleague told them: how and when. */
export function RecordDialog({ contacts, onClose, onDone }: RecordDialogProps) {
  const { t, format } = useLanguage();
  const words = t.toTell.recordDialog;
  const [how, setHow] = useState('post');
  const [at, setAt] = useState(localNow);
  const [note, setNote] = useState('');
  const done = useDone(['art14', 'home', 'contact']);
  const record = useMutation({
    mutationFn: () =>
      post<{ told: number }>('/api/v1/art14/told', {
        contacts,
        how,
        at: new Date(at).toISOString(),
        ...(note.trim() ? { note: note.trim() } : {}),
      }),
    onSuccess: ({ told }) => {
      onClose();
      onDone();
      return done(words.done(format.number(told)));
    },
  });
  const errorOf = errorsByField(record.error);

  return (
    <Dialog
      title={words.title}
      lead={words.lead}
      submit={words.submit(format.number(contacts.length))}
      opened
      onClose={onClose}
      onSubmit={() => record.mutate()}
      isPending={record.isPending}
      problem={record.error}
    >
      <NativeSelect
        label={words.how}
        data={Object.entries(words.hows).map(([value, label]) => ({ value, label }))}
        value={how}
        error={errorOf('how')}
        onChange={(event) => setHow(event.currentTarget.value)}
      />
      <TextInput
        type="datetime-local"
        label={words.at}
        value={at}
        error={errorOf('at')}
        onChange={(event) => setAt(event.currentTarget.value)}
      />
      <Textarea
        label={`${words.note} ${t.common.optional}`}
        autosize
        minRows={2}
        maxLength={500}
        value={note}
        error={errorOf('note')}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </Dialog>
  );
}
