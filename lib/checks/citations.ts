import { ADVICE, type Claim, claimsOf, placeOf, plainText } from './claims';
import { type Proof, squash } from './evidence-index';
import type { CheckFinding } from './finding';
import { type Anchor, isComputable, isTimeThere, type NumberContext } from './numbers';
import { sharesInTables } from './totals';
import { citationsIn, sentenceAt, type Unit } from './units';
import { isRounded } from './wording';

/**
 * Each number, time, indicator and id of the prose against the evidence that its sentence cites, or its paragraph, or the
 * paragraph that leads to its list or table. One without any is looked for in all evidence.
 */
export function checkReceipts(units: Unit[], proofs: Map<number, Proof>, known: Proof): CheckFinding[] {
  const findings: CheckFinding[] = [];
  const all = [...proofs.values()];
  const shares = sharesInTables(units);
  for (const unit of units) {
    const claims = claimsOf(unit);
    for (const claim of claims) {
      // A share of the table's own column is arithmetic.
      if (claim.kind === 'number' && shares.get(unit)?.start === claim.start) continue;
      const { start, end } = sentenceAt(unit, claim.start);
      const sentence = unit.text.slice(start, end);
      const { next, near: inSentence } = citationsNear(sentence, claim.start - start);
      const numbers = inSentence.length > 0 ? inSentence : unit.cited;
      const proofsOf = (of: number[]) => of.flatMap((number) => proofs.get(number) ?? []);
      const cited = proofsOf(numbers);
      const across = proofsOf(citationsIn(sentence));
      const first = next.length < inSentence.length ? proofsOf(next) : [];
      const near = claims.filter((other) => other.start >= start && other.start < end);
      const problem = problemOf(claim, { unit, sentence, near, first, cited, across, numbers, all, known });
      if (problem) findings.push({ rule: 'receipt', ...problem, ...placeOf(unit, claim) });
    }
  }
  return findings;
}

/**
 * The citations that a claim of a sentence leans on: the next ones after it, and the last ones before it. A long sentence with
 * many of them says something else from each.
 */
function citationsNear(sentence: string, at: number): { next: number[]; near: number[] } {
  const groups = [...sentence.matchAll(/\[E\d{1,6}\](?:[\s,;]*\[E\d{1,6}\])*/g)];
  const next = groups.find((group) => group.index >= at);
  const before = groups.findLast((group) => group.index < at);
  return { next: citationsIn(next?.[0] ?? ''), near: citationsIn(`${next?.[0] ?? ''}${before?.[0] ?? ''}`) };
}

type Around = {
  unit: Unit;
  sentence: string;
  near: Claim[];
  /** Of the receipts cited around it, those of the next citation, when there are others. */
  first: Proof[];
  cited: Proof[];
  across: Proof[];
  numbers: number[];
  all: Proof[];
  known: Proof;
};

function problemOf(claim: Claim, around: Around): Pick<CheckFinding, 'severity' | 'message'> | null {
  const { cited, numbers, all, known } = around;
  if (claim.kind === 'technique' || isArithmetic(claim, around) || isQuoted(claim, around)) return null;
  // Words in code type are words; a name has no blanks, a value has digits.
  if (claim.kind === 'quote' && !/\d/.test(claim.value) && /\s/.test(claim.value)) return null;
  // The receipts it cites don't exist: said once, at the citation.
  if (numbers.length > 0 && cited.length === 0) return null;
  const said = claim.value.length > 80 ? `${claim.value.slice(0, 80)}…` : claim.value;
  const names = numbers.map((number) => `E${number}`).join(', ');
  if (cited.length > 0) {
    if (isProven(claim, cited, around) || (around.first.length > 0 && isProven(claim, around.first, around)))
      return null;
    if (claim.kind !== 'number' && (around.unit.own === false || claim.kind === 'quote') && isKnown(claim, known))
      return null;
    const part = cited.find((proof) => proof.receipt.cut || proof.receipt.truncated);
    const elsewhere =
      claim.kind === 'number' ? undefined : all.find((proof) => !cited.includes(proof) && holds(claim, proof));
    return {
      severity: claim.kind === 'quote' && !/\d/.test(claim.value) ? 'warning' : 'error',
      message: `${said} is not in ${names}${claim.kind === 'number' ? ' and can’t be computed from it' : ''}.${
        elsewhere ? ` It is in E${elsewhere.receipt.number}: cite that.` : ''
      }${part ? ` E${part.receipt.number} was cut short, so it proves nothing about what it left out.` : ''}`,
    };
  }
  if (isKnown(claim, known)) return null;
  if (claim.kind === 'quote' && !/\d/.test(claim.value)) return null;
  if (claim.kind === 'number' ? isProven(claim, all, around) : all.some((proof) => holds(claim, proof))) {
    const quiet =
      around.unit.kind === 'heading' ||
      claim.kind === 'quote' ||
      claim.kind === 'id' ||
      ADVICE.test(around.unit.section);
    return quiet ? null : { severity: 'warning', message: `${said} is in the evidence, but no receipt is cited here.` };
  }
  return { severity: 'error', message: `${said} has no receipt: nothing is cited, and no evidence has it.` };
}

/** A number within words of the case itself, such as an alert's title: it stands there after the same two words. */
function isQuoted(claim: Claim, { unit, known, cited }: Around): boolean {
  if (claim.kind !== 'number') return false;
  const before = /(?:\p{L}[\p{L}\p{N}-]*\s+){2}$/u.exec(plainText(unit.text.slice(0, claim.start)).text)?.[0];
  if (before === undefined) return false;
  return known.has(before + claim.value) || cited.some((proof) => proof.has(before + claim.value));
}

const holds = (claim: Claim, proof: Proof): boolean => {
  if (claim.time) return proof.hasTime(claim.time);
  if (claim.range) return proof.hasAddressIn(claim.range);
  // The right to call something is named after it: `ec2:GetPasswordData`.
  const action =
    claim.kind === 'quote' || claim.kind === 'id' ? /^[a-z0-9-]+:([A-Z]\w+)$/.exec(claim.value)?.[1] : undefined;
  return proof.has(claim.value) || (action !== undefined && proof.has(action));
};

const isKnown = (claim: Claim, known: Proof): boolean =>
  claim.kind === 'number' ? false : claim.time ? known.hasTime(claim.time) : known.has(claim.value);

function isProven(claim: Claim, proofs: Proof[], around: Around): boolean {
  if (claim.time) {
    const { anchors, ...context } = contextOf(claim, proofs, around);
    return isTimeThere(claim.time, { ...context, anchors: anchors.filter((anchor) => 'value' in anchor) });
  }
  if (claim.kind !== 'number') return proofs.some((proof) => holds(claim, proof));
  return isComputable(claim, contextOf(claim, proofs, around));
}

function contextOf(claim: Claim, proofs: Proof[], { unit, sentence, near, across }: Around): NumberContext {
  // A term of a sum is about a part of what the row is about: the row's times say nothing of it.
  const isTerm =
    /^\s*[+)]|^\s*[=]/.test(unit.text.slice(claim.end)) || /[+=(]\s*$/.test(unit.text.slice(0, claim.start));
  const anchors = near.flatMap((other): Anchor[] => {
    if (other === claim || other.kind === 'number' || other.kind === 'technique') return [];
    if (other.time) return isTerm || unit.kind !== 'row' ? [] : [{ time: other.time }];
    const next = isNext(unit.text.slice(claim.end, other.start), claim, other);
    return [{ value: other.value, next, range: other.range }];
  });
  // A year names the rows of that year.
  for (const other of near) {
    if (other !== claim && other.kind === 'number' && /^(?:19|20)\d\d$/.test(other.value) && !other.measure)
      anchors.push({ value: other.value, next: false });
  }
  const words = new Set(
    plainText(sentence)
      .text.toLowerCase()
      .match(/[\p{L}_]+/gu) ?? [],
  );
  const ofRows =
    /\brows?\b[^.\d]{0,16}[:=]\s*$/i.test(unit.text.slice(0, claim.start)) ||
    /^ rows?\b/i.test(unit.text.slice(claim.end));
  const others = near.flatMap((other) => (other !== claim && other.number !== undefined ? [other.number] : []));
  const ofWhole = /\b(?:of|out of|among)\s+(?:(?:the|all|its|his|her|their|these|those|\S+['’]s)\s+){0,2}$/i.test(
    unit.text.slice(0, claim.start),
  );
  const phrases = phrasesIn(sentence);
  return { proofs, anchors, words, oneThing: unit.kind === 'row', ofRows, ofWhole, others, across, phrases };
}

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
function isArithmetic(claim: Claim, { unit, near }: Around): boolean {
  if (claim.kind !== 'number') return false;
  const after = unit.text.slice(claim.end, claim.end + 200);
  const before = unit.text.slice(Math.max(0, claim.start - 200), claim.start);
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
    (/^\s*(?:%|percent)/.test(after) && /^\s*(?:%|percent)[^.(]{0,120}\(\s*\d[\d,]*\s+of\s+(?:the\s+)?\d/.test(after))
  );
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
