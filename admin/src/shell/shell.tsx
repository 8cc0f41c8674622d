import { AppShell } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { spotlight } from '@mantine/spotlight';
import { Outlet, useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import type { Me } from '../api/types.ts';
import { useTexts } from '../languages/language-provider.tsx';
import { LedgerAlarm } from '../ledger/ledger-alarm.tsx';
import { useShortcuts } from '../ui/shortcuts.ts';
import { CommandMenu } from './command-menu.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { MainNavigation } from './main-navigation.tsx';
import { destinations } from './navigation.ts';
import styles from './shell.module.css';
import { TopBar } from './top-bar.tsx';

/** The frame around every page: skip link, top bar, navigation by job, and the keys that work everywhere. */
export function Shell({ me }: { me: Me }) {
  const t = useTexts();
  const [menuIsOpen, menu] = useDisclosure(false);
  const [helpIsOpen, help] = useDisclosure(false);
  useGlobalKeys(help.open);

  return (
    <>
      <a href="#main" className={styles.skip}>
        {t.shell.skip}
      </a>
      <AppShell
        header={{ height: 56 }}
        navbar={{ width: 224, breakpoint: 'md', collapsed: { mobile: !menuIsOpen } }}
        padding={{ base: 'md', md: 'xl' }}
      >
        <AppShell.Header className={styles.bar}>
          <TopBar me={me} menuIsOpen={menuIsOpen} onMenu={menu.toggle} onHelp={help.open} />
        </AppShell.Header>
        <AppShell.Navbar className={styles.navigation} aria-label={t.shell.mainNavigation}>
          <MainNavigation me={me} onNavigate={menu.close} />
        </AppShell.Navbar>
        <AppShell.Main id="main" tabIndex={-1}>
          <div className={styles.page}>
            <LedgerAlarm />
            <Outlet />
          </div>
        </AppShell.Main>
      </AppShell>
      <CommandMenu onHelp={help.open} />
      <HelpDialog opened={helpIsOpen} onClose={help.close} />
    </>
  );
}

function useGlobalKeys(openHelp: () => void): void {
  const t = useTexts();
  const navigate = useNavigate();
  const goPressedAt = useRef(0);
  const go = Object.fromEntries(destinations(t).flatMap(({ to, key }) => (key ? [[key, to] as const] : [])));
  const goOr = (key: string) => () => {
    if (Date.now() - goPressedAt.current > 1500 || !go[key]) return;
    goPressedAt.current = 0;
    void navigate({ to: go[key] });
  };

  useShortcuts({
    ...Object.fromEntries(Object.keys(go).map((key) => [key, goOr(key)])),
    g: () => {
      goPressedAt.current = Date.now();
    },
    '/': () => {
      const search = document.getElementById('people-search');
      if (search) search.focus();
      else void navigate({ to: '/people', search: { focus: true } });
    },
    '?': openHelp,
    'mod+k': () => spotlight.open(),
  });
}
