import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { post } from '../api/client.ts';
import { useTexts } from '../languages/language-provider.tsx';
import { announce } from '../ui/announce.tsx';

/** Says that two records are not of one person, and shows what is left. */
export function useDismiss(onDone?: () => void) {
  const t = useTexts();
  const queries = useQueryClient();

  return useMutation({
    mutationFn: (pair: { one: string; other: string }) => post('/api/v1/duplicates/dismiss', pair),
    onSuccess: async () => {
      notifications.show({ message: t.duplicates.dismissed, color: 'green' });
      announce(t.duplicates.dismissed);
      onDone?.();
      await queries.invalidateQueries({ queryKey: ['duplicates'] });
    },
  });
}
