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

/**
 * What became of a submission. `accepted` covers everything that depends on who they are; `address-full`, that this address
 * was sent as many messages as it may be, is told to nobody who is not known to read them.
 */
export type Filing = 'accepted' | 'address-full' | 'too-many' | 'form-changed';

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
  const mail = services.config.smtpUrl ? 'queued' : 'held';
  const desk = createBatcher<Attempt, Filing>({ work: (attempts) => fileTogether(services, attempts, mail) });

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

    file: (attempt) => desk.add(attempt),
    drained: () => desk.drained(),
  };
}

/**
 * Counts everyone who arrived since the last batch, then records those who are within their limits: two transactions,
 * whether for one person or for fifty.
 */
async function fileTogether(services: Services, attempts: readonly Attempt[], mail: 'queued' | 'held'): Promise<Filing[]> {
  const limits = attempts.map((attempt) => limitsOf(services, attempt));
  const verdicts = await countAttempts(services.db, limits, services.now());
  const within = [...verdicts.keys()].filter((at) => verdicts[at] === undefined);
  try {
    const recorded = await recordEach(services, within.map((at) => attempts[at]?.submission), mail);
    return verdicts.map((verdict, at) => filingOf(verdict, recorded[within.indexOf(at)]));
  } catch (cause) {
    // They are told it failed and will try again: that must not be their second time.
    for (const at of within) await uncountAttempt(services.db, limits[at] ?? []);
    throw cause;
  }
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
