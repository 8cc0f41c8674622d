import { Button, Group, Text } from '@mantine/core';
import { useTexts } from '../../languages/language-provider.tsx';

interface FormFootProps {
  submit: string;
  isPending: boolean;
  isDirty: boolean;
  /** False while there is nothing the server could be asked to save. */
  canSubmit?: boolean;
  onCancel: () => void;
}

export function FormFoot({ submit, isPending, isDirty, canSubmit = true, onCancel }: FormFootProps) {
  const t = useTexts();

  return (
    <Group justify="flex-end">
      {isDirty ? (
        <Text size="sm" c="dimmed">
          {t.common.unsaved}
        </Text>
      ) : null}
      <Button variant="default" onClick={onCancel}>
        {t.common.cancel}
      </Button>
      <Button type="submit" loading={isPending} disabled={!canSubmit}>
        {submit}
      </Button>
    </Group>
  );
}
