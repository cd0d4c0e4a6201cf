import { joined } from '../../text/phrases';
import { type Fact, num, type SourceCase, text } from '../case';
import { isAddress } from '../gather-source';
import { groupBy } from '../group-by';
import { seedsOf } from '../subject';
import { readTime } from '../time';
import { code, defanged } from './escape';
import { shortName } from './names';
import { cite, factSpan, leadingFindings, type Material, outcomeCell, sizeText, table } from './parts';

const MOST_IDENTITIES = 6;
const MOST_RESOURCES = 6;
const MOST_READS = 4;

/** Technical Details: identities with their keys and addresses, the resources concerned, data read, and the baseline; defanged. */
export function writeTechnical(material: Material): string {
  const { gathered } = material;
  const told = leadingFindings(material.judgement).flatMap(({ facts }) => facts.map(({ source }) => source));
  const notable = gathered.cases.filter(({ source }) => told.includes(source));
  // Without findings the identities are what there is to say.
  const shown = notable.length > 0 ? notable : gathered.cases.slice(0, 2);
  const parts = [identities(shown)];
  if (notable.length > 0) parts.push(resources(shown, material), dataRead(shown, material));
  parts.push(baseline(shown, material));
  const others = gathered.cases.filter((source) => !shown.includes(source) && source.who.length > 0);
  if (others.length > 0)
    parts.push(
      `Other activity of the same identities: ${joined(others.map(({ source, who }) => `${code(source.name)} ${cite(who.slice(0, 1).map(({ evidence }) => evidence))}`))}.`,
    );
  if (gathered.absent.length > 0 || gathered.cases.length === 0) parts.push(notFound(material));
  return parts.filter(Boolean).join('\n\n');
}

/** A table of the first `most` rows that facts give; facts with one key are one row, which cites them all. */
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
    cite(group.flatMap((fact) => [fact.evidence, ...(row.also?.(fact) ?? [])])),
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

/** Two sources that know an identity at one address give one row: the first has its key. */
function identities(cases: SourceCase[]): string {
  const facts = cases
    .flatMap((source) => [
      ...source.who.filter(({ row }) => source.primary.includes(text(row, 'principal'))),
      ...source.neighbours.filter(({ row }) => source.scope.principals.includes(text(row, 'principal'))),
    ])
    // What a service does on somebody's behalf has a key and no address of theirs.
    .filter((fact, _, all) => addressOf(fact) !== '' || all.every((other) => addressOf(other) === ''));
  const keyed = new Set(facts.filter((fact) => text(fact.row, 'key') !== '').map(whoAndWhere));
  return tableOf(
    'Identities',
    ['Identity', 'Key or session', 'Address', 'Tool', 'Events', 'First and last'],
    facts,
    MOST_IDENTITIES,
    {
      key: (fact) => {
        const place = whoAndWhere(fact);
        const first = facts.find((other) => whoAndWhere(other) === place);
        return `${place}\n${text(fact.row, 'key') || (keyed.has(place) && first ? text(first.row, 'key') : '')}`;
      },
      cells: (fact) => [
        code(text(fact.row, 'principal'), 90),
        text(fact.row, 'key') === '' ? '' : code(text(fact.row, 'key')),
        addressOf(fact),
        text(fact.row, 'agent') === '' ? '' : code(text(fact.row, 'agent'), 40),
        `${num(fact.row, 'n')}`,
        factSpan(fact),
      ],
    },
  );
}

const whoAndWhere = (fact: Fact): string => `${shortName(text(fact.row, 'principal'))}\n${text(fact.row, 'ip')}`;

/** What was changed or tried, by whom; reads have a table of their own. */
function resources(cases: SourceCase[], { judgement }: Material): string {
  const reads = new Set(cases.flatMap((source) => source.reads.map(column('action'))));
  const facts = leadingFindings(judgement)
    .flatMap(({ rows }) => rows)
    .filter(
      (fact) =>
        cases.some(({ source }) => source === fact.source) &&
        text(fact.row, 'target') !== '' &&
        !reads.has(text(fact.row, 'action')),
    );
  return tableOf(
    'Resources concerned',
    ['Resource (first of them)', 'Identity', 'Action', 'Outcome', 'Times', 'Different resources'],
    [...new Set(facts)],
    MOST_RESOURCES,
    {
      key: (fact) => ['principal', 'action', 'outcome', 'target'].map((name) => column(name)(fact)).join('\n'),
      cells: (fact) => [
        code(defanged(text(fact.row, 'target')), 90),
        shortName(text(fact.row, 'principal')),
        code(text(fact.row, 'action')),
        outcomeCell(fact),
        `${num(fact.row, 'n')}`,
        `${num(fact.row, 'targets')}`,
      ],
    },
  );
}

/** Reads of the case's days that a finding is about, the most first; what two sources count alike is one row. */
function dataRead(cases: SourceCase[], { judgement }: Material): string {
  const actions = new Set(
    leadingFindings(judgement).flatMap(({ facts }) =>
      facts.map(({ row }) => `${text(row, 'principal')} ${text(row, 'action')}`),
    ),
  );
  const facts = cases
    .flatMap(({ reads, window }) =>
      reads.filter(
        ({ row }) =>
          actions.has(`${text(row, 'principal')} ${text(row, 'action')}`) &&
          (readTime(row.last) ?? 0) >= window.from &&
          (readTime(row.first) ?? 0) <= window.to,
      ),
    )
    .sort((a, b) => num(b.row, 'n') - num(a.row, 'n'));
  return tableOf(
    'Data read',
    ['Identity', 'Action', 'Outcome', 'Reads that day', 'Different requests', 'Size', 'When'],
    facts,
    MOST_READS,
    {
      key: (fact) => [text(fact.row, 'principal'), fact.row.day, outcomeCell(fact), num(fact.row, 'n')].join('\n'),
      cells: (fact) => [
        code(text(fact.row, 'principal'), 80),
        code(text(fact.row, 'action')),
        outcomeCell(fact),
        `${num(fact.row, 'n')}`,
        `${num(fact.row, 'different')}`,
        fact.row.bytes === null ? '' : sizeText(num(fact.row, 'bytes')),
        factSpan(fact),
      ],
    },
  );
}

/** What the identities did in the window and before, from each address: the most in the window first. */
function baseline(cases: SourceCase[], { judgement, coaching }: Material): string {
  const actions = new Set(
    (coaching.baseline ? judgement.findings : leadingFindings(judgement)).flatMap((finding) =>
      finding.facts.map(({ row }) => text(row, 'action')),
    ),
  );
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
    coaching.baseline ? 20 : 5,
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
        code(text(fact.row, 'principal'), 80),
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
