export type SeedKind = 'number' | 'time' | 'indicator' | 'id' | 'technique';
export type Seeded = { kind: SeedKind; line: number; was: string; now: string; markdown: string };

/** Lines whose numbers are weights and rules of the built-in analyst's judgement, no claim about the logs. */
const JUDGEMENT = /^(?:#{1,6} |- (?:Weights of|Rule for|A finding is explained|Against BENIGN: Findings))|points/;

/**
 * Every way to make one number, time, indicator, id or technique of a report false, one at a time, in the prose outside code
 * blocks. Knows nothing of the checks: it goes by what text looks like. The same report gives the same list.
 */
export function seedErrors(markdown: string): Seeded[] {
  const lines = markdown.split('\n');
  const seeded: Seeded[] = [];
  const start = lines.indexOf('---', 1) + 1;
  let fence = '';
  let section = '';
  for (let index = start; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const mark = /^\s*(`{3,})/.exec(line)?.[1] ?? '';
    if (mark && fence === '') fence = mark;
    else if (fence !== '' && line.trim() === fence) fence = '';
    if (fence !== '' || mark) continue;
    section = /^## (.+)/.exec(line)?.[1] ?? section;
    const put: Put = (kind, at, was, now) => {
      if (now === was) return;
      const changed = [...lines];
      changed[index] = line.slice(0, at) + now + line.slice(at + was.length);
      seeded.push({ kind, line: index + 1, was, now, markdown: changed.join('\n') });
    };
    const reader = readerOf(line);
    seedNames(reader, index, put);
    if (line.includes('[E') && !JUDGEMENT.test(line) && !/Recommendations|Lessons/.test(section))
      seedNumbers(reader, line, put);
  }
  return seeded;
}

type Put = (kind: SeedKind, at: number, was: string, now: string) => void;
type LineReader = {
  each: (pattern: RegExp, see: (text: string, at: number) => void) => void;
  blank: (pattern: RegExp) => void;
};

/** Reads a line once: what has been seen is blank for the next pattern. */
function readerOf(line: string): LineReader {
  let rest = line;
  const blank = (pattern: RegExp) => {
    rest = rest.replace(pattern, (text) => ' '.repeat(text.length));
  };
  blank(/\[E\d+\]/g);
  return {
    blank,
    each: (pattern, see) => {
      for (const match of rest.matchAll(pattern)) {
        see(match[0], match.index);
        rest = rest.slice(0, match.index) + ' '.repeat(match[0].length) + rest.slice(match.index + match[0].length);
      }
    },
  };
}

const ID =
  /arn:aws[^\s`|…]*|(?:AKIA|ASIA|AIDA|AROA)[A-Z0-9]{16}|\b(?:i|sg|vpc|vol|snap|ami|fl|eni|subnet)-[0-9a-f]{8,}|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32,64}/g;

function seedNames({ each }: LineReader, index: number, put: Put): void {
  each(/T\d{4}(?:\.\d{3})?/g, (text, at) => {
    put('technique', at, text, text.startsWith('T1110') ? 'T1566' : 'T1110');
    put('technique', at, text, 'T9999');
  });
  each(/\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}|(?<!\d)\d{2}:\d{2}:\d{2}/g, (text, at) => {
    for (const back of [1, 4, 7, ...(text.length > 10 ? [10] : [])]) {
      const place = text.length - back;
      const digit = other(text[place] ?? '0', index + back, back === 7 ? 2 : 6);
      put('time', at, text, text.slice(0, place) + digit + text.slice(place + 1));
    }
  });
  each(/\d{1,3}(?:(?:\.|\[\.\])\d{1,3}){3}/g, (text, at) => {
    const last = /\d+$/.exec(text)?.[0] ?? '';
    put('indicator', at, text, text.slice(0, -last.length) + ((Number(last) + 7 + index) % 250));
  });
  each(/[\w.+-]+(?:@|\[at\])[\w.[\]-]+\w/g, (text, at) =>
    put('indicator', at, text, text[0] === 'q' ? `z${text.slice(1)}` : `q${text.slice(1)}`),
  );
  each(ID, (text, at) => {
    const place = text.length - 2;
    const digit = text[place] === 'X' || text[place] === '7' ? '3' : '7';
    put('id', at, text, text.slice(0, place) + digit + text.slice(place + 1));
  });
}

function seedNumbers({ each, blank }: LineReader, line: string, put: Put): void {
  blank(/^\s*\d+[.)]\s/); // the number of a list's item
  blank(/\b(?:UTC|GMT)[+-]\d+/g);
  blank(/`[^`]*`/g);
  blank(/\| [+-]?\d+ \|(?=[\s|]*$)/);
  each(/(?<![\w.,:/[\]–-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w:.,-]*\d|\w)/g, (text, at) => {
    const value = Number(text.replaceAll(',', ''));
    // "About 300" stays true of 301.
    const isRounded =
      /(?:about|around|roughly|approximately|some|nearly|almost|over|under|than|least|most|to|~) $/i.test(
        line.slice(0, at),
      );
    const near = isRounded ? [] : [value + 1, value + 3, value > 1 ? value - 1 : value + 9];
    for (const wrong of [...near, value * 10 + 4, Math.round(value * 1.4) + 11]) put('number', at, text, String(wrong));
  });
}

const other = (digit: string, salt: number, base: number): string =>
  String((Number(digit) + 1 + (salt % (base - 1))) % base);
