import { Link } from '@tanstack/react-router';
import styles from '../home/home.module.css';
import { useLanguage } from '../languages/language-provider.tsx';
import type { DutyCounts } from './queries.ts';

export function DutyFigures({ summary }: { summary: DutyCounts }) {
  const { t, format } = useLanguage();
  const words = t.toTell;

  return (
    <dl className={styles.figures} aria-label={words.figuresLabel}>
      {(['overdue', 'soon', 'open', 'told', 'exempt'] as const).map((key) => (
        <div key={key} className={`card ${styles.figure}`}>
          <dt>{words.figures[key]}</dt>
          <dd>
            {key === 'overdue' ? (
              <Link to="/to-tell" search={{ late: true }} aria-label={`${words.figures[key]}: ${format.number(summary[key])}`}>
                {format.number(summary[key])}
              </Link>
            ) : (
              format.number(summary[key])
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
