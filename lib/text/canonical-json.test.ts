import { describe, expect, it } from 'vitest';
import { canonicalJson, hashOf, storable, storableJson } from './canonical-json';

describe('canonical JSON', () => {
  it('does not depend on the order of keys, does on the order of lists', () => {
    expect(hashOf({ a: 1, b: { d: [1, 2], c: null } })).toBe(hashOf({ b: { c: null, d: [1, 2] }, a: 1 }));
    expect(hashOf([1, 2])).not.toBe(hashOf([2, 1]));
    expect(canonicalJson({ b: 1, a: undefined })).toBe('{"b":1}');
    expect(canonicalJson(JSON.parse('{"__proto__":{"x":1}}'))).toBe('{"__proto__":{"x":1}}');
  });

  it('storable: what PostgreSQL refuses is replaced, what only looks like it is not', () => {
    expect(storable({ a: 'x\0y', 'k\0': '\ud83d!', ok: '😀' })).toEqual({
      a: 'x\ufffdy',
      'k\ufffd': '\ufffd!',
      ok: '😀',
    });
    expect(storable('C:\\u0000 \\\\u0000')).toBe('C:\\u0000 \\\\u0000');
    expect(storableJson(undefined)).toBe('null');
  });
});
