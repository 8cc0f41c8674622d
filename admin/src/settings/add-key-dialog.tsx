import { Button, Checkbox, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../api/client.ts';
import { useTexts } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { errorsByField } from '../ui/draft.ts';
import { Form } from '../ui/form.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { ShownOnce } from './shown-once.tsx';

// What src/api-keys/scopes.ts lets a key do; staff, keys and the company's details are not for programs.
const scopes = [
  'contacts.read',
  'contacts.write',
  'contacts.erase',
  'contacts.export',
  'permissions.read',
  'permissions.write',
  'purposes.read',
  'purposes.write',
  'forms.read',
  'forms.write',
  'forms.submit',
  'deliveries.read',
  'deliveries.write',
  'ledger.read',
  'evidence.read',
  'audit.read',
  'controller.read',
  'register.write',
];

export function AddKeyDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const t = useTexts();
  const queries = useQueryClient();
  const words = t.settings.keys;
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<string[]>([]);
  const [expires, setExpires] = useState('');
  const add = useMutation({
    mutationFn: () =>
      post<{ key: string }>('/api/v1/api-keys', {
        name: name.trim(),
        scopes: chosen,
        // The whole of the last day counts.
        ...(expires === '' ? {} : { expiresAt: new Date(`${expires}T23:59:59`).toISOString() }),
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['api-keys'] }),
  });
  const errorOf = errorsByField(add.error);
  const close = () => {
    add.reset();
    setName('');
    setChosen([]);
    setExpires('');
    onClose();
  };

  return (
    <Modal opened={opened} onClose={close} title={add.data ? words.shownTitle : words.add}>
      {add.data ? (
        <ShownOnce secret={add.data.key} lead={words.shownLead} copyLabel={words.copyKey} />
      ) : (
        <Form onSubmit={() => add.mutate()} problem={add.error}>
          <Stack>
            <TextInput
              label={words.name}
              description={words.nameHint}
              value={name}
              error={errorOf('name')}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Checkbox.Group label={words.scopes} value={chosen} error={errorOf('scopes')} onChange={setChosen}>
              <Stack gap="xs" mt="xs">
                {scopes.map((scope) => (
                  <Checkbox key={scope} value={scope} label={wordFor(t.words.right, scope)} />
                ))}
              </Stack>
            </Checkbox.Group>
            <TextInput
              type="date"
              label={words.expires}
              description={words.expiresHint}
              value={expires}
              error={errorOf('expiresAt')}
              onChange={(event) => setExpires(event.currentTarget.value)}
            />
            {add.error ? <ProblemNotice problem={add.error} /> : null}
            <Button type="submit" loading={add.isPending}>
              {words.submit}
            </Button>
          </Stack>
        </Form>
      )}
    </Modal>
  );
}
