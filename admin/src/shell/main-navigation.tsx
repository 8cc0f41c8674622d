import { Link, useLocation } from '@tanstack/react-router';
import type { Me } from '../api/types.ts';
import { useTexts } from '../languages/language-provider.tsx';
import { type Destination, type Job, jobs } from './navigation.ts';
import styles from './shell.module.css';

interface MainNavigationProps {
  me: Me;
  /** On a phone the menu covers the page: it closes when a page is chosen. */
  onNavigate: () => void;
}

export function MainNavigation({ me, onNavigate }: MainNavigationProps) {
  const t = useTexts();
  const isAllowed = ({ right }: Destination) => right === undefined || me.rights.includes(right);

  return (
    <ul className={styles.list}>
      {jobs(t).map((job) => (
        <li key={job.label}>
          {job.parts.length === 0 ? (
            <NavigationLink {...job} onNavigate={onNavigate} />
          ) : (
            <>
              <span className={styles.job} id={`job-${job.to}`}>
                <job.Icon />
                {job.label}
              </span>
              <ul className={styles.list} aria-labelledby={`job-${job.to}`}>
                {job.parts.filter(isAllowed).map((part) => (
                  <li key={part.to}>
                    <NavigationLink {...part} onNavigate={onNavigate} />
                  </li>
                ))}
              </ul>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

type NavigationLinkProps = Destination & { Icon?: Job['Icon']; onNavigate: () => void };

function NavigationLink({ to, label, Icon, onNavigate }: NavigationLinkProps) {
  const { pathname } = useLocation();
  const isHere = to === '/' ? pathname === '/' : pathname === to || pathname.startsWith(`${to}/`);

  return (
    <Link to={to} onClick={onNavigate} className={styles.link} aria-current={isHere ? 'page' : undefined}>
      {Icon ? <Icon /> : null}
      {label}
    </Link>
  );
}
