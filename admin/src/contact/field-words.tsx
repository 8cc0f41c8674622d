import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLanguage } from '../languages/language-provider.tsx';
import { allFieldsQuery } from '../register/queries.ts';

/** What a field is called, and how its value is shown: an option by its label, a date as people write it. */
export function useFieldWords() {
  const { t, language, format } = useLanguage();
  const { data } = useQuery(allFieldsQuery);
  const fieldOf = (key: string) => data?.find((field) => field.key === key);
  const known: Readonly<Record<string, string>> = t.words.field;

  return {
    fieldName: (key: string): string => fieldOf(key)?.label[language] ?? known[key] ?? key,
    fieldValue(key: string, value: string): ReactNode {
      const field = fieldOf(key);
      const option = (one: string) => field?.options.find((choice) => choice.value === one)?.label[language] ?? one;
      switch (field?.type) {
        case 'choice':
        case 'several-choices':
          return value.split(',').map(option).join(', ');
        case 'yes-no':
          return value === 'yes' ? t.fields.yes : t.fields.no;
        case 'date':
          return format.date(value);
        case 'url':
          return /^https?:/.test(value) ? (
            <Anchor href={value} rel="noopener noreferrer" target="_blank">
              {value}
            </Anchor>
          ) : (
            value
          );
        default:
          return value;
      }
    },
  };
}
