import { isTechnique } from '../attack/techniques';
import { checkText } from '../checks/check-investigation';
import { db } from '../db/client';
import { type HumanLine, lostHumanWords } from '../drafts/human-words';
import { readNumbers } from '../evidence/record-evidence';
import { markedText } from '../model/marked-text';
import type { ToolCall } from '../model/model';
import { numberRuns } from '../report/citation-runs';
import { citedNumbers } from '../report/citations';
import { pivotsOf } from './case-tools';
import { type Pivots, pivotsText } from './pivots';
import type { Applied } from './report-tools';
import type { RunSession } from './session';

const SET_ASSESSMENT = 'report__set_assessment';
/** How the refusal of an assessment begins that shows the pivots. */
export const PIVOTS_FIRST = 'Nothing was changed. Look first at what was not asked';

/** Why a report tool's arguments are wrong as far as it is known now, or null: evidence and techniques that don't exist, pivots not looked at. */
export async function refuseArguments(session: RunSession, call: ToolCall): Promise<string | null> {
  const known = await readNumbers(session.run.investigationId);
  const missing = [...new Set(evidenceIn(call.args))].filter((number) => !known.has(number));
  if (missing.length > 0) {
    const has = known.size === 0 ? 'It has none yet.' : `It has ${ranges([...known])}.`;
    return `Nothing was changed. There is no evidence ${missing.map((number) => `E${number}`).join(', ')} in this case. ${has} What this answer asks for is not read yet: cite it in your next one.`;
  }
  const unknown = techniquesIn(call.args.techniques).filter((id) => !isTechnique(id));
  if (unknown.length > 0) return `Nothing was changed. ATT&CK has no technique ${unknown.join(', ')}.`;
  if (call.name !== SET_ASSESSMENT || !session.model.isLanguageModel || session.hasSeenPivots) return null;
  session.hasSeenPivots = true;
  const pivots = await pivotsOf(session);
  const isOpen = pivots.rows.some(({ cells }) => cells.some(({ state }) => state === 'open'));
  if (pivots.sources.length === 0 || !isOpen) return null;
  const table = markedText(session.progress.context.boundary, 'case.pivots', pivotsText(pivots));
  return `${PIVOTS_FIRST}; ask what could change the assessment, or name the gaps in the report, and set it again:\n${table}`;
}

/** Pairs of an entity and a source that are named where they were not asked. */
const MAX_OPEN = 6;

/** What stands against BENIGN as the evidence is now, told to a model that proposes it: at its end it would be too late to ask cheaply. */
export async function benignNote(session: RunSession, call: ToolCall, markdown: string): Promise<string> {
  const { run, model } = session;
  if (call.name !== SET_ASSESSMENT || call.args.classification !== 'BENIGN' || !model.isLanguageModel) return '';
  const found = (await checkText(db(), run.investigationId, markdown)).filter(({ rule }) => rule === 'benign');
  const bars = found.map(({ message }) => message.replace(/^BENIGN, but /, '').replace(/\.$/, ''));
  const open = openPivots(await pivotsOf(session));
  const asked = 'Query what can be queried (one query of raw for the names of the case is enough)';
  return [
    ...(bars.length > 0
      ? [` The checks bar it: ${bars.join('; ')}. ${asked}, and propose SUSPICIOUS while a gap stays.`]
      : []),
    ...(open.length > 0
      ? [
          ` Not asked: ${open.slice(0, MAX_OPEN).join(', ')}${open.length > MAX_OPEN ? ` and ${open.length - MAX_OPEN} more` : ''}: ask, or name the gap in the report.`,
        ]
      : []),
  ].join('');
}

const openPivots = ({ sources, rows }: Pivots): string[] =>
  rows.flatMap(({ value, cells }) =>
    cells.flatMap(({ state }, at) => (state === 'open' ? [`${value} in ${sources[at]}`] : [])),
  );

/**
 * What an edit does to words of people: `report__replace_text` must leave them, unless they are what the analyst selected; other tools
 * are told that it will be offered as such. null: it keeps them.
 */
export function humanWordsLost(
  session: RunSession,
  name: string,
  before: string,
  applied: Extract<Applied, { ok: true }>,
): { refusal: string } | { note: string } | null {
  const selected = session.run.quote?.text.trim();
  const isSelected = ({ text, words }: HumanLine) =>
    Boolean(selected) &&
    [text.trim(), ...words].some((piece) => selected?.includes(piece) || piece.includes(selected ?? ''));
  const lines = session.progress.context.humanLines.filter((line) => !isSelected(line));
  const lost = lostHumanWords(lines, before, applied.markdown);
  if (lost.length === 0) return null;
  const whose = lost.map(({ line, by }) => `line ${line} (${by ?? 'a deleted user'})`).join(', ');
  if (name === 'report__replace_text')
    return {
      refusal: `Nothing was changed: this rewrites words of a person, ${whose}: ${quoted(lost)}. Leave them as they are and propose beside them: keep them in \`replace\` and put your sentence after them, or use report__add_to_section. If the analyst asked for just this change, write the section with report__write_section; it is then offered as a change to their words.`,
    };
  return { note: ` It changes words of a person, ${whose}; a reader sees that.` };
}

const quoted = (lines: HumanLine[]): string =>
  lines
    .flatMap(({ words }) => words)
    .slice(0, 5)
    .map((piece) => `"${piece.slice(0, 200)}"`)
    .join(', ');

/** Evidence numbers that arguments cite: in brackets in any text, as numbers in `evidence`. */
function evidenceIn(value: unknown, key = ''): number[] {
  if (typeof value === 'string') return citedNumbers(value);
  if (typeof value === 'number') return key === 'evidence' && Number.isInteger(value) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((item) => evidenceIn(item, key));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => evidenceIn(item, name));
}

const techniquesIn = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.filter((id): id is string => typeof id === 'string' && /^T\d{4}(\.\d{3})?$/.test(id))
    : [];

/** E1–E4, E7 */
function ranges(numbers: number[]): string {
  return numberRuns(numbers)
    .map(([from, to]) => (from === to ? `E${from}` : `E${from}–E${to}`))
    .join(', ');
}
