import type { ReactNode } from 'react';
import styles from './callout.module.css';
import { IconInfo, IconNo, IconWarning, IconYes } from './icons.tsx';

interface CalloutProps {
  tone: 'note' | 'wait' | 'no' | 'yes';
  title: string;
  /** 'alert' interrupts a screen reader; use it for what just went wrong, not for what is always there. */
  role?: 'alert' | 'status' | 'note';
  actions?: ReactNode;
  children?: ReactNode;
}

const icons = { note: IconInfo, wait: IconWarning, no: IconNo, yes: IconYes };

export function Callout({ tone, title, role = 'note', actions, children }: CalloutProps) {
  const Icon = icons[tone];

  return (
    <div className={styles.callout} data-tone={tone} role={role}>
      <span className={styles.icon}>
        <Icon size={20} />
      </span>
      <div className={styles.words}>
        <p className={styles.title}>{title}</p>
        {children ? <div>{children}</div> : null}
        {actions ? <div className={styles.actions}>{actions}</div> : null}
      </div>
    </div>
  );
}
