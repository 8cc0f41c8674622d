import { Button, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { download } from '../api/client.ts';
import { useTexts } from '../languages/language-provider.tsx';
import { IconDownload } from '../ui/icons.tsx';
import { ProblemNotice } from '../ui/problem.tsx';

export function ExportLedger({ filters }: { filters: Record<string, string | undefined> }) {
  const t = useTexts();
  const save = useMutation({ mutationFn: () => download('/api/v1/ledger/export', filters) });

  return (
    <Stack gap="xs">
      <Button
        variant="default"
        leftSection={<IconDownload size={16} />}
        title={t.ledger.exportHint}
        onClick={() => save.mutate()}
        loading={save.isPending}
      >
        {t.ledger.export}
      </Button>
      {save.error ? <ProblemNotice problem={save.error} /> : null}
    </Stack>
  );
}
