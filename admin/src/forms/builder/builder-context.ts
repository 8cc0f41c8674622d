import { createContext, useContext } from 'react';
import type { Finding, FormDefinition } from '../../api/form-types.ts';
import type { Language, Purpose } from '../../api/types.ts';

export interface Builder {
  definition: FormDefinition;
  /** Changes what is written now, not what was there when a button was drawn. */
  edit(alter: (definition: FormDefinition) => FormDefinition): void;
  findings: readonly Finding[];
  /** What the server said about a text it could not store. */
  refusalOf(place: string): string | undefined;
  purposes: readonly Purpose[];
  goTo(place: string, language: Language | null): void;
}

export const BuilderContext = createContext<Builder | undefined>(undefined);

export function useBuilder(): Builder {
  const builder = useContext(BuilderContext);
  if (!builder) throw new Error('BuilderContext is missing above this component');

  return builder;
}

/** The element of the page that stands for a place of the definition, or for what it is a part of. */
export function elementAt(place: string): HTMLElement | undefined {
  for (let path = place; path !== ''; path = path.slice(0, Math.max(0, path.lastIndexOf('.')))) {
    const found = document.querySelector<HTMLElement>(`[data-place="${CSS.escape(path)}"]`);
    if (found) return found;
  }

  return undefined;
}

/** Moves the focus to what a finding is about: its text in that language where there is one. */
export function focusPlace(place: string, language: Language | null): void {
  const element = elementAt(place);
  if (!element) return;
  const typed = ':is(input, textarea, select)';
  const target =
    (language && element.querySelector<HTMLElement>(`${typed}[lang=${language}]`)) ??
    element.querySelector<HTMLElement>(typed) ??
    element.querySelector<HTMLElement>('button, a');
  element.scrollIntoView({ block: 'center' });
  target?.focus({ preventScroll: true });
}
