import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../api/client.ts';
import { useTexts } from '../languages/language-provider.tsx';
import { errorsByField } from '../ui/draft.ts';
import { Form } from '../ui/form.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { AddressFields, type TypedAddress } from './address-fields.tsx';
import { OpenedView } from './opened-view.tsx';
import type { OpenedEvidence, Opening } from './queries.ts';

const nobody: TypedAddress = { kind: 'email', address: '' };

/** Opens once, after the address is typed again; what was found stays in this dialog and goes with it. */
export function OpenDialog({ opening, onClose }: { opening: Opening | undefined; onClose: () => void }) {
  const t = useTexts();
  const queries = useQueryClient();
  const words = t.evidence.open;
  const [address, setAddress] = useState(nobody);
  const open = useMutation({
    mutationFn: (id: string) => post<OpenedEvidence>(`/api/v1/evidence/openings/${id}/open`, address),
    gcTime: 0,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['evidence', 'openings'] }),
  });
  const close = () => {
    open.reset();
    setAddress(nobody);
    onClose();
  };

  return (
    <Modal opened={opening !== undefined} onClose={close} title={words.title} size="xl" closeOnClickOutside={!open.data}>
      {open.data ? (
        <OpenedView opened={open.data} />
      ) : (
        <Form onSubmit={() => opening && open.mutate(opening.id)} problem={open.error}>
          <Stack>
            <Text>{words.lead}</Text>
            <AddressFields value={address} error={errorsByField(open.error)('address')} onChange={setAddress} />
            {open.error ? <ProblemNotice problem={open.error} /> : null}
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {t.common.cancel}
              </Button>
              <Button type="submit" loading={open.isPending}>
                {words.submit}
              </Button>
            </Group>
          </Stack>
        </Form>
      )}
    </Modal>
  );
}
