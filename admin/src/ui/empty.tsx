import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** Nothing to show: one sentence that says why, and one thing to do about it. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <Stack align="center" gap="xs" py="xl" px="md" ta="center">
      <Text fw={600}>{title}</Text>
      {children ? (
        <Text c="dimmed" size="sm" component="div" maw={460}>
          {children}
        </Text>
      ) : null}
      {action}
    </Stack>
  );
}
