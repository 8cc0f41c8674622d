import { Link } from '@tanstack/react-router';
import type { HomeFigures } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import styles from './home.module.css';

interface Tile {
  label: string;
  value: number;
  to?: '/people' | '/quarantine' | '/to-tell';
  search?: { state?: string; late?: boolean };
}

export function Figures({ figures }: { figures: HomeFigures }) {
  const { t, format } = useLanguage();
  const tiles: Tile[] = [
    { label: t.home.people, value: figures.contacts.total, to: '/people', search: {} },
    { label: t.home.unconfirmed, value: figures.contacts.unconfirmed, to: '/people', search: { state: 'unconfirmed' } },
    { label: t.home.quarantined, value: figures.contacts.quarantined, to: '/quarantine', search: {} },
    { label: t.home.toTellLate, value: figures.toTell.overdue, to: '/to-tell', search: { late: true } },
    { label: t.home.toTellSoon, value: figures.toTell.soon, to: '/to-tell', search: {} },
    { label: t.home.given, value: figures.consents.given },
    { label: t.home.withdrawn, value: figures.consents.withdrawn },
    { label: t.home.pending, value: figures.consents.pending },
  ];

  return (
    <dl className={styles.figures} aria-label={t.home.figures}>
      {tiles.map(({ label, value, to, search }) => (
        <div key={label} className={`card ${styles.figure}`}>
          <dt>{label}</dt>
          <dd>
            {to ? (
              <Link to={to} search={search} aria-label={`${label}: ${format.number(value)}`}>
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
