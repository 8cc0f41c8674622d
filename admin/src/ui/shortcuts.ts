import { useEffect, useEffectEvent } from 'react';

/** What a key does, by the sign printed on an English keyboard: 'j', '/', '?', 'mod+k'. */
export type Shortcuts = Record<string, (event: KeyboardEvent) => void>;

const signs: Record<string, [string, string]> = {
  Slash: ['/', '?'],
  BracketLeft: ['[', '{'],
  BracketRight: [']', '}'],
};

/** Listens on the whole page. Plain signs stay quiet while someone types, while a dialog is open and when switched off. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const act = useEffectEvent((event: KeyboardEvent) => {
    const isCommand = event.ctrlKey || event.metaKey;
    if (event.altKey || event.defaultPrevented) return;
    if (!isCommand && (!singleKeysAreOn() || isTyping(event.target) || dialogIsOpen())) return;
    const shortcut = shortcuts[`${isCommand ? 'mod+' : ''}${signOf(event)}`];
    if (!shortcut) return;
    event.preventDefault();
    shortcut(event);
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => act(event);
    document.addEventListener('keydown', listen);

    return () => document.removeEventListener('keydown', listen);
  }, []);
}

/**
 * On a Latin layout, what the key types; on any other, what the same physical key types on an English one. With a
 * Bulgarian layout event.key is „к“ where event.code still says KeyK.
 */
export function signOf(event: Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey'>): string {
  if (/^[\x21-\x7e]$/.test(event.key)) return event.key.toLowerCase();
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1];
  if (letter) return letter.toLowerCase();

  return signs[event.code]?.[event.shiftKey ? 1 : 0] ?? event.key;
}

const keptAs = 'saglasie.single-keys';

export const singleKeysAreOn = () => localStorage.getItem(keptAs) !== 'off';
export const switchSingleKeys = (on: boolean) => localStorage.setItem(keptAs, on ? 'on' : 'off');

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;

  return target.isContentEditable || target.matches('input:not([type=checkbox],[type=radio],[type=button]), textarea, select');
}

function dialogIsOpen(): boolean {
  return document.querySelector('[role=dialog][aria-modal=true], [role=menu]') !== null;
}
