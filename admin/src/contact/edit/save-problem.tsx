import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { ApiProblem } from '../../api/client.ts';
import { useTexts } from '../../languages/language-provider.tsx';
import { Callout } from '../../ui/callout.tsx';
import { ProblemNotice } from '../../ui/problem.tsx';

/** Why it was not saved; when the address belongs to someone already here, the way to them. */
export function SaveProblem({ problem }: { problem: unknown }) {
  const t = useTexts();
  if (!problem) return null;
  if (!(problem instanceof ApiProblem) || problem.code !== 'address-taken') return <ProblemNotice problem={problem} />;
  const { contactId } = problem.body;

  return (
    <Callout
      tone="wait"
      role="alert"
      title={t.contact.add.taken}
      actions={
        typeof contactId === 'string' ? (
          <Button component={Link} to={`/people/${contactId}`} variant="default" size="xs">
            {t.contact.add.takenOpen}
          </Button>
        ) : null
      }
    >
      {problem.detail}
    </Callout>
  );
}
