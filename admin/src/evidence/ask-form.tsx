import { Button, Group, NativeSelect, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../api/client.ts';
import { useTexts } from '../languages/language-provider.tsx';
import { announce } from '../ui/announce.tsx';
import { errorsByField } from '../ui/draft.ts';
import { Form } from '../ui/form.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { AddressFields, type TypedAddress } from './address-fields.tsx';

const nobody: TypedAddress = { kind: 'email', address: '' };

export function AskForm() {
  const t = useTexts();
  const queries = useQueryClient();
  const words = t.evidence.ask;
  const [address, setAddress] = useState(nobody);
  const [ground, setGround] = useState('authority');
  const [reference, setReference] = useState('');
  const ask = useMutation({
    mutationFn: () => post('/api/v1/evidence/openings', { ...address, ground, reference }),
    onSuccess: async () => {
      setAddress(nobody);
      setReference('');
      notifications.show({ message: words.done, color: 'green' });
      announce(words.done);
      await queries.invalidateQueries({ queryKey: ['evidence', 'openings'] });
    },
  });
  const errorOf = errorsByField(ask.error);

  return (
    <Form onSubmit={() => ask.mutate()} problem={ask.error}>
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <AddressFields value={address} error={errorOf('address')} onChange={setAddress} />
          <NativeSelect
            label={words.ground}
            value={ground}
            data={Object.entries(words.grounds).map(([value, label]) => ({ value, label }))}
            onChange={(event) => setGround(event.currentTarget.value)}
          />
          <TextInput
            label={words.reference}
            description={words.referenceHint}
            value={reference}
            error={errorOf('reference')}
            onChange={(event) => setReference(event.currentTarget.value)}
          />
        </SimpleGrid>
        {ask.error ? <ProblemNotice problem={ask.error} /> : null}
        <Group justify="flex-end">
          <Button type="submit" loading={ask.isPending}>
            {words.submit}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}
