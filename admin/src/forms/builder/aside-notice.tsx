import { Button } from '@mantine/core';
import { useTexts } from '../../languages/language-provider.tsx';
import { Callout } from '../../ui/callout.tsx';
import type { DraftSaver } from './draft-saver.ts';

/** A wording that was not chosen or was discarded, still here. */
export function AsideNotice({ saver }: { saver: DraftSaver }) {
  const t = useTexts();
  const words = t.formBuilder;

  return (
    <Callout
      tone="note"
      role="status"
      title={words.asideTitle}
      actions={
        <>
          <Button size="xs" variant="default" onClick={() => saver.bringBack()}>
            {words.bringBack}
          </Button>
          <Button size="xs" variant="default" onClick={() => saver.forgetAside()}>
            {words.forget}
          </Button>
        </>
      }
    />
  );
}
