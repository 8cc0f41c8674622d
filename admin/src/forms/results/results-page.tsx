import { useParams } from '@tanstack/react-router';
import { useTexts } from '../../languages/language-provider.tsx';
import { useMay } from '../../shell/rights.ts';
import { Callout } from '../../ui/callout.tsx';
import { Section } from '../../ui/section.tsx';
import { HeldList } from './held-list.tsx';
import { StepsSection } from './steps-section.tsx';

/** How far people come with a form, and what was put aside of it. */
export function ResultsPage() {
  const t = useTexts();
  const may = useMay();
  const { id } = useParams({ from: '/forms/$id' });

  return (
    <>
      <StepsSection id={id} />
      {may('contacts.read') ? (
        <HeldList id={id} />
      ) : (
        <Section title={t.formResults.held}>
          <Callout tone="wait" title={t.formResults.noRight} />
        </Section>
      )}
    </>
  );
}
