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
    const put = (kind: SeedKind, at: number, was: string, now: string) => {
      if (now === was) return;
      const changed = [...lines];
      changed[index] = line.slice(0, at) + now + line.slice(at + was.length);
      seeded.push({ kind, line: index + 1, was, now, markdown: changed.join('\n') });
    };
    let rest = line.replace(/\[E\d+\]/g, (text) => ' '.repeat(text.length));
    const each = (pattern: RegExp, see: (text: string, at: number) => void) => {
      for (const match of rest.matchAll(pattern)) {
        see(match[0], match.index);
        rest = rest.slice(0, match.index) + ' '.repeat(match[0].length) + rest.slice(match.index + match[0].length);
      }
    };
    each(/T\d{4}(?:\.\d{3})?/g, (text, at) => {
      put('technique', at, text, text.startsWith('T1110') ? 'T1566' : 'T1110');
      put('technique', at, text, 'T9999');
    });
    each(/\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}|(?<!\d)\d{2}:\d{2}:\d{2}/g, (text, at) => {
      for (const back of [1, 4, 7, ...(text.length > 10 ? [10] : [])]) {
        const place = text.length - back;
        put(
          'time',
          at,
          text,
          text.slice(0, place) + other(text[place] ?? '0', index + back, back === 7 ? 2 : 6) + text.slice(place + 1),
        );
      }
    });
    each(/\d{1,3}(?:(?:\.|\[\.\])\d{1,3}){3}/g, (text, at) => {
      const last = /\d+$/.exec(text)?.[0] ?? '';
      put('indicator', at, text, text.slice(0, -last.length) + ((Number(last) + 7 + index) % 250));
    });
    each(/[\w.+-]+(?:@|\[at\])[\w.[\]-]+\w/g, (text, at) =>
      put('indicator', at, text, text[0] === 'q' ? `z${text.slice(1)}` : `q${text.slice(1)}`),
    );
    each(
      /arn:aws[^\s`|…]*|(?:AKIA|ASIA|AIDA|AROA)[A-Z0-9]{16}|\b(?:i|sg|vpc|vol|snap|ami|fl|eni|subnet)-[0-9a-f]{8,}|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32,64}/g,
      (text, at) => {
        const place = text.length - 2;
        put(
          'id',
          at,
          text,
          text.slice(0, place) + (text[place] === 'X' || text[place] === '7' ? '3' : '7') + text.slice(place + 1),
        );
      },
    );
    if (!line.includes('[E') || JUDGEMENT.test(line) || /Recommendations|Lessons/.test(section)) continue;
    rest = rest
      .replace(/^\s*\d+[.)]\s/, (text) => ' '.repeat(text.length)) // the number of a list's item
      .replace(/\b(?:UTC|GMT)[+-]\d+/g, (text) => ' '.repeat(text.length))
      .replace(/`[^`]*`/g, (text) => ' '.repeat(text.length))
      .replace(/\| [+-]?\d+ \|(?=[\s|]*$)/, (text) => ' '.repeat(text.length));
    each(/(?<![\w.,:/[\]–-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w:.,-]*\d|\w)/g, (text, at) => {
      const value = Number(text.replaceAll(',', ''));
      // "About 300" stays true of 301.
      const rounded =
        /(?:about|around|roughly|approximately|some|nearly|almost|over|under|than|least|most|to|~) $/i.test(
          line.slice(0, at),
        );
      for (const wrong of [
        ...(rounded ? [] : [value + 1, value + 3, value > 1 ? value - 1 : value + 9]),
        value * 10 + 4,
        Math.round(value * 1.4) + 11,
      ])
        put('number', at, text, String(wrong));
    });
  }
  return seeded;
}

const other = (digit: string, salt: number, base: number): string =>
  String((Number(digit) + 1 + (salt % (base - 1))) % base);
