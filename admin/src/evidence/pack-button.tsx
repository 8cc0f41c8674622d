import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { ApiProblem, download } from '../api/client.ts';
import { useTexts } from '../languages/language-provider.tsx';
import { IconShield } from '../ui/icons.tsx';

/** Everything that proves lawfulness about this thing, as one signed file. */
export function PackButton({ path }: { path: string }) {
  const t = useTexts();
  const save = useSavePack(path);

  return (
    <Button
      variant="default"
      leftSection={<IconShield size={16} />}
      title={t.evidence.packHint}
      loading={save.isPending}
      onClick={() => save.mutate()}
    >
      {t.evidence.pack}
    </Button>
  );
}

export function useSavePack(path: string) {
  const t = useTexts();

  return useMutation({
    mutationFn: () => download(path, {}),
    onError: (problem) =>
      notifications.show({
        color: 'red',
        title: problem instanceof ApiProblem ? problem.message : t.problem.unexpected,
        message: problem instanceof ApiProblem ? (problem.detail ?? problem.requestId ?? '') : '',
        autoClose: false,
      }),
  });
}
