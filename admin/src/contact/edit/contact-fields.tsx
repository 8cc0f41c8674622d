import { NativeSelect, SimpleGrid, Textarea, TextInput } from '@mantine/core';
import { countryCodes } from '../../languages/countries.ts';
import { useLanguage } from '../../languages/language-provider.tsx';
import { Section } from '../../ui/section.tsx';
import type { ContactDraft } from './contact-input.ts';
import { OwnFields } from './own-fields.tsx';
import { useStanding } from './standing.tsx';

interface ContactFieldsProps {
  draft: ContactDraft;
  set: <Key extends keyof ContactDraft>(key: Key, value: ContactDraft[Key]) => void;
  errorOf: (field: string) => string | undefined;
}

const inputTypes = { email: 'email', phone: 'tel', postalAddress: 'text' } as const;

export function ContactFields({ draft, set, errorOf }: ContactFieldsProps) {
  const { t, format } = useLanguage();
  const words = t.contact.edit;
  const standing = useStanding();
  // Autofill would offer the staff member's own name and address here.
  const text = (key: Exclude<keyof ContactDraft, 'fields'>) => ({
    ...standing(key),
    label: t.words.field[key],
    name: key,
    autoComplete: 'off',
    value: draft[key],
    error: errorOf(key),
    onChange: (event: { currentTarget: { value: string } }) => set(key, event.currentTarget.value),
  });

  return (
    <>
      <Section title={words.data}>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {(['givenName', 'familyName', 'company', 'jobTitle', 'city'] as const).map((key) => (
            <TextInput key={key} {...text(key)} />
          ))}
          <NativeSelect
            label={words.country}
            value={draft.country}
            error={errorOf('country')}
            data={[
              { value: '', label: words.noCountry },
              ...countryCodes.map((value) => ({ value, label: format.country(value) })),
            ]}
            onChange={(event) => set('country', event.currentTarget.value)}
          />
        </SimpleGrid>
        <Textarea {...text('note')} autosize minRows={2} />
      </Section>
      <OwnFields draft={draft} set={set} errorOf={errorOf} />
      <Section title={words.reach}>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {(['email', 'phone', 'postalAddress'] as const).map((key) => (
            <TextInput key={key} {...text(key)} type={inputTypes[key]} spellCheck={false} />
          ))}
          <NativeSelect
            label={words.language}
            value={draft.language}
            data={Object.entries(t.words.language).map(([value, label]) => ({ value, label }))}
            onChange={(event) => set('language', event.currentTarget.value)}
          />
        </SimpleGrid>
      </Section>
    </>
  );
}
