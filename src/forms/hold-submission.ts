import { sql } from 'kysely';
import { uuidv7 } from '#platform/crypto/uuid.ts';
import { findUnusableAddresses } from '#src/erasure/find-unusable-addresses.ts';
import type { Services } from '#src/services.ts';
import { countStep } from './count-steps.ts';
import type { NewSubmission } from './record-submissions.ts';
import { sealHeld } from './seal-held.ts';

/** Why a submission was put aside instead of being answered with a message. */
export const heldReasons = ['trap', 'too-fast', 'flood', 'few-confirm'] as const;
export type HeldReason = (typeof heldReasons)[number];

/**
 * What a release can bring back. A submission that says more would come back as something else: it is not kept. A child's
 * is one: released without its parent it would ask the child, and the parent's address would be kept where nobody finds it.
 */
const restorable: readonly string[] = ['form', 'language', 'email', 'matchHash', 'answers', 'boxes', 'evidence'];

/** Waiting per form. A flood must not fill the database with strangers' addresses. */
const MOST_HELD = 500;
const LARGEST = 8192;

/**
 * Puts a submission aside for staff: no contact, no message, no word in the ledger. Kept is what a release needs (address,
 * answers, boxes, who rendered the text); the network and the browser it came from are not, since nobody is to be found
 * out (Art. 5(1)(c)). Each address once per form, 500 per form, two weeks. Of an address whose owner has said "not me",
 * nothing.
 */
export async function holdSubmission(services: Services, submission: NewSubmission, reason: HeldReason): Promise<void> {
  const { form, matchHash } = submission;
  const id = uuidv7();
  const { shown = 'elsewhere', page, shownAt, claims } = submission.evidence;
  const sealed = sealHeld(services.keys, id, {
    email: submission.email.original,
    answers: submission.answers,
    ticked: submission.boxes.filter(({ ticked }) => ticked).map(({ box }) => box.value),
    evidence: { shown, ...(page ? { page } : {}), ...(shownAt ? { shownAt } : {}), ...(claims ? { claims } : {}) },
  });
  const unusable = await findUnusableAddresses(services.db, [matchHash]);
  countStep(services, form.version.id, 'held');
  const saysMore = Object.keys(submission).some((key) => !restorable.includes(key));
  if (unusable.size > 0 || sealed.length > LARGEST || saysMore) return;
  await sql`insert into held_submission (id, form_id, form_version_id, language, reason, sealed, match_hash)
    select ${id}::uuid, ${form.id}::uuid, ${form.version.id}::uuid, ${submission.language}, ${reason}, ${sealed}, ${matchHash}::bytea
     where (select count(*) from held_submission where form_id = ${form.id}::uuid) < ${MOST_HELD}
    on conflict (form_id, match_hash) do nothing`.execute(services.db);
}
