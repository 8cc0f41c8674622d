import { useQuery } from '@tanstack/react-query';
import { purposesQuery } from '../api/queries.ts';
import type { ContactRow } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { IconNo } from '../ui/icons.tsx';
import { Mark } from '../ui/mark.tsx';
import styles from './people.module.css';

/** Per marketing purpose and channel whether we may: sign and word, the purpose named where there are several. */
export function MayMarks({ may }: { may: ContactRow['may'] }) {
  const { t, language } = useLanguage();
  const { data: purposes } = useQuery(purposesQuery);
  const nameOf = (slug: string) => purposes?.find((purpose) => purpose.slug === slug)?.name[language] ?? slug;

  return (
    <ul className={styles.marks}>
      {may.map(({ purpose, channel, allowed }) => (
        <li key={`${purpose} ${channel}`}>
          <Mark tone={allowed ? 'yes' : 'plain'} icon={allowed ? undefined : <IconNo size={14} />}>
            {allowed ? t.people.allowed : t.people.denied}
            {': '}
            {nameOf(purpose)}
            {channel === 'email' ? '' : ` (${inSentence(wordFor(t.words.channel, channel))})`}
          </Mark>
        </li>
      ))}
    </ul>
  );
}

/** A word within a sentence begins small; SMS stays what it is. */
const inSentence = (word: string) => (word === word.toUpperCase() ? word : word.toLowerCase());
