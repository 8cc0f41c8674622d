import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { NewContact } from '#src/contacts/add-contact.ts';
import { describeContact } from '#src/contacts/describe-contact.ts';
import { appendEntries } from '#src/ledger/append-entries.ts';
import type { EntryKind, NewEntry } from '#src/ledger/entry.ts';
import { mergeContacts } from '#src/merging/merge-contacts.ts';
import { undoMerge } from '#src/merging/undo-merge.ts';
import { permissionsOf } from '#src/permission/permissions-of.ts';
import type { Channel, Purpose } from '#src/purposes/purpose.ts';
import { aContact, aNewsletter, aNotice, aPurpose, aSource, staff, useStore } from '#test/support/factories.ts';

const store = useStore();
const who = staff as Extract<typeof staff, { kind: 'staff' }>;
let purposes: { newsletter: Purpose; offers: Purpose; service: Purpose };
let sourceId: string;
let noticeHash: string;
beforeAll(async () => {
  await store.write(async (tx) => {
    const newsletter = await aNewsletter(tx, { channels: ['email', 'phone'] });
    const offers = await aPurpose(tx, { legalBasis: 'legitimate-interests', isMarketing: true, channels: ['email', 'phone'] });
    const service = await aPurpose(tx, { channels: ['email', 'phone'] });
    purposes = { newsletter, offers, service };
    sourceId = await aSource(tx);
    noticeHash = (await aNotice(tx)).hashes.bg;
  });
});

const START = Date.now() - 30 * 86_400_000;
const MINUTE = 60_000;
interface Said {
  readonly kind: EntryKind;
  readonly purpose?: keyof typeof purposes | undefined;
  readonly channel?: Channel | undefined;
  readonly at: number;
  readonly until?: number | undefined;
}
const channel = fc.constantFrom<Channel>('email', 'phone');
const at = fc.integer({ min: 0, max: 8 });
// Ended long ago, ending soon, ending later, or not at all.
const until = fc.constantFrom(undefined, undefined, 20, 60 * 24 * 60, 90 * 24 * 60);
const said: fc.Arbitrary<Said> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom<EntryKind>(
        'consent-given',
        'consent-given',
        'consent-renewed',
        'consent-refused',
        'consent-withdrawn',
        'consent-expired',
        'consent-requested',
      ),
      purpose: fc.constant('newsletter' as const),
      channel,
      at,
      until,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom<EntryKind>('basis-asserted', 'basis-asserted', 'basis-ended'),
      purpose: fc.constantFrom('offers' as const, 'service' as const),
      channel,
      at,
      until,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom<EntryKind>('objected', 'objected', 'objection-lifted'),
      purpose: fc.constantFrom(undefined, 'newsletter' as const, 'offers' as const),
      channel: fc.constantFrom(undefined, 'email' as const, 'phone' as const),
      at,
    }),
  },
);
const mostly = (usual: boolean) =>
  fc.oneof({ weight: 7, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constant(!usual) });
const person = fc.record({
  history: fc.array(said, { minLength: 1, maxLength: 9 }),
  city: fc.option(fc.constantFrom('Русе', 'Варна'), { nil: undefined }),
  company: fc.option(fc.constantFrom('Роза ООД', 'Липа ЕООД'), { nil: undefined }),
  phone: fc.option(fc.constantFrom('0888123456', '0888765432'), { nil: undefined }),
  // Mostly people to whom nothing but what was said forbids to write: there a lost no would show.
  hasEmail: mostly(true),
  isVerified: mostly(true),
  isQuarantined: mostly(false),
  suppression: fc.oneof(
    { weight: 6, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom('objected', 'complaint', 'hard-bounce', 'not-me') },
  ),
});
type Person = typeof person extends fc.Arbitrary<infer P> ? P : never;

const entryOf = (contactId: string, one: Said, evidence = {}): NewEntry => {
  const purpose = one.purpose && purposes[one.purpose];
  const yes = one.kind === 'consent-given' || one.kind === 'consent-renewed';
  return {
    kind: one.kind,
    contactId,
    ...(purpose ? { purpose: { id: purpose.id, version: purpose.version } } : {}),
    ...(one.channel ? { channel: one.channel } : {}),
    ...(yes ? { legalBasis: 'consent', permissionGround: 'consent', noticeHash } : {}),
    ...(one.kind === 'basis-asserted'
      ? { legalBasis: one.purpose === 'offers' ? 'legitimate-interests' : 'contract', permissionGround: 'legal-entity' }
      : {}),
    ...(one.until !== undefined && (yes || one.kind === 'basis-asserted') ? { until: new Date(START + one.until * MINUTE) } : {}),
    occurredAt: new Date(START + one.at * MINUTE),
    sourceId,
    actor: { kind: 'contact', contactId },
    method: 'confirmation-page',
    evidence,
  };
};

async function make(made: Person): Promise<string> {
  const id = await store.write(async (tx) => {
    const overrides: Partial<NewContact> = {
      ...(made.city ? { city: made.city } : {}),
      ...(made.company ? { company: made.company } : {}),
      ...(made.phone ? { phone: made.phone } : {}),
      ...(made.hasEmail ? {} : { email: undefined as never, phone: made.phone ?? '0888111222' }),
      ...(made.isQuarantined ? { legalBasis: 'unknown' as const } : {}),
    };
    const contactId = await aContact(tx, overrides);
    await appendEntries(
      tx,
      made.history.map((one) => entryOf(contactId, one)),
    );
    return contactId;
  });
  if (made.isVerified)
    await store.app(`update contact_point set verified_at = now() where contact_id = $1 and kind = 'email'`, [id]);
  if (made.suppression) {
    await store.app(
      `insert into suppression (match_hash, reason) select match_hash, $2 from contact_point where contact_id = $1 and kind = 'email'
       on conflict (match_hash, reason) do nothing`,
      [id, made.suppression],
    );
  }
  return id;
}

/** Everything that merging and undoing must leave as it was. */
async function pictureOf(id: string) {
  const contact = await describeContact(store.db, id);
  const { rows: points } = await store.owner(
    `select id, contact_id, is_primary, must_confirm, came_from, verified_at, provenance_ids::text, original from contact_point where contact_id = $1 order by id`,
    [id],
  );
  const { rows: states } = await store.owner(
    'select * from permission_state where contact_id = $1 order by purpose_id, channel, register',
    [id],
  );
  const { rows: changes } = await store.owner('select * from contact_change where contact_id = $1 order by id', [id]);
  const { updatedAt: _, points: __, ...record } = contact ?? ({} as never);
  return { record, points, states, changes, gate: await answersOf(id) };
}
async function answersOf(id: string) {
  const lines = await permissionsOf(store.db, id);
  return new Map(
    lines
      .filter(({ purpose }) => Object.values(purposes).some((one) => one.id === purpose.id))
      .map((line) => [`${line.purpose.slug} ${line.channel}`, line] as const),
  );
}

/** Registers of these two in which the permissions in use differ from the fold of the ledger. */
async function foldDifferences(...ids: readonly string[]) {
  const { rows } = await store.owner(
    `(select * from permission_state where contact_id = any($1) except select * from permission_fold where contact_id = any($1))
     union all
     (select * from permission_fold where contact_id = any($1) except select * from permission_state where contact_id = any($1))`,
    [ids],
  );
  return rows;
}

/** Where the gate for many answers otherwise than the gate for one. */
async function differences(id: string) {
  const { rows } = await store.owner(
    `with asked as (select p.id as purpose, c.channel from purpose p cross join unnest(p.channels) c(channel)), one as (
       select a.*, g.* from asked a cross join lateral may_process($1, a.purpose, a.channel) g
     ), many as (
       select a.*, m.allowed, m.reason, m.legal_basis, m.permission_ground, m.since, m.until, m.entry_id
         from asked a cross join lateral may_process_many(array[$1::uuid], a.purpose, a.channel) m
     )
     (select * from one except all select * from many) union all (select * from many except all select * from one)`,
    [id],
  );
  return rows;
}

/** A person's own consent counts in quarantine too; what somebody said or a rule says about the person; to have never been asked, or to have no such address, is no no. */
const silent = new Set([
  'consent-never-asked',
  'consent-not-confirmed',
  'basis-not-recorded',
  'no-address',
  'address-not-confirmed',
  'no-channel-permission',
]);
const lacked = (reason: string | undefined) =>
  reason === 'no-address' || reason === 'address-not-confirmed' || reason === 'suppressed';
const bounced = (made: Person) => made.suppression === 'hard-bounce';

test('two records merged and taken apart are exactly what they were, and merged they permit no more than each', {
  timeout: 240_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(person, person, async (one, other) => {
      const [survivorId, absorbedId] = [await make(one), await make(other)];
      const before = [await pictureOf(survivorId), await pictureOf(absorbedId)] as const;
      const { mergeId } = await store.write((tx) => mergeContacts(tx, { survivorId, absorbedId, actor: who }));

      const merged = await answersOf(survivorId);
      for (const [line, { allowed, reason, until }] of merged) {
        const [mine, theirs] = [before[0].gate.get(line), before[1].gate.get(line)];
        const noes = [[mine, one] as const, [theirs, other] as const].filter(
          ([answer, made]) =>
            answer &&
            !answer.allowed &&
            !silent.has(answer.reason) &&
            !(answer.reason === 'quarantined' && reason === 'consent-given') &&
            !(answer.reason === 'suppressed' && bounced(made)),
        );
        // Of two ends the earlier.
        const ends = [mine, theirs].flatMap((answer) => (answer?.allowed && answer.until ? answer.until.getTime() : []));
        if (allowed && ends.length > 0) expect(until?.getTime(), line).toBe(Math.min(...ends));
        // What neither permitted nobody permits now, but for a yes that found the address it had lacked.
        if (allowed)
          expect(
            [mine, theirs].some((answer) => answer?.allowed || lacked(answer?.reason)),
            line,
          ).toBe(true);
        if (allowed)
          expect(
            noes.map(([answer]) => answer?.reason),
            `${line} is allowed (${reason})`,
          ).toEqual([]);
      }
      for (const { allowed, reason } of (await answersOf(absorbedId)).values())
        expect([allowed, reason]).toEqual([false, 'merged']);
      expect(await foldDifferences(survivorId, absorbedId)).toEqual([]);
      for (const id of [survivorId, absorbedId]) expect(await differences(id), 'asked about many at once').toEqual([]);

      await store.write((tx) => undoMerge(tx, mergeId, who));
      expect(await pictureOf(survivorId)).toEqual(before[0]);
      expect(await pictureOf(absorbedId)).toEqual(before[1]);
      expect(await foldDifferences(survivorId, absorbedId)).toEqual([]);
    }),
    { numRuns: Number(process.env.MERGE_RUNS ?? 50), endOnFailure: false },
  );
  // As verifying the whole ledger sees it.
  expect((await store.verify()).permissionDifferences).toBe(0);
});
