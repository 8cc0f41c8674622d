import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTexts } from '../languages/language-provider.tsx';
import { SeenPageDialog } from './seen-page-dialog.tsx';

/** Opens the page that the person of an entry saw. */
export function SeenPageButton({ entryId }: { entryId: string }) {
  const t = useTexts();
  const [isOpen, dialog] = useDisclosure(false);

  return (
    <>
      <Button size="xs" variant="default" onClick={dialog.open} style={{ alignSelf: 'start' }}>
        {t.timeMachine.open}
      </Button>
      {isOpen ? <SeenPageDialog entryId={entryId} opened onClose={dialog.close} /> : null}
    </>
  );
}
