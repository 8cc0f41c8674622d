import { Group } from '@mantine/core';
import type { Form } from '../api/form-types.ts';
import { useTexts } from '../languages/language-provider.tsx';
import { IconPencil } from '../ui/icons.tsx';
import { Mark } from '../ui/mark.tsx';

/** Whether people can open a form, and whether other words wait to be published. */
export function FormMarks({ form }: { form: Form }) {
  const t = useTexts();
  const words = t.forms;

  return (
    <Group gap="xs">
      {form.archivedAt ? (
        <Mark tone="no">{words.archived}</Mark>
      ) : form.published ? (
        <Mark tone="yes">{words.versionOnline(form.published.number)}</Mark>
      ) : (
        <Mark tone="wait">{words.unpublished}</Mark>
      )}
      {form.draft ? (
        <Mark tone="plain" icon={<IconPencil size={14} />}>
          {words.draft}
        </Mark>
      ) : null}
    </Group>
  );
}
