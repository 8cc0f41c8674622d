import { ActionIcon, Group, Stack, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import { useTexts } from '../../languages/language-provider.tsx';
import { announce } from '../../ui/announce.tsx';
import { IconDown, IconTrash, IconUp } from '../../ui/icons.tsx';
import styles from './builder.module.css';
import { UndoMessage } from './undo-message.tsx';

interface MovableCardProps {
  name: string;
  place: string;
  position: number;
  count: number;
  onMove: (to: number) => void;
  onRemove: () => void;
  /** Puts back what was removed, where it was. */
  onUndo: () => void;
  marks?: ReactNode;
  children: ReactNode;
}

/** A field or a box of the form: its name, its place among the others, and everything it says. */
export function MovableCard({ name, place, position, count, onMove, onRemove, onUndo, marks, children }: MovableCardProps) {
  const t = useTexts();
  const words = t.formBuilder;
  const up = useRef<HTMLButtonElement>(null);
  const down = useRef<HTMLButtonElement>(null);
  const move = (by: -1 | 1) => {
    const to = position + by;
    if (to < 0 || to >= count) return;
    onMove(to);
    announce(words.moved(name, to + 1, count));
    // A browser takes the focus from what is moved in the page.
    requestAnimationFrame(() => (by < 0 ? up : down).current?.focus());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    move(event.key === 'ArrowUp' ? -1 : 1);
  };
  const remove = () => {
    onRemove();
    const id = `removed ${place}`;
    notifications.show({
      id,
      message: <UndoMessage text={words.removed(name)} notification={id} onUndo={onUndo} />,
      autoClose: 12_000,
    });
  };

  return (
    <section className={styles.item} data-place={place} aria-label={name}>
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Group gap="xs" style={{ minWidth: 0 }}>
            <Title order={3} className="break">
              {name}
            </Title>
            {marks}
          </Group>
          <Group gap={4} wrap="nowrap" onKeyDown={onKeyDown}>
            <ActionIcon
              ref={up}
              variant="default"
              size="md"
              aria-label={words.moveUp(name)}
              aria-disabled={position === 0}
              onClick={() => move(-1)}
            >
              <IconUp size={16} />
            </ActionIcon>
            <ActionIcon
              ref={down}
              variant="default"
              size="md"
              aria-label={words.moveDown(name)}
              aria-disabled={position === count - 1}
              onClick={() => move(1)}
            >
              <IconDown size={16} />
            </ActionIcon>
            <ActionIcon variant="default" size="md" aria-label={words.removeOf(name)} onClick={remove}>
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        </Group>
        {children}
      </Stack>
    </section>
  );
}
