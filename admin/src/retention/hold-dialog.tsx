import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../api/client.ts';
import { ActDialog } from '../contact/actions/act-dialog.tsx';
import { useLanguage } from '../languages/language-provider.tsx';
import { announce } from '../ui/announce.tsx';
import { errorsByField } from '../ui/draft.ts';
import { type HoldGround, holdGrounds } from './queries.ts';

/** Stops erasing a person: on which ground, why, until when. */
export function HoldDialog({ contactId, onClose }: { contactId: string; onClose: () => void }) {
  const { t } = useLanguage();
  const queries = useQueryClient();
  const words = t.retention.holds;
  const [ground, setGround] = useState<HoldGround>('claim');
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState('');
  const place = useMutation({
    mutationFn: () => post(`/api/v1/contacts/${contactId}/holds`, { ground, reason, until: until === '' ? null : until }),
    onSuccess: async () => {
      notifications.show({ message: words.placed, color: 'green' });
      announce(words.placed);
      onClose();
      await queries.invalidateQueries({ queryKey: ['retention'] });
    },
  });
  const errorOf = errorsByField(place.error);

  return (
    <ActDialog
      title={words.placeTitle}
      lead={words.placeLead}
      submit={words.place}
      opened
      onClose={onClose}
      isPending={place.isPending}
      problem={place.error}
      onSubmit={() => place.mutate()}
    >
      <NativeSelect
        label={words.ground}
        value={ground}
        data={holdGrounds.map((value) => ({ value, label: words.grounds[value] }))}
        onChange={(event) => setGround(event.currentTarget.value as HoldGround)}
      />
      <Textarea
        label={words.reason}
        description={words.reasonHint}
        autosize
        minRows={2}
        value={reason}
        error={errorOf('reason')}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <TextInput
        type="date"
        label={words.untilDay}
        description={words.untilHint}
        value={until}
        error={errorOf('until')}
        onChange={(event) => setUntil(event.currentTarget.value)}
      />
    </ActDialog>
  );
}
