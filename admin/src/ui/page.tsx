import { Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';

interface PageProps {
  title: string;
  /** What the browser tab says, when it should say less than the heading: no person's name goes into the history. */
  documentTitle?: string;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

let shownBefore = false;

/** One screen: its heading, which takes the focus after a navigation, the tab's title, its actions and its content. */
export function Page({ title, documentTitle = title, lead, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${documentTitle} · Saglasie`;
  }, [documentTitle]);
  useEffect(() => {
    // The first page leaves the focus where a browser puts it, so that the skip link comes first.
    if (shownBefore) heading.current?.focus({ preventScroll: true });
    shownBefore = true;
  }, []);

  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start" gap="md">
        <Stack gap={4} style={{ flex: '1 1 16rem', minWidth: 0 }}>
          <Title order={1} ref={heading} tabIndex={-1} className="break">
            {title}
          </Title>
          {lead ? (
            <Text c="dimmed" component="div" className="prose">
              {lead}
            </Text>
          ) : null}
        </Stack>
        {actions ? <Group gap="xs">{actions}</Group> : null}
      </Group>
      {children}
    </Stack>
  );
}
