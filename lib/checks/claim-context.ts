import type { Block } from './blocks';
import { type Claim, plainText } from './claims';
import { type EvidenceIndex, numberOf, squash } from './evidence-index';
import { isRounded } from './nearness';
import type { Anchor, NumberContext } from './row-sets';
import { isSizeMeasure } from './sizes';

/** What is around a claim: its block and sentence, the claims beside it, and all that the sentence cites. */
export type Around = { block: Block; sentence: string; near: Claim[]; across: EvidenceIndex[] };

/** What says which rows of the records a claim is about. */
export function contextOf(
  claim: Claim,
  records: EvidenceIndex[],
  { block, sentence, near, across }: Around,
): NumberContext {
  // A term of a sum is about a part of what the row is about: the row's times say nothing of it.
  const isTerm =
    /^\s*[+)]|^\s*[=]/.test(block.text.slice(claim.end, claim.end + 20)) ||
    /[+=(]\s*$/.test(block.text.slice(Math.max(0, claim.start - 20), claim.start));
  const anchors = near.flatMap((other): Anchor[] => {
    if (other === claim || other.kind === 'number' || other.kind === 'technique') return [];
    if (other.time) return isTerm || block.kind !== 'row' ? [] : [{ time: other.time }];
    const next = isNext(block.text.slice(claim.end, other.start), claim, other);
    return [{ value: other.value, next, range: other.range }];
  });
  // Whose number it is, where that is no claim of its own: `farid.dahl had 11 failures`.
  const owner =
    claim.kind === 'number' ? OWNER.exec(block.text.slice(Math.max(0, claim.start - 60), claim.start))?.[1] : undefined;
  if (owner && records.some((record) => record.hasName(owner))) anchors.push({ value: owner, next: false });
  // A year names the rows of that year.
  for (const other of near) {
    if (other !== claim && other.kind === 'number' && /^(?:19|20)\d\d$/.test(other.value) && !other.measure)
      anchors.push({ value: other.value, next: false });
  }
  const words = new Set(
    plainText(`${headOf(block, claim)} ${sentence}`)
      .text.toLowerCase()
      .match(/[\p{L}_]+/gu) ?? [],
  );
  const rowCount =
    /(?<!\d\s{0,3})\brows?\b[^.\d]{0,16}[:=]\s*$/i.test(block.text.slice(Math.max(0, claim.start - 40), claim.start)) ||
    // Also as one of several: "14, 3 and 12 rows".
    /^(?:(?:,| and) \d{1,9}){0,9} rows?\b/i.test(block.text.slice(claim.end, claim.end + 120));
  const others = near.flatMap((other) => (other !== claim && other.number !== undefined ? [other.number] : []));
  const share = /\b(?:of|out of|among)\s+(?:(?:the|all|its|his|her|their|these|those|\S+['’]s)\s+){0,2}$/i.test(
    block.text.slice(Math.max(0, claim.start - 80), claim.start),
  );
  const phrases = phrasesIn(sentence);
  const after = nounsAfter(block, claim);
  return {
    records,
    anchors,
    words,
    singleSubject: block.kind === 'row',
    rowCount,
    rowColumn: /^rows?$/i.test(headOf(block, claim).trim()),
    share,
    others,
    across,
    phrases,
    after,
  };
}

/** The words right after a number, in lower case, up to three: what it counts is one of them. A preposition ends them. */
export function nounsAfter({ text }: Block, { end }: Claim): string[] {
  const words = (/^(?:[ -]\p{L}[\p{L}_-]*){1,3}/u.exec(text.slice(end, end + 60))?.[0] ?? '')
    .toLowerCase()
    .split(/[ -]/);
  const last = words.findIndex((word) => ENDS.test(word));
  return words.slice(0, last < 0 ? words.length : last).filter((word) => word.length > 3);
}

const ENDS =
  /^(?:on|of|in|from|by|to|at|with|for|and|or|but|per|as|than|before|after|until|since|while|was|were|is|are|had|has)$/;

/** What the column of a claim is called: `Successes`. */
const headOf = ({ cells, head }: Block, { start }: Claim): string =>
  head[cells.findIndex((cell) => start >= cell.start && start < cell.end)] ?? '';

/** An account's name of two words, right before what its number is said with. */
const OWNER =
  /(?<![\p{L}\p{N}_./:@-])(\p{Ll}{2,}[._]\p{Ll}{2,})[`*_]*\s+(?:had|has|made|with|is second with|caused|sent|got|read)\s+(?:\p{L}+\s+)?$/u;

/** Services as people call them, where logs have an abbreviation. */
const ALSO: Record<string, string> = {
  systemsmanager: 'ssm.amazonaws',
  sessionmanager: 'ssm.amazonaws',
  securitytokenservice: 'sts.amazonaws',
  keymanagementservice: 'kms.amazonaws',
  identityandaccessmanagement: 'iam.amazonaws',
};

/** Names in a sentence that are written as words, squashed as evidence is: capitals after one another, or within a word. */
function phrasesIn(sentence: string): string[] {
  const bare = sentence.replace(/`[^`]*`/g, ' ');
  const names = bare.match(/\b\p{Lu}[\p{L}\d]+(?:\s\p{Lu}[\p{L}\d]+)+\b|\b\p{Lu}\p{Ll}+\p{Lu}[\p{L}\d]+\b/gu) ?? [];
  return names.map((name) => squash(name)).flatMap((name) => [name, ALSO[name] ?? []].flat());
}

/** `29 denied \`GetPasswordData\``: at most two words between the number and what it counts. */
const isNext = (between: string, claim: Claim, other: Claim): boolean =>
  other.start >= claim.end && /^\s*(?:(?!(?:and|or|but|while)\b)[\p{L}-]+\s+){0,2}`?$/u.test(between);

/** The total of a sum that is written out (its terms are claims, the total is arithmetic, checked elsewhere). */
export function isArithmetic(claim: Claim, { block, near }: Around): boolean {
  if (claim.kind !== 'number') return false;
  const after = block.text.slice(claim.end, claim.end + 200);
  const before = block.text.slice(Math.max(0, claim.start - 200), claim.start);
  // "Five calls, 1 + 4 = 5": the total said in words before its sum.
  if (
    /^\p{L}/u.test(claim.value) &&
    new RegExp(`\\+\\s*\\d[\\d,.]*\\s*=\\s*${claim.number}(?![\\d,.]*\\d)`).test(after)
  )
    return true;
  return (
    /^\s*\(?=\s*-?\d[\d,.]*(?:\s*[+−-]\s*\d[\d,.]*)+/.test(after) ||
    /\d[\d,.]*(?:\s*[+−-]\s*\d[\d,.]*)+\s*=\s*$/.test(before) ||
    isShareOf(claim, near) ||
    isSizeOfAll(claim, near) ||
    isProduct(claim, after) ||
    (/^\s*(?:%|percent)/.test(after) && /^\s*(?:%|percent)[^.(]{0,120}\(\s*\d[\d,]*\s+of\s+(?:the\s+)?\d/.test(after))
  );
}

/** `Three: the password, the account, and the crontab`: a number of what is listed right after it. */
export function isOfList({ text }: Block, { number = 0, start, end, kind }: Claim): boolean {
  if (kind !== 'number' || number < 2 || number > 12) return false;
  if (!/(?:^|[.:*_)]\s*)$/.test(text.slice(Math.max(0, start - 3), start))) return false;
  const list = /^(?:\s\p{L}+){0,4}:\s+([^.;]{4,600})/u.exec(text.slice(end, end + 660))?.[1];
  const items = list?.split(/,\s+(?:and\s+)?|\s+and\s+/).filter((item) => item.trim() !== '').length ?? 0;
  return items >= number && (items === number || (list?.match(/\s+and\s+/g)?.length ?? 0) > 1);
}

/** A size that the other sizes of its sentence add up to: `11.9 GB in all: 4.6 GB, 4.0 GB and 3.3 GB`. Each of those is rounded. */
function isSizeOfAll(claim: Claim, near: Claim[]): boolean {
  const { measure = '', decimals = 0, number = 0 } = claim;
  if (!isSizeMeasure(measure)) return false;
  const parts = near.flatMap((other) =>
    other !== claim && other.measure === measure && other.number !== undefined ? [other.number] : [],
  );
  const sum = parts.reduce((all, part) => all + part, 0);
  return parts.length > 1 && Math.abs(sum - number) <= ((parts.length + 1) * 10 ** -decimals) / 2 + 1e-9;
}

const PRODUCT = /^[^.(]{0,60}\(\s*(\d[\d.,]*)\s*[×x*]\s*(\d[\d.,]*)\s*([kmgt]i?b)?\s*\)/i;

/** A number whose factors stand right behind it: `2.5 GB of files (5 × 500 MB)`. Those are claims of their own. */
function isProduct({ number = 0, decimals = 0, measure = '' }: Claim, after: string): boolean {
  const [, times = '', each = '', unit = measure] = PRODUCT.exec(after) ?? [];
  const power = (of: string): number => 1000 ** ('kmgt'.indexOf(of[0]?.toLowerCase() ?? '') + 1);
  if (times === '' || isSizeMeasure(measure) !== isSizeMeasure(unit.toLowerCase())) return false;
  const factors = [times, each].map((text) => Number(text.replaceAll(',', '')));
  const product = factors.reduce((all, factor) => all * factor, power(unit) / power(measure));
  return isRounded(product, number, decimals);
}

/** A share of two numbers that stand before it in its sentence: `8 of 17, 47 %`. Those are claims of their own. */
function isShareOf({ start, number = 0, decimals = 0, measure = '' }: Claim, near: Claim[]): boolean {
  if (measure !== '%' && !measure.startsWith('per')) return false;
  const before = near.flatMap((other) =>
    other.kind === 'number' && other.start < start && !other.measure && other.number !== undefined
      ? [other.number]
      : [],
  );
  const last = before.slice(-2);
  const [part, whole] = [Math.min(...last), Math.max(...last)];
  return last.length === 2 && whole > 0 && isRounded((100 * part) / whole, number, decimals);
}

/** `18 times as often`: about one number of a column by another. */
export function isTimesAs(claim: Claim, block: Block, cited: EvidenceIndex[]): boolean {
  const { number = 0, nearness, start, end } = claim;
  const after = block.text.slice(end, end + 40);
  if (!/^\s+times\s+(?:as|more|less|fewer|his|her|its|their|the|that|what)\b/i.test(after) || number < 2 || start < 0)
    return false;
  const isRatio = (ratio: number) =>
    nearness === 'over' || nearness === 'least' ? ratio >= number : Math.abs(ratio - number) <= 0.15 * number;
  return cited.some((record) =>
    record.tables().some(({ columns, rows }) =>
      columns.some((_, at) => {
        const numbers = rows.slice(0, 60).flatMap(({ cells }) => numberOf(cells[at]) ?? []);
        return numbers.some((a) => numbers.some((b) => b > 0 && a > b && isRatio(a / b)));
      }),
    ),
  );
}

/** `nine were never copied by anybody else`, `21 pushes, 20 of them usual`: a part that no rows have, but for what the text says of it. */
export function isUntold({ kind, start, end, number = 0 }: Claim, { text }: Block, { near }: Around): boolean {
  if (kind !== 'number') return false;
  const after = text.slice(end, end + 40);
  if (/^\s+(?:\p{L}+\s+)?(?:were|was|have|had|has)\s+(?:never|not)\b/iu.test(after)) return true;
  const whole = near.findLast((other) => other.number !== undefined && other.end <= start);
  return /^\s+of (?:them|these|those|which)\b/i.test(after) && whole !== undefined && (whole.number ?? 0) >= number;
}
