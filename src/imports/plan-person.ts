import { uuidv7 } from '#platform/crypto/uuid.ts';
import { monthsFromNow } from '#src/consent/give-consent.ts';
import { gradeEvidence } from '#src/consent/grade-evidence.ts';
import type { Fact, Facts } from '#src/contacts/contact.ts';
import type { KnownPerson } from '#src/contacts/find-people.ts';
import { evidencePrefix } from '#src/forms/network-prefix.ts';
import { isLanguage, type Language } from '#src/languages/languages.ts';
import type { Evidence, NewEntry } from '#src/ledger/entry.ts';
import { EVERY_CHANNEL, EVERY_PURPOSE, type PlacedState } from '#src/permission/current-state.ts';
import type { Channel } from '#src/purposes/purpose.ts';
import { type Ground, versionAt } from './ground.ts';
import type { RowCode, RowOutcome } from './import.ts';
import type { ImportedPerson, ImportedPoint, ImportedStatus } from './presets/imported-person.ts';

/** A person of the file, with the keyed hashes their addresses are recognised by. */
export interface HashedPerson extends Omit<ImportedPerson, 'points'> {
  readonly points: readonly HashedPoint[];
}
export interface HashedPoint extends ImportedPoint {
  readonly hash: Buffer;
}

/** What is known here of whoever the row speaks of. */
export interface Known {
  readonly contact?: KnownPerson | undefined;
  readonly states: readonly PlacedState[];
  /** An earlier row of this same import brought them or spoke of them: then the stricter of the two counts, not the switches. */
  readonly isOurs: boolean;
  /** Why an address must not be used, by its hash in hex. */
  readonly suppressed: (hash: Buffer) => ReadonlySet<string>;
  /** Whose e-mail address this is: a contact's id, or that of somebody this chunk is about to add. */
  readonly ownerOf: (matchKey: string) => string | undefined;
}

export interface NewPoint extends HashedPoint {
  readonly id: string;
  readonly isPrimary: boolean;
}

export interface NewSuppression {
  readonly hash: Buffer;
  readonly reason: 'objected' | 'complaint' | 'hard-bounce';
  readonly at: Date;
}

/** What was there before, and what the import made of it: enough to put it back, and to see whether somebody changed it since. */
export interface UndoImage {
  readonly facts?: Readonly<Record<string, { readonly before: Fact | null; readonly after: Fact }>>;
  readonly points?: readonly string[];
  readonly country?: { readonly before: string | null; readonly after: string };
  readonly state?: { readonly before: string; readonly after: string };
}

/** All that one person of the file leads to. */
export interface PersonPlan {
  readonly rows: readonly number[];
  readonly outcome: RowOutcome;
  readonly codes: readonly RowCode[];
  readonly contactId: string | null;
  /** By what the row is found again when its person is erased and was no contact. */
  readonly matchHash: Buffer | null;
  readonly add?: {
    readonly state: 'active' | 'quarantined';
    readonly language: Language;
    readonly country: string | null;
    readonly facts: Facts;
    readonly originId: string;
  };
  readonly change?: { readonly facts: Facts; readonly country: string | null; readonly state: string };
  readonly history: readonly { readonly field: string; readonly old: string | null; readonly new: string | null }[];
  readonly points: readonly NewPoint[];
  readonly provenanceId: string;
  readonly entries: readonly NewEntry[];
  readonly suppressions: readonly NewSuppression[];
  readonly undo?: UndoImage;
}

/** Statuses by which somebody must not be written to, and what they become here. */
const noes = {
  cleaned: 'hard-bounce',
  bounced: 'hard-bounce',
  unsubscribed: 'stop',
  blacklisted: 'objection',
  complained: 'complaint',
} as const;
type No = ImportedStatus & { readonly status: keyof typeof noes };

const isNo = (status: ImportedStatus): status is No => Object.hasOwn(noes, status.status);
const covers = (said: ImportedStatus['channel'], channel: Channel) => said === 'all' || said === channel;
const kindOf = (channel: Channel) => (channel === 'email' || channel === 'post' ? channel : 'phone');

/**
 * Decides what one person of the file leads to. Knows no database: what is known is given, what is to be written comes back.
 *
 * What the file says against being written to is always taken, what it says for it only where nobody has said no: not the
 * person by a withdrawal, a refusal, an objection or a restriction, and not the hash of an address that must not be used. An
 * erased person does not come back.
 */
export function planPerson(person: HashedPerson, known: Known, ground: Ground, now: Date): PersonPlan {
  const codes: RowCode[] = person.problems.map(({ weight, code, column, values }) => ({
    weight,
    code,
    column,
    ...(values ? { values } : {}),
  }));
  const tell = (weight: RowCode['weight'], code: string, values?: RowCode['values']) =>
    void codes.push({ weight, code, column: null, ...(values ? { values } : {}) });
  const { contact } = known;
  const matchHash = person.points.find(({ kind }) => kind === person.match?.kind)?.hash ?? null;
  const nothing = { history: [], points: [], entries: [], suppressions: [], provenanceId: ground.provenance.unknown };
  const without = (outcome: RowOutcome, rest: Partial<PersonPlan> = {}): PersonPlan => ({
    rows: person.rows,
    outcome,
    codes,
    contactId: contact?.id ?? null,
    matchHash: contact ? null : matchHash,
    ...nothing,
    ...rest,
  });

  if (codes.some(({ weight }) => weight === 'refused')) return { ...without('problem'), contactId: null, matchHash };

  const against = person.statuses.filter(isNo);
  const held = new Set(person.points.flatMap(({ hash }) => [...known.suppressed(hash)]));
  if (!contact && (held.has('erased') || held.has('not-me'))) {
    tell('refused', 'erased');
    return without('refused');
  }
  const id = contact?.id ?? uuidv7();
  const moment = latest(now, known.states);
  const written = { id, person, known, ground, moment };
  const { entries: noEntries, suppressions } = recordNoes(against, written, tell);

  if (known.states.some(({ register, kind }) => register === 'restriction' && kind === 'restricted')) {
    tell('refused', 'restricted');
    // A no is not a use of the data: it is kept for the day the restriction ends.
    return without('refused', { entries: noEntries, suppressions });
  }
  const { purpose, settings } = ground;
  const isConsent = settings.legalBasis === 'consent';
  if (!contact && held.size > 0 && (isConsent || settings.legalBasis === 'unknown' || purpose.isMarketing)) {
    tell('refused', 'suppressed');
    return without('refused', { suppressions });
  }

  const takesYes = !contact || known.isOurs || settings.updateStatuses;
  const yes = isConsent
    ? recordConsents(against, { ...written, held }, takesYes, tell)
    : settings.legalBasis === 'unknown'
      ? { entries: [], isKnown: false }
      : recordBases(against, written, takesYes, tell);
  const entries = [...noEntries, ...yes.entries];
  if (!contact && !yes.isKnown && suppressions.length > 0 && entries.length === 0) {
    // An address that does not work, and nothing else to hold about its owner.
    tell('refused', 'dead-address');
    return without('refused', { suppressions });
  }
  const provenanceId = (yes.isKnown ? ground.provenance.known : null) ?? ground.provenance.unknown;

  if (!contact) {
    const points = freePoints(person.points, undefined, known, tell);
    const plan = {
      ...without(yes.isKnown ? 'new' : 'quarantined', { entries, suppressions }),
      contactId: id,
      matchHash: null,
      points,
      provenanceId,
      add: {
        state: yes.isKnown ? ('active' as const) : ('quarantined' as const),
        language: languageOf(person, settings.language),
        country: person.country,
        originId: provenanceId,
        facts: Object.fromEntries(
          Object.entries(person.facts).map(([key, value]) => [key, { value, provenance: [provenanceId], at: now.toISOString() }]),
        ),
      },
    };
    return plan;
  }

  const profile = changeProfile(person, contact, known, { ground, provenanceId, isKnown: yes.isKnown, now }, tell);
  const isChanged = profile !== undefined || entries.length > 0 || suppressions.length > 0;
  return without(known.isOurs ? 'duplicate' : isChanged ? 'updated' : 'unchanged', {
    entries,
    suppressions,
    provenanceId,
    ...profile,
  });
}

interface Written {
  readonly id: string;
  readonly person: HashedPerson;
  readonly known: Known;
  readonly ground: Ground;
  /** Now, or just after the newest of all that is known of the contact. */
  readonly moment: Date;
}
type Tell = (weight: RowCode['weight'], code: string, values?: RowCode['values']) => void;

function recordNoes(against: readonly No[], of: Written, tell: Tell): { entries: NewEntry[]; suppressions: NewSuppression[] } {
  const entries: NewEntry[] = [];
  const suppressions: NewSuppression[] = [];
  const { id, person, known, ground, moment } = of;
  const { purpose } = ground;
  for (const no of against) {
    const becomes = noes[no.status];
    // Of somebody this import has already spoken of the stricter counts, whenever it was said.
    const saidAt = no.at === null || known.isOurs ? undefined : new Date(no.at);
    const at = saidAt && saidAt < moment ? saidAt : moment;
    const evidence = evidenceOf(of, { status: no.status, ...(no.reason ? { reason: no.reason.slice(0, 500) } : {}) });
    const common = {
      contactId: id,
      occurredAt: at,
      sourceId: ground.sourceId,
      actor: { kind: 'import' } as const,
      method: 'import',
      evidence,
    };
    const addressed = person.points.filter(
      ({ kind }) => kind !== 'post' && (no.channel === 'all' || kindOf(no.channel) === kind),
    );

    if (becomes === 'hard-bounce') {
      for (const point of addressed) {
        const verified = known.contact?.points.find(({ matchKey }) => matchKey === point.address.matchKey)?.verifiedAt;
        // Its owner has answered from it since.
        if (verified && !(saidAt && saidAt > verified)) tell('left-out', 'address-works');
        else if (!known.suppressed(point.hash).has('hard-bounce'))
          suppressions.push({ hash: point.hash, reason: 'hard-bounce', at });
      }
      continue;
    }
    if (becomes === 'stop') {
      for (const channel of purpose.channels.filter((one) => one !== 'none' && covers(no.channel, one))) {
        const isConsent = purpose.legalBasis === 'consent';
        const state = stateOf(known.states, isConsent ? 'consent' : 'objection', purpose.id, channel);
        const stands = isConsent
          ? state?.kind === 'consent-withdrawn' || state?.kind === 'consent-refused'
          : state?.kind === 'objected';
        if (stands) continue;
        // A yes the person gave after that no is their newer word.
        if (state && state.occurredAt >= at && at !== moment) {
          tell('left-out', 'newer-word');
          continue;
        }
        entries.push({
          ...common,
          kind: isConsent ? 'consent-withdrawn' : 'objected',
          purpose: { id: purpose.id, version: versionAt(ground, at) },
          channel,
        });
      }
      continue;
    }
    for (const point of addressed) {
      const reason = becomes === 'complaint' ? ('complaint' as const) : ('objected' as const);
      if (!known.suppressed(point.hash).has(reason)) suppressions.push({ hash: point.hash, reason, at });
    }
    const channel = no.channel === 'all' ? undefined : no.channel;
    const before = stateOf(known.states, 'objection', EVERY_PURPOSE, channel ?? EVERY_CHANNEL);
    const yesSince = known.states.some(
      ({ register, kind, occurredAt }) =>
        register === 'consent' &&
        (kind === 'consent-given' || kind === 'consent-renewed') &&
        before &&
        occurredAt > before.occurredAt,
    );
    if (before?.kind === 'objected' && !yesSince) continue;
    entries.push({ ...common, kind: 'objected', ...(channel ? { channel } : {}) });
  }
  return { entries, suppressions };
}

function recordConsents(
  against: readonly No[],
  of: Written & { held: ReadonlySet<string> },
  takesYes: boolean,
  tell: Tell,
): { entries: NewEntry[]; isKnown: boolean } {
  const { id, person, known, ground, moment, held } = of;
  const { purpose } = ground;
  const wanted = consentedChannels(person, purpose.channels, against);
  if (wanted.length === 0) {
    if (against.length === 0)
      tell('left-out', person.statuses.some(({ status }) => status === 'unconfirmed') ? 'not-confirmed' : 'no-evidence');
    return { entries: [], isKnown: false };
  }
  const proof = proofOf(person);
  const time = proof?.confirmTime ?? proof?.optinTime;
  const givenAt = time === undefined ? undefined : new Date(time);
  const grade = proof && gradeEvidence({ kind: 'consent-given', method: 'import', actor: { kind: 'import' }, evidence: proof });
  if (!proof || !givenAt || givenAt > moment || grade === undefined || grade === 'E') {
    tell('left-out', 'no-evidence');
    return { entries: [], isKnown: false };
  }
  if (purpose.needsAge) {
    tell('left-out', 'age-unknown');
    return { entries: [], isKnown: false };
  }
  if (held.size > 0) {
    tell('left-out', 'suppressed');
    return { entries: [], isKnown: false };
  }
  const entries: NewEntry[] = [];
  let isKnown = false;
  for (const channel of wanted) {
    const state = stateOf(known.states, 'consent', purpose.id, channel);
    if (state?.kind === 'consent-given' || state?.kind === 'consent-renewed') {
      isKnown = true;
      continue;
    }
    if (
      isObjected(known.states, of.ground, channel) ||
      state?.kind === 'consent-withdrawn' ||
      state?.kind === 'consent-refused'
    ) {
      tell('left-out', 'no-stands');
      continue;
    }
    if (state && state.occurredAt >= givenAt) continue;
    isKnown = true;
    if (!takesYes) {
      tell('left-out', 'switch-statuses');
      continue;
    }
    const until = purpose.consentValidMonths === null ? undefined : monthsFromNow(purpose.consentValidMonths, givenAt);
    entries.push({
      kind: 'consent-given',
      contactId: id,
      purpose: { id: purpose.id, version: versionAt(ground, givenAt) },
      channel,
      legalBasis: 'consent',
      permissionGround: 'consent',
      occurredAt: givenAt,
      ...(until ? { until } : {}),
      sourceId: ground.sourceId,
      actor: { kind: 'import' },
      method: 'import',
      evidence: evidenceOf(of, proof),
    });
  }
  return { entries, isKnown };
}

function recordBases(
  against: readonly No[],
  of: Written,
  takesYes: boolean,
  tell: Tell,
): { entries: NewEntry[]; isKnown: boolean } {
  const { id, known, ground, moment } = of;
  const { purpose, settings } = ground;
  const { legalBasis } = settings;
  if (legalBasis === 'consent' || legalBasis === 'unknown') return { entries: [], isKnown: false };
  const entries: NewEntry[] = [];
  const yields = purpose.isMarketing || legalBasis === 'legitimate-interests' || legalBasis === 'public-task';
  for (const channel of purpose.channels) {
    const state = stateOf(known.states, 'basis', purpose.id, channel);
    if (state) {
      if (state.kind !== 'basis-asserted') tell('left-out', 'basis-ended');
      continue;
    }
    if (isObjected(known.states, ground, channel)) {
      tell('left-out', 'no-stands');
      continue;
    }
    if (yields && against.some((no) => covers(no.channel, channel) && noes[no.status] !== 'hard-bounce')) continue;
    if (!takesYes) {
      tell('left-out', 'switch-statuses');
      break;
    }
    entries.push({
      kind: 'basis-asserted',
      contactId: id,
      purpose: { id: purpose.id, version: purpose.version },
      channel,
      legalBasis,
      permissionGround: settings.permissionGround,
      occurredAt: moment,
      sourceId: ground.sourceId,
      actor: { kind: 'import' },
      method: 'import',
      evidence: evidenceOf(of, {}),
    });
  }
  // Whoever objected to all it could be used for is not here for it.
  return { entries, isKnown: !yields || known.contact !== undefined || entries.length > 0 };
}

/** On which channels the file says yes: where a cell says so, and where no cell says anything, the e-mail its evidence is about. */
function consentedChannels(person: HashedPerson, declared: readonly Channel[], against: readonly No[]): Channel[] {
  const hasAddress = (channel: Channel) => person.points.some(({ kind }) => kind === kindOf(channel));
  const isFor = (channel: Channel) =>
    person.statuses.length === 0
      ? channel === 'email'
      : person.statuses.some(({ status, channel: said }) => status === 'subscribed' && covers(said, channel));
  return declared.filter(
    (channel) =>
      channel !== 'none' && hasAddress(channel) && isFor(channel) && !against.some((no) => covers(no.channel, channel)),
  );
}

const MOST_EVIDENCE = 1000;

/** What the file says of how they consented; of network addresses no more than of those we see ourselves. */
function proofOf(person: HashedPerson): Record<string, string> | undefined {
  const { optinIp, confirmIp, ...rest } = person.evidence;
  const prefix = (ip: string | undefined) => (ip === undefined ? undefined : evidencePrefix(ip));
  const all = { ...rest, optinIp: prefix(optinIp), confirmIp: prefix(confirmIp) };
  const said = Object.entries(all).flatMap(([key, value]) =>
    value === undefined || value === '' ? [] : [[key, value.slice(0, MOST_EVIDENCE)] as const],
  );
  return said.length === 0 ? undefined : Object.fromEntries(said);
}

function evidenceOf({ ground, person }: Written, more: Readonly<Record<string, string>>): Evidence {
  return { import: ground.importId, row: person.rows[0] ?? 0, ...more };
}

function changeProfile(
  person: HashedPerson,
  contact: KnownPerson,
  known: Known,
  of: { ground: Ground; provenanceId: string; isKnown: boolean; now: Date },
  tell: Tell,
): Partial<PersonPlan> | undefined {
  const differing = Object.entries(person.facts).filter(([key, value]) => contact.facts[key]?.value !== value);
  const fresh = person.points.filter(
    ({ kind, address }) => !contact.points.some((point) => point.kind === kind && point.matchKey === address.matchKey),
  );
  const country = contact.country === null && person.country !== null ? person.country : null;
  if (differing.length === 0 && fresh.length === 0 && country === null) return undefined;
  if (!known.isOurs && !of.ground.settings.updateProfiles) {
    tell('left-out', 'switch-profiles');
    return undefined;
  }
  // Nothing is made of data in quarantine, and nobody's data become less accounted for: what nothing accounts for is left out.
  if (!of.isKnown) {
    tell('left-out', 'basis-unknown');
    return undefined;
  }
  const points = freePoints(fresh, contact, known, tell);
  if (differing.length === 0 && points.length === 0 && country === null) return undefined;
  const at = of.now.toISOString();
  const facts: Record<string, Fact> = { ...contact.facts };
  const changed: Record<string, { before: Fact | null; after: Fact }> = {};
  for (const [key, value] of differing) {
    const after = { value, provenance: [of.provenanceId], at };
    changed[key] = { before: contact.facts[key] ?? null, after };
    facts[key] = after;
  }
  // Here for a reason of its own from now on: an unanswered form must not take the person away with it.
  const state = contact.state === 'unconfirmed' ? 'active' : contact.state;
  return {
    change: { facts, country: country ?? contact.country, state },
    points,
    history: [
      ...differing.map(([field, value]) => ({ field, old: contact.facts[field]?.value ?? null, new: value })),
      ...points.map(({ kind, address }) => ({ field: kind, old: null, new: address.original })),
      ...(country === null ? [] : [{ field: 'country', old: null, new: country }]),
    ],
    undo: {
      ...(differing.length > 0 ? { facts: changed } : {}),
      ...(points.length > 0 ? { points: points.map(({ id }) => id) } : {}),
      ...(country === null ? {} : { country: { before: null, after: country } }),
      ...(state === contact.state ? {} : { state: { before: contact.state, after: state } }),
    },
  };
}

/** Addresses nobody else has, the first of a kind as the main one where there is none yet. */
function freePoints(points: readonly HashedPoint[], contact: KnownPerson | undefined, known: Known, tell: Tell): NewPoint[] {
  const primary = new Set(contact?.points.filter(({ isPrimary }) => isPrimary).map(({ kind }) => kind));
  const free: NewPoint[] = [];
  for (const point of points) {
    const owner = point.kind === 'email' ? known.ownerOf(point.address.matchKey) : undefined;
    if (owner !== undefined && owner !== contact?.id) {
      tell('left-out', 'address-taken');
      continue;
    }
    free.push({ ...point, id: uuidv7(), isPrimary: !primary.has(point.kind) });
    primary.add(point.kind);
  }
  return free;
}

function stateOf(states: readonly PlacedState[], register: PlacedState['register'], purposeId: string, channel: string) {
  return states.find((state) => state.register === register && state.purposeId === purposeId && state.channel === channel);
}

function isObjected(states: readonly PlacedState[], { purpose }: Ground, channel: Channel): boolean {
  const yields = purpose.isMarketing || purpose.legalBasis === 'legitimate-interests' || purpose.legalBasis === 'public-task';
  return states.some(
    (state) =>
      state.register === 'objection' &&
      state.kind === 'objected' &&
      (state.purposeId === purpose.id || (state.purposeId === EVERY_PURPOSE && yields)) &&
      (state.channel === channel || state.channel === EVERY_CHANNEL),
  );
}

function latest(now: Date, states: readonly PlacedState[]): Date {
  return states.reduce((at, { occurredAt }) => (occurredAt >= at ? new Date(occurredAt.getTime() + 1) : at), now);
}

function languageOf(person: HashedPerson, fallback: Language): Language {
  return person.language !== null && isLanguage(person.language) ? person.language : fallback;
}
