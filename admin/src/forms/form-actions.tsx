import { ActionIcon, Menu } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { post } from '../api/client.ts';
import type { Form } from '../api/form-types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { IconDots } from '../ui/icons.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { titleOf } from './form-title.ts';
import { NewFormDialog } from './new-form-dialog.tsx';

/** Everything that can be done to a form as a whole. */
export function FormActions({ form }: { form: Form }) {
  const { t, language } = useLanguage();
  const queries = useQueryClient();
  const [isDuplicating, dialog] = useDisclosure(false);
  const words = t.forms;
  const name = titleOf(form, language);
  const act = useMutation({
    mutationFn: ({ action }: { action: 'publish' | 'unpublish' | 'archive' | 'restore' }) =>
      post(`/api/v1/forms/${form.id}/${action}`),
    onSuccess: async (_, { action }) => {
      const done = {
        publish: words.publishedDone,
        unpublish: words.unpublishedDone,
        archive: words.archivedDone,
        restore: words.restoredDone,
      };
      notifications.show({ message: done[action], color: 'green' });
      await queries.invalidateQueries({ queryKey: ['forms'] });
    },
    onError: (problem) =>
      notifications.show({ id: `form ${form.id}`, message: <ProblemNotice problem={problem} />, autoClose: false }),
  });
  const isOpen = !form.archivedAt;

  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={words.actionsOf(name)} loading={act.isPending}>
            <IconDots />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={dialog.open}>{words.duplicate}</Menu.Item>
          {isOpen && form.published ? (
            <Menu.Item onClick={() => act.mutate({ action: 'unpublish' })}>{words.unpublish}</Menu.Item>
          ) : null}
          {isOpen && !form.published && form.versions.length > 0 ? (
            <Menu.Item onClick={() => act.mutate({ action: 'publish' })}>{words.publishAgain}</Menu.Item>
          ) : null}
          <Menu.Item onClick={() => act.mutate({ action: isOpen ? 'archive' : 'restore' })}>
            {isOpen ? words.archive : words.restore}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <NewFormDialog opened={isDuplicating} onClose={dialog.close} copied={{ id: form.id, name }} />
    </>
  );
}
