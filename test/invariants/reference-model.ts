/**
 * What the law asks of the fold and of the gate, written a second time from the design and not from the SQL, in the
 * plainest way: lists are searched whole, nothing is kept. The property tests compare the database with it.
 */

export interface ModelPurpose {
  readonly name: string;
  readonly basis: 'consent' | 'contract' | 'legitimate-interests';
  readonly channels: readonly string[];
  readonly isMarketing: boolean;
  /** Consents to an older version do not cover what is done today. */
  readonly coversFrom?: number;
}

export interface ModelEntry {
  /** Place in the order of ids: of two otherwise equal entries the later id wins. */
  readonly rank: number;
  readonly kind: string;
  /** Absent: every purpose, every channel. */
  readonly purpose?: string | undefined;
  readonly channel?: string | undefined;
  readonly at: number;
  readonly until?: number | undefined;
  /** Version of the purpose it speaks of; 1 unless said. */
  readonly version?: number | undefined;
  readonly basis?: string | undefined;
  readonly ground?: string | undefined;
}

export interface ModelContact {
  readonly state: 'active' | 'unconfirmed' | 'quarantined';
  readonly addresses: readonly string[];
  /** The e-mail address came after they had agreed with another, and nobody has shown that it is theirs. */
  readonly isEmailUnproven?: boolean;
  readonly suppressions: readonly { readonly address: string; readonly reason: string; readonly at: number }[];
  readonly history: readonly ModelEntry[];
}

const registers: Record<string, readonly string[]> = {
  request: ['consent-requested'],
  consent: ['consent-given', 'consent-renewed', 'consent-refused', 'consent-withdrawn', 'consent-expired'],
  objection: ['objected', 'objection-lifted'],
  restriction: ['restricted', 'restriction-lifted'],
  basis: ['basis-asserted', 'basis-ended'],
  notice: ['notice-given'],
};
export const registerNames = Object.keys(registers);

const protects = (kind: string): number =>
  ['consent-withdrawn', 'objected', 'restricted', 'basis-ended'].includes(kind)
    ? 2
    : ['consent-refused', 'consent-expired'].includes(kind)
      ? 1
      : 0;

const isYes = (entry?: ModelEntry): boolean => entry?.kind === 'consent-given' || entry?.kind === 'consent-renewed';

/** The entry that counts: the latest; at the same moment what protects the person more; then the later id. */
export function counting(
  history: readonly ModelEntry[],
  register: string,
  purpose?: string,
  channel?: string,
): ModelEntry | undefined {
  const candidates = history.filter(
    (entry) => registers[register]?.includes(entry.kind) && entry.purpose === purpose && entry.channel === channel,
  );
  return candidates.find((one) =>
    candidates.every(
      (other) =>
        one.at > other.at ||
        (one.at === other.at &&
          (protects(one.kind) > protects(other.kind) || (protects(one.kind) === protects(other.kind) && one.rank >= other.rank))),
    ),
  );
}

export interface ModelAnswer {
  readonly allowed: boolean;
  readonly reason: string;
  /** The entry that decides. Of two objections of the same moment either may be named. */
  readonly rank: number | null;
}

const no = (reason: string, entry?: ModelEntry): ModelAnswer => ({ allowed: false, reason, rank: entry?.rank ?? null });

/** Whether the contact's data may be used for the purpose on the channel at the moment `now`. */
export function mayProcessByTheBook(contact: ModelContact, purpose: ModelPurpose, channel: string, now: number): ModelAnswer {
  if (!purpose.channels.includes(channel)) return no('channel-not-declared');
  const restriction = counting(contact.history, 'restriction');
  if (restriction?.kind === 'restricted') return no('restricted', restriction);

  const consent = counting(contact.history, 'consent', purpose.name, channel);
  if (contact.state === 'quarantined' && !isYes(consent)) return no('quarantined');

  const objections = [
    counting(contact.history, 'objection', purpose.name, channel),
    counting(contact.history, 'objection', purpose.name),
    ...(purpose.isMarketing || purpose.basis === 'legitimate-interests'
      ? [counting(contact.history, 'objection', undefined, channel), counting(contact.history, 'objection')]
      : []),
  ].filter((entry) => entry?.kind === 'objected');
  const latest = objections.toSorted((one, other) => (other?.at ?? 0) - (one?.at ?? 0))[0];
  if (latest && !(isYes(consent) && (consent?.at ?? 0) > latest.at)) return no('objected', latest);

  if (channel !== 'none') {
    const address = channel === 'sms' ? 'phone' : channel;
    if (!contact.addresses.includes(address)) return no('no-address');
    const stops = contact.suppressions.filter(
      (one) =>
        one.address === address &&
        (one.reason === 'hard-bounce' ||
          (one.reason === 'not-me' && now - one.at < 30 * 86_400_000) ||
          (purpose.isMarketing && !(isYes(consent) && (consent?.at ?? 0) > one.at))),
    );
    if (stops.length > 0) return no('suppressed');
  }

  if (purpose.basis === 'consent') {
    if (!consent) {
      const request = counting(contact.history, 'request', purpose.name, channel);
      return request ? no('consent-not-confirmed', request) : no('consent-never-asked');
    }
    if (!isYes(consent)) return no(consent.kind, consent);
    if (consent.until !== undefined && consent.until <= now) return no('consent-expired', consent);
    if ((consent.version ?? 1) < (purpose.coversFrom ?? 1)) return no('consent-outdated', consent);
    if (channel === 'email' && contact.isEmailUnproven) return no('address-not-confirmed', consent);
    return { allowed: true, reason: 'consent-given', rank: consent.rank };
  }

  const basis = counting(contact.history, 'basis', purpose.name, channel);
  if (!basis) return no('basis-not-recorded');
  if (basis.kind === 'basis-ended' || (basis.until !== undefined && basis.until <= now)) return no('basis-ended', basis);
  const opens = { email: ['soft-opt-in', 'legal-entity'], sms: ['soft-opt-in', 'legal-entity'], phone: ['legal-entity'] }[
    channel as string
  ];
  if (purpose.isMarketing && opens && !opens.includes(basis.ground ?? '')) return no('no-channel-permission', basis);
  return { allowed: true, reason: 'basis-asserted', rank: basis.rank };
}
