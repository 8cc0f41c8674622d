import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { LedgerSummary } from '../api/types.ts';
import { toneOfKind } from '../contact/ledger-tone.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { Mark } from '../ui/mark.tsx';
import { Section } from '../ui/section.tsx';
import styles from './home.module.css';

export function LatestEntries({ entries }: { entries: LedgerSummary[] }) {
  const { t, language, format } = useLanguage();

  return (
    <Section title={t.home.latest.title} lead={t.home.latest.lead}>
      {entries.length === 0 ? <Text>{t.home.latest.none}</Text> : null}
      <ol className={styles.entries}>
        {entries.map((entry) => (
          <li key={entry.id}>
            <span className={styles.fact}>
              <Mark tone={toneOfKind(entry.kind)}>{wordFor(t.words.ledgerKind, entry.kind)}</Mark>
              <Text span size="sm" c="dimmed">
                <time dateTime={entry.occurredAt}>{format.dateTime(entry.occurredAt)}</time>
              </Text>
            </span>
            <span className="break">
              {entry.contact ? (
                <Link to="/people/$id" params={{ id: entry.contact.id }}>
                  {entry.contact.name ?? t.people.noName}
                </Link>
              ) : null}
              {entry.purpose ? ` · ${entry.purpose.name[language]}` : null}
              {entry.channel && entry.channel !== 'none' ? ` · ${wordFor(t.words.channel, entry.channel)}` : null}
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}
