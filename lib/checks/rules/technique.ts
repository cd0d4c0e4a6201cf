import { fullName, isTechnique, technique, techniquesNamed } from '../../attack/techniques';
import type { Block } from '../blocks';
import { claimsOf, placeOf } from '../claims';
import type { CheckContext } from '../context';
import { type Edit, type Finding, finding, type Place } from '../messages';

/**
 * ATT&CK ids are real, stand beside their own name, and are the same in the front matter and the Threat Assessment.
 */
export function checkTechniques({ blocks, frontMatter, lines }: CheckContext): Finding[] {
  const findings: Finding[] = [];
  const assessed = new Set<string>();
  for (const block of blocks) {
    const isAssessment = block.section === 'Threat Assessment';
    for (const claim of claimsOf(block)) {
      if (claim.kind !== 'technique') continue;
      const id = claim.value;
      const refuted = isRefuted(block, claim);
      if (isAssessment && !refuted) assessed.add(id);
      if (!isTechnique(id)) {
        findings.push(finding('technique', 'error', placeOf(block, claim), 'technique-unknown', { id }));
        continue;
      }
      const named = nameBeside(block, claim);
      const title = named ? null : titleAfter(block, claim.end);
      if (named && !isNameOf(id, named.name)) findings.push(wrongName(id, named));
      else if (title) findings.push({ ...wrongName(id, title), severity: 'warning' });
      // The text may deny it in words that no pattern has: it warns (docs/decisions/224).
      else if (frontMatter && !refuted && !covers(frontMatter.techniques, id))
        findings.push(finding('technique', 'warning', placeOf(block, claim), 'technique-unlisted', { id }));
    }
  }
  return [...findings, ...unassessed(frontMatter?.techniques ?? [], assessed, lines)];
}

function wrongName(id: string, { name, ...place }: { name: string } & Place): Finding {
  const right = fullName(id) ?? id;
  const edit: Edit = {
    does: 'write',
    startLine: place.line,
    startColumn: place.column,
    endLine: place.line,
    endColumn: place.endColumn,
    text: right,
  };
  const other = techniquesNamed(name)[0]?.id ?? null;
  return finding('technique', 'error', place, 'technique-name', { id, name, right, other }, edit);
}

/** Techniques of the front matter that don't exist, or that the Threat Assessment doesn't mention. */
function unassessed(ids: string[], assessed: Set<string>, lines: string[]): Finding[] {
  return [...new Set(ids)].flatMap((id) => {
    const line =
      lines.findIndex((text) => new RegExp(`(?<![\\w.])${id.replace(/[^\w]/g, '\\$&')}(?![\\w.])`).test(text)) + 1;
    const column = Math.max(1, (lines[line - 1] ?? '').indexOf(id) + 1);
    const place = { line: line || 1, column, endColumn: column + id.length };
    if (!isTechnique(id)) return [finding('technique', 'error', place, 'technique-unknown', { id })];
    if (covers([...assessed], id)) return [];
    const name = technique(id)?.name ?? id;
    return [finding('technique', 'error', place, 'technique-not-assessed', { id, name })];
  });
}

const UNSEEN =
  'shown|seen|found|observed|supported|proven|confirmed|evident|visible|indicated|present|applicable|used|claimed|listed|assigned|assessed|mapped|met';
const NOT_AFTER = new RegExp(
  `^[\`*_)]*(?:\\s*\\([^)]{1,60}\\)|\\s*[:,]?(?:\\s(?:(?:of|and|or|to|for|in|via|by|the)\\s){0,2}\\p{Lu}[\\p{L}&/:-]*){1,6})?(?:, (?:which|that) [^.,;:]{1,80},)?\\s+(?:(?:was|were|is) considered\\b(?! likely)|(?:(?:is|was|are|were|has been)\\s+not|isn[’']t|wasn[’']t)\\s+(?:${UNSEEN})\\b|(?:does|did|do)(?:\\s+not|n[’']t)\\s+(?:apply|fit|match|occur|appear)|can(?:not|[’']t) be (?:shown|supported|claimed)|(?:is|was) (?:ruled out|rejected|refuted|dismissed|excluded|unsupported))`,
  'iu',
);
const NOT_BEFORE =
  /\b(?:rather than|instead of|no (?:sign|trace|evidence|indication|proof|support)s? (?:of|for)|ruled out|rejected|considered(?: and \w+)?:?)\s+(?:[\p{L}&-]+\s+){0,5}[`*_(]*$/iu;
/** Its name may stand between, in capitals; other words may be about something else. */
const BARE_NOT = /\b(?:[Nn]ot|[Nn]either|[Nn]or)\s+(?:\p{Lu}[\p{L}&-]*\s+){0,5}[`*_(]*$/u;
const NOT_NEXT =
  /^[^.;]{0,120}[.;]\s+(?:It|This|That|The technique)\s+(?:(?:is|was|has been)(?:\s+not|n[’']t)\s+(?:kept|shown|claimed|supported|met|listed|used|seen)|(?:is|was) (?:dropped|left out|rejected|refuted|removed))\b/;
const LEFT_OPEN = new RegExp(
  `\\bno techniques? (?:is|are|was|were) (?:${UNSEEN})\\b|[,;:] (?:so |and |but )?(?:it|this|that) (?:is|was) (?:therefore )?not (?:${UNSEEN})\\b`,
  'i',
);
const REFUSED_CELL = new RegExp(
  `^[\\s\`*_]*(?:not (?:${UNSEEN})|refuted|ruled out|rejected|unsupported)[\\s\`*_.]*$`,
  'i',
);

/**
 * What the text says was not there: `T1552.005 is not shown`, `no sign of T1110`, a row with a cell that says nothing else. What
 * was not successful, or could not be ruled out, is not denied.
 */
function isRefuted({ kind, text, cells }: Block, { start, end }: { start: number; end: number }): boolean {
  if (kind === 'row') return cells.some((cell) => REFUSED_CELL.test(text.slice(cell.start, cell.end)));
  // `No technique is supported. A and B … were weighed and dropped`
  if (/^\W*no (?:att&ck )?techniques? (?:is|are|was|were|appl(?:y|ies)|(?:appear|seem)s?)\b/i.test(text)) return true;
  // `is T1098.001 on paper, and no technique is claimed`, `what the alert suggests; it is not assessed`
  if (LEFT_OPEN.test(/^[^.]*(?:\.\d[^.]*)*/.exec(text.slice(end, end + 300))?.[0] ?? '')) return true;
  const before = text.slice(Math.max(0, start - 120), start);
  // `The alert names T1556.006 …. It is not kept`
  if (NOT_NEXT.test(text.slice(end, end + 240))) return true;
  return NOT_AFTER.test(text.slice(end, end + 240)) || NOT_BEFORE.test(before) || BARE_NOT.test(before);
}

/** A list that names a technique's sub-technique or parent covers it. */
const covers = (ids: string[], id: string): boolean =>
  ids.some((other) => other === id || other.startsWith(`${id}.`) || id.startsWith(`${other}.`));

/** Its own name, or its parent's. */
function isNameOf(id: string, name: string): boolean {
  return techniquesNamed(name).some((found) => found.id === id || found.id === id.split('.')[0]);
}

type Named = { name: string } & Place;

/**
 * The name of a technique that stands beside an id as its name: in a table's column for names, `T1110 (Brute Force)`,
 * `T1110: Brute Force`, `T1110 Brute Force`, `Brute Force (T1110)`, `Brute Force T1110`. Words that are no technique's name are
 * none: they may be about something else.
 */
function nameBeside(block: Block, claim: { start: number; end: number }): Named | null {
  return nameInRow(block, claim) ?? nameAfter(block, claim.end) ?? nameBefore(block, claim.start);
}

const placed = (block: Block, start: number, name: string): Named => ({
  name,
  ...placeOf(block, { start, end: start + name.length }),
});

function nameInRow(block: Block, claim: { start: number; end: number }): Named | null {
  if (block.kind !== 'row') return null;
  const own = block.cells.findIndex(({ start, end }) => claim.start >= start && claim.start < end);
  const column = block.head.findIndex((title, index) => index !== own && /^(?:name|technique(?: name)?)$/i.test(title));
  const cell = block.cells[column];
  if (!cell) return null;
  const text = block.text.slice(cell.start, cell.end);
  const name = text.trim().replace(/^[*_`]+|[*_`]+$/g, '');
  return name !== '' && techniquesNamed(name).length > 0 ? placed(block, cell.start + text.indexOf(name), name) : null;
}

const AFTER =
  /^[`*_]*\s{0,2}(?:[:,–—(-]\s{0,2}|["“]|\s)[`*_"“]*(\p{Lu}[\p{L}\p{N}/&-]*(?:[: ] ?[\p{L}\p{N}/&-]+){0,9})/u;
const BEFORE = /((?:[\p{L}\p{N}/&:-]+ ){1,8})[(–—,:-]?\s?[`*_]*$/u;

function nameAfter(block: Block, end: number): Named | null {
  const match = AFTER.exec(block.text.slice(end, end + 120));
  const said = match?.[1];
  if (!match || !said) return null;
  // The longest beginning that is a technique's name: other words follow it.
  const words = said.split(' ');
  for (let count = words.length; count > 0; count -= 1) {
    const name = words.slice(0, count).join(' ').replace(/:$/, '');
    if (techniquesNamed(name).length > 0) return placed(block, end + match[0].length - said.length, name);
  }
  return null;
}

/** `T1611 Exploit Public Host:` two and more words in capitals, as names are written, that are no technique's name. */
const TITLED =
  /^[`*_]*\s((?:\p{Lu}[\p{L}\p{N}-]+)(?:\s(?:(?:of|and|or|to|for|in|via|by|the)\s)?\p{Lu}[\p{L}\p{N}-]+){1,6})(?=\s*(?:[:|(]|[`*_]*\s(?:and|or)\s+[`*_]*T\d{4}))/u;

function titleAfter(block: Block, end: number): Named | null {
  const match = TITLED.exec(block.text.slice(end, end + 120));
  const name = match?.[1];
  return match && name ? placed(block, end + match[0].length - name.length, name) : null;
}

function nameBefore(block: Block, start: number): Named | null {
  const before = block.text.slice(Math.max(0, start - 120), start);
  const match = BEFORE.exec(before);
  const words = match?.[1]?.trimEnd().split(' ') ?? [];
  for (let from = 0; from < words.length; from += 1) {
    const name = words.slice(from).join(' ').replace(/[:,]$/, '');
    // A list of ids and names: `T1078 Valid Accounts, T1110 Brute Force` has the name before the comma for the id before it.
    if (
      techniquesNamed(name).length === 0 ||
      /T\d{4}(?:\.\d{3})?[\s:(–—-]*$/.test(before.slice(0, before.lastIndexOf(name)))
    )
      continue;
    return placed(block, start - before.length + before.lastIndexOf(name), name);
  }
  return null;
}
