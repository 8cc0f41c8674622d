import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiProblem, post } from '../api/client.ts';
import { sessionRenewed } from '../api/session.ts';
import { useTexts } from '../languages/language-provider.tsx';
import { Callout } from '../ui/callout.tsx';
import { Form } from '../ui/form.tsx';
import { ProblemNotice } from '../ui/problem.tsx';

export function SignInForm() {
  const t = useTexts();
  const queries = useQueryClient();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => post('/auth/sign-in/email', { email, password }),
    onSuccess: async () => {
      sessionRenewed();
      await queries.refetchQueries();
    },
  });

  return (
    <Form onSubmit={() => signIn.mutate()} problem={signIn.error}>
      <Stack gap="md">
        {signIn.error ? <SignInProblem problem={signIn.error} isMissing={email === '' || password === ''} /> : null}
        <TextInput
          label={t.signIn.email}
          type="email"
          name="email"
          autoComplete="username"
          inputMode="email"
          autoCapitalize="none"
          spellCheck={false}
          size="md"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label={t.signIn.password}
          name="password"
          autoComplete="current-password"
          size="md"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" size="md" loading={signIn.isPending} fullWidth>
          {t.signIn.submit}
        </Button>
      </Stack>
    </Form>
  );
}

function SignInProblem({ problem, isMissing }: { problem: unknown; isMissing: boolean }) {
  const t = useTexts();
  const status = problem instanceof ApiProblem ? problem.status : undefined;
  if (isMissing) return <Callout tone="no" role="alert" title={t.signIn.missing} />;
  if (status === 400 || status === 401 || status === 403 || status === 422)
    return <Callout tone="no" role="alert" title={t.signIn.failed} />;
  if (status === 429) return <Callout tone="wait" role="alert" title={t.signIn.tooMany} />;

  return <ProblemNotice problem={problem} />;
}
