import type { ReactNode } from 'react';
import { IconInfo, IconNo, IconWait, IconYes } from './icons.tsx';
import styles from './mark.module.css';

export type Tone = 'yes' | 'no' | 'wait' | 'plain';

const icons = { yes: IconYes, no: IconNo, wait: IconWait, plain: IconInfo };

interface MarkProps {
  tone: Tone;
  icon?: ReactNode;
  children: ReactNode;
}

/** A state as icon and word; the colour only repeats what both say. */
export function Mark({ tone, icon, children }: MarkProps) {
  const Icon = icons[tone];

  return (
    <span className={styles.mark} data-tone={tone}>
      {icon === undefined ? <Icon size={14} /> : icon}
      <span>{children}</span>
    </span>
  );
}
