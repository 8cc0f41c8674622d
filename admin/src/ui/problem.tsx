import { Button, CopyButton } from '@mantine/core';
import { ApiProblem } from '../api/client.ts';
import { useTexts } from '../languages/language-provider.tsx';
import { Callout } from './callout.tsx';

interface ProblemNoticeProps {
  problem: unknown;
  /** What was being done, as a sentence: "The contact was not saved." */
  what?: string;
  onRetry?: () => void;
}

/** What failed, whether trying again may help, and the id to quote when asking for help. */
export function ProblemNotice({ problem, what, onRetry }: ProblemNoticeProps) {
  const t = useTexts();
  const { title, detail, requestId } = describeProblem(problem, t);

  return (
    <Callout
      tone="no"
      role="alert"
      title={what ?? title}
      actions={
        onRetry || requestId ? (
          <>
            {onRetry ? (
              <Button size="xs" variant="default" onClick={onRetry}>
                {t.problem.retry}
              </Button>
            ) : null}
            {requestId ? (
              <CopyButton value={requestId}>
                {({ copied, copy }) => (
                  <Button size="xs" variant="default" onClick={copy} fw={400}>
                    {copied ? t.problem.copied : `${t.problem.requestId} ${requestId}`}
                  </Button>
                )}
              </CopyButton>
            ) : null}
          </>
        ) : null
      }
    >
      {what && what !== title ? <div>{title}</div> : null}
      {detail ? <div>{detail}</div> : null}
    </Callout>
  );
}

type Words = ReturnType<typeof useTexts>;

function describeProblem(problem: unknown, t: Words): { title: string; detail?: string; requestId?: string } {
  if (!(problem instanceof ApiProblem)) return { title: t.problem.unexpected };
  if (problem.isUnreachable) return { title: t.problem.unreachable, detail: t.problem.unreachableDetail };
  if (problem.status === 403) return { title: t.problem.forbidden, detail: problem.detail, requestId: problem.requestId };

  return { title: problem.message, detail: problem.detail, requestId: problem.requestId };
}
