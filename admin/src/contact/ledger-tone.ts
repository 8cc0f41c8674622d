import type { Tone } from '../ui/mark.tsx';

/** How a legal fact is marked: what allows, what stops, what waits. */
export function toneOfKind(kind: string): Tone {
  if (/^(consent-given|consent-renewed|basis-asserted|objection-lifted|restriction-lifted)$/.test(kind)) return 'yes';
  if (/^(consent-refused|consent-withdrawn|consent-expired|objected|restricted|basis-ended)$/.test(kind)) return 'no';

  return kind === 'consent-requested' ? 'wait' : 'plain';
}
