import { Checkbox, Group, NativeSelect, SimpleGrid, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Field } from '../../api/register-types.ts';
import { useLanguage } from '../../languages/language-provider.tsx';
import { fieldsQuery } from '../../register/queries.ts';
import { Section } from '../../ui/section.tsx';
import type { ContactDraft } from './contact-input.ts';
import { useStanding } from './standing.tsx';

interface OwnFieldsProps {
  draft: ContactDraft;
  set: <Key extends keyof ContactDraft>(key: Key, value: ContactDraft[Key]) => void;
  errorOf: (field: string) => string | undefined;
}

/** Fields of the company's own that this member of staff may see. */
export function OwnFields({ draft, set, errorOf }: OwnFieldsProps) {
  const { t } = useLanguage();
  const { data } = useQuery(fieldsQuery);
  const own = (data ?? []).filter(({ isStandard, isReadable }) => !isStandard && isReadable);
  if (own.length === 0) return null;

  return (
    <Section title={t.fields.own}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {own.map((field) => (
          <OwnField
            key={field.key}
            field={field}
            value={draft.fields[field.key] ?? ''}
            error={errorOf(`fields.${field.key}`)}
            onChange={(value) => set('fields', { ...draft.fields, [field.key]: value })}
          />
        ))}
      </SimpleGrid>
    </Section>
  );
}

interface OwnFieldProps {
  field: Field;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

function OwnField({ field, value, error, onChange }: OwnFieldProps) {
  const { t, language } = useLanguage();
  const standing = useStanding()(field.key);
  // What is there already can be emptied, whatever the field serves now.
  const isDisabled = (standing.disabled ?? false) && value === '';
  const common = { label: field.label[language], description: standing.description, disabled: isDisabled, error };
  const onType = (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value);

  switch (field.type) {
    case 'choice':
    case 'yes-no': {
      const options =
        field.type === 'choice'
          ? field.options.map((option) => ({ value: option.value, label: option.label[language] }))
          : [
              { value: 'yes', label: t.fields.yes },
              { value: 'no', label: t.fields.no },
            ];

      return (
        <NativeSelect {...common} value={value} data={[{ value: '', label: t.fields.empty }, ...options]} onChange={onType} />
      );
    }
    case 'several-choices':
      return (
        <Checkbox.Group
          {...common}
          value={value === '' ? [] : value.split(',')}
          onChange={(chosen) => onChange(chosen.join(','))}
        >
          <Group mt="xs">
            {field.options.map((option) => (
              <Checkbox key={option.value} value={option.value} label={option.label[language]} disabled={isDisabled} />
            ))}
          </Group>
        </Checkbox.Group>
      );
    case 'long-text':
      return <Textarea {...common} autosize minRows={2} value={value} onChange={onType} />;
    case 'date':
      return <TextInput {...common} type="date" value={value} onChange={onType} />;
    default:
      return <TextInput {...common} autoComplete="off" value={value} onChange={onType} inputMode={inputModes[field.type]} />;
  }
}

const inputModes = { text: 'text', number: 'decimal', email: 'email', phone: 'tel', url: 'url' } as const;
