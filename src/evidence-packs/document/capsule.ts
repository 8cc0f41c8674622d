import { html } from 'hono/html';
import type { Html } from '#platform/html/page.ts';
import type { Language } from '#src/languages/languages.ts';
import type { OpeningGround } from '#src/sealed-evidence/list-openings.ts';
import type { OpenedCapsule } from '#src/sealed-evidence/open-evidence.ts';
import type { ShownText } from '../common-files.ts';
import type { PackEvent } from '../event.ts';
import { writeEvents, writeTexts } from './events.ts';
import { type Issuer, type Voice, voiceOf, writeDocument } from './frame.ts';

export interface CapsuleEvidence {
  readonly subject: string;
  readonly capsules: readonly OpenedCapsule[];
  readonly events: readonly PackEvent[];
  readonly texts: readonly ShownText[];
  readonly opened: { readonly ground: OpeningGround; readonly reference: string; readonly by: string; readonly agreedBy: string };
  readonly issuer: Issuer;
  readonly enclosed: number;
}

/** What an authority or a court reads about somebody who was erased: their consents, and nothing that says who they were. */
export function writeCapsuleDocument(told: CapsuleEvidence, language: Language): string {
  const voice = voiceOf(language, told.issuer.controller);
  const { capsule } = voice.words.document;
  const { opened } = told;
  return writeDocument(
    voice,
    {
      kind: 'capsule',
      subject: told.subject,
      issuer: told.issuer,
      enclosed: told.enclosed,
      toAnyone: opened.ground !== 'authority',
    },
    html`<p>${capsule.pseudonymous}</p>
<section><dl>
<dt>${capsule.case}</dt><dd>${capsule.caseGrounds[opened.ground]}: ${opened.reference}</dd>
<dt>${capsule.people}</dt><dd>${capsule.twoPeople(opened.by, opened.agreedBy)}</dd>
</dl></section>
${told.capsules.map((one) => writeCapsule(voice, one))}
${writeEvents(voice, told.events, told.texts)}
${writeTexts(voice, told.texts)}`,
  );
}

function writeCapsule({ words, day }: Voice, { content, sealedOn, keepUntil }: OpenedCapsule): Html {
  const { capsule } = words.document;
  return html`<section class="event"><dl>
<dt>${capsule.sealedOn}</dt><dd>${day(new Date(sealedOn))}</dd>
<dt>${capsule.keepUntil}</dt><dd>${day(new Date(keepUntil))}</dd>
<dt>${capsule.ground}</dt><dd>${capsule.grounds[content.ground]}</dd>
<dt>${capsule.necessity}</dt><dd>${content.necessity}</dd>
</dl></section>`;
}
