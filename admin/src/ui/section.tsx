import { Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';

interface SectionProps {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A titled card; a landmark named by its heading. */
export function Section({ title, lead, actions, children }: SectionProps) {
  const id = useId();

  return (
    <section className="card" aria-labelledby={id}>
      <Stack gap="md" p={{ base: 'md', sm: 'lg' }}>
        <Group justify="space-between" align="flex-start" gap="sm">
          <div style={{ flex: '1 1 12rem', minWidth: 0 }}>
            <Title order={2} id={id}>
              {title}
            </Title>
            {lead ? (
              <Text c="dimmed" size="sm" mt={2} component="div" className="prose">
                {lead}
              </Text>
            ) : null}
          </div>
          {actions ? <Group gap="xs">{actions}</Group> : null}
        </Group>
        {children}
      </Stack>
    </section>
  );
}
