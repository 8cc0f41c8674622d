import { useTexts } from '../languages/language-provider.tsx';
import { wordFor } from '../languages/shape.ts';
import { Mark, type Tone } from '../ui/mark.tsx';

const tones: Record<string, Tone> = {
  sent: 'yes',
  held: 'wait',
  queued: 'wait',
  attempting: 'wait',
  unknown: 'wait',
  failed: 'no',
  withheld: 'no',
};

export function StatusMark({ status }: { status: string }) {
  const t = useTexts();

  return <Mark tone={tones[status] ?? 'plain'}>{wordFor(t.words.deliveryStatus, status)}</Mark>;
}
