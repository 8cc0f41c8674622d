import canonicalize from 'canonicalize';
import { expect, test } from 'vitest';
import vectors from './canonical-json.json' with { type: 'json' };

test.each(vectors)('RFC 8785: $name', ({ input, output }) => {
  expect(canonicalize(JSON.parse(input))).toBe(output);
});
