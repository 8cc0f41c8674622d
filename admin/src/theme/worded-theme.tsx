import { MantineThemeProvider, Modal, Notification } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTexts } from '../languages/language-provider.tsx';

/** Names, in the language of the screen, of the buttons Mantine adds by itself. */
export function WordedTheme({ children }: { children: ReactNode }) {
  const t = useTexts();
  const closeButtonProps = { 'aria-label': t.common.close };

  return (
    <MantineThemeProvider
      inherit
      theme={{
        components: {
          Modal: Modal.extend({ defaultProps: { closeButtonProps } }),
          // A <header> outside sectioning content is a second banner of the page.
          ModalHeader: Modal.Header.extend({ defaultProps: { role: 'presentation' } }),
          // The command menu is the one dialog without a title; a title, where there is one, outranks this name.
          ModalContent: Modal.Content.extend({ defaultProps: { 'aria-label': t.shell.command } }),
          Notification: Notification.extend({ defaultProps: { closeButtonProps } }),
        },
      }}
    >
      {children}
    </MantineThemeProvider>
  );
}
