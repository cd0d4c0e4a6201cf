import { fullName, isTechnique, technique, techniquesNamed } from '../attack/techniques';
import { parseReport } from '../report/report';
import { claimsOf, placeOf } from './claims';
import type { CheckFinding } from './finding';
import type { Unit } from './units';

/** ATT&CK ids are real, stand beside their own name, and are the same in the front matter and the Threat Assessment. */
export function checkTechniques(markdown: string, units: Unit[]): CheckFinding[] {
  const { frontMatter } = parseReport(markdown);
  const findings: CheckFinding[] = [];
  const assessed = new Set<string>();
  for (const unit of units) {
    for (const claim of claimsOf(unit)) {
      if (claim.kind !== 'technique') continue;
      const place = placeOf(unit, claim);
      const id = claim.value;
      const refuted = isRefuted(unit, claim);
      if (unit.section === 'Threat Assessment' && !refuted) assessed.add(id);
      if (!isTechnique(id)) {
        findings.push({ rule: 'technique', severity: 'error', ...place, message: `ATT&CK has no technique ${id}.` });
        continue;
      }
      const named = nameBeside(unit, claim);
      if (named && !isNameOf(id, named.name)) {
        const right = fullName(id);
        const at = {
          startLine: named.line,
          startColumn: named.column,
          endLine: named.line,
          endColumn: named.endColumn,
        };
        const real = techniquesNamed(named.name)[0];
        findings.push({
          rule: 'technique',
          severity: 'error',
          line: named.line,
          column: named.column,
          endColumn: named.endColumn,
          message: `${id} is ${right}, not ${named.name}${real ? ` (that is ${real.id})` : ''}.`,
          fix: { label: `Write ${right}`, ...at, text: right },
        });
      } else if (
        frontMatter &&
        unit.section !== 'Threat Assessment' &&
        !refuted &&
        !covers(frontMatter.techniques, id)
      ) {
        findings.push({
          rule: 'technique',
          severity: 'warning',
          ...place,
          message: `${id} is not among the techniques of the front matter.`,
        });
      }
    }
  }
  if (!frontMatter) return findings;
  const lines = markdown.split('\n');
  for (const id of new Set(frontMatter.techniques)) {
    const line =
      lines.findIndex((text) => new RegExp(`(?<![\\w.])${id.replace(/[.]/g, '\\.')}(?![\\w.])`).test(text)) + 1;
    const text = lines[line - 1] ?? '';
    const place = {
      line,
      column: Math.max(1, text.indexOf(id) + 1),
      endColumn: Math.max(1, text.indexOf(id) + 1) + id.length,
    };
    if (!isTechnique(id))
      findings.push({ rule: 'technique', severity: 'error', ...place, message: `ATT&CK has no technique ${id}.` });
    else if (!covers([...assessed], id))
      findings.push({
        rule: 'technique',
        severity: 'error',
        ...place,
        message: `The Threat Assessment says nothing of ${id} (${technique(id)?.name}).`,
      });
  }
  for (const unit of units.filter(({ section }) => section === 'Threat Assessment')) {
    for (const claim of claimsOf(unit)) {
      if (claim.kind !== 'technique' || !isTechnique(claim.value) || isRefuted(unit, claim)) continue;
      if (covers(frontMatter.techniques, claim.value)) continue;
      findings.push({
        rule: 'technique',
        severity: 'error',
        ...placeOf(unit, claim),
        message: `${claim.value} is not among the techniques of the front matter.`,
      });
    }
  }
  return findings;
}

const UNSEEN = 'shown|seen|found|observed|supported|proven|confirmed|evident|visible|indicated|present|applicable';
const NOT_AFTER = new RegExp(
  `^[\`*_)]*(?:\\s*\\([^)]{1,60}\\))?\\s+(?:(?:is|was|are|were|has been)\\s+not|isn[’']t|wasn[’']t)\\s+(?:${UNSEEN})\\b`,
  'i',
);
const NOT_BEFORE =
  /\b(?:rather than|instead of|no (?:sign|trace|evidence|indication|proof)s? (?:of|for))\s+(?:[\p{L}&-]+\s+){0,5}[`*_(]*$/iu;
/** Its name may stand between, in capitals; other words may be about something else. */
const BARE_NOT = /\b(?:[Nn]ot|[Nn]either|[Nn]or)\s+(?:\p{Lu}[\p{L}&-]*\s+){0,5}[`*_(]*$/u;
const REFUSED_CELL = new RegExp(
  `^[\\s\`*_]*(?:not (?:${UNSEEN})|refuted|ruled out|rejected|unsupported)[\\s\`*_.]*$`,
  'i',
);

/**
 * What the text says was not there: `T1552.005 is not shown`, `no sign of T1110`, a row with a cell that says nothing else. What
 * was not successful, or could not be ruled out, is not denied.
 */
function isRefuted({ kind, text, cells }: Unit, { start, end }: { start: number; end: number }): boolean {
  if (kind === 'row') return cells.some((cell) => REFUSED_CELL.test(text.slice(cell.start, cell.end)));
  const before = text.slice(Math.max(0, start - 120), start);
  return NOT_AFTER.test(text.slice(end)) || NOT_BEFORE.test(before) || BARE_NOT.test(before);
}

/** A list that names a technique's sub-technique or parent covers it. */
const covers = (ids: string[], id: string): boolean =>
  ids.some((other) => other === id || other.startsWith(`${id}.`) || id.startsWith(`${other}.`));

function isNameOf(id: string, name: string): boolean {
  const same = techniquesNamed(name);
  return same.some((found) => found.id === id);
}

/**
 * A name that is said to be the id's: the cell beside it in a table with a column for names, `T1110 (Brute Force)`,
 * `T1110: Brute Force`, or another technique's name right before it in `Valid Accounts (T1110)`.
 */
function nameBeside(unit: Unit, claim: { start: number; end: number }) {
  const { text } = unit;
  const at = (start: number, name: string) => {
    const trimmed = name.trim();
    const from = start + name.indexOf(trimmed);
    return { name: trimmed, ...placeOf(unit, { start: from, end: from + trimmed.length }) };
  };
  if (unit.kind === 'row') {
    const own = unit.cells.findIndex(({ start, end }) => claim.start >= start && claim.start < end);
    const column = unit.head.findIndex(
      (title, index) => index !== own && /^(?:name|technique(?: name)?)$/i.test(title),
    );
    const cell = column < 0 ? undefined : unit.cells[column];
    if (cell && text.slice(cell.start, cell.end).trim() !== '') return at(cell.start, text.slice(cell.start, cell.end));
  }
  const end =
    text[claim.end] === '`' || text[claim.end] === '*'
      ? claim.end + /^[`*]+/.exec(text.slice(claim.end))![0].length
      : claim.end;
  const inside = /^\s*\(([^()\d]{3,60})\)/.exec(text.slice(end));
  if (inside?.[1]) return at(end + inside[0].indexOf(inside[1]), inside[1]);
  const after = /^\s*(?::|–|—| - )\s*([A-Z][\p{L}/&-]*(?: [\p{L}/&:-]+){0,7})/u.exec(text.slice(end));
  if (after?.[1]) {
    // As long as it is a technique's name; other words after a colon are no name.
    for (let words = after[1].split(' '); words.length > 0; words = words.slice(0, -1)) {
      const name = words.join(' ');
      if (techniquesNamed(name).length > 0) return at(end + after[0].lastIndexOf(after[1]), name);
    }
  }
  const open = /((?:[\p{L}/&:-]+ ){1,6})\(`?$/u.exec(text.slice(0, claim.start));
  const before = open?.[1]?.trimEnd().split(' ') ?? [];
  for (let from = 0; from < before.length; from += 1) {
    const name = before.slice(from).join(' ');
    if (techniquesNamed(name).length > 0)
      return at(claim.start - (open?.[0].length ?? 0) + (open?.[0].lastIndexOf(name) ?? 0), name);
  }
  return null;
}
