import { ADVICE, type Claim, claimsOf, placeOf, plainText } from './check-claims';
import type { CheckFinding } from './check-finding';
import { type Anchor, isComputable, isTimeThere, type NumberContext } from './check-numbers';
import type { Proof } from './check-proof';
import { citationsIn, sentenceAt, type Unit } from './check-units';

/**
 * Each number, time, indicator and id of the prose against the evidence that its sentence cites, or its paragraph, or the
 * paragraph that leads to its list or table. One without any is looked for in all evidence.
 */
export function checkReceipts(units: Unit[], proofs: Map<number, Proof>, known: Proof): CheckFinding[] {
  const findings: CheckFinding[] = [];
  const all = [...proofs.values()];
  for (const unit of units) {
    const claims = claimsOf(unit);
    for (const claim of claims) {
      const { start, end } = sentenceAt(unit, claim.start);
      const sentence = unit.text.slice(start, end);
      const inSentence = citationsIn(sentence);
      const numbers = inSentence.length > 0 ? inSentence : unit.cited;
      const cited = numbers.flatMap((number) => proofs.get(number) ?? []);
      const near = claims.filter((other) => other.start >= start && other.start < end);
      const problem = problemOf(claim, { unit, sentence, near, cited, numbers, all, known });
      if (problem) findings.push({ rule: 'receipt', ...problem, ...placeOf(unit, claim) });
    }
  }
  return findings;
}

type Around = {
  unit: Unit;
  sentence: string;
  near: Claim[];
  cited: Proof[];
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
    if (isProven(claim, cited, around)) return null;
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
function isQuoted(claim: Claim, { unit, known }: Around): boolean {
  if (claim.kind !== 'number') return false;
  const before = /(?:\p{L}[\p{L}\p{N}-]*\s+){2}$/u.exec(plainText(unit.text.slice(0, claim.start)).text)?.[0];
  return before !== undefined && known.has(before + claim.value);
}

const holds = (claim: Claim, proof: Proof): boolean =>
  claim.time ? proof.hasTime(claim.time) : proof.has(claim.value);

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

function contextOf(claim: Claim, proofs: Proof[], { unit, sentence, near }: Around): NumberContext {
  // A term of a sum is about a part of what the row is about: the row's times say nothing of it.
  const isTerm =
    /^\s*[+)]|^\s*[=]/.test(unit.text.slice(claim.end)) || /[+=(]\s*$/.test(unit.text.slice(0, claim.start));
  const anchors = near.flatMap((other): Anchor[] => {
    if (other === claim || other.kind === 'number' || other.kind === 'technique') return [];
    if (other.time) return isTerm || unit.kind !== 'row' ? [] : [{ time: other.time }];
    return [{ value: other.value, next: isNext(unit.text.slice(claim.end, other.start), claim, other) }];
  });
  const words = new Set(sentence.toLowerCase().match(/[\p{L}_]+/gu) ?? []);
  const ofRows =
    /\brows?\b[^.\d]{0,16}[:=]\s*$/i.test(unit.text.slice(0, claim.start)) ||
    /^ rows?\b/i.test(unit.text.slice(claim.end));
  return { proofs, anchors, words, oneThing: unit.kind === 'row', ofRows };
}

/** `29 denied \`GetPasswordData\``: at most two words between the number and what it counts. */
const isNext = (between: string, claim: Claim, other: Claim): boolean =>
  other.start >= claim.end && /^\s*(?:[\p{L}-]+\s+){0,2}`?$/u.test(between);

/** The total of a sum that is written out (its terms are claims, the total is arithmetic, checked elsewhere). */
function isArithmetic(claim: Claim, { unit }: Around): boolean {
  if (claim.kind !== 'number') return false;
  const after = unit.text.slice(claim.end, claim.end + 200);
  const before = unit.text.slice(Math.max(0, claim.start - 200), claim.start);
  return (
    /^\s*\(?=\s*-?\d[\d,.]*(?:\s*[+−-]\s*\d[\d,.]*)+/.test(after) ||
    /\d[\d,.]*(?:\s*[+−-]\s*\d[\d,.]*)+\s*=\s*$/.test(before) ||
    (/^\s*(?:%|percent)/.test(after) && /^\s*(?:%|percent)[^.(]{0,120}\(\s*\d[\d,]*\s+of\s+(?:the\s+)?\d/.test(after))
  );
}
