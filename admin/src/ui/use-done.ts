import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { announce } from './announce.tsx';

/** Says that something was done, and shows everything that changed by it. */
export function useDone(queryKeys: readonly string[]): (message: string) => Promise<void> {
  const queries = useQueryClient();

  return async (message) => {
    notifications.show({ message, color: 'green' });
    announce(message);
    await Promise.all(queryKeys.map((key) => queries.invalidateQueries({ queryKey: [key] })));
  };
}
