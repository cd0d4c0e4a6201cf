import { defang } from '../alerts/fang';
import { asksSource, namesSource } from '../evidence/source-calls';
import { parseReport } from '../report/report';
import { CLASSIFICATIONS } from '../report/schema';
import { claimsOf, placeOf } from './claims';
import type { Proof } from './evidence-index';
import type { CheckFinding } from './finding';
import { mendings } from './readiness';
import { citationsIn, placeIn, type Unit } from './units';

/** Sections and front matter are there, and the summary says what the front matter says. */
export function checkForm(markdown: string, units: Unit[]): CheckFinding[] {
  const { frontMatter } = parseReport(markdown);
  const lines = markdown.split('\n');
  const findings = mendings(markdown).map(({ message, line }): CheckFinding => {
    const rule = message.includes('section') ? 'sections' : 'front-matter';
    return { rule, severity: 'error', line, column: 1, endColumn: (lines[line - 1]?.length ?? 0) + 1, message };
  });
  if (!frontMatter) return findings;
  if (frontMatter.confidence === null) {
    const line = lines.findIndex((text) => text.startsWith('confidence:')) + 1 || 1;
    const message = 'Set the confidence in the front matter: 0 to 100.';
    findings.push({
      rule: 'front-matter',
      severity: 'error',
      line,
      column: 1,
      endColumn: (lines[line - 1]?.length ?? 0) + 1,
      message,
    });
  }
  const summary = units.filter(({ section, kind }) => section === 'Executive Summary' && kind !== 'heading');
  const differ = (pattern: RegExp, right: string | number | null) => {
    for (const unit of summary) {
      const match = pattern.exec(unit.text);
      const said = match?.[1];
      if (!match || said === undefined) continue;
      if (right !== null && said.toUpperCase() !== String(right)) {
        const start = match.index + match[0].lastIndexOf(said);
        const place = placeOf(unit, { start, end: start + said.length });
        const at = {
          startLine: place.line,
          startColumn: place.column,
          endLine: place.line,
          endColumn: place.endColumn,
        };
        const message = `The summary says ${said}, the front matter ${right}.`;
        findings.push({
          rule: 'summary',
          severity: 'error',
          ...place,
          message,
          fix: { label: `Write ${right}`, ...at, text: String(right) },
        });
      }
      return;
    }
  };
  differ(VERDICT, frontMatter.classification);
  differ(/confidence(?: level| score)?(?: of| is| was|:)?\s*\*{0,2}\s*(\d{1,3})(?!\d|\.\d)/i, frontMatter.confidence);
  return findings;
}

const WORD = `(${CLASSIFICATIONS.join('|')})`;
/** Where a summary states its verdict: in bold, after a label, or as what the case is. */
const VERDICT = new RegExp(
  `\\*\\*${WORD}\\*\\*|(?:classification|verdict|assessment|conclusion|classified as|assessed as|judged|rated)\\W{1,6}${WORD}\\b`,
  'i',
);

/** The timeline's rows are in order and within the time that the evidence covers. */
export function checkTimeline(markdown: string, units: Unit[], proofs: Proof[]): CheckFinding[] {
  const rows = units.filter(({ section, kind }) => section === 'Timeline' && (kind === 'row' || kind === 'item'));
  const timed = rows.flatMap((unit) => {
    const [claim] = claimsOf(unit).filter(({ kind, time }) => kind === 'time' && time && !time.timeOfDay);
    return claim?.time ? [{ unit, claim, from: claim.time.from, line: placeIn(unit, 0).line }] : [];
  });
  const findings: CheckFinding[] = [];
  const late = timed.find(
    ({ from, unit }, index) =>
      index > 0 && timed[index - 1]?.unit.head === unit.head && from < (timed[index - 1]?.from ?? 0),
  );
  if (late) {
    const lines = markdown.split('\n');
    const block = timed.filter(({ unit }) => unit.head === late.unit.head);
    const [first, last] = [block[0]?.line ?? 1, block.at(-1)?.line ?? 1];
    const whole = block.every(({ unit, line }, index) => unit.lines.length === 1 && line === first + index);
    const sorted = [...block].sort((a, b) => a.from - b.from).map(({ line }) => lines[line - 1] ?? '');
    const end = (lines[last - 1]?.length ?? 0) + 1;
    findings.push({
      rule: 'timeline',
      severity: 'error',
      ...placeOf(late.unit, late.claim),
      message: 'The timeline is not in order: this is before the row above it.',
      ...(whole
        ? {
            fix: {
              label: 'Sort the timeline',
              startLine: first,
              startColumn: 1,
              endLine: last,
              endColumn: end,
              text: sorted.join('\n'),
            },
          }
        : {}),
    });
  }
  const times = proofs.flatMap((proof) => proof.times());
  const [from, to] = times.reduce(
    ([low, high], time) => [Math.min(low, time), Math.max(high, time)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  for (const { unit, claim } of timed) {
    if (times.length === 0 || !claim.time || (claim.time.to > from && claim.time.from <= to)) continue;
    const span = `${new Date(from).toISOString().slice(0, 16)}Z to ${new Date(to).toISOString().slice(0, 16)}Z`;
    findings.push({
      rule: 'timeline',
      severity: 'error',
      ...placeOf(unit, claim),
      message: `This is outside the time that the evidence covers (${span}).`,
    });
  }
  return findings;
}

/** Every [E…] exists and came back well. */
export function checkCitations(units: Unit[], proofs: Map<number, Proof>): CheckFinding[] {
  const findings: CheckFinding[] = [];
  for (const unit of units) {
    for (const match of unit.text.matchAll(/\[E(\d{1,6})\]/g)) {
      if (proofs.has(Number(match[1]))) continue;
      const place = placeOf(unit, { start: match.index, end: match.index + match[0].length });
      findings.push({ rule: 'citation', severity: 'error', ...place, message: `There is no evidence E${match[1]}.` });
    }
  }
  return findings;
}

/** Nothing that a reader's program would make a link of: outside code always, inside code where indicators are listed. */
export function checkDefanged(units: Unit[]): CheckFinding[] {
  const findings: CheckFinding[] = [];
  for (const unit of units) {
    for (const claim of claimsOf(unit)) {
      const written = unit.text.slice(claim.start, claim.end);
      if (!claim.live || written.replace(/\\(?=[!-/:-@[-`{-~])/g, '') !== claim.value) continue;
      if (claim.inCode && claim.live !== 'url' && !/^technical details$/i.test(unit.section)) continue;
      const place = placeOf(unit, claim);
      const text = defang(claim.live, claim.value);
      const fix = {
        label: 'Defang',
        startLine: place.line,
        startColumn: place.column,
        endLine: place.line,
        endColumn: place.endColumn,
        text,
      };
      findings.push({
        rule: 'defang',
        severity: 'error',
        ...place,
        message: `${claim.value} can be clicked or resolved. Write ${text}.`,
        fix,
      });
    }
  }
  return findings;
}

/** BENIGN needs evidence: every log source that was there was asked, and answered, whole. */
export function checkBenign(markdown: string, proofs: Proof[]): CheckFinding[] {
  const { frontMatter } = parseReport(markdown);
  if (frontMatter?.classification !== 'BENIGN') return [];
  const line = markdown.split('\n').findIndex((text) => text.startsWith('classification:')) + 1 || 1;
  const find = (message: string): CheckFinding => ({
    rule: 'benign',
    severity: 'error',
    line,
    column: 1,
    endColumn: 100,
    message,
  });
  const asked = proofs.filter(({ receipt }) => asksSource(receipt.tool));
  const answered = asked.filter(({ receipt }) => receipt.status === 'ok');
  if (answered.length === 0) return [find('BENIGN without evidence: no source was queried.')];
  const findings: CheckFinding[] = [];
  for (const [tool, calls] of groupBy(asked, ({ receipt }) => `${receipt.server}.${receipt.tool}`)) {
    const numbers = calls
      .map(({ receipt }) => `E${receipt.number}`)
      .slice(0, 6)
      .join(', ');
    if (calls.every(({ receipt }) => receipt.status !== 'ok'))
      findings.push(find(`BENIGN, but ${tool} never answered (${numbers}).`));
  }
  for (const source of sourcesOf(proofs)) {
    const calls = asked.filter(
      (proof) => proof.receipt.server === source.server && namesSource(proof.receipt.args, source.name),
    );
    const good = calls.filter(({ receipt }) => receipt.status === 'ok');
    if (calls.length === 0) findings.push(find(`BENIGN, but the source ${source.name} was never queried.`));
    else if (good.length === 0) findings.push(find(`BENIGN, but every query of the source ${source.name} failed.`));
    else if (good.every(({ receipt }) => receipt.truncated))
      findings.push(find(`BENIGN, but what came from the source ${source.name} was cut short each time.`));
  }
  const cited = new Set(citationsIn(markdown));
  for (const { receipt } of asked) {
    if (cited.has(receipt.number) && receipt.status !== 'ok')
      findings.push(find(`BENIGN leans on E${receipt.number}, which failed.`));
  }
  return findings;
}

/** What the last listing named. */
function sourcesOf(proofs: Proof[]): { server: string; name: string }[] {
  const listing = proofs.findLast(({ receipt }) => receipt.tool === 'list_sources' && receipt.status === 'ok');
  if (!listing) return [];
  const table = listing.tables().find(({ columns }) => columns.includes('name'));
  const at = table?.columns.indexOf('name') ?? -1;
  return (table?.rows ?? []).map(({ cells }) => ({ server: listing.receipt.server, name: String(cells[at]) }));
}

function groupBy<T>(items: T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}
