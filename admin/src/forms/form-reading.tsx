import { SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { FormDefinition } from '../api/form-types.ts';
import { purposesQuery } from '../api/queries.ts';
import type { Texts } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { Section } from '../ui/section.tsx';
import { isStandard } from './builder/definition.ts';

/** What a form says, for those who may read it and not change it: texts, not greyed-out fields. */
export function FormReading({ definition }: { definition: FormDefinition }) {
  const { t, language } = useLanguage();
  const { data: purposes = [] } = useQuery(purposesQuery);
  const words = t.formBuilder;
  const { magnet, sent, mail, done } = definition;

  return (
    <>
      <Section title={words.page}>
        <BothTexts label={words.formTitle} texts={definition.title} />
        <BothTexts label={words.intro} texts={definition.intro} />
        <BothTexts label={words.submit} texts={definition.submit} />
      </Section>
      {magnet ? (
        <Section title={words.magnet}>
          <BothTexts label={words.magnetLabel} texts={magnet.label} />
          <BothTexts label={words.hint} texts={magnet.hint} />
        </Section>
      ) : null}
      <Section title={words.fields}>
        {definition.fields.map((field) => (
          <Stack key={field.key} gap="xs">
            <Title order={3}>
              {isStandard(field.key) ? wordFor(t.words.field, field.key) : words.ownField(field.key)}
              {field.required ? '' : ` ${t.common.optional}`}
            </Title>
            <BothTexts label={words.label} texts={field.label} />
            <BothTexts label={words.reason} texts={field.reason} />
            {(field.options ?? []).map((option, at) => (
              <BothTexts key={option.value} label={words.option(at + 1)} texts={option.label} />
            ))}
          </Stack>
        ))}
      </Section>
      <Section title={words.boxes}>
        {definition.boxes.map((box) => (
          <Stack key={`${box.purpose} ${box.channel}`} gap="xs">
            <Title order={3}>
              {purposes.find(({ id }) => id === box.purpose)?.name[language] ?? '…'} – {t.words.channel[box.channel]}
            </Title>
            <BothTexts label={words.boxLabel} texts={box.label} />
            <BothTexts label={words.hint} texts={box.hint} />
          </Stack>
        ))}
      </Section>
      {sent ? <PageReading title={words.sent} texts={[sent.title, sent.text]} /> : null}
      {mail ? <PageReading title={words.mail} texts={[mail.subject, mail.text]} /> : null}
      <PageReading title={words.done} texts={[done.title, done.text]} />
    </>
  );
}

function PageReading({ title, texts: [first, second] }: { title: string; texts: [Texts, Texts] }) {
  const { t } = useLanguage();

  return (
    <Section title={title}>
      <BothTexts label={t.formBuilder.pageTitle} texts={first} />
      <BothTexts label={t.formBuilder.pageText} texts={second} />
    </Section>
  );
}

function BothTexts({ label, texts }: { label: string; texts: Texts }) {
  const { t } = useLanguage();

  return (
    <div>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        {(['bg', 'en'] as const).map((spoken) => (
          <Text key={spoken} lang={spoken} className="break">
            {texts[spoken] || t.common.none}
          </Text>
        ))}
      </SimpleGrid>
    </div>
  );
}
