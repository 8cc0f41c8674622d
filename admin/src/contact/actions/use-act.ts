import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { post } from '../../api/client.ts';
import { useTexts } from '../../languages/language-provider.tsx';
import { announce } from '../../ui/announce.tsx';

/** Records a legal act about the person, then shows everything that changed by it. */
export function useAct(contactId: string, act: string, onDone: () => void) {
  const t = useTexts();
  const queries = useQueryClient();

  return useMutation({
    mutationFn: (body: object) => post(`/api/v1/contacts/${contactId}/permissions/${act}`, body),
    onSuccess: async () => {
      onDone();
      notifications.show({ message: t.contact.actions.done, color: 'green' });
      announce(t.contact.actions.done);
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['contact', contactId] }),
        queries.invalidateQueries({ queryKey: ['contacts'] }),
        queries.invalidateQueries({ queryKey: ['home'] }),
      ]);
    },
  });
}
