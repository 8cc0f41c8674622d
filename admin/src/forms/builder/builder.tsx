import { SegmentedControl, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useId, useMemo, useState } from 'react';
import { findingsQuery } from '../../api/form-queries.ts';
import type { Form, FormDraft } from '../../api/form-types.ts';
import { purposesQuery } from '../../api/queries.ts';
import type { Purpose } from '../../api/types.ts';
import { useLanguage } from '../../languages/language-provider.tsx';
import { errorsByField } from '../../ui/draft.ts';
import { AsideNotice } from './aside-notice.tsx';
import { BoxesPart } from './boxes-part.tsx';
import styles from './builder.module.css';
import { BuilderContext, type Builder as BuilderValue, focusPlace } from './builder-context.ts';
import { ConflictDialog } from './conflict-dialog.tsx';
import { FieldsPart } from './fields-part.tsx';
import { FindingsList } from './findings-list.tsx';
import { MagnetPart } from './magnet-part.tsx';
import { PagePart } from './page-part.tsx';
import { PagesPart } from './pages-part.tsx';
import { Preview } from './preview.tsx';
import { PublishBar } from './publish-bar.tsx';
import { useSavedDraft } from './use-saved-draft.ts';

const noPurposes: Purpose[] = [];

/** The form's words in both languages with the pages they make beside them; saved as they are written. */
export function Builder({ form, loaded }: { form: Form; loaded: FormDraft }) {
  const { t } = useLanguage();
  const { saver, draft } = useSavedDraft(form.id, loaded);
  const { data: purposes = noPurposes } = useQuery(purposesQuery);
  const [typed] = useDebouncedValue(draft.definition, 400);
  const { data: findings = loaded.findings } = useQuery(findingsQuery(typed));
  const [shown, setShown] = useState('both');
  const previewId = useId();
  const findingsId = useId();
  const words = t.formBuilder;

  const builder = useMemo<BuilderValue>(
    () => ({
      definition: draft.definition,
      edit: (alter) => saver.change(alter(saver.snapshot().definition)),
      findings,
      refusalOf: (place) => errorsByField(draft.problem)(`definition.${place}`),
      purposes,
      goTo: (place, language) => {
        if (language && shown !== 'both' && shown !== language) setShown('both');
        requestAnimationFrame(() => focusPlace(place, language));
      },
    }),
    [draft.definition, draft.problem, saver, findings, purposes, shown],
  );

  return (
    <BuilderContext value={builder}>
      <div className={styles.workbench}>
        <Stack gap="lg" className={styles.editor} data-shown={shown}>
          <div className={styles.languages}>
            <SegmentedControl
              fullWidth
              aria-label={words.shownLanguages}
              value={shown}
              onChange={setShown}
              data={[
                { value: 'both', label: words.both },
                { value: 'bg', label: t.words.language.bg },
                { value: 'en', label: t.words.language.en },
              ]}
            />
          </div>
          {draft.aside ? <AsideNotice saver={saver} /> : null}
          <PagePart />
          <MagnetPart />
          <FieldsPart />
          <BoxesPart />
          <PagesPart />
          <FindingsList id={findingsId} />
          <PublishBar form={form} saver={saver} draft={draft} findingsId={findingsId} previewId={previewId} />
        </Stack>
        <Preview id={previewId} definition={draft.definition} />
      </div>
      {draft.theirs ? <ConflictDialog saver={saver} draft={draft} theirs={draft.theirs} /> : null}
    </BuilderContext>
  );
}
