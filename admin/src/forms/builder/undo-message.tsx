import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useTexts } from '../../languages/language-provider.tsx';

/** What was done, and the way back. */
export function UndoMessage({ text, notification, onUndo }: { text: string; notification: string; onUndo: () => void }) {
  const t = useTexts();

  return (
    <Group justify="space-between" gap="sm">
      <span className="break">{text}</span>
      <Button
        size="xs"
        variant="default"
        onClick={() => {
          onUndo();
          notifications.hide(notification);
        }}
      >
        {t.formBuilder.undo}
      </Button>
    </Group>
  );
}
