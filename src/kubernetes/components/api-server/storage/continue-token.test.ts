import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeContinueToken, encodeContinueToken } from './continue-token.ts';

describe('a continue token', () => {
  it('says where it was made, whatever the key', () => {
    const start = fc
      .string({ minLength: 1, unit: 'binary' })
      .filter((key) => !key.startsWith('/') && !key.includes('../'));
    const property = fc.property(fc.integer({ min: 1, max: 2 ** 40 }), start, (revision, startKey) => {
      expect(decodeContinueToken(encodeContinueToken({ revision, startKey }))).toEqual({ revision, startKey });
    });
    fc.assert(property, { seed: 1 });
  });

  it('is as upstream writes it, base64 without padding', () => {
    const token = encodeContinueToken({ revision: 7, startKey: 'second/foo' });
    expect(Buffer.from(token, 'base64url').toString()).toBe('{"v":"meta.k8s.io/v1","rv":7,"start":"second/foo"}');
  });

  it.each(['', '%', 'abcd', encodeContinueToken({ revision: 3, startKey: 'a/../../x' })])('is refused: %s', (text) => {
    expect(typeof decodeContinueToken(text)).toBe('string');
  });
});
