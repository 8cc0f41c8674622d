import { Fieldset, SimpleGrid, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Language, Texts } from '../api/types.ts';
import { useTexts } from '../languages/language-provider.tsx';

interface TextsFieldsProps {
  label: string;
  description?: string;
  value: Texts;
  onChange: (value: Texts) => void;
  long?: boolean;
  required?: boolean;
  maxLength?: number;
  /** Without a frame, where many stand in one that has it. */
  isPlain?: boolean;
  error?: (language: Language) => ReactNode;
  /** What deserves a look without being refused. */
  note?: (language: Language) => ReactNode;
}

/** One text in both languages, side by side: neither is the translation of the other, both are what people read. */
export function TextsFields(props: TextsFieldsProps) {
  const { label, description, value, onChange, long = false, required = false, maxLength, isPlain = false, error, note } = props;
  const t = useTexts();
  const Input = long ? Textarea : TextInput;

  return (
    <Fieldset
      legend={label}
      variant={isPlain ? 'unstyled' : 'default'}
      radius="md"
      p={isPlain ? 0 : 'sm'}
      bg="transparent"
      styles={{ legend: { fontWeight: 600 } }}
    >
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        {(['bg', 'en'] as const).map((language) => (
          <Input
            key={language}
            label={t.common.inLanguage[language]}
            description={note?.(language) ?? (language === 'bg' ? description : undefined)}
            lang={language}
            wrapperProps={{ 'data-language': language }}
            maxLength={maxLength}
            required={required}
            withAsterisk={false}
            value={value[language]}
            error={error?.(language)}
            onChange={(event) => onChange({ ...value, [language]: event.currentTarget.value })}
            {...(long ? { autosize: true, minRows: 2 } : {})}
          />
        ))}
      </SimpleGrid>
    </Fieldset>
  );
}
