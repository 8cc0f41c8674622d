import { Button, Center, Group, Stack, Text, Title } from '@mantine/core';
import { useEffect } from 'react';
import type { Language } from '../api/types.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { IconGlobe } from '../ui/icons.tsx';
import { SignInForm } from './sign-in-form.tsx';

export function SignInPage() {
  const { t, speak } = useLanguage();
  useEffect(() => {
    document.title = `${t.signIn.title} · Saglasie`;
  }, [t]);

  return (
    <Center component="main" mih="100dvh" p="md">
      <Stack w="100%" maw={400} gap="lg">
        <Group gap="sm" justify="center">
          <img src="/admin/icon.svg" alt="" width={40} height={40} />
          <Text fw={700} fz={26} component="span" style={{ letterSpacing: '-0.02em' }}>
            Saglasie
          </Text>
        </Group>
        <Text ta="center" c="dimmed">
          {t.signIn.lead}
        </Text>
        <div className="card">
          <Stack p={{ base: 'lg', sm: 'xl' }} gap="md">
            <Title order={1} fz="xl">
              {t.signIn.title}
            </Title>
            <SignInForm />
          </Stack>
        </div>
        <Group justify="center">
          <Button
            variant="subtle"
            leftSection={<IconGlobe />}
            lang={t.shell.switchLanguageTo}
            onClick={() => speak(t.shell.switchLanguageTo as Language)}
          >
            {t.shell.switchLanguage}
          </Button>
        </Group>
      </Stack>
    </Center>
  );
}
