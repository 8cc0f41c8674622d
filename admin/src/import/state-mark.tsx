import { useTexts } from '../languages/language-provider.tsx';
import { Mark, type Tone } from '../ui/mark.tsx';
import type { ImportState } from './types.ts';

const tones: Record<ImportState, Tone> = {
  uploaded: 'wait',
  ready: 'wait',
  checking: 'plain',
  checked: 'wait',
  committing: 'plain',
  committed: 'yes',
  stopped: 'no',
  undoing: 'plain',
  undone: 'plain',
  discarded: 'plain',
};

export function StateMark({ state }: { state: ImportState }) {
  const t = useTexts();

  return <Mark tone={tones[state]}>{t.imports.states[state]}</Mark>;
}
