import { ActionIcon, Burger, Button, Group, Kbd } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { Link } from '@tanstack/react-router';
import type { Me } from '../api/types.ts';
import { JobsTray } from '../jobs/jobs-tray.tsx';
import { useTexts } from '../languages/language-provider.tsx';
import { IconSearch } from '../ui/icons.tsx';
import { AccountMenu } from './account-menu.tsx';
import styles from './shell.module.css';

interface TopBarProps {
  me: Me;
  menuIsOpen: boolean;
  onMenu: () => void;
  onHelp: () => void;
}

export function TopBar({ me, menuIsOpen, onMenu, onHelp }: TopBarProps) {
  const t = useTexts();

  return (
    <Group h="100%" px="md" justify="space-between" wrap="nowrap">
      <Group gap="sm" wrap="nowrap">
        <Burger
          opened={menuIsOpen}
          onClick={onMenu}
          hiddenFrom="md"
          size="sm"
          aria-label={t.shell.menu}
          aria-expanded={menuIsOpen}
        />
        <Link to="/" className={styles.brand}>
          <img src="/admin/icon.svg" alt="" width={26} height={26} />
          Saglasie
        </Link>
      </Group>
      <Group gap="xs" wrap="nowrap">
        <Button
          variant="default"
          visibleFrom="sm"
          leftSection={<IconSearch size={16} />}
          rightSection={<Kbd size="xs">Ctrl K</Kbd>}
          onClick={spotlight.open}
          fw={450}
        >
          {t.shell.command}
        </Button>
        <ActionIcon variant="default" size={36} hiddenFrom="sm" onClick={spotlight.open} aria-label={t.shell.command}>
          <IconSearch />
        </ActionIcon>
        <JobsTray />
        <AccountMenu me={me} onHelp={onHelp} />
      </Group>
    </Group>
  );
}
