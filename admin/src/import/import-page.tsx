import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { JobProgress } from '../jobs/job-progress.tsx';
import { useLanguage } from '../languages/language-provider.tsx';
import { LoadedPage } from '../ui/loaded-page.tsx';
import { Page } from '../ui/page.tsx';
import { Section } from '../ui/section.tsx';
import { CheckSection } from './check-section.tsx';
import { OutcomeSection } from './outcome-section.tsx';
import { importQuery } from './queries.ts';
import { SettingsSection } from './settings-section.tsx';
import { StateMark } from './state-mark.tsx';
import type { Import, ImportState } from './types.ts';

const open: readonly ImportState[] = ['uploaded', 'ready', 'checked'];
const moving: readonly ImportState[] = ['checking', 'committing', 'undoing'];

/** One import on its way from a file to people, and back where it is undone. */
export function ImportPage() {
  const { t } = useLanguage();
  const { id } = useParams({ from: '/import/$id' });
  const query = useQuery(importQuery(id));

  return (
    <LoadedPage query={query} title={t.imports.title}>
      {(one) => <ImportSteps one={one} />}
    </LoadedPage>
  );
}

function ImportSteps({ one }: { one: Import }) {
  const { t } = useLanguage();
  const queries = useQueryClient();
  const refresh = () => void queries.invalidateQueries({ queryKey: ['imports'] });

  return (
    <Page title={one.fileName} lead={<StateMark state={one.state} />}>
      {moving.includes(one.state) && one.job ? (
        <Section title={t.imports.states[one.state]}>
          <JobProgress jobId={one.job.id} onEnded={refresh} />
        </Section>
      ) : null}
      {/* A new key begins the form anew when somebody else has saved it meanwhile. */}
      {open.includes(one.state) ? <SettingsSection key={one.id} one={one} /> : null}
      {open.includes(one.state) && one.settings ? <CheckSection one={one} /> : null}
      {one.committedAt || one.state === 'stopped' ? <OutcomeSection one={one} /> : null}
    </Page>
  );
}
