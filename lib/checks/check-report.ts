import { checkReceipts } from './citations';
import { Proof, type Receipt } from './evidence-index';
import type { CheckFinding } from './finding';
import { checkBenign, checkCitations, checkDefanged, checkForm, checkTimeline } from './structure';
import { checkTechniques } from './techniques';
import { checkTotals } from './totals';
import { readUnits } from './units';

/** Far above any report that people read. */
const MAX_CHARACTERS = 1_000_000;
const MAX_FINDINGS = 500;

/**
 * Holds a report against its evidence: what is said and can't be shown, in the order of the text. Pure; no database, no server.
 * `known` is text that may be repeated without a receipt (the case's own alerts).
 */
export function checkReport(markdown: string, receipts: (Receipt | Proof)[], known = ''): CheckFinding[] {
  const text = markdown.slice(0, MAX_CHARACTERS);
  const units = readUnits(text);
  const proofs = new Map(
    receipts
      .map((item) => (item instanceof Proof ? item : new Proof(item)))
      .map((proof) => [proof.receipt.number, proof]),
  );
  const all = [...proofs.values()];
  const front = text.slice(0, text.length - unitsStart(text));
  const findings = [
    ...checkForm(text, units),
    ...checkTechniques(text, units),
    ...checkTimeline(text, units, all),
    ...checkCitations(units, proofs),
    ...checkReceipts(units, proofs, knownText(`${front}\n${known}`)),
    ...checkTotals(units),
    ...checkDefanged(units),
    ...checkBenign(text, all),
  ];
  return findings.sort((a, b) => a.line - b.line || a.column - b.column).slice(0, MAX_FINDINGS);
}

function unitsStart(markdown: string): number {
  const end = /^\uFEFF?---[ \t]*\r?\n[\s\S]*?\r?\n---[ \t]*(?:\r?\n|$)/.exec(markdown)?.[0].length ?? 0;
  return markdown.length - end;
}

/** Text of the case itself, looked things up in like a receipt. */
function knownText(text: string): Proof {
  return new Proof({
    number: 0,
    server: '',
    tool: '',
    args: null,
    status: 'ok',
    rows: null,
    durationMs: 0,
    truncated: false,
    timeFrom: null,
    timeTo: null,
    text,
    structured: null,
  });
}
