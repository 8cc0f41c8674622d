import { type ReactNode, useEffect, useRef } from 'react';

interface FormProps {
  onSubmit: () => void;
  /** Why the last sending was refused; the first field it names takes the focus. */
  problem: unknown;
  children: ReactNode;
}

/** A form whose checks are the server's, in the language of the screen: browsers' own bubbles speak the browser's. */
export function Form({ onSubmit, problem, children }: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (problem) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problem]);

  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
    </form>
  );
}
