import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Splitter } from './format';
import { elementSpans, membersOf, readFirstKeys } from './json-spans';
import { MAX_RECORD } from './lines';
import { lineSplitter, valueSplitter } from './split-json';

function split(make: typeof valueSplitter, chunks: string[]) {
  const pieces: [number, string][] = [];
  const bad: [number, string][] = [];
  const splitter: Splitter = make(
    (line, text) => pieces.push([line, text]),
    (line, message) => bad.push([line, message]),
  );
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return { pieces, bad };
}

const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 6 });
const cuts = fc.array(fc.nat(), { maxLength: 8 });
const cut = (text: string, at: number[]) => {
  const places = [...new Set(at.map((n) => n % (text.length + 1)))].sort((a, b) => a - b);
  return [...places, text.length].map((end, index) => text.slice(index ? places[index - 1] : 0, end));
};

test('values come out whole, wherever the stream is cut, however they are joined', () => {
  fc.assert(
    fc.property(
      objects,
      cuts,
      fc.constantFrom('', '\n', ' ', '\r\n\r\n'),
      fc.constantFrom(0, 2),
      (values, at, joint, indent) => {
        const texts = values.map((value) => JSON.stringify(value, null, indent));
        const { pieces, bad } = split(valueSplitter, cut(texts.join(joint), at));
        expect(bad).toEqual([]);
        expect(pieces.map((piece) => piece[1])).toEqual(texts);
      },
    ),
  );
});

test('elements of an array come out with the line they start on', () => {
  fc.assert(
    fc.property(objects, cuts, (values, at) => {
      const text = JSON.stringify(values, null, 1);
      const { pieces } = split(valueSplitter, cut(text, at));
      // What the text says, which has no -0.
      expect(pieces.map((piece) => JSON.parse(piece[1]))).toEqual(JSON.parse(text));
      const starts = text.split('\n').flatMap((line, index) => (/^ \{/.test(line) ? [index + 1] : []));
      expect(pieces.map((piece) => piece[0])).toEqual(starts);
    }),
  );
});

test('lines come out whole, wherever the stream is cut', () => {
  fc.assert(
    fc.property(objects, cuts, fc.constantFrom('\n', '\r\n'), (values, at, end) => {
      const texts = values.map((value) => JSON.stringify(value));
      const { pieces } = split(lineSplitter, cut(texts.join(end), at));
      expect(pieces).toEqual(texts.map((text, index) => [index + 1, text]));
    }),
  );
});

test('garbage between values costs its line, an open end what is in it', () => {
  const { pieces, bad } = split(valueSplitter, ['{"a":1}\noops {\n{"b":2}\n{"c": [1, 2\n{"d":4}\n']);
  expect(pieces.map((piece) => piece[1])).toEqual(['{"a":1}', '{"b":2}', '{"d":4}']);
  expect(bad.map((item) => item[0])).toEqual([2, 4]);
});

test('a line that is too long costs itself only', () => {
  const chunk = 'x'.repeat(1 << 20);
  const long = Array(MAX_RECORD / chunk.length + 2).fill(chunk);
  const { pieces, bad } = split(lineSplitter, ['{"a":1}\n', ...long, '\n{"b":2}']);
  expect(pieces).toEqual([
    [1, '{"a":1}'],
    [3, '{"b":2}'],
  ]);
  expect(bad).toEqual([[2, 'longer than 32 MB']]);
});

test('an envelope larger than a record may be is read element by element', () => {
  const element = `{"n":1,"blob":"${'z'.repeat(1 << 20)}"}`;
  const count = MAX_RECORD / element.length + 5;
  const elements = Array.from({ length: Math.ceil(count) }, () => element);
  const { pieces, bad } = split(valueSplitter, [
    '{"nextToken": "x", "Records": [',
    ...elements.flatMap((text, n) => (n ? [',\n', text] : [text])),
    '], "more": {"a": [1]}}\n{"after": 1}',
  ]);
  expect(bad).toEqual([]);
  expect(pieces).toHaveLength(elements.length + 1);
  expect(pieces.slice(0, -1).every((piece) => piece[1] === element)).toBe(true);
  expect(pieces.at(-1)?.[1]).toBe('{"after": 1}');
});

test('members and elements are found behind texts that look like them', () => {
  const text = '{"next":"[{\\"", "Records":[{"a":"]"},{"b":[1]}]}';
  const records = membersOf(text).find(({ key }) => key === 'Records');
  const spans = elementSpans(text, records?.start);
  expect(spans.map(({ start, end }) => text.slice(start, end))).toEqual(['{"a":"]"}', '{"b":[1]}']);
});

test('the first of the members that share a key counts, at any depth', () => {
  expect(readFirstKeys('{"a":1,"b":[{"c":1,"c":2}],"a":2}')).toEqual({
    value: { a: 1, b: [{ c: 1 }] },
    hasDuplicates: true,
  });
  expect(readFirstKeys('{"a":"\\":", "b":{"a":1}}')).toEqual({ value: { a: '":', b: { a: 1 } }, hasDuplicates: false });
});
