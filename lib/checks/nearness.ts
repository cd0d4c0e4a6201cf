import { ZONE_MINUTES } from '../time/names';
import { amountOf, SMALL_NUMBER } from './number-words';

/** How near a said number has to be to the exact one: as the words around it promise. */
export type Nearness = 'about' | 'roughly' | 'over' | 'under' | 'least' | 'most';

const BEFORE: [Nearness, RegExp][] = [
  ['least', /(?:\bat least|\bno (?:less|fewer) than)\s+$/i],
  ['most', /\b(?:at most|(?:no|not) more than|up to|a maximum of)\s+$/i],
  ['under', /\b(?:nearly|almost|just under|under|less than|fewer than|not quite)\s+$/i],
  ['over', /\b(?:just over|over|more than|well over|upwards of|above)\s+$/i],
  [
    'about',
    /(?:\b(?:about|around|roughly|approximately|approx\.?|circa|ca\.|c\.|some|close to|in the order of)\s+|[~≈]\s?)$/i,
  ],
];

/** From the words right before a number, and right after it. */
export function nearnessOf(before: string, after: string): Nearness | null {
  for (const [nearness, pattern] of BEFORE) if (pattern.test(before)) return nearness;
  return /^(?:\s*%|\s+\p{L}+){0,2}\s+or so\b/u.test(after) ? 'about' : null;
}

/** Whether an exact number is what a rounded one may stand for: 1,614 is about 1,600, over 1,500 and nearly 1,620. */
export function isNear(exact: number, said: number, decimals: number, nearness: Nearness): boolean {
  const step = stepOf(said, decimals);
  if (nearness === 'about') return Math.abs(exact - said) <= Math.max(step / 2, 0.01 * said);
  if (nearness === 'roughly') return Math.abs(exact - said) <= 0.25 * said;
  if (nearness === 'most') return exact <= said && said - exact <= Math.max(step, 0.35 * said);
  if (nearness === 'under') return exact <= said && said - exact <= Math.max(step, 0.1 * said);
  return exact >= said && exact - said <= Math.max(step, (nearness === 'least' ? 0.35 : 0.15) * said);
}

/** People round, and cut. */
export function isRounded(exact: number, said: number, decimals: number): boolean {
  const step = 10 ** -decimals;
  return said - exact <= step / 2 + 1e-9 && exact - said < step;
}

/** The place that was rounded to: 100 for 1,600, 1 for 26, 0.1 for 2.4. */
function stepOf(said: number, decimals: number): number {
  if (decimals > 0) return 10 ** -decimals;
  let step = 1;
  while (said > step * 10 && said % (step * 10) === 0) step *= 10;
  return step;
}

/** What makes a length of time a limit. */
export const WITHIN =
  /\b(?:within|in under|in less than|in fewer than|in no more than|less than|under)\s+(?:the\s+)?(?:about\s+|around\s+|roughly\s+|just\s+)?$/i;

const COUNT = `(\\d+|${SMALL_NUMBER})`;
const PART = `${COUNT}[ -](hours?|hrs?|h|minutes?|mins?|min|days?|d)`;
const SPAN = new RegExp(
  `(?<![\\w.,])${PART}(?:,? and |, | )${COUNT}[ -](minutes?|mins?|min|hours?|hrs?|seconds?|secs?|s)(?!\\w)`,
  'gi',
);
const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_556_952 };

/** The length of a block of time by its name or abbreviation, in small letters; undefined for another measure. */
export const secondsOf = (measure: string): number | undefined =>
  /^(?:ms|milli)/.test(measure) ? 0.001 : measure.startsWith('mo') ? 2_629_746 : SECONDS[measure[0] ?? ''];

const amount = (text = ''): number => (/^\d/.test(text) ? Number(text) : amountOf(text.toLowerCase()));

/** Durations in two blocks (`14 minutes and 26 seconds`), as one number in the smaller block. */
export function readSpans(text: string): { start: number; end: number; value: number; measure: string }[] {
  const spans: ReturnType<typeof readSpans> = [];
  const pattern = new RegExp(SPAN);
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const [whole, many = '', ...rest] = match;
    const [large = '', few, measure = 's'] = rest.map((part) => part?.toLowerCase());
    const [long = 1, short = 1] = [secondsOf(large), secondsOf(measure)];
    // `in twelve days, two minutes apart` is two lengths.
    if (long > short && (long / short < 1440 || !/\d,\s|\p{L},\s/u.test(whole))) {
      const value = (amount(many) * long) / short + amount(few);
      spans.push({ start: match.index, end: match.index + whole.length, value, measure });
    } else pattern.lastIndex = match.index + many.length; // `two hours, 2 hours and 30 minutes`
  }
  return spans;
}

/** IPv4 addresses as numbers, both included. */
export type AddressRange = { from: number; to: number };

const OCTETS = '(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.';
const RANGES = new RegExp(
  `(?<![\\w.])${OCTETS}(?:(\\d{1,3})\\/(\\d{1,2})|(\\d{1,3})\\s?[–-]\\s?(?:${OCTETS})?(\\d{1,3})|([x*])(?:\\/\\d{1,2})?)(?![\\w.]*\\w)`,
  'g',
);

/** Of up to four octets; those that are not there are 0. */
const addressOf = (...octets: (string | undefined)[]): number =>
  [0, 1, 2, 3].reduce((sum, at) => sum * 256 + Number(octets[at] ?? 0), 0);

/** `192.0.2.0/24`, `192.0.2.7–12`, `192.0.2.x`. */
export function readRanges(text: string): { start: number; end: number; range: AddressRange }[] {
  return [...text.matchAll(RANGES)].flatMap((match) => {
    const [whole, a, b, c, low, bits, first, a2, b2, c2, last] = match;
    const net = addressOf(a, b, c);
    const place = { start: match.index, end: match.index + whole.length };
    if (bits !== undefined) {
      const size = 2 ** (32 - Math.min(32, Number(bits)));
      const from = Math.floor((net + Number(low)) / size) * size;
      return [{ ...place, range: { from, to: from + size - 1 } }];
    }
    if (first === undefined) return [{ ...place, range: { from: net, to: net + 255 } }];
    const end = a2 === undefined ? net : addressOf(a2, b2, c2);
    return [{ ...place, range: { from: net + Number(first), to: end + Number(last) } }];
  });
}

/** The IPv4 addresses of a text, as numbers. */
export function addressesIn(text: string): number[] {
  return [...text.matchAll(/(?<![\d.])(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)/g)].map(([, ...octets]) =>
    addressOf(...octets),
  );
}

/** A report names its own place's zone, so those with several meanings are taken too. */
const NAMED_ZONES: Record<string, number> = { ...ZONE_MINUTES, IST: 330 };

/** Minutes that local times of a text are ahead of UTC, where it names a zone (`UTC+2`, `CEST`); none when it names none. */
export function zonesIn(text: string): number[] {
  const offsets = [...text.matchAll(/\b(?:UTC|GMT)\s?([+−-])(\d{1,2})(?::?(\d{2}))?(?!\d)/g)].map(
    ([, sign, hours, minutes]) => (sign === '+' ? 1 : -1) * (Number(hours) * 60 + Number(minutes ?? 0)),
  );
  const named = [...text.matchAll(/\b[A-Z]{3,4}\b/g)].flatMap(([name]) => NAMED_ZONES[name] ?? []);
  return [...new Set([...offsets, ...named])];
}
