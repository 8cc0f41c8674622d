import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { Mark } from '../ui/mark.tsx';

/** How well a consent is proven, and what the letter means. */
export function GradeMark({ grade }: { grade: string }) {
  const { t } = useLanguage();

  return (
    <Mark tone={grade === 'A' || grade === 'B' ? 'yes' : grade === 'E' ? 'no' : 'wait'}>
      {wordFor(t.words.evidenceGrade, grade)}
    </Mark>
  );
}
