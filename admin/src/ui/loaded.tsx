import { Skeleton, Stack, VisuallyHidden } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { ApiProblem } from '../api/client.ts';
import { useTexts } from '../languages/language-provider.tsx';
import { Callout } from './callout.tsx';
import { ProblemNotice } from './problem.tsx';

interface Answer<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
}

interface LoadedProps<T> {
  query: Answer<T>;
  /** How many grey lines stand in while the first answer is awaited. */
  lines?: number;
  children: (data: T) => ReactNode;
}

/** A query's three faces: waiting (a skeleton after 300 ms), refused or failed, and the data. */
export function Loaded<T>({ query, lines = 4, children }: LoadedProps<T>) {
  const t = useTexts();
  if (query.data !== undefined) {
    return (
      <>
        {query.error ? <ProblemNotice problem={query.error} what={t.problem.stale} onRetry={query.refetch} /> : null}
        {children(query.data)}
      </>
    );
  }
  if (query.error instanceof ApiProblem && query.error.status === 403) {
    return (
      <Callout tone="wait" title={t.problem.forbidden}>
        {t.problem.forbiddenDetail}
      </Callout>
    );
  }
  if (query.error) return <ProblemNotice problem={query.error} onRetry={query.refetch} />;

  return <Waiting lines={lines} />;
}

export function Waiting({ lines }: { lines: number }) {
  const t = useTexts();
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), 300);

    return () => clearTimeout(timer);
  }, []);
  if (!isLong) return null;

  return (
    <Stack gap="sm" role="status">
      <VisuallyHidden>{t.common.loading}</VisuallyHidden>
      {Array.from({ length: lines }, (_, line) => line).map((line) => (
        <Skeleton key={line} height={line === 0 ? 26 : 18} width={`${92 - ((line * 17) % 40)}%`} />
      ))}
    </Stack>
  );
}
