import { Button, Center, Modal, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { ApiProblem } from '../api/client.ts';
import { meQuery } from '../api/queries.ts';
import { useSessionEnded } from '../api/session.ts';
import { useLanguage } from '../languages/language-provider.tsx';
import { SignInForm } from '../sign-in/sign-in-form.tsx';
import { SignInPage } from '../sign-in/sign-in-page.tsx';
import { Waiting } from '../ui/loaded.tsx';
import { ProblemNotice } from '../ui/problem.tsx';
import { Shell } from './shell.tsx';

/** The door: nobody signed in sees the sign-in page at whatever address they came to, and stays there afterwards. */
export function Root() {
  const me = useQuery(meQuery);
  const { speak } = useLanguage();
  const language = me.data?.staffMember.language;
  useEffect(() => {
    if (language) speak(language);
  }, [language, speak]);

  if (me.data) {
    return (
      <>
        <Shell me={me.data} />
        <SessionEndedDialog />
      </>
    );
  }
  if (me.error instanceof ApiProblem && me.error.status === 401) return <SignInPage />;

  return (
    <Center mih="100dvh" p="md">
      {me.error ? <ProblemNotice problem={me.error} onRetry={me.refetch} /> : <Waiting lines={3} />}
    </Center>
  );
}

function SessionEndedDialog() {
  const { t } = useLanguage();
  const isEnded = useSessionEnded();

  return (
    <Modal
      opened={isEnded}
      onClose={() => undefined}
      title={t.shell.expired.title}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      centered
    >
      <Text mb="md">{t.shell.expired.lead}</Text>
      <SignInForm />
    </Modal>
  );
}

export function NotFound() {
  const { t } = useLanguage();

  return (
    <Center mih="50dvh" ta="center">
      <div>
        <Text component="h1" fw={650} fz="xl" m={0}>
          {t.problem.notFound}
        </Text>
        <Text c="dimmed" mb="md">
          {t.problem.notFoundDetail}
        </Text>
        <Button component="a" href="/admin/" variant="default">
          {t.shell.home}
        </Button>
      </div>
    </Center>
  );
}
