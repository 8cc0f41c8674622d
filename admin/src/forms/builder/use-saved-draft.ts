import { useQueryClient } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { get, put } from '../../api/client.ts';
import { draftQuery } from '../../api/form-queries.ts';
import type { FormDraft } from '../../api/form-types.ts';
import { useTexts } from '../../languages/language-provider.tsx';
import { announce } from '../../ui/announce.tsx';
import { DraftSaver, type SavedDraft } from './draft-saver.ts';

/** A form's draft as it is on the screen, saved as it is written; leaving the page saves the rest. */
export function useSavedDraft(formId: string, loaded: FormDraft): { saver: DraftSaver; draft: SavedDraft } {
  const t = useTexts();
  const queries = useQueryClient();
  const [saver] = useState(() => {
    const path = `/api/v1/forms/${formId}/draft`;
    const known = (draft: FormDraft) => {
      queries.setQueryData(draftQuery(formId).queryKey, draft);
      // Whether there is a draft at all stands above the page too.
      void queries.invalidateQueries({ queryKey: ['forms', formId], exact: true });

      return draft;
    };

    return new DraftSaver(
      {
        put: async (revision, definition) => known(await put<FormDraft>(path, { revision, definition })),
        get: async () => known(await get<FormDraft>(path)),
      },
      loaded,
    );
  });
  const draft = useSyncExternalStore(saver.subscribe, saver.snapshot);
  useEffect(() => () => saver.stop(), [saver]);
  useEffect(() => {
    // Somebody else's newer draft is simply shown where nothing of one's own would be replaced by it.
    if (loaded.revision > saver.snapshot().revision && saver.snapshot().state === 'saved') saver.adopt(loaded);
  }, [saver, loaded]);
  useEffect(() => {
    if (draft.state === 'saved' && draft.savedAt) announce(t.formBuilder.saved);
    if (draft.state === 'failed') announce(t.formBuilder.failed);
  }, [draft.state, draft.savedAt, t]);
  useBlocker({
    shouldBlockFn: async ({ current, next }) =>
      current.pathname !== next.pathname && !(await saver.flush()) && !window.confirm(t.common.leaveUnsaved),
    enableBeforeUnload: () => !saver.isStored,
  });

  return { saver, draft };
}
