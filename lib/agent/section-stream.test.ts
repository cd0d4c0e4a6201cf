import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sectionStream } from './section-stream';

/** Feeds JSON in pieces cut at the given places; gives the section and the joined deltas. */
function feed(json: string, cuts: number[] = []) {
  const stream = sectionStream();
  const places = [...new Set([0, ...cuts.map((cut) => cut % (json.length + 1)), json.length])].sort((a, b) => a - b);
  let section: string | null = null;
  let text = '';
  for (let index = 1; index < places.length; index += 1) {
    const step = stream.push(json.slice(places[index - 1], places[index]));
    section = step.section;
    text += step.delta;
  }
  return { section, text };
}

describe('a section while it streams', () => {
  it('is the markdown, whatever the pieces, the order of the keys and the way it is escaped', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string(),
        fc.array(fc.nat()),
        fc.boolean(),
        fc.boolean(),
        (markdown, section, cuts, swapped, escaped) => {
          let json = JSON.stringify(swapped ? { markdown, section } : { section, markdown }, null, cuts.length % 3);
          if (escaped)
            json = json.replace(/[^\x20-\x7e\n]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
          const read = feed(json, cuts);
          expect(read.section).toBe(section);
          // Half a surrogate pair at the very end is held back.
          expect([markdown, markdown.slice(0, -1)]).toContain(read.text);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('comes as it arrives, never with half a character', () => {
    const stream = sectionStream();
    expect(stream.push('{"section":"Timeline","markdown":"a\\')).toEqual({ section: 'Timeline', delta: 'a' });
    expect(stream.push('nb\\ud83d').delta).toBe('\nb');
    expect(stream.push('\\ude00 c').delta).toBe('😀 c');
  });

  it('ignores other and nested fields, and text that is no JSON', () => {
    expect(feed('{"x":{"markdown":"no","section":"no"},"section":"S","list":["markdown"],"markdown":"yes"}')).toEqual({
      section: 'S',
      text: 'yes',
    });
    expect(feed('{"section":"S","markdown":"\\uzz').text).toBe('');
    expect(feed('nonsense "')).toEqual({ section: null, text: '' });
  });
});
