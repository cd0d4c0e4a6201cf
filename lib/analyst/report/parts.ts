import type { CaseFile } from '../../model/model';
import { citationRuns } from '../../report/citation-runs';
import { joined, plural } from '../../text/phrases';
import { BETWEEN_NAMES, type Fact, type Gathered, num, targetsOf, text } from '../case';
import type { Coaching } from '../coaching';
import { type Finding, NEW_TOGETHER, TARGET_OF } from '../finding';
import { attempted } from '../grammar';
import { groupBy } from '../group-by';
import type { Judgement } from '../judge';
import { readTime, span } from '../time';
import { code, endOf, shownDetail } from './escape';
import { few, shortName } from './names';

/** Everything a section is written from. */
export type Material = {
  caseFile: CaseFile;
  gathered: Gathered;
  judgement: Judgement;
  coaching: Coaching;
  technique(id: string): { id: string; name: string; tactics: string[] } | undefined;
};

export const LABEL = 'built-in analyst: rules, no language model';

/** `[E3] [E5–E9]`: three in a row and more are a range. */
export function cite(numbers: number[]): string {
  return citationRuns(numbers.filter((number) => number > 0))
    .map((run) => `[${run}]`)
    .join(' ');
}

/** A text with its citations after it, before its full stop. */
export const cited = (claim: string, numbers: number[]): string => `${claim} ${cite(numbers)}`.trim();

/** "(`ScheduleKeyDeletion`) ": the event that an alert names, where its title does not; '' where it names none. */
export const eventText = ({ event, alerts }: Gathered['subject']): string =>
  event === null || alerts[0]?.title.includes(event) ? '' : `(${code(event, 80)}) `;

export const spanOf = (finding: { first: number | null; last: number | null }): string =>
  finding.first === null || finding.last === null ? 'at an unknown time' : span(finding.first, finding.last);

export const factSpan = ({ row }: Fact): string => {
  const [first, last] = [readTime(row.first), readTime(row.last)];
  return first === null || last === null ? 'unknown time' : span(first, last);
};

/** "3.5 GB": in powers of 1,000, with one decimal from kB on. */
export function sizeText(bytes: number): string {
  const power = Math.min(4, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return power === 0
    ? `${bytes} bytes`
    : `${(bytes / 1000 ** power).toFixed(1)} ${['kB', 'MB', 'GB', 'TB'][power - 1]}`;
}

const OUTCOMES: Record<string, string> = { denied: 'denied', failed: 'failed' };
/** "denied", "failed", or '' for what succeeded. */
export const outcomeWord = (fact: Fact): string => OUTCOMES[text(fact.row, 'outcome')] ?? '';

/** The same in a cell of a table, where success is said too. */
export const outcomeCell = (fact: Fact): string => outcomeWord(fact) || (fact.source.mapping.passed ?? 'succeeded');

/** What one event of a source is called. */
export const eventNoun = ({ source }: Fact): string => (source.mapping.schema === 'cloudtrail' ? 'call' : 'event');

const LEVELS = ['critical', 'high', 'medium', 'low'];
/** What findings of one level are ordered by: what was taken or destroyed, what lets them back in, what hides it; the way in last. */
const CONSEQUENCE = [
  /^T1(48[5-9]|49\d|531|561)/,
  /^T1(537|567|048|530|213|114|020)/,
  /^T1(136|098|546|648|556|505|053|543|547)/,
  /^T1(071|102|105|572)/,
  /^T1(562|070|578)/,
  /^T1(552|555|003|110|528|606|621)/,
];
const consequence = ({ techniques }: Finding): number => {
  const ranks = techniques.map((id) => CONSEQUENCE.findIndex((pattern) => pattern.test(id))).filter((at) => at >= 0);
  return ranks.length === 0 ? CONSEQUENCE.length : Math.min(...ranks);
};

/** Only tried, whoever tried it. */
const isInVain = ({ attempt, did }: Finding): boolean => attempt || did.startsWith(TARGET_OF);

/** Findings, most consequential first. */
export const inOrder = (findings: Finding[]): Finding[] =>
  [...findings].sort(
    (a, b) =>
      LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) ||
      Number(isInVain(a)) - Number(isInVain(b)) ||
      consequence(a) - consequence(b) ||
      // Of two about the same, what several events show together says more than each.
      Number(b.kind === 'behaviour' && b.rows.length > 1) - Number(a.kind === 'behaviour' && a.rows.length > 1) ||
      Number(b.did === NEW_TOGETHER) - Number(a.did === NEW_TOGETHER),
  );

/** The findings that nothing explains, most consequential first; low ones only when there are no others. */
export function leadingFindings({ findings }: Judgement): Finding[] {
  const open = inOrder(findings.filter((finding) => finding.explained === null));
  const serious = open.filter((finding) => finding.level !== 'low');
  return serious.length > 0 ? serious : open;
}

/** Those of them that weigh something. */
export const seriousFindings = (judgement: Judgement): Finding[] =>
  leadingFindings(judgement).filter(({ level }) => level !== 'low');

/** "stopped the logging of a trail", "tried to stop the logging of a trail" */
export const findingPredicate = ({ attempt, did }: Finding): string => (attempt ? `tried to ${attempted(did)}` : did);

/** A predicate after several subjects: "were signed in to". */
export const ofSeveral = (predicate: string): string => predicate.replace(/^was /, 'were ').replace(/^is /, 'are ');

/** Predicates after all who did them: "`a` and `b` deleted backups and were given a task". */
export function claimOf(principals: string[], predicates: string[]): string {
  const names = [...new Set(principals.map(shortName))];
  return `${few(names)} ${joined(names.length > 1 ? predicates.map(ofSeveral) : predicates)}`;
}

/** The same with who did it. */
export const findingClaim = (finding: Finding): string => claimOf(finding.principals, [findingPredicate(finding)]);

/** Listings and settings that were read, and nothing more. */
export const isReconnaissance = ({ techniques }: Pick<Finding, 'techniques'>): boolean =>
  techniques.length > 0 &&
  techniques.every((id) => /^T1(087|069|033|201|526|580|619|538|082|613|518|016|018|046|057|083|135|482)/.test(id));

/** One finding in one sentence, with its numbers, time and citations. */
export function findingSentence(finding: Finding): string {
  if (finding.sentence !== null) return finding.sentence;
  const bursts = burstTexts(
    finding.rows,
    new Set(finding.facts.filter(isOfMachine).map(({ row }) => text(row, 'principal'))),
  );
  const more = bursts.length > 2 ? ', and more' : '';
  const shown = [...new Set(finding.rows.map(({ evidence }) => evidence))];
  const usual = finding.usual ? `, ${cited(finding.usual.text, finding.usual.evidence)}` : '';
  return `${findingClaim(finding)}: ${joined(bursts.slice(0, 2))}${more}, ${spanOf(finding)} ${cite(shown)}${usual}.`;
}

/** ", policy `ReadOnly`": what else is known of the one act of a row, or of each of a few that differ in it. */
export function detailText({ row }: Fact): string {
  const each = text(row, 'each_detail').split(BETWEEN_NAMES).filter(Boolean);
  if (num(row, 'details') === 1 && text(row, 'detail') !== '') return `, ${shownDetail(text(row, 'detail'))}`;
  if (each.length !== num(row, 'details') || each.length < 2) return '';
  const shared = sharedDetail(each);
  const isShort = each.join('').length <= MOST_DETAIL;
  return shared !== null ? `, ${shared}` : isShort ? `, ${each.map(shownDetail).join('; ')}` : '';
}

/** "namespace `a`, `b` and `c`, image `x`": details that say the same things, each thing once; null where they do not. */
function sharedDetail(each: string[]): string | null {
  const parts = each.map((detail) => [...detail.matchAll(/(?:^|, )([^`,]+ )(`[^`]*`)/g)]);
  const titles = parts.map((list) => list.map(([, title]) => title).join());
  if (new Set(titles).size !== 1 || titles[0] === '') return null;
  const values = (parts[0] ?? []).map(([, title = ''], index) => {
    const found = [...new Set(parts.map((list) => list[index]?.[2] ?? ''))];
    return { title, found };
  });
  if (values.filter(({ found }) => found.length > 1).length !== 1) return null;
  return values.map(({ title, found }) => `${title}${joined(found.map((value) => shownDetail(value)))}`).join(', ');
}
/** Longer details of several acts are read in the evidence. */
const MOST_DETAIL = 150;

/** "29 denied `GetPasswordData` calls on 29 targets", the most frequent first; bursts of one action are added up. */
export function burstTexts(facts: Fact[], machines: Set<string>): string[] {
  const alike = groupBy(facts, ({ row }) => `${text(row, 'action')}\n${text(row, 'outcome')}`);
  return [...alike.values()]
    .map((group) => ({ group, count: group.reduce((sum, { row }) => sum + num(row, 'n'), 0) }))
    .sort((a, b) => b.count - a.count)
    .map(({ group, count }) => burstText(group, count, machines));
}

/** Of an event by which a program started another: which one started it. */
const STARTED_BY = /^\d+ \(process created by (.+)\)$/;

function burstText(group: Fact[], count: number, ofMachines: Set<string>): string {
  const first = group[0] as Fact; // groups are never empty
  const parent = STARTED_BY.exec(text(first.row, 'action'))?.[1];
  if (parent !== undefined && count === 1 && text(first.row, 'target') !== '')
    return `${code(parent)} started ${code(text(first.row, 'target'), 120)}`;
  const action = code(text(first.row, 'action'));
  const outcome = outcomeWord(first);
  const targets = new Set(group.map(({ row }) => text(row, 'target')).filter((target) => target !== ''));
  const several = group.length === 1 && num(first.row, 'targets') > 1 ? num(first.row, 'targets') : 0;
  const names = targetsOf(first.row);
  const on =
    several > 0
      ? several === names.length && several <= MOST_TARGETS
        ? ` on ${joined(names.map((name) => code(endOf(name, 70), 70)))}`
        : ` on ${several} targets`
      : targets.size === 1 && group.every(({ row }) => num(row, 'targets') <= 1)
        ? ` on ${code(endOf([...targets][0] ?? '', 70), 70)}`
        : '';
  const largest = Math.max(...group.map(({ row }) => num(row, 'n')));
  // A few single acts are told by what they were done to.
  if (
    group.length > 1 &&
    group.length <= MOST_TARGETS &&
    targets.size === group.length &&
    largest === 1 &&
    several === 0
  )
    return `${outcome === '' ? '' : `${outcome} `}${action} on ${joined([...targets].map((target) => code(endOf(target, 70), 70)))}`;
  const actors = [...new Set(group.map(({ row }) => text(row, 'principal')))];
  const machines = actors.every((actor) => ofMachines.has(actor)) ? actors.length : 0;
  if (machines > 1 && parent !== undefined)
    return `${code(parent)} started ${startedBy(group)}${count} events on ${machines} machines`;
  if (machines > 1)
    return `${count} ${outcome === '' ? '' : `${outcome} `}${action} events${on} on ${machines} machines`;
  // No sum over rows: a reader finds each number in one row of the evidence.
  if (group.length > 1)
    return `several ${outcome === '' ? '' : `${outcome} `}${action} ${eventNoun(first)}s${largest > 1 ? `, up to ${largest} in one burst` : ''}${on}`;
  const size = `${group.length === 1 ? detailText(first) : ''}${largeSize(group)}`;
  if (count === 1) return `${outcome === '' ? '' : `${outcome} `}${action}${on}${size}`;
  return `${count} ${outcome === '' ? '' : `${outcome} `}${action} ${plural(count, eventNoun(first)).replace(/^\d+ /, '')}${on}${size}`;
}

/** What a machine did itself, in a log that tells machines and accounts apart. */
const isOfMachine = ({ row }: Fact): boolean =>
  'login' in row && text(row, 'login') === '' && text(row, 'principal') !== '';

/** "`vssadmin delete shadows` and `bcdedit /set`, ": what one program started, where that is a few. */
function startedBy(group: Fact[]): string {
  const names = [...new Set(group.flatMap(({ row }) => targetsOf(row)))];
  const isAll = group.every(({ row }) => num(row, 'targets') <= targetsOf(row).length);
  return isAll && names.length > 0 && names.length <= MOST_TARGETS
    ? `${joined(names.map((name) => code(name, 70)))}, `
    : 'several programs, ';
}

/** More targets than this are counted, not named. */
const MOST_TARGETS = 3;

/** From here on a size is worth saying. */
const LARGE = 1_000_000;
const largeSize = (group: Fact[]): string => {
  const bytes = group.length === 1 ? num(group[0]?.row ?? {}, 'bytes') : 0;
  return bytes >= LARGE ? `, ${sizeText(bytes)}` : '';
};

export const bullet = (lines: string[]): string => lines.map((line) => `- ${line}`).join('\n');

/** A Markdown table; a cell without a value holds a dash. */
export function table(head: string[], rows: string[][]): string {
  return [
    `| ${head.join(' | ')} |`,
    `|${head.map(() => ' --- ').join('|')}|`,
    ...rows.map((row) => `| ${row.map((cell) => cell.replaceAll('\n', ' ').trim() || '–').join(' | ')} |`),
  ].join('\n');
}

/** Words as a reader counts them: what stands between blanks, table rules aside. */
export const wordCount = (markdown: string): number =>
  markdown.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
