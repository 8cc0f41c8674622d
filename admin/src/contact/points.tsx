import { Text } from '@mantine/core';
import type { Contact } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { Mark } from '../ui/mark.tsx';
import { Section } from '../ui/section.tsx';
import styles from './contact.module.css';
import { ProvenanceNote } from './provenance-note.tsx';

export function Points({ contact }: { contact: Contact }) {
  const { t, format } = useLanguage();
  const words = t.contact.points;

  return (
    <Section title={words.title}>
      {contact.points.length === 0 ? <Text size="sm">{words.none}</Text> : null}
      <ul className={styles.data}>
        {contact.points.map((point) => (
          <li key={point.id}>
            <span className={styles.field}>{wordFor(t.words.field, point.kind)}</span>
            <span className={styles.value}>{point.kind === 'email' ? point.original : point.value}</span>
            {point.original !== point.value ? (
              <Text size="sm" c="dimmed" className="break">
                {point.kind === 'email' ? words.forServers(point.value) : words.typed(point.original)}
              </Text>
            ) : null}
            <Mark tone={point.verifiedAt ? 'yes' : 'wait'}>
              {point.verifiedAt ? words.verified(format.date(point.verifiedAt)) : words.unverified}
            </Mark>
            <ProvenanceNote field={wordFor(t.words.field, point.kind)} provenance={point.provenance} />
          </li>
        ))}
      </ul>
    </Section>
  );
}
