import { Box, Button, Menu, Text, useMantineColorScheme } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { patch, post } from '../api/client.ts';
import type { Language, Me } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { IconAuto, IconExit, IconGlobe, IconKeyboard, IconMoon, IconPerson, IconSun } from '../ui/icons.tsx';

/** Who is signed in, and what they may set for themselves: language, appearance, keys. */
export function AccountMenu({ me, onHelp }: { me: Me; onHelp: () => void }) {
  const { t } = useLanguage();
  const queries = useQueryClient();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const changeLanguage = useChangeLanguage();
  const signOut = useMutation({
    mutationFn: () => post('/auth/sign-out'),
    onSettled: () => {
      // Nothing of what the last one saw stays for the next one at this screen.
      queries.clear();
      window.location.assign('/admin/');
    },
  });
  const schemes = [
    { value: 'light', label: t.shell.light, Icon: IconSun },
    { value: 'dark', label: t.shell.dark, Icon: IconMoon },
    { value: 'auto', label: t.shell.auto, Icon: IconAuto },
  ] as const;

  return (
    <Menu position="bottom-end" width={260} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button variant="default" px="sm" fw={450} aria-label={`${t.shell.account}: ${me.staffMember.name}`} maw={200}>
          <Text span inherit visibleFrom="sm" truncate>
            {me.staffMember.name}
          </Text>
          <Box component="span" hiddenFrom="sm" lh={0}>
            <IconPerson />
          </Box>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Text px="sm" py={6} size="sm" className="break">
          {me.staffMember.email}
          <br />
          <Text span c="dimmed" size="sm">
            {wordFor(t.words.role, me.staffMember.role)}
          </Text>
        </Text>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconGlobe />}
          lang={t.shell.switchLanguageTo}
          onClick={() => changeLanguage(t.shell.switchLanguageTo as Language)}
        >
          {t.shell.switchLanguage}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label c="dimmed">{t.shell.appearance}</Menu.Label>
        <Menu.RadioGroup value={colorScheme} onChange={(value) => setColorScheme(value as typeof colorScheme)}>
          {schemes.map(({ value, label, Icon }) => (
            <Menu.RadioItem key={value} value={value} rightSection={<Icon />}>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<IconKeyboard />} onClick={onHelp}>
          {t.shell.shortcuts}
        </Menu.Item>
        <Menu.Item leftSection={<IconExit />} onClick={() => signOut.mutate()}>
          {t.shell.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Speaks the other language at once and remembers it with the staff member's record. */
export function useChangeLanguage(): (language: Language) => void {
  const { t, speak } = useLanguage();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (language: Language) => patch('/api/v1/me', { language }),
    onSuccess: () => queries.invalidateQueries(),
    onError: () => notifications.show({ message: t.shell.languageNotSaved, color: 'yellow' }),
  });

  return (language) => {
    speak(language);
    save.mutate(language);
  };
}
