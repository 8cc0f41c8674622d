import { formatDay } from '#platform/html/format-date.ts';
import { wordsOf } from '#src/evidence-packs/words.ts';
import type { Language } from '#src/languages/languages.ts';
import type { Controller } from '#src/register/controller.ts';
import type { KeptEvidence } from './seal-evidence.ts';

/**
 * The answer to somebody whose data were erased: what is gone, what stays, why and until when, and what they can do about it
 * (Art. 12(3)–(4), 17(3)). What is kept under seal is still their personal data, so they must be told.
 */
export function tellOfErasure(
  kept: Pick<KeptEvidence, 'ground' | 'keepUntil'> | undefined,
  controller: Controller | undefined,
  language: Language,
): string {
  const { erasure } = wordsOf[language];
  const paragraphs = [
    ...(controller ? [erasure.done(controller.name)] : []),
    erasure.suppression,
    ...(kept
      ? [
          `${erasure.kept(formatDay(new Date(kept.keepUntil), language, 'UTC'))} ${erasure.because[kept.ground]}`,
          erasure.holds,
          erasure.stillYours,
        ]
      : [erasure.nothingKept]),
    erasure.complaint,
    ...(controller ? [erasure.contact(controller.email, controller.dpoEmail)] : []),
  ];
  return `${erasure.subject}\n\n${paragraphs.join('\n\n')}\n`;
}
