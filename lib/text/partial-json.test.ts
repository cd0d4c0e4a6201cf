import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partialJson } from './partial-json';

describe('JSON that is still arriving', () => {
  it('is the value when it is whole, however it is escaped', () => {
    const strings = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(
        fc.dictionary(strings, fc.oneof(strings, fc.integer(), fc.boolean(), fc.array(strings))),
        fc.boolean(),
        (value, escaped) => {
          let json = JSON.stringify(value);
          if (escaped)
            json = json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
          expect(partialJson(json)).toEqual(JSON.parse(json));
        },
      ),
    );
  });

  it('gives at each cut what has come so far, and never throws', () => {
    const json = JSON.stringify({
      find: 'a "quoted" \\ é 😀',
      replace: 'new\ntext',
      rows: [{ time: 'T', evidence: [1, 23] }],
      on: true,
    });
    for (let cut = 0; cut <= json.length; cut += 1) {
      const read = (partialJson(json.slice(0, cut)) ?? {}) as { find?: string; replace?: string };
      expect('a "quoted" \\ é 😀').toContain(read.find ?? '');
      expect('new\ntext').toContain(read.replace ?? '');
    }
    expect(partialJson('{"rows":[{"time":"2023","ev')).toEqual({ rows: [{ time: '2023' }] });
    fc.assert(fc.property(fc.string(), (text) => void partialJson(text)));
    expect(() => partialJson('['.repeat(200_000))).not.toThrow();
    expect(partialJson('{"__proto__":{"x":1}}')).toEqual(JSON.parse('{"__proto__":{"x":1}}'));
  });
});
