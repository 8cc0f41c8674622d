import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { revisePurpose } from '#src/purposes/revise-purpose.ts';
import { aNotice, aProvenance, aPurpose, aSource, unique, useStore } from '#test/support/factories.ts';
import {
  counting,
  type ModelContact,
  type ModelEntry,
  type ModelPurpose,
  mayProcessByTheBook,
  registerNames,
} from './reference-model.ts';

const store = useStore();

const NEWSLETTER: ModelPurpose = { name: 'newsletter', basis: 'consent', channels: ['email', 'sms'], isMarketing: true };
const purposes: readonly ModelPurpose[] = [
  NEWSLETTER,
  // Its second version changed what people agree to; its third did not.
  { name: 'research', basis: 'consent', channels: ['email', 'none'], isMarketing: false, coversFrom: 2 },
  { name: 'offers', basis: 'legitimate-interests', channels: ['email', 'phone', 'post'], isMarketing: true },
  { name: 'analysis', basis: 'legitimate-interests', channels: ['none', 'phone'], isMarketing: false },
  { name: 'service', basis: 'contract', channels: ['email', 'phone', 'none'], isMarketing: false },
];
const channels = ['email', 'sms', 'phone', 'post', 'none'];
// Mostly what the purposes declare: evenly spread, entries would rarely meet in one register.
const declared = purposes.flatMap(({ name, channels }) => channels.map((channel) => ({ purpose: name, channel })));
const about = (pairs: typeof declared) =>
  fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...pairs) },
    {
      weight: 1,
      arbitrary: fc.record({
        purpose: fc.constantFrom(...purposes.map(({ name }) => name)),
        channel: fc.constantFrom(...channels),
      }),
    },
  );
const EVERYTHING = '00000000-0000-0000-0000-000000000000';

// Seven moments only, so that entries often happen at the same one.
const START = Date.UTC(2026, 0, 1);
const merged = <A extends object, B extends object>([one, other]: [A, B]) => ({ ...one, ...other });
const moment = fc.integer({ min: 0, max: 6 }).map((n) => START + n * 60_000);
const DAY = 86_400_000;

const consentLike = fc
  .tuple(
    about(declared.filter(({ purpose }) => ['newsletter', 'research'].includes(purpose))),
    fc.record({
      kind: fc.constantFrom(
        'consent-requested',
        'consent-given',
        'consent-renewed',
        'consent-refused',
        'consent-withdrawn',
        'consent-expired',
        'notice-given',
      ),
      at: moment,
      version: fc.constantFrom(1, 2, 3),
      until: fc.constantFrom(undefined, undefined, START + DAY, START + 400_000 * DAY),
    }),
  )
  .map(merged);
const basisLike = fc
  .tuple(
    about(declared.filter(({ purpose }) => !['newsletter', 'research'].includes(purpose))),
    fc.record({
      kind: fc.constantFrom('basis-asserted', 'basis-asserted', 'basis-ended'),
      at: moment,
      until: fc.constantFrom(undefined, undefined, START + DAY, START + 400_000 * DAY),
      basis: fc.constantFrom('contract', 'legitimate-interests'),
      ground: fc.constantFrom('soft-opt-in', 'legal-entity', 'not-needed', 'not-needed', 'not-needed'),
    }),
  )
  .map(merged);
const objectionLike = fc.record({
  kind: fc.constantFrom('objected', 'objection-lifted'),
  purpose: fc.constantFrom(undefined, undefined, ...purposes.map((purpose) => purpose.name)),
  channel: fc.constantFrom(undefined, undefined, ...channels),
  at: moment,
});
const restrictionLike = fc.record({
  kind: fc.constantFrom('restricted', 'restriction-lifted', 'restriction-lifted', 'restriction-lifted'),
  at: moment,
});

const entry: fc.Arbitrary<Omit<ModelEntry, 'rank'>> = fc.oneof(
  { weight: 12, arbitrary: consentLike },
  { weight: 16, arbitrary: basisLike },
  { weight: 1, arbitrary: objectionLike },
  { weight: 1, arbitrary: restrictionLike },
);

interface Case extends ModelContact {
  /** How the second telling of the same history is ordered, and where it is cut into statements. */
  readonly order: readonly number[];
  readonly cuts: readonly number[];
}

const aCase: fc.Arbitrary<Case> = fc
  .record({
    state: fc.constantFrom('active', 'active', 'active', 'unconfirmed', 'quarantined') satisfies fc.Arbitrary<
      ModelContact['state']
    >,
    addresses: fc.oneof(fc.constant(['email', 'phone', 'post']), fc.subarray(['email', 'phone', 'post'])),
    isEmailUnproven: fc.constantFrom(false, false, true),
    suppressions: fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      {
        weight: 1,
        arbitrary: fc.uniqueArray(
          fc.record({
            address: fc.constantFrom('email', 'phone'),
            reason: fc.constantFrom('erased', 'objected', 'not-me', 'complaint', 'hard-bounce'),
            at: fc.constantFrom(START + 150_000, START + 180_000, START + DAY, Date.now() - DAY),
          }),
          { maxLength: 2, selector: (one) => `${one.address} ${one.reason}` },
        ),
      },
    ),
    history: fc.array(entry, { maxLength: 30, size: 'max' }).map((entries) => entries.map((one, rank) => ({ ...one, rank }))),
  })
  .chain((contact) =>
    fc.record({
      state: fc.constant(contact.state),
      addresses: fc.constant(contact.addresses),
      isEmailUnproven: fc.constant(contact.isEmailUnproven),
      suppressions: fc.constant(contact.suppressions),
      history: fc.constant(contact.history),
      order: fc.shuffledSubarray(
        contact.history.map((_, at) => at),
        { minLength: contact.history.length },
      ),
      cuts: fc.array(fc.integer({ min: 0, max: contact.history.length }), { maxLength: 3 }),
    }),
  );

/** What chance rarely brings about: things that happened in the very same moment. */
const corners: readonly (readonly string[])[] = [
  ['consent-given', 'objected'],
  ['objected', 'consent-given'],
  ['consent-withdrawn', 'consent-given'],
  ['consent-given', 'consent-withdrawn'],
  ['consent-expired', 'consent-renewed'],
  ['consent-refused', 'consent-withdrawn'],
  ['consent-withdrawn', 'consent-expired'],
  ['objected', 'objection-lifted'],
  ['restricted', 'restriction-lifted'],
  ['consent-given', 'suppressed'],
];

function inOneMoment(kinds: readonly string[]): Case {
  const history = kinds
    .filter((kind) => kind !== 'suppressed')
    .map(
      (kind, rank): ModelEntry => ({
        rank,
        kind,
        at: START,
        ...(kind.startsWith('consent-') ? { purpose: 'newsletter', channel: 'email' } : {}),
      }),
    );
  return {
    state: 'active',
    addresses: ['email'],
    suppressions: kinds.includes('suppressed') ? [{ address: 'email', reason: 'objected', at: START }] : [],
    history,
    order: history.map(({ rank }) => rank).toReversed(),
    cuts: [1],
  };
}

/** To everything and to one purpose, in the same moment and either order: both gates name the later entry. */
const objectedTwice = [
  [undefined, 'newsletter'],
  ['newsletter', undefined],
].map((about): Case => {
  const history = about.map(
    (purpose, rank): ModelEntry => ({ rank, kind: 'objected', at: START, ...(purpose ? { purpose } : {}) }),
  );
  return { ...inOneMoment([]), history, order: [0, 1], cuts: [] };
});

let session: pg.PoolClient;
let ids: { purposes: Map<string, string>; archived: string; source: string; notice: Buffer; origin: string; loose: string };

beforeAll(async () => {
  ids = await store.write(async (tx) => {
    const made = new Map<string, string>();
    for (const { basis, channels: declared, ...purpose } of purposes) {
      const row = await aPurpose(tx, {
        slug: unique(purpose.name),
        legalBasis: basis,
        channels: [...declared] as never,
        isMarketing: purpose.isMarketing,
      });
      for (const isMaterial of [purpose.coversFrom !== undefined, false]) {
        await revisePurpose(tx, row.id, row, { isMaterial });
      }
      made.set(purpose.name, row.id);
    }
    const archived = await aPurpose(tx, { slug: unique('archived') });
    await tx.updateTable('purpose').set({ archived_at: new Date() }).where('id', '=', archived.id).execute();
    const notice = await aNotice(tx);
    return {
      archived: archived.id,
      purposes: made,
      source: await aSource(tx),
      notice: Buffer.from(notice.hashes.bg, 'hex'),
      origin: await aProvenance(tx),
      loose: await aProvenance(tx, { legalBasis: 'unknown' }),
    };
  });
  session = await store.session('app');
});
afterAll(() => session?.release());

describe('Whatever happened, in whatever order it arrived', () => {
  test('the database folds and decides as the reference model does', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(aCase, async (one) => {
        await session.query('begin');
        try {
          const [inOrder, shuffled] = [await plant(one), await plant(one)];
          await append(inOrder, one.history);
          for (const part of partsOf(one)) await append(shuffled, part);
          if (one.isEmailUnproven) await replaceAddress(shuffled);

          const expected = foldByTheBook(one.history);
          expect(await heldOf(inOrder, 'permission_state')).toEqual(expected);
          expect(await heldOf(shuffled, 'permission_state'), 'in another order').toEqual(expected);
          expect(await heldOf(shuffled, 'permission_fold'), 'rebuilt from the ledger').toEqual(expected);

          expect(await differencesAmong([inOrder.contactId, shuffled.contactId]), 'asked about many at once').toEqual([]);

          const now = Date.now();
          for (const answer of await answersFor(shuffled)) {
            const purpose = purposes.find((candidate) => candidate.name === answer.purpose) ?? NEWSLETTER;
            const model = mayProcessByTheBook(one, purpose, answer.channel, now);
            const context = `${answer.purpose} by ${answer.channel}`;
            expect({ allowed: answer.allowed, reason: answer.reason }, context).toEqual({
              allowed: model.allowed,
              reason: model.reason,
            });
            if (model.reason !== 'objected') expect(answer.rank, context).toBe(model.rank);
            seen.add(model.reason);
          }
        } finally {
          await session.query('rollback');
        }
      }),
      { numRuns: 250, examples: [...corners.map(inOneMoment), ...objectedTwice].map((one) => [one]) },
    );
    // A generator that never reaches a verdict would prove nothing about it.
    expect([...seen].sort()).toEqual([
      'address-not-confirmed',
      'basis-asserted',
      'basis-ended',
      'basis-not-recorded',
      'channel-not-declared',
      'consent-expired',
      'consent-given',
      'consent-never-asked',
      'consent-not-confirmed',
      'consent-outdated',
      'consent-refused',
      'consent-withdrawn',
      'no-address',
      'no-channel-permission',
      'objected',
      'quarantined',
      'restricted',
      'suppressed',
    ]);
  }, 120_000);
});

interface Planted {
  readonly contactId: string;
  /** Ids of entries in ascending order, by rank. */
  readonly entryIds: readonly string[];
}

async function plant(one: Case): Promise<Planted> {
  const contactId = randomUUID();
  const points = one.addresses.map((kind) => ({ kind, address: `${kind}-${contactId}@example.bg` }));
  await session.query(
    `with person as (
       insert into contact (id, state, language, facts, origin_id) values ($1, $2, 'bg', '{}', $3) returning id
     ), salted as (insert into ledger_salt (contact_id, salt) select id, $4 from person)
     insert into contact_point (contact_id, kind, original, normalised, match_key, match_hash, provenance_ids)
     select p.id, a.kind, a.address, a.address, a.address, sha256(convert_to(a.address, 'UTF8')), array[$3]::uuid[]
       from person p, jsonb_to_recordset($5) as a(kind text, address text)`,
    [contactId, one.state, one.state === 'quarantined' ? ids.loose : ids.origin, randomBytes(32), JSON.stringify(points)],
  );
  const stops = one.suppressions.map((stop) => ({
    ...stop,
    at: new Date(stop.at),
    address: `${stop.address}-${contactId}@example.bg`,
  }));
  if (stops.length > 0) {
    await session.query(
      `insert into suppression (match_hash, reason, suppressed_at)
       select sha256(convert_to(address, 'UTF8')), reason, at from jsonb_to_recordset($1) as s(address text, reason text, at timestamptz)`,
      [JSON.stringify(stops)],
    );
  }
  const prefix = randomUUID().slice(0, 23);
  return { contactId, entryIds: one.history.map((_, rank) => `${prefix}-${rank.toString(16).padStart(12, '0')}`) };
}

/** Another address in place of the one they agreed with; in quarantine too, since this one is accounted for. */
async function replaceAddress({ contactId }: Planted): Promise<void> {
  await session.query(
    `update contact_point set match_key = match_key || '.new', provenance_ids = provenance_ids || $2::uuid
      where contact_id = $1 and kind = 'email'`,
    [contactId, ids.origin],
  );
}

/** The shuffled history, cut into statements. */
function partsOf(one: Case): ModelEntry[][] {
  const shuffled = one.order.flatMap((at) => one.history[at] ?? []);
  const cuts = [0, ...one.cuts.toSorted((a, b) => a - b), shuffled.length];
  return cuts.slice(1).map((cut, at) => shuffled.slice(cuts[at], cut));
}

async function append({ contactId, entryIds }: Planted, entries: readonly ModelEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map((one) => {
    const isYes = ['consent-given', 'consent-renewed'].includes(one.kind);
    return {
      id: entryIds[one.rank],
      kind: one.kind,
      purpose_id: one.purpose && ids.purposes.get(one.purpose),
      purpose_version: one.purpose && (one.version ?? 1),
      channel: one.channel,
      legal_basis: isYes ? 'consent' : one.basis,
      permission_ground: isYes ? 'consent' : one.ground,
      occurred_at: new Date(one.at),
      until: one.until && new Date(one.until),
    };
  });
  await session.query(
    `insert into ledger_entry (id, kind, contact_id, purpose_id, purpose_version, channel, legal_basis, permission_ground, occurred_at, until,
       source_id, notice_hash, actor, method, leaf_hash)
     select id, kind, $1, purpose_id, purpose_version, channel, legal_basis, permission_ground, occurred_at, until, $2, $3, 'contact', 'form', sha256('leaf')
       from jsonb_to_recordset($4) as e(id uuid, kind text, purpose_id uuid, purpose_version int, channel text, legal_basis text,
         permission_ground text, occurred_at timestamptz, until timestamptz)`,
    [contactId, ids.source, ids.notice, JSON.stringify(rows)],
  );
}

/** The fold, as lines that say which entry counts where. */
async function heldOf({ contactId, entryIds }: Planted, table: 'permission_state' | 'permission_fold'): Promise<string[]> {
  const { rows } = await session.query(
    `select purpose_id, channel, register, kind, occurred_at, until, entry_id from ${table} where contact_id = $1`,
    [contactId],
  );
  return rows
    .map((row) =>
      line(
        nameOf(row.purpose_id),
        row.channel,
        row.register,
        entryIds.indexOf(row.entry_id),
        row.kind,
        row.occurred_at,
        row.until,
      ),
    )
    .sort();
}

function foldByTheBook(history: readonly ModelEntry[]): string[] {
  const lines: string[] = [];
  for (const register of registerNames) {
    for (const purpose of [undefined, ...purposes.map(({ name }) => name)]) {
      for (const channel of [undefined, ...channels]) {
        const one = counting(history, register, purpose, channel);
        if (one)
          lines.push(
            line(
              purpose ?? '*',
              channel ?? '*',
              register,
              one.rank,
              one.kind,
              new Date(one.at),
              one.until === undefined ? null : new Date(one.until),
            ),
          );
      }
    }
  }
  return lines.sort();
}

function line(
  purpose: string,
  channel: string,
  register: string,
  rank: number,
  kind: string,
  at: Date,
  until: Date | null,
): string {
  return [purpose, channel, register, `#${rank}`, kind, at.toISOString(), until?.toISOString() ?? 'open'].join(' ');
}

async function answersFor({ contactId, entryIds }: Planted) {
  const { rows } = await session.query(
    `select p.id, c.channel, g.allowed, g.reason, g.entry_id
       from unnest($2::uuid[]) as p(id) cross join unnest($3::text[]) as c(channel) cross join lateral may_process($1, p.id, c.channel) g`,
    [contactId, [...ids.purposes.values()], channels],
  );
  return rows.map((row) => ({
    purpose: nameOf(row.id),
    channel: row.channel as string,
    allowed: row.allowed as boolean,
    reason: row.reason as string,
    rank: row.entry_id === null ? null : entryIds.indexOf(row.entry_id),
  }));
}

/** Where the gate for many answers otherwise than the gate for one, in any column; nobody left out, nobody answered twice. */
async function differencesAmong(contactIds: readonly string[]) {
  const asked = [...contactIds, ...contactIds, randomUUID()];
  const { rows } = await session.query(
    `with asked as (
       select distinct c.id as contact, p.id as purpose, h.channel
         from unnest($1::uuid[]) c(id) cross join unnest($2::uuid[]) p(id) cross join unnest($3::text[]) h(channel)
     ), one as (
       select a.*, g.* from asked a cross join lateral may_process(a.contact, a.purpose, a.channel) g
     ), many as (
       select m.contact_id as contact, a.purpose, a.channel, m.allowed, m.reason, m.legal_basis, m.permission_ground, m.since, m.until, m.entry_id
         from (select distinct purpose, channel from asked) a cross join lateral may_process_many($1, a.purpose, a.channel) m
     )
     (select 'one' as by, * from one except all select 'one', * from many) union all
     (select 'many', * from many except all select 'many', * from one)`,
    [asked, [...ids.purposes.values(), ids.archived, randomUUID()], channels],
  );
  return rows;
}

function nameOf(purposeId: string): string {
  return purposeId === EVERYTHING ? '*' : ([...ids.purposes].find(([, id]) => id === purposeId)?.[0] ?? purposeId);
}
