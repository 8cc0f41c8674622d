import { useBlocker } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { ApiProblem } from '../api/client.ts';
import { useTexts } from '../languages/language-provider.tsx';

/** What is being typed, until it is saved: nothing here is lost by a failed request. */
export function useDraft<T extends object>(saved: T) {
  const [draft, setDraft] = useState(saved);
  const [start, setStart] = useState(saved);
  const isDirty = JSON.stringify(draft) !== JSON.stringify(start);

  return {
    draft,
    isDirty,
    set: <Key extends keyof T>(key: Key, value: T[Key]) => setDraft((now) => ({ ...now, [key]: value })),
    change: setDraft,
    /** Call when the server has taken it: from now on leaving loses nothing. */
    settle: (settled: T = draft) => {
      setDraft(settled);
      setStart(settled);
    },
  };
}

/**
 * Asks before a half-typed form is left, by a link, the back button or by closing the tab.
 *
 * @returns lets go: call it once everything is saved, before moving on
 */
export function useUnsavedGuard(isDirty: boolean): () => void {
  const t = useTexts();
  // A ref, not state: the navigation that follows a save comes before the next render.
  const isSettled = useRef(false);
  useBlocker({
    shouldBlockFn: ({ current, next }) =>
      isDirty && !isSettled.current && current.pathname !== next.pathname && !window.confirm(t.common.leaveUnsaved),
    enableBeforeUnload: () => isDirty && !isSettled.current,
  });

  return () => {
    isSettled.current = true;
  };
}

/** The server's words about one field of a refused request; paths such as "changes.email" count for "email". */
export function errorsByField(problem: unknown): (field: string) => string | undefined {
  const errors = problem instanceof ApiProblem ? problem.errors : [];

  return (field) =>
    errors.find((error) => error.field === field || error.field.endsWith(`.${field}`) || error.field.endsWith(`/${field}`))
      ?.message;
}
