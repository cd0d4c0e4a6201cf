import { findEntities } from '../alerts/entities';
import { type Block, findCitations, MAX_BLOCK, placeIn, sentenceAt } from './blocks';
import { isNonIndicator } from './indicators';
import { type AddressRange, type Nearness, nearnessOf, readRanges, readSpans } from './nearness';
import { isNegated } from './negation';
import { numberWordsIn } from './number-words';
import { readClock, type SaidTime } from './times';

export type ClaimKind = 'time' | 'indicator' | 'id' | 'quote' | 'number' | 'technique';

/** Something in the prose that can be right or wrong. Offsets are of the block's text, the end exclusive. */
export type Claim = {
  kind: ClaimKind;
  start: number;
  end: number;
  /** As written, with safety marks and escapes taken off. */
  value: string;
  time?: SaidTime;
  /** Of a number: what it counts, and whether it is a share or has a block. */
  number?: number;
  decimals?: number;
  measure?: string;
  nearness?: Nearness;
  /** A duration from one event to the next: `65 seconds later`. */
  isStep?: boolean;
  /** Of an indicator that stands for several: which. */
  range?: AddressRange;
  inCode: boolean;
  /** An indicator that a reader's program would make a link of. */
  live?: 'ip' | 'domain' | 'url' | 'email';
};

/** What a sentence says about rules and weights of a judgement is no claim about the logs. */
const JUDGEMENT = /\b(?:points?|scor(?:e|es|ed|ing)|weigh(?:s|ts?|ted)?|confiden(?:ce|t)|rules?|explained when)\b/i;
const JUDGEMENT_COLUMN =
  /^(?:weight|score|points?|priority|rank|#|no\.?|nr\.?|step|confidence|severity|level|likelihood)$/i;
/** Numbers of these sections are advice (how long, how many); names and times in them are still claims. */
export const ADVICE = /^(?:recommend|lessons|next steps|follow-?up)/i;
/** More claims than this in one block are a dump, no prose: the block is not checked. */
export const MAX_CLAIMS = 400;

const NAME =
  /^(?:sha-?(?:1|256|384|512)|md5|base64|utf-?(?:8|16)|ipv[46]|oauth2(?:\.0)?|saml2(?:\.0)?|tls1\.[0-3]|http\/[123](?:\.[01])?|x86_64|x64|win(?:dows)?-?\d+|rfc-?\d+|iso-?\d+|nist.*|cis.*|\d+(?:st|nd|rd|th)|\d+[hdmsw]|\d{1,2}(?:am|pm))$/i;
const ID =
  /(?<![\p{L}\p{N}_/.:@-])(?=[\p{L}\p{N}_./:@+=-]*\d)(?=[\p{L}\p{N}_./:@+=-]*\p{L})[\p{L}\p{N}][\p{L}\p{N}_./:@+=-]{3,}[\p{L}\p{N}]/gu;
const TECHNIQUE = /(?<![\w.-])T\d{4}(?:\.\d{3})?(?![\w])/g;
/** A reason or type as systems write it: `FACTOR_LIMIT`. */
const CONSTANT = /(?<![\p{L}\p{N}_./:@$-])\p{Lu}{3,}(?:_\p{Lu}+)+(?![\p{L}\p{N}_/:@-])/gu;
/** Also under a name that no registry has: `name@corp.example`. */
const MAIL = /(?<![\w.+@-])[\w.+-]{1,64}@[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63}){0,4}\.[a-z]{2,24}(?![\w@-]|\.\w)/gi;
/** `tcp/3389`, `3389/tcp`: the number of a port. */
const PORT = /(?<![\p{L}\p{N}_./:@-])(?:(?:tcp|udp)[/:]\d{1,5}|\d{1,5}\/(?:tcp|udp))(?![\p{L}\p{N}_/:@-])/giu;
const NUMBER = /(?<![\p{L}\p{N}_.,:/#-])-?\d+(?:[,’ \u202f]\d{3})*(?:\.\d+)?(?![\p{L}\p{N}_])(?!\.\d)/gu;
/** What follows a number that counts the steps of the work, not what was found. */
const OF_THE_WORK =
  /^(?:\s+[\p{L}-]+){0,2}\s+(?:quer(?:y|ies)|search(?:es)?|look-?ups?|steps?|hypothes[ie]s|explanations?|reasons?|ways|points|halves|stages|phases|questions?)\b/iu;
/** `4 of its 5 questions`: of a runbook. */
const QUESTIONS = /^(?: of (?:its|the) \d+)? questions\b/i;
const MEASURE =
  /^\s*(%|percent\b|per cent\b|(?:milliseconds?|ms|seconds?|secs?|minutes?|mins?|hours?|days?|weeks?|months?|years?|[KMGT]i?B|bytes)\b)/i;

/** `0.7 to 3.2 MB`: the first of two sizes has the unit of the second. */
const UP_TO = /^\s*(?:to|and|–|-)\s*\d+(?:[.,]\d+)*\s*(%|percent\b|[KMGT]i?B|bytes)\b/i;

const read = new WeakMap<Block, Claim[]>();

/** Every claim of a block, in reading order. Citations, headings' numbers, ordinals and judgement are none. */
export function claimsOf(block: Block): Claim[] {
  const claims = read.get(block) ?? findClaims(block);
  read.set(block, claims);
  return claims;
}

/** A block's text as it is read: what has been taken is blanked in `rest`, so that nothing is read twice. */
type Reader = { block: Block; plain: ReturnType<typeof plainText>; rest: string; claims: Claim[] };

function findClaims(block: Block): Claim[] {
  if (block.text.length > MAX_BLOCK) return [];
  const plain = plainText(block.text);
  const reader: Reader = { block, plain, rest: plain.text, claims: [] };
  for (const { start, end } of findCitations(reader.rest)) blank(reader, start, end);
  takeCodeSpans(reader);
  // Targets of links and HTML say nothing by themselves.
  for (const match of reader.rest.matchAll(/\]\([^)\s]*\)|<!--[\s\S]*?-->/g))
    blank(reader, match.index + 1, match.index + match[0].length);
  for (const { start, end, time } of readClock(reader.rest)) take(reader, 'time', start, end, { time });
  takeIndicators(reader);
  takeIds(reader);
  if (block.kind !== 'heading') takeNumbers(reader);
  const claims = reader.claims.sort((a, b) => a.start - b.start);
  return claims.length > MAX_CLAIMS ? [] : claims.map((claim, at) => withMeasure(block, claim, claims[at - 1]));
}

/** `between A and B are 68 seconds, between B and C 54`: the second has the unit of the first. */
function withMeasure(block: Block, claim: Claim, before: Claim | undefined): Claim {
  if (claim.measure || claim.kind !== 'number' || !before?.measure) return claim;
  const between = block.text.slice(before.end, claim.start);
  const isLike =
    /^\s*\p{L}+,\s(?:and\s)?(?:between|from)\s[^.;,]{3,80}\s(?:and|to)\s[^.;,]{3,60}\s$/iu.test(between) &&
    /^\s*(?:[.,;)[]|$)/.test(block.text.slice(claim.end, claim.end + 3));
  return isLike ? { ...claim, measure: before.measure, isStep: true } : claim;
}

function blank(reader: Reader, start: number, end: number): void {
  const { rest } = reader;
  reader.rest = rest.slice(0, start) + ' '.repeat(end - start) + rest.slice(end);
}

function take(reader: Reader, kind: ClaimKind, start: number, end: number, more: Partial<Claim> = {}): void {
  const { block, plain, claims } = reader;
  if (claims.length > MAX_CLAIMS) return;
  claims.push({
    kind,
    start: plain.map[start] ?? 0,
    end: plain.map[end] ?? block.text.length,
    value: plain.text.slice(start, end),
    inCode: false,
    ...more,
  });
  blank(reader, start, end);
}

function takeCodeSpans(reader: Reader): void {
  const { plain, claims } = reader;
  for (const match of reader.rest.matchAll(/(`+)(.+?)\1(?!`)/gs)) {
    const start = match.index + (match[1]?.length ?? 1);
    const value = match[2] ?? '';
    const isAdvised = ADVICE.test(reader.block.section) && COMMAND.test(value);
    if (isAdvised) takeArguments(reader, value, start);
    const claim = isAdvised ? null : codeClaim(value);
    if (claim && claims.length <= MAX_CLAIMS)
      claims.push({
        start: plain.map[start] ?? 0,
        end: plain.map[start + value.length] ?? 0,
        inCode: true,
        value,
        ...claim,
      });
    blank(reader, match.index, match.index + match[0].length);
  }
}

/** A command to be run: `kubectl delete pod ledger-0`, `Remove-InboxRule -Identity x`. */
const COMMAND =
  /^(?:az|aws|gcloud|gsutil|kubectl|sc\.exe|gh|schtasks|netsh|crontab|user(?:mod|del)|passwd|iptables|nft|ufw|[A-Z][a-z]+-[A-Z]\w+)\s\S/;

/** No evidence has an advised command; the names in it, which it would be run on, are claims. */
function takeArguments({ plain, claims }: Reader, command: string, start: number): void {
  for (const { 0: value, index } of command.matchAll(ID)) {
    const [from, to] = [plain.map[start + index] ?? 0, plain.map[start + index + value.length] ?? 0];
    if (claims.length <= MAX_CLAIMS) claims.push({ kind: 'id', start: from, end: to, value, inCode: true });
  }
}

/** What a code span is; null for a citation. */
function codeClaim(value: string): Pick<Claim, 'kind' | 'time' | 'live' | 'range'> | null {
  if (/^T\d{4}(?:\.\d{3})?$/.test(value)) return { kind: 'technique' };
  if (/^E\d{1,6}$/.test(value)) return null;
  const [said] = readClock(value);
  if (said && said.start === 0 && said.end === value.length) return { kind: 'time', time: said.time };
  const [range] = readRanges(value);
  if (range && range.start === 0 && range.end === value.length) return { kind: 'indicator', range: range.range };
  const [entity] = findEntities(value);
  const isLive =
    entity &&
    ['ip', 'domain', 'url'].includes(entity.kind) &&
    entity.value.length >= value.length - 1 &&
    !isNonIndicator(entity.kind, entity.value);
  return { kind: 'quote', ...(isLive ? { live: entity.kind as 'ip' } : {}) };
}

function takeIndicators(reader: Reader): void {
  for (const { start, end, range } of readRanges(reader.rest)) {
    const isLive = !isNonIndicator('ip', reader.rest.slice(start, end));
    take(reader, 'indicator', start, end, isLive ? { range, live: 'ip' } : { range });
  }
  for (const { kind, value } of findEntities(reader.rest)) {
    const wanted = value.toLowerCase();
    const at = reader.rest.toLowerCase().indexOf(wanted);
    if (at < 0) continue;
    const clickable = kind === 'ip' || kind === 'domain' || kind === 'url' || kind === 'email' ? kind : undefined;
    // A user agent names its program's home page: `(+https://www.terraform.io)`.
    const inAgent = kind === 'url' && reader.rest[at - 1] === '+';
    const live = clickable && !inAgent && !isNonIndicator(clickable, value) ? clickable : undefined;
    for (let from = at; from >= 0; from = reader.rest.toLowerCase().indexOf(wanted, from + 1))
      take(reader, 'indicator', from, from + value.length, live ? { live } : {});
  }
}

function takeIds(reader: Reader): void {
  const takeAll = (kind: ClaimKind, pattern: RegExp) => {
    for (const match of reader.rest.matchAll(pattern)) take(reader, kind, match.index, match.index + match[0].length);
  };
  takeAll('technique', TECHNIQUE);
  takeAll('quote', CONSTANT);
  takeAll('indicator', MAIL);
  // The protocol is blanked, and the port is left as a number.
  for (const match of reader.rest.matchAll(PORT)) {
    const digits = /\d+/.exec(match[0])?.[0] ?? '';
    const start = match.index + match[0].indexOf(digits);
    blank(reader, match.index, start);
    blank(reader, start + digits.length, match.index + match[0].length);
  }
  for (const match of reader.rest.matchAll(ID)) {
    const digits = match[0].replace(/\D/g, '').length;
    if (NAME.test(match[0]) || /^\d+(?:-\p{L}+)+$/u.test(match[0])) continue;
    const end = match.index + match[0].length;
    if (digits < 2 && match[0].length < 8) blank(reader, match.index, end);
    else take(reader, 'id', match.index, end);
  }
}

/** What a number stands behind as its name, and is no claim: `step 3`, `version 2`, `Alert 2`. */
const NUMBERED =
  /\b(?:query|step|hypothes[ie]s|revision|version|section|table|figure|phase|tier|level|alert|case|part|stage|wave|round|option|scenario|appendix|question)\s+$/i;
/** Products with a number in their name. */
const PRODUCT = /\b(?:Microsoft|Office|Windows(?: Server)?|Dynamics|SharePoint|Exchange(?: Server)?)\s$/;
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\\p{Ll}*';
/** `6, 9, 12 and 15 November`: days of a list whose month stands at its end. */
const DAY_OF_LIST = new RegExp(`^(?:,\\s*\\d{1,2})*,?\\s+(?:and|or|to)\\s+\\d{1,2}\\s+${MONTH}\\b`, 'u');
/** Between a number with its measure and what says that it is the time between two events. */
const STEP = /^(?:[ -]\p{L}+)?\s+(?:later|after|afterwards|before|earlier|apart|on)\b/iu;

function takeNumbers(reader: Reader): void {
  const { block } = reader;
  if (ADVICE.test(block.section) && !LESSONS.test(block.section)) return;
  for (const { start, end, value, measure } of readSpans(reader.rest)) {
    const nearness = nearnessOf(reader.rest.slice(0, start), reader.rest.slice(end));
    const isStep = STEP.test(reader.rest.slice(end));
    take(reader, 'number', start, end, {
      number: value,
      decimals: 0,
      measure,
      isStep,
      ...(nearness ? { nearness } : {}),
    });
  }
  for (const found of numbersOf(reader.rest)) takeNumber(reader, found);
}

const SCALES: Record<string, number> = { thousand: 1e3, million: 1e6, billion: 1e9 };

function takeNumber(reader: Reader, { start, end, value, isWord, isRough }: FoundNumber): void {
  const { block, plain, rest } = reader;
  const offset = plain.map[start] ?? 0;
  const [before, after] = [rest.slice(0, start), rest.slice(end)];
  if (ADVICE.test(block.section) && !isLesson(block, offset)) return;
  if (isWord && (!isCitedAt(block, offset) || OF_THE_WORK.test(after))) return;
  // `the first of the two sources` counts what is told, and finds nothing.
  if (
    isWord &&
    /\b(?:first|second|last|latter|former|other|one|each|either|neither|both) of (?:the|these|those)\s+$/i.test(before)
  )
    return;
  if (QUESTIONS.test(after) || /\bone in\s+$/i.test(before)) return; // a fraction is the rule's for totals
  if (block.kind === 'item' && /^\s*$/.test(before) && /^[.)]\s/.test(after)) return;
  if (PRODUCT.test(before) || (/^\d{1,2}$/.test(value) && DAY_OF_LIST.test(block.text.slice(plain.map[end] ?? 0))))
    return;
  if (NUMBERED.test(before) || isJudgement(block, offset) || isNegated(rest, start, end)) return;
  // Too long to be counted: the name of an account, a session, an epoch.
  if (/^\d{9,}$/.test(rest.slice(start, end))) {
    take(reader, 'id', start, end);
    return;
  }
  // `13 and a half hours`
  const half = isWord ? null : /^ and a half\b/.exec(after);
  const scale = isWord ? null : /^\s?(thousand|million|billion)\b/i.exec(after);
  const measure = (MEASURE.exec(after.slice((half ?? scale)?.[0].length ?? 0)) ??
    UP_TO.exec(after))?.[1]?.toLowerCase();
  const nearness = nearnessOf(before, after) ?? (isRough ? 'roughly' : scale ? 'about' : null);
  take(reader, 'number', start, end, {
    ...(nearness ? { nearness } : {}),
    number: Math.round(1e6 * (Number(value) + (half ? 0.5 : 0)) * (SCALES[scale?.[1]?.toLowerCase() ?? ''] ?? 1)) / 1e6,
    decimals: isWord || scale ? 0 : (value.split('.')[1]?.length ?? 0),
    ...(measure ? { measure, isStep: STEP.test(after) } : {}),
  });
}

/** What Lessons Learned tell of the case: with a citation, and no advice in the clause. */
export const LESSONS = /^lessons/i;
const HYPOTHETICAL =
  /^\W*(?:keep|collect|connect|enable|require|limit|deny|add|ask|group|tune|let|set|log|give|make|close|look)\b|\b(?:would|could|should|might|may|must|need\w*|if|unless|say|for example|e\.g\.|at least|more than|instead|better|consider\w*|recommend\w*|alert(?:s|ing)? (?:on|when|only)|(?:alert|page|notify|act|react|respond|answer)\w* \w* ?within)\b/i;
export function isLesson(block: Block, offset: number): boolean {
  if (!LESSONS.test(block.section) || !isCitedAt(block, offset)) return false;
  const { start, end } = sentenceAt(block, offset);
  const parts = block.text.slice(start, end).split(/(?<=[;:])\s/);
  let at = start;
  const part = parts.find((text) => {
    at += text.length + 1;
    return offset < at;
  });
  return part !== undefined && !HYPOTHETICAL.test(part);
}

function isCitedAt(block: Block, offset: number): boolean {
  const { start, end } = sentenceAt(block, offset);
  return (
    findCitations(block.text.slice(start, end)).length > 0 || (block.kind !== 'paragraph' && block.cited.length > 0)
  );
}

function isJudgement(block: Block, offset: number): boolean {
  const cell = block.cells.findIndex(({ start, end }) => offset >= start && offset < end);
  if (cell >= 0 && JUDGEMENT_COLUMN.test(block.head[cell] ?? '')) return true;
  const { start, end } = sentenceAt(block, offset);
  const sentence = block.text.slice(start, end);
  return block.kind !== 'row' && findCitations(sentence).length === 0 && JUDGEMENT.test(sentence);
}

type FoundNumber = { start: number; end: number; value: string; isWord: boolean; isRough: boolean };

/** Numbers of a text in digits, and behind them those in words. */
function numbersOf(text: string): FoundNumber[] {
  const digits = [...text.matchAll(NUMBER)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    value: match[0].replace(/[,’ \u202f]/g, ''),
    isWord: false,
    isRough: false,
  }));
  const words = numberWordsIn(text).map((word) => ({ ...word, value: String(word.value), isWord: true }));
  return [...digits, ...words];
}

const PORT_WORD = /\b(?:ports?|tcp|udp)[ /:]+[*_`]*$/i;
/** What reports write around a port that they name without the word: `HTTPS (443)`, `22 from anywhere`. */
const BEFORE_PORT = /\b(?:on|for|over|opened|https?|ssh|rdp|smb)[ (:]+[*_`]*$/i;
const AFTER_PORT = /^[*_`]*\s+(?:from|to|open)\b/i;
const PORTS = [
  20, 21, 22, 23, 25, 53, 80, 88, 110, 135, 139, 389, 443, 445, 636, 1433, 3306, 3389, 5432, 5985, 8080, 8443,
];

/** Whether a number may be that of a port: it counts nothing then. */
export function isPortLike({ text }: Block, { number = 0, start, end, value }: Claim): boolean {
  const before = text.slice(Math.max(0, start - 14), start);
  if (PORT_WORD.test(before)) return true;
  return (
    PORTS.includes(number) &&
    /^\d/.test(value) &&
    (BEFORE_PORT.test(before) || AFTER_PORT.test(text.slice(end, end + 12)))
  );
}

/** Where a claim stands in the report. */
export function placeOf(block: Block, claim: { start: number; end: number }) {
  const { line, column } = placeIn(block, claim.start);
  return { line, column, endColumn: column + claim.end - claim.start };
}

/** A text without escapes and safety marks, and for each of its characters (and its end) the offset it had. */
export function plainText(text: string): { text: string; map: number[] } {
  const marks: [RegExp, string | ((mark: string) => string)][] = [
    [/\\?\[:\/\/\\?\]/y, '://'],
    [/\\?\[(?:\.|dot)\\?\]|\{\.\}|\(dot\)/iy, '.'],
    [/\\?\[(?:@|at)\\?\]/iy, '@'],
    [/\\?\[:\\?\]/y, ':'],
    [/(?<![a-z])hxxp(?=s?(?::\/\/|\\?\[:))/iy, 'http'],
  ];
  let out = '';
  const map: number[] = [];
  let code = false;
  for (let at = 0; at < text.length; ) {
    let [taken, put] = [1, text[at] ?? ''];
    if (put === '`') code = !code;
    for (const [mark, plain] of marks) {
      mark.lastIndex = at;
      const found = mark.exec(text);
      if (found) {
        [taken, put] = [found[0].length, plain as string];
        break;
      }
    }
    if (taken === 1 && put === '\\' && !code && /[!-/:-@[-`{-~]/.test(text[at + 1] ?? '')) {
      [taken, put] = [2, text[at + 1] ?? ''];
    }
    for (const character of put.split('')) {
      out += character;
      map.push(at);
    }
    at += taken;
  }
  map.push(text.length);
  return { text: out, map };
}
