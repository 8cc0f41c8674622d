import { Radio, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTexts } from '../../languages/language-provider.tsx';
import { ActDialog } from './act-dialog.tsx';
import { useAct } from './use-act.ts';

interface RestrictDialogProps {
  contactId: string;
  opened: boolean;
  onClose: () => void;
}

export function RestrictDialog({ contactId, opened, onClose }: RestrictDialogProps) {
  const t = useTexts();
  const words = t.contact.restrict;
  const [ground, setGround] = useState('a');
  const restrict = useAct(contactId, 'restrict', onClose);

  return (
    <ActDialog
      title={words.title}
      lead={words.lead}
      submit={words.submit}
      opened={opened}
      onClose={onClose}
      isPending={restrict.isPending}
      problem={restrict.error}
      onSubmit={() => restrict.mutate({ ground })}
    >
      <Radio.Group label={words.ground} value={ground} onChange={setGround}>
        <Stack gap="xs" mt="xs">
          {Object.entries(t.words.restrictionGround).map(([value, label]) => (
            <Radio key={value} value={value} label={label} />
          ))}
        </Stack>
      </Radio.Group>
    </ActDialog>
  );
}
