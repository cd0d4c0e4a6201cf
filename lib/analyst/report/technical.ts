import { joined } from '../../text/phrases';
import { type Fact, num, type SourceCase, targetsOf, text } from '../case';
import { isAddress } from '../find-actors';
import { groupBy } from '../group-by';
import type { LogSource, Range } from '../queries';
import type { Row } from '../script';
import { seedsOf } from '../subject';
import { readTime } from '../time';
import { contactTable } from './contacts';
import { code, defanged } from './escape';
import { few, shortName } from './names';
import { cite, factSpan, leadingFindings, type Material, outcomeCell, outcomeWord, sizeText, table } from './parts';
import { isCommandLine } from './step-names';

const MOST_IDENTITIES = 6;
const MOST_RESOURCES = 6;
const MOST_READS = 4;
/** So many identities at work in the window fill the table. */
const MANY_NOW = 3;

/** Technical Details: identities with their keys and addresses, the resources concerned, data read, and the baseline; defanged. */
export function writeTechnical(material: Material): string {
  const { gathered } = material;
  const told = leadingFindings(material.judgement).flatMap(({ facts }) => facts.map(({ source }) => source));
  const notable = gathered.cases.filter(({ source }) => told.includes(source));
  // Without findings the identities are what there is to say.
  const shown = notable.length > 0 ? notable : gathered.cases.slice(0, 2);
  const parts = [identities(shown)];
  if (notable.length > 0) parts.push(resources(shown, material), contactTable(material), dataRead(shown, material));
  if (material.coaching.baseline) parts.push(baseline(shown, material));
  const others = gathered.cases.filter((source) => !shown.includes(source) && source.who.length > 0);
  if (others.length > 0)
    parts.push(
      `Other activity of the same identities: ${joined(others.map(({ source, who }) => `${code(source.name)} ${cite(who.slice(0, 1).map(({ evidence }) => evidence))}`))}.`,
    );
  if (gathered.absent.length > 0 || gathered.cases.length === 0) parts.push(notFound(material));
  return parts.filter(Boolean).join('\n\n');
}

/** A table of the first `most` rows that facts give; facts with one key are one row, that of the first. */
function tableOf(
  title: string,
  head: string[],
  facts: Fact[],
  most: number,
  row: { key: (fact: Fact) => string; cells: (fact: Fact) => string[]; also?: (fact: Fact) => number[] },
): string {
  const groups = [...groupBy(facts, row.key).values()];
  if (groups.length === 0) return '';
  const rows = groups.slice(0, most).map((group) => [
    ...row.cells(group[0] as Fact), // groups are never empty
    cite(group.slice(0, 1).flatMap((fact) => [fact.evidence, ...(row.also?.(fact) ?? [])])),
  ]);
  const rest =
    groups.length > most ? `\n\nThe full list is in ${cite(groups.flat().map(({ evidence }) => evidence))}.` : '';
  return `### ${title}\n\n${table([...head, 'Evidence'], rows)}${rest}`;
}

const column =
  (name: string) =>
  ({ row }: Fact): string =>
    text(row, name);
const addressOf = ({ row }: Fact): string => (isAddress(text(row, 'ip')) ? code(defanged(text(row, 'ip'))) : '');

/**
 * Whoever acted in the window, then where the same identities were before. Two sources that know an identity at one address give one
 * row: that with its key.
 */
function identities(cases: SourceCase[]): string {
  const facts = cases
    .flatMap((source) => {
      const own = [
        ...source.who.filter(({ row }) => source.primary.includes(text(row, 'principal'))),
        ...source.neighbours.filter(({ row }) => source.scope.principals.includes(text(row, 'principal'))),
      ];
      return own.map((fact) => ({
        fact,
        isNow: isIn(source.window, fact.row),
        isNew: (readTime(fact.row.first) ?? 0) >= source.window.from,
      }));
    })
    // A key that lived for one earlier session says nothing about this one.
    .filter(({ fact, isNow }) => isNow || !isOfSession(fact))
    .sort((a, b) => Number(b.isNow) - Number(a.isNow) || Number(b.isNew && b.isNow) - Number(a.isNew && a.isNow))
    .map(({ fact }) => fact)
    // What a service does on somebody's behalf has a key and no address of theirs.
    .filter((fact, _, all) => addressOf(fact) !== '' || all.every((other) => addressOf(other) === ''));
  // What another source counts without a key is the same activity.
  const isToldWithKey = (fact: Fact): boolean =>
    text(fact.row, 'key') === '' &&
    facts.some(
      (other) =>
        other.source !== fact.source && text(other.row, 'key') !== '' && whoAndWhere(other) === whoAndWhere(fact),
    );
  // Where each of several was before is in the record; of one or two it is told.
  const now = facts.filter(({ row, source }) => isIn(windowOf(cases, source), row));
  const told = new Set(now.map(whoAndWhere)).size >= MANY_NOW ? now : facts;
  return tableOf(
    'Identities',
    ['Identity', 'Key or session', 'Address', 'Tool', 'Events', 'First and last'],
    told.filter((fact) => !isToldWithKey(fact)),
    MOST_IDENTITIES,
    {
      // A session that is one event is the same activity as the next.
      key: (fact) =>
        `${whoAndWhere(fact)}\n${isOfSession(fact) && num(fact.row, 'n') === 1 ? '' : text(fact.row, 'key')}`,
      cells: (fact) => [
        identityOf(fact, 90),
        text(fact.row, 'key') === '' ? '' : code(text(fact.row, 'key')),
        addressOf(fact),
        text(fact.row, 'agent') === '' ? '' : code(text(fact.row, 'agent'), 30),
        `${num(fact.row, 'n')}`,
        factSpan(fact),
      ],
    },
  );
}

const isIn = (window: Range, row: Row): boolean =>
  (readTime(row.last) ?? 0) >= window.from && (readTime(row.first) ?? 0) <= window.to;
const windowOf = (cases: SourceCase[], source: LogSource): Range =>
  cases.find((item) => item.source === source)?.window ?? { from: 0, to: 0 };

/** Where a log names nobody, the address stands for who acted. */
const isNamed = ({ row }: Fact): boolean => !isAddress(text(row, 'principal'));
const identityOf = (fact: Fact, limit?: number): string =>
  code(isNamed(fact) ? text(fact.row, 'principal') : defanged(text(fact.row, 'principal')), limit);

/** A key that a session brings along: temporary ones of AWS, and what other sources number their sessions by. */
const isOfSession = ({ row, source }: Fact): boolean =>
  text(row, 'key') !== '' && (source.mapping.schema !== 'cloudtrail' || text(row, 'key').startsWith('ASIA'));

const whoAndWhere = (fact: Fact): string => `${shortName(text(fact.row, 'principal'))}\n${text(fact.row, 'ip')}`;

/** An act on several things as one on each, where all are named. */
function eachTarget(fact: Fact): Fact[] {
  const names = targetsOf(fact.row);
  return num(fact.row, 'targets') > 1 && names.length === num(fact.row, 'targets')
    ? names.map((target) => ({ ...fact, row: { ...fact.row, target, targets: 1 } }))
    : [fact];
}

/** What was changed or tried, and by whom: one row for each thing. Reads have a table of their own. */
function resources(cases: SourceCase[], { judgement }: Material): string {
  const reads = new Set(cases.flatMap((source) => source.reads.map(column('action'))));
  const facts = leadingFindings(judgement)
    .flatMap(({ rows }) => rows)
    .flatMap(eachTarget)
    .filter(
      (fact) =>
        cases.some(({ source }) => source === fact.source) &&
        text(fact.row, 'target') !== '' &&
        num(fact.row, 'targets') <= 1 &&
        !reads.has(text(fact.row, 'action')),
    )
    // A command says what was run; what it was run on is what is looked after.
    .sort((a, b) => Number(isCommandLine(text(a.row, 'target'))) - Number(isCommandLine(text(b.row, 'target'))));
  const on = groupBy([...new Set(facts)], column('target'));
  const all = (fact: Fact): Fact[] => on.get(text(fact.row, 'target')) ?? [fact];
  const acts = (fact: Fact): string =>
    few([
      ...new Set(
        all(fact)
          .filter(({ row }) => text(row, 'action') !== '')
          .map((one) => `${outcomeWord(one)} ${code(text(one.row, 'action'))}`.trim()),
      ),
    ]);
  return tableOf('Resources concerned', ['Resource', 'Actions', 'Identity'], facts, MOST_RESOURCES, {
    key: column('target'),
    also: (fact) => all(fact).map(({ evidence }) => evidence),
    cells: (fact) => [
      code(defanged(text(fact.row, 'target')), 90),
      acts(fact),
      few([
        ...new Set(all(fact).map((one) => (isNamed(one) ? shortName(text(one.row, 'principal')) : identityOf(one)))),
      ]),
    ],
  });
}

/** Reads of the case's days that a finding is about, the most first; what two sources count alike is one row. */
function dataRead(cases: SourceCase[], { judgement }: Material): string {
  const nameOf = ({ row }: Fact): string => `${text(row, 'principal')} ${text(row, 'action')}`;
  const leading = leadingFindings(judgement);
  const actions = new Set(leading.flatMap(({ facts }) => facts.map(nameOf)));
  const facts = cases
    .flatMap(({ reads, window }) =>
      reads.filter(
        (fact) =>
          actions.has(nameOf(fact)) &&
          (readTime(fact.row.last) ?? 0) >= window.from &&
          (readTime(fact.row.first) ?? 0) <= window.to,
      ),
    )
    .sort((a, b) => num(b.row, 'n') - num(a.row, 'n'));
  return tableOf('Data read', ['Identity', 'Action', 'Outcome', 'Reads that day', 'Size', 'When'], facts, MOST_READS, {
    key: (fact) => [text(fact.row, 'principal'), fact.row.day, outcomeCell(fact), num(fact.row, 'n')].join('\n'),
    cells: (fact) => [
      identityOf(fact, 80),
      code(text(fact.row, 'action')),
      outcomeCell(fact),
      `${num(fact.row, 'n')}`,
      fact.row.bytes === null ? '' : sizeText(num(fact.row, 'bytes')),
      factSpan(fact),
    ],
  });
}

/** What the identities did in the window and before, from each address: the most in the window first. */
function baseline(cases: SourceCase[], { judgement }: Material): string {
  const actions = new Set(judgement.findings.flatMap((finding) => finding.facts.map(({ row }) => text(row, 'action'))));
  const reads = new Set(cases.flatMap((source) => source.reads.map(column('action'))));
  const others = cases.flatMap((source) => source.others);
  const otherOf = (fact: Fact): Fact | undefined =>
    others.find((other) => other.source === fact.source && text(other.row, 'action') === text(fact.row, 'action'));
  const facts = cases
    .flatMap(({ profile }) => profile)
    .filter(({ row }) => actions.has(text(row, 'action')) && num(row, 'n_case') > 0)
    .sort((a, b) => num(b.row, 'n_case') - num(a.row, 'n_case') || num(b.row, 'n_before') - num(a.row, 'n_before'));
  return tableOf(
    'Against the baseline',
    ['Identity', 'Action', 'Address', 'In the window', 'Before', 'Earlier days', 'Others who do it'],
    facts,
    20,
    {
      // What two sources counted alike is one row.
      key: (fact) => {
        const action = text(fact.row, 'action');
        return [
          whoAndWhere(fact),
          reads.has(action) ? 'read' : `${action} ${text(fact.row, 'outcome')} ${text(fact.row, 'agent')}`,
          num(fact.row, 'n_case'),
          num(fact.row, 'n_before'),
        ].join('\n');
      },
      also: (fact) => [otherOf(fact)?.evidence ?? 0],
      cells: (fact) => [
        identityOf(fact, 80),
        code(text(fact.row, 'action')),
        addressOf(fact),
        `${num(fact.row, 'n_case')}`,
        `${num(fact.row, 'n_before')}`,
        `${num(fact.row, 'days_before')}`,
        `${num(otherOf(fact)?.row ?? {}, 'others')}`,
      ],
    },
  );
}

function notFound({ gathered }: Material): string {
  const seeds = gathered.absent.length > 0 ? gathered.absent : seedsOf(gathered.subject);
  if (seeds.length === 0) return 'The alert names no indicator.';
  const title = gathered.absent.length > 0 ? 'Named by the alert, in no searched event' : 'Named by the alert';
  return `### ${title}\n\n${table(
    ['Kind', 'Value (defanged)', 'Evidence'],
    seeds
      .slice(0, 12)
      .map(({ kind, value }) => [
        kind.replaceAll('_', ' '),
        code(defanged(value)),
        cite([
          ...gathered.absentEvidence.slice(0, 8),
          ...(gathered.absent.length > 0 ? [] : Object.values(gathered.alertEvidence)),
        ]),
      ]),
  )}`;
}
