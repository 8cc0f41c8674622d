import { Button, Group, Text } from '@mantine/core';
import { useTexts } from '../../languages/language-provider.tsx';

interface FormFootProps {
  submit: string;
  isPending: boolean;
  isDirty: boolean;
  onCancel: () => void;
}

export function FormFoot({ submit, isPending, isDirty, onCancel }: FormFootProps) {
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
      <Button type="submit" loading={isPending}>
        {submit}
      </Button>
    </Group>
  );
}
