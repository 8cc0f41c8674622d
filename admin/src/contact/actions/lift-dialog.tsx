import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTexts } from '../../languages/language-provider.tsx';
import { errorsByField } from '../../ui/draft.ts';
import { ActDialog } from './act-dialog.tsx';
import { useAct } from './use-act.ts';

interface LiftDialogProps {
  contactId: string;
  opened: boolean;
  onClose: () => void;
}

/** Art. 18(3): the person is told first; the day goes into the ledger. */
export function LiftDialog({ contactId, opened, onClose }: LiftDialogProps) {
  const t = useTexts();
  const words = t.contact.lift;
  const [toldAt, setToldAt] = useState('');
  const lift = useAct(contactId, 'lift-restriction', onClose);
  const errorOf = errorsByField(lift.error);

  return (
    <ActDialog
      title={words.title}
      lead={words.lead}
      submit={words.submit}
      opened={opened}
      onClose={onClose}
      isPending={lift.isPending}
      problem={lift.error}
      canSubmit={toldAt !== ''}
      onSubmit={() => lift.mutate({ toldAt: new Date(toldAt).toISOString() })}
    >
      <TextInput
        type="datetime-local"
        label={words.told}
        value={toldAt}
        error={errorOf('toldAt')}
        onChange={(event) => setToldAt(event.currentTarget.value)}
      />
    </ActDialog>
  );
}
