import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';

export const readers = ['owner', 'dpo', 'marketer', 'sales', 'auditor', 'api'] as const;

/** The word for who may see a field. */
export function useReader(): (reader: string) => string {
  const { t } = useLanguage();

  return (reader) => (reader === 'api' ? t.fields.api : wordFor(t.words.role, reader));
}
