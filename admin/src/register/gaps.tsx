import { List, Text } from '@mantine/core';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { Mark } from '../ui/mark.tsx';

/** What is missing, each by its name; or that nothing is. */
export function Gaps({ gaps, words }: { gaps: string[]; words: Readonly<Record<string, string>> }) {
  const { t } = useLanguage();
  if (gaps.length === 0) return <Mark tone="yes">{t.register.nothingMissing}</Mark>;

  return (
    <List size="sm" listStyleType="none" spacing={4}>
      {gaps.map((gap) => (
        <List.Item key={gap}>
          <Mark tone={gap === 'never-reviewed' || gap === 'review-due' ? 'wait' : 'no'}>
            <Text span size="sm">
              {wordFor(words, gap)}
            </Text>
          </Mark>
        </List.Item>
      ))}
    </List>
  );
}
