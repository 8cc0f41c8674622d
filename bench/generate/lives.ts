import type { EntryKind, Evidence, PermissionGround } from '#src/ledger/entry.ts';
import type { Channel, LegalBasis, Purpose } from '#src/purposes/purpose.ts';
import type { Grounds, SourceName } from './grounds.ts';
import type { Random } from './random.ts';

/** One legal fact of a life, before it has an id. */
export interface Moment {
  readonly kind: EntryKind;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly purpose?: Purpose;
  readonly channel?: Channel;
  readonly legalBasis?: LegalBasis;
  readonly permissionGround?: PermissionGround;
  readonly until?: number;
  readonly source: SourceName;
  /** Whether a text was shown. */
  readonly shown: boolean;
  readonly actor: 'contact' | 'import' | 'system';
  readonly method: string;
  readonly evidence: Evidence;
}

/** What happened between a firm and one person. */
export interface Life {
  readonly state: 'unconfirmed' | 'active' | 'quarantined';
  readonly origin: { readonly source: SourceName; readonly purpose: Purpose; readonly basis: LegalBasis | 'unknown' };
  /** At most 16, in order of time. */
  readonly moments: readonly Moment[];
  readonly submission: 'pending' | 'confirmed' | 'expired' | null;
}

const DAY = 86_400_000;
const MINUTE = 60_000;
/** More would not fit the number of a moment into four bits. */
const MOST_MOMENTS = 16;

/**
 * The life of a contact known since `from`, as of `until`: subscribers who confirmed, renewed, left; customers whose
 * contract carries the basis; people of old lists nobody can account for. Nothing in it lies in the future.
 */
export function makeLife(random: Random, grounds: Grounds, from: number, until: number): Life {
  const kind = random();
  const life =
    kind < 0.46
      ? subscriber(random, grounds, from)
      : kind < 0.7
        ? customer(random, grounds, from)
        : kind < 0.81
          ? provenImport(random, grounds, from)
          : kind < 0.88
            ? visitor(random, grounds, from)
            : kind < 0.94
              ? stranger(grounds)
              : unconfirmed(grounds, from, until);
  const moments = [...life.moments, ...rights(random, life, from)];
  return {
    ...life,
    moments: moments
      .filter((moment) => moment.at < until)
      .map((moment) => ({ ...moment, at: Math.floor(moment.at), ...(moment.until ? { until: Math.floor(moment.until) } : {}) }))
      .sort((a, b) => a.at - b.at)
      .slice(0, MOST_MOMENTS),
  };
}

function subscriber(random: Random, grounds: Grounds, from: number): Life {
  const { newsletter, events } = grounds.purposes;
  const confirmed = from + (2 + random() * 600) * MINUTE;
  const boxes: Moment[] = [];
  if (random() < 0.3) {
    boxes.push(
      asked(events, from),
      ...consentYears(random, events, 'email', confirmed, { source: 'form', actor: 'contact', method: 'confirmation-page' }),
    );
  } else {
    boxes.push(plain('consent-refused', events, 'email', confirmed, 'confirmation-page'));
  }
  return {
    state: 'active',
    origin: { source: 'form', purpose: newsletter, basis: 'consent' },
    moments: [
      confirmationBasis(grounds, from),
      asked(newsletter, from),
      ...consentYears(random, newsletter, 'email', confirmed, { source: 'form', actor: 'contact', method: 'confirmation-page' }),
      ...boxes,
    ],
    submission: 'confirmed',
  };
}

function customer(random: Random, grounds: Grounds, from: number): Life {
  const { customers, offers, newsletter } = grounds.purposes;
  const ends = random() < 0.12 ? from + (90 + random() * 900) * DAY : undefined;
  const moments: Moment[] = [notice(customers, from, 'shop')];
  for (const channel of customers.channels) {
    moments.push(basis('basis-asserted', customers, channel, from, 'not-needed'));
    if (ends) moments.push(basis('basis-ended', customers, channel, ends, 'not-needed'));
  }
  if (random() < 0.6) {
    moments.push(basis('basis-asserted', offers, 'email', from + DAY, 'soft-opt-in'));
    if (random() < 0.15) moments.push(plain('objected', offers, 'email', from + (30 + random() * 700) * DAY, 'one-click'));
  }
  if (random() < 0.2) {
    moments.push(
      ...consentYears(random, newsletter, 'email', from + 20 * DAY, {
        source: 'shop',
        actor: 'contact',
        method: 'preference-centre',
      }),
    );
  }
  return { state: 'active', origin: { source: 'shop', purpose: customers, basis: 'contract' }, moments, submission: null };
}

function provenImport(random: Random, grounds: Grounds, from: number): Life {
  const { newsletter, events } = grounds.purposes;
  return {
    state: 'active',
    origin: { source: 'oldSheet', purpose: newsletter, basis: 'consent' },
    moments: [
      notice(newsletter, from, 'oldSheet'),
      ...consentYears(random, newsletter, 'email', from + MINUTE, { source: 'oldSheet', actor: 'import', method: 'import' }),
      plain('consent-refused', events, 'email', from + 2 * MINUTE, 'preference-centre'),
    ],
    submission: null,
  };
}

function visitor(random: Random, grounds: Grounds, from: number): Life {
  const { newsletter, events } = grounds.purposes;
  const how = { source: 'fair', actor: 'contact', method: 'form' } as const;
  return {
    state: 'active',
    origin: { source: 'fair', purpose: events, basis: 'consent' },
    moments: [
      notice(events, from, 'fair'),
      ...consentYears(random, events, 'email', from + MINUTE, how),
      ...(random() < 0.5 ? consentYears(random, events, 'sms', from + MINUTE, how) : []),
      plain('consent-refused', newsletter, 'email', from + 2 * MINUTE, 'form'),
    ],
    submission: null,
  };
}

/** In an old list, and nobody knows why. */
function stranger(grounds: Grounds): Life {
  return {
    state: 'quarantined',
    origin: { source: 'oldSheet', purpose: grounds.purposes.newsletter, basis: 'unknown' },
    moments: [],
    submission: null,
  };
}

function unconfirmed(grounds: Grounds, from: number, until: number): Life {
  const { newsletter } = grounds.purposes;
  return {
    state: 'unconfirmed',
    origin: { source: 'form', purpose: newsletter, basis: 'consent' },
    moments: [confirmationBasis(grounds, from), asked(newsletter, from)],
    submission: from + 7 * DAY > until ? 'pending' : 'expired',
  };
}

/** Rights a few people of every kind exercised. */
function rights(random: Random, life: Life, from: number): Moment[] {
  const at = from + (10 + random() * 800) * DAY;
  const right = random();
  const common = { at, source: life.origin.source, shown: false, actor: 'contact', evidence: {} } as const;
  if (right < 0.012) return [{ ...common, kind: 'objected', method: 'preference-centre' }];
  if (right < 0.018) {
    const restricted: Moment = { ...common, kind: 'restricted', method: 'phone', evidence: { ground: 'a' } };
    return random() < 0.5
      ? [restricted]
      : [restricted, { ...common, kind: 'restriction-lifted', at: at + 20 * DAY, method: 'phone' }];
  }
  return [];
}

/** Given, renewed when asked again, withdrawn by some, given once more by a few. */
function consentYears(
  random: Random,
  purpose: Purpose,
  channel: Channel,
  from: number,
  how: { source: SourceName; actor: 'contact' | 'import'; method: string },
): Moment[] {
  const until = (at: number) => (purpose.consentValidMonths ? { until: at + purpose.consentValidMonths * 30 * DAY } : {});
  const moments: Moment[] = [{ ...agreed('consent-given', purpose, channel, from, how), ...until(from) }];
  let at = from;
  while (moments.length < 4 && random() < 0.42) {
    at += (150 + random() * 400) * DAY;
    moments.push({
      ...agreed('consent-renewed', purpose, channel, at, { source: 'form', actor: 'contact', method: 'preference-centre' }),
      ...until(at),
    });
  }
  if (random() < 0.22) {
    at += (5 + random() * 500) * DAY;
    moments.push(plain('consent-withdrawn', purpose, channel, at, random() < 0.7 ? 'one-click' : 'preference-centre'));
    if (random() < 0.12) {
      at += (20 + random() * 300) * DAY;
      moments.push({
        ...agreed('consent-given', purpose, channel, at, { source: 'form', actor: 'contact', method: 'preference-centre' }),
        ...until(at),
      });
    }
  } else if (purpose.consentValidMonths) {
    const end = at + purpose.consentValidMonths * 30 * DAY;
    moments.push({ ...plain('consent-expired', purpose, channel, end, 'expiry'), actor: 'system' });
  }
  return moments;
}

function agreed(
  kind: 'consent-given' | 'consent-renewed',
  purpose: Purpose,
  channel: Channel,
  at: number,
  how: { source: SourceName; actor: 'contact' | 'import'; method: string },
): Moment {
  return {
    kind,
    at,
    purpose,
    channel,
    legalBasis: 'consent',
    permissionGround: 'consent',
    shown: true,
    ...how,
    evidence: {
      shown: 'here',
      ipPrefix: '192.0.2.0/24',
      agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    },
  };
}

function asked(purpose: Purpose, at: number): Moment {
  const evidence = { shown: 'here', ipPrefix: '192.0.2.0/24' };
  return {
    kind: 'consent-requested',
    at,
    purpose,
    channel: 'email',
    source: 'form',
    shown: true,
    actor: 'contact',
    method: 'form',
    evidence,
  };
}

function plain(kind: EntryKind, purpose: Purpose, channel: Channel, at: number, method: string): Moment {
  return { kind, at, purpose, channel, source: 'form', shown: false, actor: 'contact', method, evidence: {} };
}

function notice(purpose: Purpose, at: number, source: SourceName): Moment {
  return {
    kind: 'notice-given',
    at,
    purpose,
    channel: 'email',
    source,
    shown: true,
    actor: 'system',
    method: 'email',
    evidence: {},
  };
}

function basis(
  kind: 'basis-asserted' | 'basis-ended',
  purpose: Purpose,
  channel: Channel,
  at: number,
  permissionGround: PermissionGround,
): Moment {
  if (purpose.legalBasis === 'consent') throw new Error('a consent is not asserted');
  return {
    kind,
    at,
    purpose,
    channel,
    legalBasis: purpose.legalBasis,
    permissionGround,
    source: 'shop',
    shown: false,
    actor: 'system',
    method: 'order',
    evidence: {},
  };
}

function confirmationBasis(grounds: Grounds, at: number): Moment {
  return {
    kind: 'basis-asserted',
    at,
    purpose: grounds.purposes.confirmation,
    channel: 'email',
    legalBasis: 'legal-obligation',
    permissionGround: 'not-needed',
    until: at + 7 * DAY,
    source: 'form',
    shown: false,
    actor: 'system',
    method: 'form',
    evidence: {},
  };
}
