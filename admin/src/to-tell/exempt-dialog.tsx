import { NativeSelect, Text, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../api/client.ts';
import { ActDialog as Dialog } from '../contact/actions/act-dialog.tsx';
import { useLanguage } from '../languages/language-provider.tsx';
import { errorsByField } from '../ui/draft.ts';
import { useDone } from '../ui/use-done.ts';
import type { Whom } from './queries.ts';

interface ExemptDialogProps {
  whom: Whom;
  whomWords: string;
  onClose: () => void;
  onDone: () => void;
}

/** They need not be told: on which ground, and why it applies. */
export function ExemptDialog({ whom, whomWords, onClose, onDone }: ExemptDialogProps) {
  const { t, format } = useLanguage();
  const words = t.toTell.exemptDialog;
  const [ground, setGround] = useState('has-information');
  const [reason, setReason] = useState('');
  const done = useDone(['art14', 'home', 'contact']);
  const exempt = useMutation({
    mutationFn: () => post<{ duties: number }>('/api/v1/art14/exempt', { ...whom, ground, reason }),
    onSuccess: ({ duties }) => {
      onClose();
      onDone();
      return done(words.done(format.number(duties)));
    },
  });
  const errorOf = errorsByField(exempt.error);

  return (
    <Dialog
      title={words.title}
      lead={words.lead}
      submit={words.submit}
      opened
      onClose={onClose}
      onSubmit={() => exempt.mutate()}
      isPending={exempt.isPending}
      problem={exempt.error}
    >
      <Text>
        {t.toTell.sendDialog.whom}: {whomWords}
      </Text>
      <NativeSelect
        label={words.ground}
        data={Object.entries(words.grounds).map(([value, label]) => ({ value, label }))}
        value={ground}
        error={errorOf('ground')}
        onChange={(event) => setGround(event.currentTarget.value)}
      />
      <Textarea
        label={words.reason}
        description={words.reasonHint}
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
