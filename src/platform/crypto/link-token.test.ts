import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keysFrom } from './keys.ts';
import { createLinkToken, readLinkToken } from './link-token.ts';

const keys = keysFrom(Buffer.alloc(32, 1));
const now = new Date('2026-11-23T12:00:00Z');
const kind = fc.constantFrom('confirm', 'unsubscribe', 'preferences', 'why');
const ids = fc.array(fc.uuid(), { maxLength: 8 });

describe('A link token', () => {
  test('carries its ids, in order, until it expires', () => {
    fc.assert(
      fc.property(kind, ids, fc.integer({ min: 1, max: 10 ** 9 }), (one, carried, seconds) => {
        const expiresAt = new Date(now.getTime() + seconds * 1000);
        const token = createLinkToken(keys, { kind: one, ids: carried, expiresAt });
        expect(token).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(readLinkToken(keys, one, token, now)).toEqual({ ids: carried });
        expect(readLinkToken(keys, one, token, new Date(expiresAt.getTime() - 1))).toEqual({ ids: carried });
        expect(readLinkToken(keys, one, token, expiresAt)).toBe('expired');
        expect(readLinkToken(keys, one, createLinkToken(keys, { kind: one, ids: carried }), new Date('2200-01-01'))).toEqual({
          ids: carried,
        });
      }),
    );
  });

  test('opens no page of another kind, and no page of another installation', () => {
    const others = keysFrom(Buffer.alloc(32, 2));
    fc.assert(
      fc.property(kind, kind, ids, (one, other, carried) => {
        const token = createLinkToken(keys, { kind: one, ids: carried });
        if (one !== other) expect(readLinkToken(keys, other, token, now)).toBe('invalid');
        expect(readLinkToken(others, one, token, now)).toBe('invalid');
      }),
    );
  });

  test('is worth nothing with any bit of it changed', () => {
    const token = Buffer.from(
      createLinkToken(keys, {
        kind: 'why',
        ids: ['0192f3a4-5b6c-7d8e-9f00-112233445566'],
        expiresAt: new Date(now.getTime() + 1000),
      }),
      'base64url',
    );
    for (let bit = 0; bit < token.length * 8; bit++) {
      const changed = Buffer.from(token);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(readLinkToken(keys, 'why', changed.toString('base64url'), now), `bit ${bit}`).toBe('invalid');
    }
  });

  test('is one string: other spellings, cut, longer and joined ones are invalid', () => {
    fc.assert(
      fc.property(ids, fc.string({ minLength: 1, maxLength: 4 }), fc.nat(300), (carried, extra, at) => {
        const token = createLinkToken(keys, { kind: 'confirm', ids: carried });
        const place = at % token.length;
        for (const other of [
          token + extra,
          extra + token,
          token.slice(0, place),
          token.slice(0, place) + extra + token.slice(place),
          token + token,
        ]) {
          expect(readLinkToken(keys, 'confirm', other, now)).toBe('invalid');
        }
      }),
    );
    // 39 bytes leave no spare bits, 43 do: of the letters that decode to the same bytes only ours is taken.
    const token = createLinkToken(keys, { kind: 'confirm', ids: ['0192f3a4-5b6c-7d8e-9f00-112233445566'] });
    const last = token.at(-1) ?? '';
    for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_') {
      if (letter !== last) expect(readLinkToken(keys, 'confirm', token.slice(0, -1) + letter, now)).toBe('invalid');
    }
  });

  test('reading never throws, whatever is in the address bar', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        (text) => readLinkToken(keys, 'confirm', text, now) === 'invalid',
      ),
    );
  });

  test('cannot be made to last for ever by an end that is none', () => {
    for (const expiresAt of [new Date(0), new Date(Number.NaN), new Date(-1)]) {
      expect(() => createLinkToken(keys, { kind: 'confirm', ids: [], expiresAt })).toThrow(RangeError);
    }
  });

  test('takes uuids only, at most eight', () => {
    expect(() => createLinkToken(keys, { kind: 'confirm', ids: ['42'] })).toThrow(TypeError);
    expect(() => createLinkToken(keys, { kind: 'confirm', ids: Array.from({ length: 9 }, () => crypto.randomUUID()) })).toThrow(
      RangeError,
    );
  });
});
