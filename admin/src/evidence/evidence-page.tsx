import { useQuery } from '@tanstack/react-query';
import { useTexts } from '../languages/language-provider.tsx';
import { useMay } from '../shell/rights.ts';
import { Callout } from '../ui/callout.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { Section } from '../ui/section.tsx';
import { AskForm } from './ask-form.tsx';
import { Capsules } from './capsules.tsx';
import { Openings } from './openings.tsx';
import { PolicyForm } from './policy-form.tsx';
import { capsulesQuery, openingsQuery, policyQuery } from './queries.ts';

/** What was kept of erased people: how to ask for it, who agrees, and when it goes. */
export function EvidencePage() {
  const t = useTexts();
  const may = useMay();

  return (
    <Page title={t.evidence.title} lead={t.evidence.lead}>
      {may('evidence.open') ? (
        <EvidenceParts />
      ) : (
        <Callout tone="wait" title={t.problem.forbidden}>
          {t.problem.forbiddenDetail}
        </Callout>
      )}
    </Page>
  );
}

function EvidenceParts() {
  const t = useTexts();
  const words = t.evidence;
  const openings = useQuery(openingsQuery);
  const capsules = useQuery(capsulesQuery);
  const policy = useQuery(policyQuery);

  return (
    <>
      <Section title={words.ask.title} lead={words.ask.lead}>
        <AskForm />
      </Section>
      <Section title={words.openings.title}>
        <Loaded query={openings}>{(rows) => <Openings openings={rows} />}</Loaded>
      </Section>
      <Section title={words.capsules.title} lead={words.capsules.lead}>
        <Loaded query={capsules}>{(rows) => <Capsules capsules={rows} />}</Loaded>
      </Section>
      <Section title={words.policy.title} lead={words.policy.lead}>
        <Loaded query={policy}>{(saved) => <PolicyForm saved={saved} />}</Loaded>
      </Section>
    </>
  );
}
