import { Text } from '@mantine/core';
import type { Contact, Fact } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { Section } from '../ui/section.tsx';
import styles from './contact.module.css';
import { useFieldWords } from './field-words.tsx';
import { ProvenanceNote } from './provenance-note.tsx';

export function Facts({ contact }: { contact: Contact }) {
  const { t, format } = useLanguage();
  const words = t.contact.facts;
  const { fieldName, fieldValue } = useFieldWords();

  return (
    <Section title={words.title} lead={words.lead}>
      {contact.facts.length === 0 ? <Text size="sm">{words.none}</Text> : null}
      <ul className={styles.data}>
        {inOrder(contact.facts).map(({ field, value, provenance }) => (
          <li key={field}>
            <span className={styles.field}>{fieldName(field)}</span>
            <span className={styles.value}>{fieldValue(field, value)}</span>
            <ProvenanceNote field={fieldName(field)} provenance={provenance} />
          </li>
        ))}
        <li>
          <span className={styles.field}>{t.words.field.language}</span>
          <span>{wordFor(t.words.language, contact.language)}</span>
        </li>
        {contact.country ? (
          <li>
            <span className={styles.field}>{t.words.field.country}</span>
            <span>{format.country(contact.country)}</span>
          </li>
        ) : null}
      </ul>
    </Section>
  );
}

const order = ['given_name', 'family_name', 'company', 'job_title', 'city', 'note'];

/** Name first; fields this version does not know come last. */
function inOrder(facts: Fact[]): Fact[] {
  const place = ({ field }: Fact) => (order.includes(field) ? order.indexOf(field) : order.length);

  return [...facts].sort((one, other) => place(one) - place(other));
}
