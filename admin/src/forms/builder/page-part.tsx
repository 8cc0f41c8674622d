import { Text } from '@mantine/core';
import { useTexts } from '../../languages/language-provider.tsx';
import { Section } from '../../ui/section.tsx';
import { useBuilder } from './builder-context.ts';
import { PlacedTexts } from './placed-texts.tsx';

/** What stands at the top and the bottom of the form. */
export function PagePart() {
  const t = useTexts();
  const { definition, edit } = useBuilder();
  const words = t.formBuilder;

  return (
    <Section title={words.page}>
      <Text size="sm" c="dimmed">
        {words.companyHint}
      </Text>
      <PlacedTexts
        label={words.formTitle}
        place="title"
        maxLength={150}
        value={definition.title}
        onChange={(title) => edit((form) => ({ ...form, title }))}
      />
      <PlacedTexts
        label={words.intro}
        place="intro"
        long
        maxLength={600}
        value={definition.intro}
        onChange={(intro) => edit((form) => ({ ...form, intro }))}
      />
      <PlacedTexts
        label={words.submit}
        place="submit"
        maxLength={60}
        value={definition.submit}
        onChange={(submit) => edit((form) => ({ ...form, submit }))}
      />
    </Section>
  );
}
