import { Button, Modal, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { remove } from '../api/client.ts';
import { apiKeysQuery } from '../api/queries.ts';
import type { ApiKey } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { useMay } from '../shell/rights.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { IconPlus } from '../ui/icons.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Mark } from '../ui/mark.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { AddKeyDialog } from './add-key-dialog.tsx';

export function ApiKeysPage() {
  const { t } = useLanguage();
  const may = useMay();
  const keys = useQuery(apiKeysQuery);
  const [isOpen, dialog] = useDisclosure(false);

  return (
    <Page
      title={t.settings.keys.title}
      lead={t.settings.keys.lead}
      actions={
        may('keys.write') ? (
          <Button leftSection={<IconPlus />} onClick={dialog.open}>
            {t.settings.keys.add}
          </Button>
        ) : null
      }
    >
      <Loaded query={keys}>{(rows) => <KeysTable keys={rows} />}</Loaded>
      <AddKeyDialog opened={isOpen} onClose={dialog.close} />
    </Page>
  );
}

function KeysTable({ keys }: { keys: ApiKey[] }) {
  const { t, format } = useLanguage();
  const [revoking, setRevoking] = useState<ApiKey>();
  const words = t.settings.keys;
  if (keys.length === 0) {
    return (
      <div className="card">
        <Empty title={words.none} />
      </div>
    );
  }

  return (
    <>
      <DataTable caption={words.caption} columns={[words.name, words.scopes, words.expires, words.used, words.revoke]}>
        {keys.map((key) => (
          <Table.Tr key={key.id}>
            <Table.Th scope="row">
              {key.name} <code className="mono">{key.prefix}…</code>
            </Table.Th>
            <Table.Td data-label={words.scopes}>{key.scopes.map((scope) => wordFor(t.words.right, scope)).join(', ')}</Table.Td>
            <Table.Td data-label={words.expires}>{key.expiresAt ? format.date(key.expiresAt) : words.never}</Table.Td>
            <Table.Td data-label={words.used}>{key.lastUsedAt ? format.dateTime(key.lastUsedAt) : words.notUsed}</Table.Td>
            <Table.Td>
              {key.revokedAt ? (
                <Mark tone="no">{words.revoked}</Mark>
              ) : (
                <Button size="xs" variant="default" aria-label={words.revokeOf(key.name)} onClick={() => setRevoking(key)}>
                  {words.revoke}
                </Button>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
      <RevokeDialog apiKey={revoking} onClose={() => setRevoking(undefined)} />
    </>
  );
}

function RevokeDialog({ apiKey, onClose }: { apiKey: ApiKey | undefined; onClose: () => void }) {
  const { t } = useLanguage();
  const queries = useQueryClient();
  const words = t.settings.keys;
  const revoke = useMutation({
    mutationFn: (id: string) => remove(`/api/v1/api-keys/${id}`),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries({ queryKey: ['api-keys'] });
    },
  });

  return (
    <Modal opened={apiKey !== undefined} onClose={onClose} title={words.revokeTitle}>
      <Stack>
        <Text fw={600}>{apiKey?.name}</Text>
        <Text>{words.revokeLead}</Text>
        {revoke.error ? <ProblemNotice problem={revoke.error} /> : null}
        <Button color="red.9" loading={revoke.isPending} onClick={() => apiKey && revoke.mutate(apiKey.id)}>
          {words.revoke}
        </Button>
      </Stack>
    </Modal>
  );
}
