import { createBatcher } from '#platform/database/batcher.ts';
import { inTransaction } from '#platform/database/connect.ts';
import type { Services } from '#src/services.ts';
import { bucketOf, countAttempts, type Limit, uncountAttempt, type Verdict } from './count-attempts.ts';
import { floodNetwork } from './network-prefix.ts';
import { loadPublishedForm, type PublishedForm } from './published-form.ts';
import { type NewSubmission, type Recorded, recordSubmissions } from './record-submissions.ts';

interface Attempt {
  readonly submission: NewSubmission;
  readonly ip: string;
}

/** What is told to the person: `accepted` covers everything that depends on who they are. */
export type Filing = 'accepted' | 'too-many' | 'form-changed';

/** Where submissions come in: forms kept ready, and one batch after another into the database. */
export interface Desk {
  findForm(slug: string): Promise<PublishedForm | 'missing' | 'closed'>;
  forgetForm(slug: string): void;
  file(attempt: Attempt): Promise<Filing>;
  drained(): Promise<void>;
}

const desks = new WeakMap<Services['db'], Desk>();

/** The desk of this process. */
export function deskOf(services: Services): Desk {
  let desk = desks.get(services.db);
  if (!desk) {
    desk = openDesk(services);
    desks.set(services.db, desk);
  }
  return desk;
}

function openDesk(services: Services): Desk {
  const forms = new Map<string, PublishedForm>();
  const counter = createBatcher<readonly Limit[], Verdict>({
    work: (attempts) => countAttempts(services.db, attempts, services.now()),
  });
  const mail = services.config.smtpUrl ? 'queued' : 'held';
  const recorder = createBatcher<NewSubmission, Recorded>({
    work: (submissions) => inTransaction(services.db, (tx) => recordSubmissions(tx, submissions, { mail })),
    // Two sendings of one address in the same moment: the second must find the first.
    keyOf: (submission) => submission.email.matchKey,
    maxInFlight: 2,
  });

  return {
    // A version never changes, so it may be kept; whether it is still the published one is asked inside each batch.
    async findForm(slug) {
      const kept = forms.get(slug);
      if (kept) return kept;
      const form = await loadPublishedForm(services.db, slug);
      if (typeof form !== 'string') forms.set(slug, form);
      return form;
    },
    forgetForm: (slug) => void forms.delete(slug),

    // What is said does not depend on the address: over its limit, unknown, known or suppressed, it is `accepted`.
    async file({ submission, ip }) {
      const limits = limitsOf(services, submission, ip);
      const verdict = await counter.add(limits);
      if (verdict === LIMIT.address) return 'accepted';
      if (verdict !== undefined) return 'too-many';
      try {
        return (await recorder.add(submission)) === 'form-changed' ? 'form-changed' : 'accepted';
      } catch (cause) {
        // The person is told it failed and will try again: that must not be their second time.
        await uncountAttempt(services.db, limits);
        throw cause;
      }
    },
    async drained() {
      await counter.drained();
      await recorder.drained();
    },
  };
}

const LIMIT = { network: 0, address: 1, form: 2 } as const;

function limitsOf(services: Services, submission: NewSubmission, ip: string): Limit[] {
  const { flood } = services.config;
  return [
    { bucket: bucketOf(services.keys, 'network', floodNetwork(ip)), allowances: [flood.perIp] },
    { bucket: mailboxBucket(services.keys, submission.email.matchKey), allowances: flood.perAddress },
    { bucket: bucketOf(services.keys, 'form', submission.form.id), allowances: [flood.perForm] },
  ];
}

/** Where messages to an address are counted. */
export function mailboxBucket(keys: Services['keys'], matchKey: string): Buffer {
  return bucketOf(keys, 'address', mailboxOf(matchKey));
}

/** Counted as one: `i.van+news@…` and `ivan@…`, which often lead to the same mailbox. As addresses they stay apart. */
function mailboxOf(matchKey: string): string {
  const at = matchKey.lastIndexOf('@');
  const local = matchKey.slice(0, at).replace(/\+.*$/, '').replaceAll('.', '');
  return `${local}${matchKey.slice(at)}`;
}
