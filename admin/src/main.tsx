import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './theme/base.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './api/query-client.ts';
import { LanguageProvider } from './languages/language-provider.tsx';
import { router } from './routes.tsx';
import { readStyleNonce } from './theme/style-nonce.ts';
import { cssVariablesResolver, theme } from './theme/theme.ts';
import { WordedTheme } from './theme/worded-theme.tsx';
import { AnnouncementRegion } from './ui/announce.tsx';

const nonce = readStyleNonce();

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      defaultColorScheme="auto"
      getStyleNonce={nonce ? () => nonce : undefined}
    >
      <QueryClientProvider client={queryClient}>
        <LanguageProvider>
          <WordedTheme>
            <Notifications position="bottom-right" />
            <AnnouncementRegion />
            <RouterProvider router={router} />
          </WordedTheme>
        </LanguageProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
