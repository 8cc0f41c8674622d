import { List, NativeSelect, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { remove } from '../../api/client.ts';
import { KeepFields, type Keeping, keepingOf, wishOf } from '../../evidence/keep-fields.tsx';
import { policyQuery } from '../../evidence/queries.ts';
import { useTexts } from '../../languages/language-provider.tsx';
import { announce } from '../../ui/announce.tsx';
import { errorsByField } from '../../ui/draft.ts';
import { ActDialog } from './act-dialog.tsx';

interface EraseDialogProps {
  contactId: string;
  name: string;
  opened: boolean;
  onClose: () => void;
}

/** Art. 17. The only act without an undo: the name is typed, after reading what goes, what stays and why. */
export function EraseDialog({ contactId, name, opened, onClose }: EraseDialogProps) {
  const t = useTexts();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const words = t.contact.erase;
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('request');
  const policy = useQuery({ ...policyQuery, enabled: opened });
  const [decided, setDecided] = useState<Keeping>();
  const keeping = decided ?? (policy.data && keepingOf(policy.data));
  const isSame = typed.normalize('NFC').trim() === name.normalize('NFC').trim();
  const erase = useMutation({
    mutationFn: () => remove(`/api/v1/contacts/${contactId}`, { reason, ...(keeping ? { evidence: wishOf(keeping) } : {}) }),
    onSuccess: async () => {
      await navigate({ to: '/people' });
      // Nothing of the erased person may linger in this browser's memory either.
      for (const key of ['contact', 'ledger']) queries.removeQueries({ queryKey: [key] });
      for (const key of ['contacts', 'home', 'deliveries', 'audit']) void queries.resetQueries({ queryKey: [key] });
      notifications.show({ message: words.done, color: 'green' });
      announce(words.done);
    },
  });

  return (
    <ActDialog
      title={words.title}
      submit={words.submit}
      opened={opened}
      onClose={onClose}
      isPending={erase.isPending}
      problem={erase.error}
      canSubmit={isSame}
      isFinal
      onSubmit={() => erase.mutate()}
    >
      <section>
        <Title order={3}>{words.goes}</Title>
        <p>{words.goesList}</p>
        <Title order={3}>{words.stays}</Title>
        <List mt="xs" spacing="xs">
          <List.Item>{words.staysHash}</List.Item>
          <List.Item>{words.staysLedger}</List.Item>
          <List.Item>{words.staysAudit}</List.Item>
        </List>
      </section>
      <NativeSelect
        label={words.reason}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        data={Object.entries(words.reasons).map(([value, label]) => ({ value, label }))}
      />
      {keeping ? <KeepFields value={keeping} errorOf={errorsByField(erase.error)} onChange={setDecided} /> : null}
      <TextInput
        label={words.type(name)}
        autoComplete="off"
        value={typed}
        error={typed !== '' && !isSame && typed.length >= name.length ? words.mismatch : undefined}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
    </ActDialog>
  );
}
