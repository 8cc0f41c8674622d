import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SaidState, strictestOf } from '#src/consent/strictest-of.ts';
import { aNotice, aProvenance, aPurpose, aSource, unique, useStore } from '#test/support/factories.ts';

const store = useStore();
const EVERYTHING = '00000000-0000-0000-0000-000000000000';
const START = Date.UTC(2026, 0, 1);
const defined = [
  { name: 'newsletter', legalBasis: 'consent', isMarketing: true },
  { name: 'offers', legalBasis: 'legitimate-interests', isMarketing: true },
  { name: 'service', legalBasis: 'contract', isMarketing: false },
] as const;
const channels = ['email', 'phone'] as const;

interface Said {
  readonly kind: string;
  readonly purpose?: string | undefined;
  readonly channel?: string | undefined;
  readonly at: number;
}
const at = fc.integer({ min: 0, max: 5 }).map((n) => START + n * 60_000);
const said: fc.Arbitrary<Said> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'consent-given',
        'consent-given',
        'consent-refused',
        'consent-withdrawn',
        'consent-expired',
        'consent-requested',
      ),
      purpose: fc.constant('newsletter'),
      channel: fc.constantFrom(...channels),
      at,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('basis-asserted', 'basis-asserted', 'basis-ended'),
      purpose: fc.constantFrom('offers', 'service'),
      channel: fc.constantFrom(...channels),
      at,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('objected', 'objection-lifted'),
      purpose: fc.constantFrom(undefined, 'newsletter', 'offers'),
      channel: fc.constantFrom(undefined, ...channels),
      at,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('restricted', 'restriction-lifted', 'restriction-lifted'), at }) },
);

let session: pg.PoolClient;
let ids: { purposes: Map<string, string>; source: string; notice: Buffer; origin: string };
beforeAll(async () => {
  ids = await store.write(async (tx) => {
    const purposes = new Map<string, string>();
    for (const { name, ...one } of defined) {
      purposes.set(name, (await aPurpose(tx, { ...one, slug: unique(name), channels: [...channels] })).id);
    }
    const notice = await aNotice(tx);
    return { purposes, source: await aSource(tx), notice: Buffer.from(notice.hashes.bg, 'hex'), origin: await aProvenance(tx) };
  });
  session = await store.session('app');
});
afterAll(() => session?.release());

test('a record united with an empty one permits what it did', () => {
  const given = {
    register: 'consent',
    purposeId: 'p',
    channel: 'email',
    kind: 'consent-given',
    occurredAt: new Date(2),
  } as const;
  const objected = { register: 'objection', purposeId: null, channel: null, kind: 'objected', occurredAt: new Date(1) } as const;
  expect(
    strictestOf([[objected, given], []], () => true),
    'the consent was their newer word',
  ).toEqual([]);
  expect(strictestOf([[objected], [given]], () => true)).toEqual([{ kind: 'objected', purposeId: 'p', channel: 'email' }]);
  expect(
    strictestOf([[objected], [given]], () => false),
    'not what it never reached',
  ).toEqual([]);
});

test('two records united permit nothing that a no in either of them had stopped', async () => {
  let stopped = 0;
  let allowed = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(said, { maxLength: 10 }), fc.array(said, { maxLength: 10 }), async (one, other) => {
      await session.query('begin');
      try {
        const [first, second, united] = [await plant(), await plant(), await plant()];
        await append(first, one);
        await append(second, other);
        await append(united, [...one, ...other]);
        const noes = strictestOf([await statesOf(first), await statesOf(second)], (id) => id !== ids.purposes.get('service'));
        const after = START + 3_600_000;
        await append(
          united,
          noes.map((no) => ({
            kind: no.kind,
            purpose: [...ids.purposes].find(([, id]) => id === no.purposeId)?.[0],
            channel: no.channel ?? undefined,
            at: after,
          })),
        );
        const [before, also, now] = [await gateOf(first), await gateOf(second), await gateOf(united)];
        for (const [about, answer] of now) {
          const reasons = [before.get(about), also.get(about)];
          const saidNo = reasons.some((reason) => reason !== undefined && NOES.has(reason));
          if (saidNo) stopped += 1;
          if (answer === 'consent-given' || answer === 'basis-asserted') {
            allowed += 1;
            expect(saidNo, `${about}: ${reasons.join(' and ')} became ${answer}`).toBe(false);
            expect(
              reasons.some((reason) => reason === answer),
              `${about}: nobody had said ${answer}`,
            ).toBe(true);
          }
        }
      } finally {
        await session.query('rollback');
      }
    }),
    { numRuns: 120 },
  );
  // A generator that never reaches either would prove nothing.
  expect(Math.min(stopped, allowed)).toBeGreaterThan(50);
});

const NOES = new Set(['restricted', 'objected', 'consent-refused', 'consent-withdrawn', 'consent-expired', 'basis-ended']);

async function plant(): Promise<string> {
  const id = randomUUID();
  await session.query(`insert into contact (id, state, language, facts, origin_id) values ($1, 'active', 'bg', '{}', $2)`, [
    id,
    ids.origin,
  ]);
  await session.query('insert into ledger_salt (contact_id, salt) values ($1, $2)', [id, randomBytes(32)]);
  for (const kind of ['email', 'phone']) {
    await session.query(
      `insert into contact_point (contact_id, kind, original, normalised, match_key, match_hash, provenance_ids)
       values ($1, $2, $3, $3, $3, sha256(convert_to($3, 'UTF8')), array[$4]::uuid[])`,
      [id, kind, `${kind}-${id}@example.bg`, ids.origin],
    );
  }
  return id;
}

async function append(contactId: string, entries: readonly Said[]): Promise<void> {
  for (const one of entries) {
    const isYes = one.kind === 'consent-given';
    const isBasis = one.kind === 'basis-asserted';
    const purpose = one.purpose ? ids.purposes.get(one.purpose) : null;
    await session.query(
      `insert into ledger_entry (id, kind, contact_id, purpose_id, purpose_version, channel, legal_basis, permission_ground, occurred_at,
         source_id, notice_hash, actor, method, leaf_hash)
       values (uuidv7(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'contact', 'form', sha256('leaf'))`,
      [
        one.kind,
        contactId,
        purpose,
        purpose ? 1 : null,
        one.channel ?? null,
        isYes ? 'consent' : isBasis ? 'contract' : null,
        isYes ? 'consent' : isBasis ? 'legal-entity' : null,
        new Date(one.at),
        ids.source,
        ids.notice,
      ],
    );
  }
}

async function statesOf(contactId: string): Promise<SaidState[]> {
  const { rows } = await session.query(
    `select register, purpose_id, channel, kind, occurred_at from permission_state where contact_id = $1`,
    [contactId],
  );
  return rows.map((row) => ({
    register: row.register,
    purposeId: row.purpose_id === EVERYTHING ? null : row.purpose_id,
    channel: row.channel === '*' ? null : row.channel,
    kind: row.kind,
    occurredAt: row.occurred_at,
  }));
}

async function gateOf(contactId: string): Promise<Map<string, string>> {
  const { rows } = await session.query(
    `select p.id, c.channel, g.reason from unnest($2::uuid[]) p(id) cross join unnest($3::text[]) c(channel)
       cross join lateral may_process($1, p.id, c.channel) g`,
    [contactId, [...ids.purposes.values()], channels],
  );
  return new Map(rows.map((row) => [`${row.id} ${row.channel}`, row.reason]));
}
