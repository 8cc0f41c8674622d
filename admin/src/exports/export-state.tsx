import { Text } from '@mantine/core';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { Mark, type Tone } from '../ui/mark.tsx';
import type { Export } from './queries.ts';

const tones: Record<Export['status'], Tone> = {
  counting: 'wait',
  waiting: 'wait',
  refused: 'no',
  ready: 'yes',
  sending: 'wait',
  taken: 'plain',
  lapsed: 'plain',
};

export function ExportState({ one }: { one: Export }) {
  const { t, format } = useLanguage();
  const at = one.takenAt ? format.dateTime(one.takenAt) : one.until ? t.exports.until(format.dateTime(one.until)) : undefined;

  return (
    <>
      <Mark tone={tones[one.status]}>{wordFor(t.exports.statuses, one.status)}</Mark>
      {at ? (
        <Text size="sm" c="dimmed">
          {at}
        </Text>
      ) : null}
    </>
  );
}
