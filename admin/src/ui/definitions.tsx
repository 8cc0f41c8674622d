import type { ReactNode } from 'react';
import styles from './definitions.module.css';

/** Terms and what they are; rows without a value are left out. */
export function Definitions({ rows }: { rows: [string, ReactNode | undefined][] }) {
  return (
    <dl className={styles.definitions}>
      {rows.map(([term, value]) =>
        value === undefined || value === null || value === '' ? null : (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
