import { Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { post } from '../api/client.ts';
import { ActDialog } from '../contact/actions/act-dialog.tsx';
import { useTexts } from '../languages/language-provider.tsx';
import { announce } from '../ui/announce.tsx';
import type { Merge } from './queries.ts';

/** What taking two records apart means, before it is done. */
export function UndoDialog({ merge, onClose }: { merge: Merge | undefined; onClose: () => void }) {
  const t = useTexts();
  const words = t.duplicates.merges;
  const queries = useQueryClient();
  const undo = useMutation({
    mutationFn: (id: string) => post<Merge>(`/api/v1/merges/${id}/undo`),
    onSuccess: async () => {
      onClose();
      notifications.show({ message: words.didUndo, color: 'green' });
      announce(words.didUndo);
      await Promise.all(
        ['duplicates', 'contact', 'contacts', 'home'].map((key) => queries.invalidateQueries({ queryKey: [key] })),
      );
    },
  });

  return (
    <ActDialog
      title={words.undoTitle}
      lead={words.undoLead}
      submit={words.undoSubmit}
      opened={merge !== undefined}
      onClose={onClose}
      isPending={undo.isPending}
      problem={undo.error}
      onSubmit={() => merge && undo.mutate(merge.id)}
    >
      {merge ? <Text fw={600}>{[merge.absorbed.name, merge.survivor.name].filter(Boolean).join(' – ')}</Text> : null}
    </ActDialog>
  );
}
