import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import type { Provenance } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { Definitions } from '../ui/definitions.tsx';
import styles from './contact.module.css';

/** Where one datum came from, what for, on which basis and until when: what Art. 15(1) asks of it. */
export function ProvenanceNote({ field, provenance }: { field: string; provenance: Provenance[] }) {
  const { t, language, format } = useLanguage();
  const words = t.contact.facts;

  return (
    <details className={styles.details}>
      <summary aria-label={words.whyOf(field)}>{words.why}</summary>
      {provenance.map((one) => (
        <Fragment key={one.id}>
          <Definitions
            rows={[
              [words.source, `${wordFor(t.words.sourceKind, one.source.kind)}: ${one.source.label}`],
              [words.obtained, wordFor(t.words.obtainedFrom, one.source.obtainedFrom)],
              [words.purpose, one.purpose.name[language]],
              [words.basis, wordFor(t.words.legalBasis, one.legalBasis)],
              [words.retention, <RetentionText key="retention" retention={one.retention} />],
              [words.at, format.dateTime(one.at)],
            ]}
          />
          <Link to="/people" search={{ source: one.source.id }}>
            {words.sameSource}
          </Link>
        </Fragment>
      ))}
    </details>
  );
}

export function RetentionText({ retention }: { retention: Provenance['retention'] }) {
  const { t } = useLanguage();
  const starts = wordFor(t.words.retentionStarts, retention.starts);

  return retention.months === 0
    ? t.contact.facts.retentionNone(starts)
    : t.contact.facts.retentionRule(t.common.months(retention.months), starts);
}
