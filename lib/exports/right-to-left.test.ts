import { describe, expect, it } from 'vitest';
import { spansOf } from './pdf-text';
import { layOutRightToLeft } from './right-to-left';

/** Each sign is ten points wide. */
const measure = (text: string) => [...text].length * 10;

/** What is drawn from the left to the right, a line each. Letters from the right are turned by their font: here, by us. */
function drawn(text: string, width = 10_000): string[] {
  const { spans } = layOutRightToLeft(spansOf(text), width, measure);
  const turned = spans.map((span) =>
    /[\u0590-\u06ff]/.test(span.text) ? [...span.text].reverse().join('') : span.text,
  );
  return turned.join('').replaceAll('\u00a0', ' ').split('\n');
}

const [ALEF, BET, GIMEL] = ['\u05d0\u05d0', '\u05d1\u05d1', '\u05d2\u05d2'];
const [ARABIC, OTHER] = ['\u0628\u062a', '\u062c\u062d'];

describe('text from the right', () => {
  it('is left alone where there is none', () => {
    const spans = spansOf('Plain words, 15 of them');
    expect(layOutRightToLeft(spans, 50, measure)).toEqual({ spans, fromRight: false });
  });

  it('begins at the right, with numbers, addresses and dates readable', () => {
    expect(drawn(`${ALEF} 15 ${BET}`)).toEqual([`${BET} 15 ${ALEF}`]);
    expect(drawn(`${ARABIC} 15 ${OTHER}`)).toEqual(['\u062d\u062c 15 \u062a\u0628']);
    expect(drawn(`${ALEF} 203.0.113.5 2024-03-04 09:05 ${BET}`)).toEqual([
      `${BET} 09:05 2024-03-04 203.0.113.5 ${ALEF}`,
    ]);
    expect(drawn(`${ALEF} build-01 (eu-west-1) ${BET}.`)).toEqual([`.${BET} build-01 (eu-west-1) ${ALEF}`]);
    expect(layOutRightToLeft(spansOf(`${ALEF} a`), 500, measure).fromRight).toBe(true);
  });

  it('stands in its place in text from the left', () => {
    expect(drawn(`user ${ALEF} ${BET} on build-01, 7 times`)).toEqual([`user ${BET} ${ALEF} on build-01, 7 times`]);
    expect(layOutRightToLeft(spansOf(`user ${ALEF}`), 500, measure).fromRight).toBe(false);
  });

  it('turns brackets about', () => {
    expect(drawn(`${ALEF} (${BET}) ${GIMEL}`)).toEqual([`${GIMEL} (${BET}) ${ALEF}`]);
  });

  it('breaks lines before it orders them, and words that are wider than a line', () => {
    expect(drawn(`${ALEF} ${BET} ${GIMEL}`, 55)).toEqual([`${BET} ${ALEF}`, GIMEL]);
    expect(drawn(`${ALEF}\n${BET}`)).toEqual([ALEF, BET]);
    const lines = drawn(`${ALEF} ${'x'.repeat(12)}`, 50);
    expect(lines.every((line) => line.length <= 5)).toBe(true);
    expect(lines.join('').replace(/[^x]/g, '')).toHaveLength(12);
  });
});

describe('places to break', () => {
  const parts = (text: string) =>
    spansOf(text)
      .map((span) => span.text)
      .join('')
      .split('\u200b');

  it('are between words of Thai, and never before a closing mark', () => {
    expect(parts('ฐานข้อมูลลูกค้า')).toEqual(
      [...new Intl.Segmenter('th', { granularity: 'word' }).segment('ฐานข้อมูลลูกค้า')].map(({ segment }) => segment),
    );
    expect(parts('句子，用来「检查」。')).toEqual(['句', '子，', '用', '来', '「检', '查」。']);
  });
});
