import { Button } from '@mantine/core';
import { useLanguage } from '../../languages/language-provider.tsx';
import { Mark } from '../../ui/mark.tsx';
import type { DraftSaver, SavedDraft } from './draft-saver.ts';

/** Whether what was written is stored; changes are announced elsewhere, once, so that typing is not talked over. */
export function SavingMark({ saver, draft, isPublished }: { saver: DraftSaver; draft: SavedDraft; isPublished: boolean }) {
  const { t, format } = useLanguage();
  const words = t.formBuilder;
  if (draft.state === 'failed' || draft.state === 'conflict') {
    return (
      <>
        <Mark tone="no">{words.failed}</Mark>
        <Button size="compact-sm" variant="default" onClick={() => void saver.flush()}>
          {words.retry}
        </Button>
      </>
    );
  }
  if (draft.state === 'saving') return <Mark tone="wait">{words.saving}</Mark>;
  if (draft.state === 'waiting') return <Mark tone="wait">{words.unsaved}</Mark>;
  if (isPublished) return <Mark tone="yes">{words.published}</Mark>;

  return <Mark tone="yes">{draft.savedAt ? words.savedAt(format.time(draft.savedAt.toISOString())) : words.saved}</Mark>;
}
