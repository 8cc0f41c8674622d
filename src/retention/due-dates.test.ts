import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { appendEntries, createSalts } from '#src/ledger/append-entries.ts';
import type { EntryKind, NewEntry } from '#src/ledger/entry.ts';
import type { Purpose, RetentionRule } from '#src/purposes/purpose.ts';
import { aNewsletter, aNotice, aPurpose, aSource, staff, useStore } from '#test/support/factories.ts';
import { findEnds } from './find-ends.ts';

const store = useStore();

/** A small generator whose every run can be repeated by its seed. */
function dice(seed: number) {
  let state = seed;
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  const below = (n: number) => Math.floor(next() * n);
  return { below, chance: (p: number) => next() < p, oneOf: <T>(list: readonly T[]): T => list[below(list.length)] as T };
}

interface Event {
  readonly kind: EntryKind;
  readonly purpose: Purpose | undefined;
  readonly at: number;
  readonly until: number | undefined;
  readonly byPerson: boolean;
}
interface Datum {
  readonly what: string;
  readonly at: number;
  readonly of: readonly { readonly purpose: Purpose; readonly promised: RetentionRule }[];
}
interface Person {
  readonly createdAt: number;
  readonly origin: Datum;
  readonly facts: readonly Datum[];
  readonly point: Datum | undefined;
  readonly events: readonly Event[];
}

const FOREVER = Number.POSITIVE_INFINITY;

/** The same day so many months later, or the last day of a shorter month. */
function monthsAfter(at: number, months: number): number {
  if (!Number.isFinite(at)) return at;
  const day = new Date(at);
  const last = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + months + 1, 0)).getUTCDate();
  const moved = new Date(at);
  moved.setUTCDate(1);
  moved.setUTCMonth(day.getUTCMonth() + months);
  moved.setUTCDate(Math.min(day.getUTCDate(), last));
  return moved.getTime();
}

/** The law read literally, one person at a time. */
function model(person: Person): Map<string, number> {
  const data = [person.origin, ...person.facts, ...(person.point ? [person.point] : [])];
  const acts = [
    'consent-given',
    'consent-renewed',
    'consent-refused',
    'consent-withdrawn',
    'objected',
    'objection-lifted',
    'basis-asserted',
  ];
  const lastActivity = Math.max(
    person.createdAt,
    ...person.events.filter((e) => e.byPerson || acts.includes(e.kind)).map(({ at }) => at),
  );
  const newest = (kinds: readonly string[], fits: (event: Event) => boolean) =>
    person.events.filter((e) => kinds.includes(e.kind) && fits(e)).toSorted((one, other) => other.at - one.at)[0];

  const endOf = (purpose: Purpose, rules: readonly RetentionRule[]): number => {
    const mine = (event: Event) => event.purpose?.id === purpose.id;
    const collected = Math.max(
      ...data.filter(({ of }) => of.some((one) => one.purpose.id === purpose.id)).map(({ at }) => at),
      ...person.events
        .filter(
          (e) =>
            mine(e) &&
            ['consent-requested', 'consent-given', 'consent-renewed', 'consent-refused', 'basis-asserted'].includes(e.kind),
        )
        .map(({ at }) => at),
    );
    const objections = [
      newest(['objected', 'objection-lifted'], mine),
      newest(['objected', 'objection-lifted'], (e) => e.purpose === undefined),
    ];
    const canObject = purpose.isMarketing || ['legitimate-interests', 'public-task'].includes(purpose.legalBasis);
    const objectedAt = (after: number, needsNewer: boolean) =>
      objections
        .filter((e) => e?.kind === 'objected' && (e.purpose === undefined || !needsNewer ? canObject : true))
        .map((e) => e?.at ?? FOREVER)
        .filter((at) => !needsNewer || at > after)
        .reduce((least, at) => Math.min(least, at), FOREVER);
    const consent = newest(['consent-given', 'consent-renewed', 'consent-refused', 'consent-withdrawn', 'consent-expired'], mine);
    const basis = newest(['basis-asserted', 'basis-ended'], mine);
    const ends = [];
    if (consent) {
      const stands = consent.kind === 'consent-given' || consent.kind === 'consent-renewed';
      ends.push(stands ? Math.min(consent.until ?? FOREVER, objectedAt(consent.at, true)) : consent.at);
    }
    if (basis) ends.push(basis.kind === 'basis-asserted' ? Math.min(basis.until ?? FOREVER, objectedAt(0, false)) : basis.at);
    const permission = ends.length > 0 ? Math.max(...ends) : undefined;
    const archived = purpose.archivedAt?.getTime();
    const ended = permission === undefined ? (archived ?? collected) : Math.min(permission, archived ?? FOREVER);
    const from = { withdrawal: ended, 'end-of-contract': ended, 'last-activity': lastActivity, collection: collected };
    return Math.min(...rules.map(({ starts, months }) => monthsAfter(from[starts], months)));
  };

  const answer = new Map<string, number>();
  let whole = 0;
  // An address is held by every purpose that was permitted to use it.
  const permits = [
    'consent-given',
    'consent-renewed',
    'consent-refused',
    'consent-withdrawn',
    'consent-expired',
    'basis-asserted',
    'basis-ended',
  ];
  const permitted = person.events.flatMap(({ kind, purpose }) =>
    purpose && permits.includes(kind) ? [{ purpose, promised: purpose.retention }] : [],
  );
  for (const datum of data) {
    const ends = [...datum.of, ...(datum === person.point ? permitted : [])].map(({ purpose, promised }) =>
      endOf(purpose, purpose.legalBasis === 'legal-obligation' ? [purpose.retention] : [purpose.retention, promised]),
    );
    const end = Math.max(...ends);
    whole = Math.max(whole, end);
    if (datum.what !== '') answer.set(datum.what, end);
  }
  const held = new Set(data.flatMap(({ of }) => of.map(({ purpose }) => purpose.id)));
  const kinds = [
    'consent-requested',
    'consent-given',
    'consent-renewed',
    'consent-refused',
    'consent-withdrawn',
    'consent-expired',
    'basis-asserted',
    'basis-ended',
  ];
  for (const { purpose, kind } of person.events) {
    if (purpose && kinds.includes(kind) && !held.has(purpose.id)) whole = Math.max(whole, endOf(purpose, [purpose.retention]));
  }
  answer.set('', whole);
  return answer;
}

const DAY = 86_400_000;
const starts = ['withdrawal', 'last-activity', 'end-of-contract', 'collection'] as const;

test('is the day the law read literally gives, for any history of any person', async () => {
  const seed = Date.now() % 1_000_000;
  const { below, chance, oneOf } = dice(seed);
  const aRule = (): RetentionRule => ({ starts: oneOf(starts), months: oneOf([0, 1, 3, 12, 60]) });
  const purposes = await store.write(async (tx) => {
    const made = [];
    for (let at = 0; at < 8; at++) {
      const retention = aRule();
      made.push(
        await (at % 2 === 0
          ? aNewsletter(tx, { retention })
          : aPurpose(tx, {
              retention,
              legalBasis: oneOf(['contract', 'legitimate-interests', 'legal-obligation']),
              isMarketing: chance(0.3),
            })),
      );
    }
    return made;
  });
  // One purpose is out of use.
  const archivedAt = new Date(Date.now() - 100 * DAY);
  const gone = purposes[6] as Purpose;
  await store.owner(`update purpose set archived_at = $2, change_signs = '{}' where id = $1`, [gone.id, archivedAt]);
  purposes[6] = { ...gone, archivedAt, version: gone.version + 1 };
  const [source, notice] = await store.write(async (tx) => [await aSource(tx), (await aNotice(tx)).hashes.bg] as const);
  const from = Date.now() - 2_000 * DAY;
  // No two at the same moment: which of them counts is the fold's promise, and tested there.
  let tick = 0;
  const moment = () => from + below(1_990) * DAY + below(24) * 3_600_000 + tick++;

  const people: (Person & { id: string })[] = [];
  for (let n = 0; n < 150; n++) {
    const holding = async () => {
      const purpose = oneOf(purposes);
      const promised = chance(0.5) ? purpose.retention : aRule();
      const { rows } = await store.owner(
        `insert into provenance (source_id, purpose_id, legal_basis, retention, provided_by_subject)
         values ($4, $1, $2, $3, true) returning id`,
        [purpose.id, purpose.legalBasis, promised, await aFreshSource()],
      );
      return { purpose, promised, id: rows[0].id as string };
    };
    const createdAt = moment();
    const origin = await holding();
    const fields = ['given_name', 'family_name', 'company', 'city', 'note'].slice(0, below(6));
    const facts: (Datum & { ids: string[]; field: string })[] = [];
    for (const field of fields) {
      const of = [await holding(), ...(chance(0.4) ? [await holding()] : [])];
      facts.push({ what: `fact:${field}`, field, at: moment(), of, ids: of.map(({ id }) => id) });
    }
    const pointOf = chance(0.7) ? [await holding()] : undefined;
    const point = pointOf && { what: `point:${randomUUID()}`, at: moment(), of: pointOf };
    const events: Event[] = [];
    for (let e = below(7); e > 0; e--) {
      const purpose = oneOf(purposes);
      const isConsent = purpose.legalBasis === 'consent';
      const kind = oneOf<EntryKind>(
        isConsent
          ? [
              'consent-requested',
              'consent-given',
              'consent-renewed',
              'consent-refused',
              'consent-withdrawn',
              'consent-expired',
              'objected',
              'objection-lifted',
              'notice-given',
            ]
          : ['basis-asserted', 'basis-asserted', 'basis-ended', 'objected', 'objection-lifted', 'notice-given'],
      );
      const at = moment();
      const canEnd = ['consent-given', 'consent-renewed', 'basis-asserted'].includes(kind);
      events.push({
        kind,
        purpose: (kind === 'objected' || kind === 'objection-lifted') && chance(0.3) ? undefined : purpose,
        at,
        until: canEnd && chance(0.3) ? at + (1 + below(3_000)) * DAY : undefined,
        byPerson: chance(0.5),
      });
    }
    const id = randomUUID();
    await store.owner(
      `insert into contact (id, state, language, facts, origin_id, created_at, updated_at) values ($1, 'active', 'bg', $2, $3, $4, $4)`,
      [
        id,
        JSON.stringify(
          Object.fromEntries(
            facts.map(({ field, at, ids }) => [field, { value: 'x', provenance: ids, at: new Date(at).toISOString() }]),
          ),
        ),
        origin.id,
        new Date(createdAt),
      ],
    );
    if (point) {
      await store.owner(
        `insert into contact_point (id, contact_id, kind, original, normalised, match_key, match_hash, provenance_ids, created_at)
         values ($1, $2, 'email', $3, $3, $3, sha256(convert_to($3, 'UTF8')), $4, $5)`,
        [point.what.slice(6), id, `${id}@example.bg`, point.of.map((one) => one.id), new Date(point.at)],
      );
    }
    await store.write(async (tx) => {
      await createSalts(tx, [id]);
      await appendEntries(
        tx,
        events.map((event) => entryOf(event, id, source, notice)),
      );
    });
    people.push({ id, createdAt, origin: { what: '', at: createdAt, of: [origin] }, facts, point, events });
  }

  const ends = await findEnds(
    store.db,
    people.map(({ id }) => id),
  );
  for (const person of people) {
    const said = new Map(
      ends.filter(({ contactId }) => contactId === person.id).map((end) => [end.what, end.endsAt?.getTime() ?? FOREVER]),
    );
    const expected = model(person);
    const told = (of: Map<string, number>) =>
      Object.fromEntries([...of].map(([what, at]) => [what, at === FOREVER ? 'never' : new Date(at).toISOString()]).toSorted());
    expect(told(said), `seed ${seed}: ${JSON.stringify(person)}`).toEqual(told(expected));
  }
  expect(ends.some(({ isDue }) => isDue) && ends.some(({ isDue }) => !isDue), 'some are due and some are not').toBe(true);
});

async function aFreshSource(): Promise<string> {
  return store.write((tx) => aSource(tx, { label: randomBytes(6).toString('hex') }));
}

function entryOf(event: Event, contactId: string, sourceId: string, noticeHash: string): NewEntry {
  const isYes = event.kind === 'consent-given' || event.kind === 'consent-renewed';
  const needsChannel = !event.kind.startsWith('objec') && event.kind !== 'notice-given';
  return {
    kind: event.kind,
    contactId,
    ...(event.purpose ? { purpose: { id: event.purpose.id, version: 1 } } : {}),
    ...(needsChannel ? { channel: 'email' as const } : {}),
    ...(isYes ? { legalBasis: 'consent' as const, permissionGround: 'consent' as const, noticeHash } : {}),
    ...(event.kind === 'basis-asserted' ? { legalBasis: 'contract' as const, permissionGround: 'not-needed' as const } : {}),
    ...(event.until === undefined ? {} : { until: new Date(event.until) }),
    occurredAt: new Date(event.at),
    sourceId,
    actor: event.byPerson ? { kind: 'contact', contactId } : event.kind === 'consent-expired' ? { kind: 'system' } : staff,
    method: 'test',
  };
}
