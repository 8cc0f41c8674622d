import { Stack, Text } from '@mantine/core';
import { useLanguage } from '../languages/language-provider.tsx';
import { Definitions } from '../ui/definitions.tsx';
import styles from './import.module.css';
import type { Counts } from './types.ts';

/** What becomes of the rows, from left to right; those that wait in quarantine are shown apart from those taken. */
const segments: { tone: 'taken' | 'waiting' | 'changed' | 'same' | 'out'; of: string; without?: string }[] = [
  { tone: 'taken', of: 'new', without: 'quarantined' },
  { tone: 'waiting', of: 'quarantined' },
  { tone: 'changed', of: 'updated' },
  { tone: 'same', of: 'unchanged' },
  { tone: 'same', of: 'duplicate' },
  { tone: 'out', of: 'refused' },
  { tone: 'out', of: 'problem' },
];

const listed = [
  'new',
  'quarantined',
  'updated',
  'unchanged',
  'duplicate',
  'refused',
  'problem',
  'partly',
  'consents',
  'bases',
  'noes',
  'suppressions',
  'erased',
  'restored',
  'keptContacts',
  'keptFields',
  'keptNoes',
] as const;

/** A bar of what becomes of the rows, and beside it every number in words: the bar only repeats them. */
export function CountsView({ title, counts }: { title: string; counts: Counts }) {
  const { t, format } = useLanguage();
  const words = t.imports;
  const rows = counts.rows ?? 0;
  const shares = segments
    .map(({ tone, of, without }) => ({ tone, name: of, count: (counts[of] ?? 0) - (without ? (counts[without] ?? 0) : 0) }))
    .filter(({ count }) => count > 0);

  return (
    <Stack gap="xs">
      <Text fw={600}>{title}</Text>
      {rows > 0 ? (
        <div className={styles.bar} aria-hidden="true">
          {shares.map(({ tone, name, count }) => (
            <span key={name} className={styles[tone]} style={{ flexGrow: count }} title={words.counts[name]} />
          ))}
        </div>
      ) : null}
      <Definitions
        rows={[
          [words.rows, format.number(rows)],
          ...listed.map((name): [string, string | undefined] => [
            words.counts[name] ?? name,
            counts[name] ? format.number(counts[name]) : undefined,
          ]),
        ]}
      />
    </Stack>
  );
}
