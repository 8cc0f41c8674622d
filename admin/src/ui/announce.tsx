import { VisuallyHidden } from '@mantine/core';
import { useSyncExternalStore } from 'react';

let spoken = '';
const listeners = new Set<() => void>();

/** Says something to screen-reader users without moving the focus. */
export function announce(text: string): void {
  // A text equal to the last one would not be read again; the trailing space makes it a change.
  spoken = text === spoken ? `${text}\u00A0` : text;
  for (const listener of listeners) listener();
}

export function AnnouncementRegion() {
  const text = useSyncExternalStore(subscribe, () => spoken);

  return (
    <VisuallyHidden role="status" aria-live="polite">
      {text}
    </VisuallyHidden>
  );
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);

  return () => listeners.delete(listener);
}
