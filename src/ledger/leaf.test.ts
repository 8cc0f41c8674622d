import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Actor, type Entry, entryKinds } from './entry.ts';
import { canonicalEntry, leafHashOf } from './leaf.ts';

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const words = fc.string({ unit: 'binary' }).map((text) => text.toWellFormed());
const time = fc.date({ min: new Date('1990-01-01'), max: new Date('2200-01-01'), noInvalidDate: true });

const actor: fc.Arbitrary<Actor> = fc.oneof(
  fc.uuid().map((staffId): Actor => ({ kind: 'staff', staffId })),
  fc.uuid().map((apiKeyId): Actor => ({ kind: 'api', apiKeyId })),
  fc.uuid().map((contactId): Actor => ({ kind: 'contact', contactId })),
  fc.constantFrom<Actor>({ kind: 'import' }, { kind: 'system' }),
);

const entry = fc
  .record({
    id: fc.uuid(),
    kind: fc.constantFrom(...entryKinds),
    contactId: fc.uuid(),
    purpose: optional(fc.record({ id: fc.uuid(), version: fc.integer({ min: 1, max: 10_000 }) })),
    channel: optional(fc.constantFrom('email', 'sms', 'none')),
    legalBasis: optional(fc.constantFrom('consent', 'contract')),
    permissionGround: optional(fc.constantFrom('consent', 'soft-opt-in')),
    occurredAt: time,
    until: optional(time),
    sourceId: fc.uuid(),
    noticeHash: optional(fc.constant('ab'.repeat(32))),
    language: optional(fc.constantFrom('bg', 'en')),
    actor,
    method: fc.constantFrom('form', 'one-click'),
    evidence: optional(
      fc.dictionary(words, fc.oneof(words, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null))),
    ),
  })
  .map((fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as unknown as Entry);

describe('The bytes a leaf commits to', () => {
  test('are RFC 8785 canonical JSON, whatever the entry says', () => {
    fc.assert(
      fc.property(entry, (one) => {
        const text = canonicalEntry(one);
        expect(text).toBe(canonicalize(JSON.parse(text)));
        expect(JSON.parse(text)).toEqual({
          format: 1,
          id: one.id,
          kind: one.kind,
          contact: one.contactId,
          purpose: one.purpose?.id ?? null,
          purposeVersion: one.purpose?.version ?? null,
          channel: one.channel ?? null,
          legalBasis: one.legalBasis ?? null,
          permissionGround: one.permissionGround ?? null,
          occurredAt: one.occurredAt.toISOString(),
          until: one.until?.toISOString() ?? null,
          source: one.sourceId,
          notice: one.noticeHash ?? null,
          language: one.language ?? null,
          actor: one.actor.kind,
          actorId: one.actor.kind === 'staff' ? one.actor.staffId : one.actor.kind === 'api' ? one.actor.apiKeyId : null,
          method: one.method,
          // JSON knows no negative zero.
          evidence: JSON.parse(JSON.stringify(one.evidence ?? {})),
        });
      }),
      { numRuns: 300 },
    );
  });

  test('differ for any two entries that differ', () => {
    const salt = Buffer.alloc(32, 3);
    fc.assert(
      fc.property(entry, entry, (one, other) => {
        const same = canonicalEntry(one) === canonicalEntry(other);
        expect(leafHashOf(salt, one).equals(leafHashOf(salt, other))).toBe(same);
      }),
    );
  });
});
