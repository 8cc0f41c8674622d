import { Fieldset, SimpleGrid, Textarea, TextInput } from '@mantine/core';
import type { Language, Texts } from '../api/types.ts';
import { useTexts } from '../languages/language-provider.tsx';

interface TextsFieldsProps {
  label: string;
  description?: string;
  value: Texts;
  onChange: (value: Texts) => void;
  long?: boolean;
  required?: boolean;
  error?: (language: Language) => string | undefined;
}

/** One text in both languages, side by side: neither is the translation of the other, both are what people read. */
export function TextsFields({ label, description, value, onChange, long = false, required = false, error }: TextsFieldsProps) {
  const t = useTexts();
  const Input = long ? Textarea : TextInput;

  return (
    <Fieldset legend={label} radius="md" p="sm" bg="transparent" styles={{ legend: { fontWeight: 600 } }}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        {(['bg', 'en'] as const).map((language) => (
          <Input
            key={language}
            label={t.common.inLanguage[language]}
            description={language === 'bg' ? description : undefined}
            lang={language}
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
