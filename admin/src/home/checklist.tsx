import { Link } from '@tanstack/react-router';
import type { ChecklistStep } from '../api/types.ts';
import { useTexts } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { Mark } from '../ui/mark.tsx';
import { Section } from '../ui/section.tsx';
import styles from './home.module.css';

const places: Record<string, string> = {
  company: '/settings/company',
  mail: '/messages',
  purposes: '/purposes',
  form: '/forms',
  'first-consent': '/people',
};

export function Checklist({ steps }: { steps: ChecklistStep[] }) {
  const t = useTexts();
  const words = t.home.checklist;

  return (
    <Section title={words.title} lead={words.lead(steps.filter(({ done }) => done).length, steps.length)}>
      <ol className={styles.steps}>
        {steps.map(({ key, done }) => (
          <li key={key} className={styles.step}>
            <Mark tone={done ? 'yes' : 'plain'} icon={done ? undefined : null}>
              {done ? words.done : words.open}
            </Mark>
            {places[key] && !done ? (
              <Link to={places[key]}>{wordFor(words.steps, key)}</Link>
            ) : (
              <span>{wordFor(words.steps, key)}</span>
            )}
          </li>
        ))}
      </ol>
    </Section>
  );
}
