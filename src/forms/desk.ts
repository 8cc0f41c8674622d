import { createBatcher } from '#platform/database/batcher.ts';
import { commitAndGoOn, inQuickTransaction, type Transaction } from '#platform/database/connect.ts';
import type { Services } from '#src/services.ts';
import { bucketOf, type Limit, startCounting, uncountAttempt, type Verdict } from './count-attempts.ts';
import { mailboxOf } from './mailbox-of.ts';
import { floodNetwork } from './network-prefix.ts';
import { loadPublishedForm, type PublishedForm } from './published-form.ts';
import { type NewSubmission, recordSubmissions } from './record-submissions.ts';

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
  const desk = createBatcher<Attempt, Filing>({ work: (attempts) => fileTogether(services, attempts, mail), maxInFlight: 2 });

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
 * whether for one person or for fifty, the second on its way before the first has been answered. Two, because what was
 * counted stays counted, and because everybody's counting waits for one lock, which must not wait for the disk.
 */
async function fileTogether(services: Services, attempts: readonly Attempt[], mail: 'queued' | 'held'): Promise<Filing[]> {
  const tried = attempts.map((attempt) => ({ ...attempt, limits: limitsOf(services, attempt) }));
  const limits = tried.map((one) => one.limits);
  const filings: Filing[] = [];
  let within: number[] = [];
  let kept: Promise<unknown> | undefined;

  const record = async (tx: Transaction, together: readonly number[]) => {
    const submissions = together.flatMap((at) => tried[at]?.submission ?? []);
    const recorded = await recordSubmissions(tx, submissions, { mail });
    for (const [place, at] of together.entries()) if (recorded[place] === 'form-changed') filings[at] = 'form-changed';
  };
  try {
    const rounds = await inQuickTransaction(services.db, async (tx) => {
      const { verdicts, counted } = await startCounting(tx, limits, services.now());
      // Looked at below, when the answers of what follows are here.
      kept = Promise.all([counted, commitAndGoOn(tx)]);
      kept.catch(() => {});
      filings.push(...verdicts.map(filingOf));
      within = [...tried.keys()].filter((at) => verdicts[at] === undefined);
      const [first, ...later] = withoutRepeats(within, (at) => tried[at]?.submission.email.matchKey);
      if (first) await record(tx, first);
      await kept;
      return later;
    });
    for (const together of rounds) await inQuickTransaction(services.db, (tx) => record(tx, together));
  } catch (cause) {
    // They are told it failed and will try again: that must not be their second time.
    const isCounted = await kept?.then(
      () => true,
      () => false,
    );
    if (isCounted) for (const at of within) await uncountAttempt(services.db, limits[at] ?? []);
    throw cause;
  }
  return filings;
}

function filingOf(verdict: Verdict): Filing {
  if (verdict === undefined) return 'accepted';
  return verdict === LIMIT.address || verdict === LIMIT.parent ? 'address-full' : 'too-many';
}

/** In as few rounds as there are of the most repeated key: of two sendings of one address, the second must find the first. */
function withoutRepeats<T>(items: readonly T[], keyOf: (item: T) => unknown): T[][] {
  const rounds: T[][] = [];
  const seen = new Map<unknown, number>();
  for (const item of items) {
    const round = seen.get(keyOf(item)) ?? 0;
    seen.set(keyOf(item), round + 1);
    const others = rounds[round];
    if (others) others.push(item);
    else rounds.push([item]);
  }
  return rounds;
}

const LIMIT = { network: 0, address: 1, form: 2, parent: 3 } as const;

function limitsOf(services: Services, { submission, ip }: Attempt): Limit[] {
  const { flood } = services.config;
  return [
    { bucket: bucketOf(services.keys, 'network', floodNetwork(ip)), allowances: [flood.perIp] },
    { bucket: mailboxBucket(services.keys, submission.email.matchKey), allowances: flood.perAddress },
    { bucket: bucketOf(services.keys, 'form', submission.form.id), allowances: [flood.perForm] },
    ...(submission.parent
      ? [{ bucket: mailboxBucket(services.keys, submission.parent.email.matchKey), allowances: flood.perAddress }]
      : []),
  ];
}

/** Where messages to an address are counted. */
export function mailboxBucket(keys: Services['keys'], matchKey: string): Buffer {
  return bucketOf(keys, 'address', mailboxOf(matchKey));
}
