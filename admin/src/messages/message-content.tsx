import { Stack, Tabs, Text } from '@mantine/core';
import type { DeliveryMessage } from '../api/types.ts';
import { useTexts } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { Section } from '../ui/section.tsx';
import { Letter } from './letter.tsx';
import styles from './messages.module.css';

interface MessageContentProps {
  message: NonNullable<DeliveryMessage['message']>;
  language: string;
}

/** The message as it would leave: how it looks, its plain text, and where its links lead. */
export function MessageContent({ message, language }: MessageContentProps) {
  const t = useTexts();
  const words = t.messages;

  return (
    <Section title={message.subject}>
      <Tabs defaultValue="text" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="text">{words.text}</Tabs.Tab>
          <Tabs.Tab value="html">{words.html}</Tabs.Tab>
          <Tabs.Tab value="links">{words.links}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="html" pt="md">
          <Letter html={message.html} title={words.htmlFrame} language={language} />
        </Tabs.Panel>
        <Tabs.Panel value="text" pt="md">
          <pre className={styles.text} lang={language}>
            {message.text}
          </pre>
        </Tabs.Panel>
        <Tabs.Panel value="links" pt="md">
          <Stack component="ul" gap="xs" m={0} ps="md">
            {message.links.map(({ label, url }) => (
              <li key={url} className="break">
                <Text size="sm">{wordFor(words.linkLabels, label)}</Text>
                <a href={url} target="_blank" rel="noreferrer">
                  {url}
                </a>
              </li>
            ))}
          </Stack>
        </Tabs.Panel>
      </Tabs>
    </Section>
  );
}
