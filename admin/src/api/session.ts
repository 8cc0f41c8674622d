import { useSyncExternalStore } from 'react';

let ended = false;
const listeners = new Set<() => void>();

/** The server no longer knows who we are: the shell asks for the password again and keeps everything typed on screen. */
export function sessionEnded(): void {
  tell(true);
}

export function sessionRenewed(): void {
  tell(false);
}

export function useSessionEnded(): boolean {
  return useSyncExternalStore(subscribe, () => ended);
}

function tell(value: boolean): void {
  if (ended === value) return;
  ended = value;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);

  return () => listeners.delete(listener);
}
