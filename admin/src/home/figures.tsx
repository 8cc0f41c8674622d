import { Link } from '@tanstack/react-router';
import type { HomeFigures } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import styles from './home.module.css';

export function Figures({ figures }: { figures: HomeFigures }) {
  const { t, format } = useLanguage();
  const tiles = [
    { label: t.home.people, value: figures.contacts.total, search: {} },
    { label: t.home.unconfirmed, value: figures.contacts.unconfirmed, search: { state: 'unconfirmed' } },
    { label: t.home.quarantined, value: figures.contacts.quarantined, search: { state: 'quarantined' } },
    { label: t.home.given, value: figures.consents.given },
    { label: t.home.withdrawn, value: figures.consents.withdrawn },
    { label: t.home.pending, value: figures.consents.pending },
  ];

  return (
    <dl className={styles.figures} aria-label={t.home.figures}>
      {tiles.map(({ label, value, search }) => (
        <div key={label} className={`card ${styles.figure}`}>
          <dt>{label}</dt>
          <dd>
            {search ? (
              <Link to="/people" search={search} aria-label={`${label}: ${format.number(value)}`}>
                {format.number(value)}
              </Link>
            ) : (
              format.number(value)
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
