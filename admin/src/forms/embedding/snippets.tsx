import { Button, CopyButton, Group, NativeSelect, SegmentedControl, Stack, Text, Textarea, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { snippetsQuery } from '../../api/form-queries.ts';
import type { Language } from '../../api/types.ts';
import { useLanguage } from '../../languages/language-provider.tsx';
import { IconCopy } from '../../ui/icons.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Section } from '../../ui/section.tsx';

const kinds = ['frame', 'form', 'formWithScript'] as const;

/** What to copy into a site, in each language and in the order of how much can be proven afterwards. */
export function Snippets({ id, returnAddresses }: { id: string; returnAddresses: readonly string[] }) {
  const { t, language } = useLanguage();
  const [spoken, setSpoken] = useState<Language>(language);
  const [returnAddress, setReturnAddress] = useState('');
  const snippets = useQuery(snippetsQuery(id, returnAddresses.includes(returnAddress) ? returnAddress : ''));
  const words = t.formSites;

  return (
    <Section title={words.snippets} lead={snippets.data ? words.snippetsLead(snippets.data.version) : undefined}>
      <Group gap="sm" align="flex-end">
        <SegmentedControl
          aria-label={t.formBuilder.previewLanguage}
          value={spoken}
          onChange={(value) => setSpoken(value as Language)}
          data={[
            { value: 'bg', label: t.words.language.bg },
            { value: 'en', label: t.words.language.en },
          ]}
        />
        {returnAddresses.length > 0 ? (
          <NativeSelect
            label={words.returnTo}
            value={returnAddress}
            data={[
              { value: '', label: words.ownPage },
              ...returnAddresses.map((address) => ({ value: address, label: address })),
            ]}
            onChange={(event) => setReturnAddress(event.currentTarget.value)}
          />
        ) : null}
      </Group>
      <Loaded query={snippets}>
        {({ snippets: made }) => (
          <Stack>
            {kinds.map((kind) => (
              <Snippet key={kind} kind={kind} language={spoken} markup={made[spoken][kind]} />
            ))}
          </Stack>
        )}
      </Loaded>
    </Section>
  );
}

interface SnippetProps {
  kind: (typeof kinds)[number];
  language: Language;
  markup: string;
}

function Snippet({ kind, language, markup }: SnippetProps) {
  const { t } = useLanguage();
  const words = t.formSites;

  return (
    <div>
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={3}>{words[kind]}</Title>
          <Text size="sm" c="dimmed" className="prose">
            {words[`${kind}Lead`]}
          </Text>
        </div>
        <CopyButton value={markup}>
          {({ copied, copy }) => (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconCopy size={14} />}
              aria-label={copied ? undefined : words.copyOf(words[kind], t.words.language[language])}
              onClick={copy}
            >
              {copied ? words.copied : words.copy}
            </Button>
          )}
        </CopyButton>
      </Group>
      <Textarea
        mt="xs"
        readOnly
        autosize
        maxRows={10}
        aria-label={words[kind]}
        lang={language}
        value={markup}
        spellCheck={false}
        classNames={{ input: 'mono' }}
      />
    </div>
  );
}
