import { joined } from '../../text/phrases';
import { type Fact, num, type SourceCase, text } from '../case';
import { isAddress } from '../gather-source';
import { seedsOf } from '../subject';
import { readTime } from '../time';
import { code, defanged } from './escape';
import { cite, factSpan, leadingFindings, type Material, sizeText, table } from './parts';

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
  const parts = shown.flatMap((source) => [
    identities(source),
    ...(notable.length > 0 ? [resources(source, material), dataRead(source, material)] : []),
    baseline(source, material),
  ]);
  const others = gathered.cases.filter((source) => !shown.includes(source) && source.who.length > 0);
  if (others.length > 0)
    parts.push(
      `Other activity of the same identities: ${joined(others.map(({ source, who }) => `${code(source.name)} ${cite(who.slice(0, 1).map(({ evidence }) => evidence))}`))}.`,
    );
  if (gathered.absent.length > 0 || gathered.cases.length === 0) parts.push(notFound(material));
  return parts.filter(Boolean).join('\n\n');
}

function identities(source: SourceCase): string {
  const facts = [
    ...source.who.filter(({ row }) => source.primary.includes(text(row, 'principal'))),
    ...source.neighbours.filter(({ row }) => source.scope.principals.includes(text(row, 'principal'))),
  ];
  const seen = new Set<string>();
  const rows = facts.flatMap((fact) => {
    // What a service does on somebody's behalf has a key and no address of theirs.
    if (!isAddress(text(fact.row, 'ip')) && facts.some(({ row }) => isAddress(text(row, 'ip')))) return [];
    const cells = [
      code(text(fact.row, 'principal'), 90),
      text(fact.row, 'key') === '' ? '' : code(text(fact.row, 'key')),
      isAddress(text(fact.row, 'ip')) ? code(defanged(text(fact.row, 'ip'))) : '',
      text(fact.row, 'agent') === '' ? '' : code(text(fact.row, 'agent'), 40),
    ];
    const key = cells.slice(0, 3).join(' ');
    if (seen.has(key)) return [];
    seen.add(key);
    return [[...cells, `${num(fact.row, 'n')}`, factSpan(fact), cite([fact.evidence])]];
  });
  if (rows.length === 0) return '';
  const head = ['Identity', 'Key or session', 'Address', 'Tool', 'Events', 'First and last', 'Evidence'];
  return `### Identities in ${code(source.source.name)}\n\n${table(head, rows.slice(0, MOST_IDENTITIES))}${more(rows.length, MOST_IDENTITIES, facts[0])}`;
}

const more = (count: number, most: number, fact: Fact | undefined): string =>
  count > most && fact ? `\n\nThe full list is in ${cite([fact.evidence])}.` : '';

function resources(source: SourceCase, { judgement }: Material): string {
  const facts = leadingFindings(judgement)
    .flatMap(({ rows }) => rows)
    .filter((fact) => fact.source === source.source && text(fact.row, 'target') !== '');
  const rows = [...new Set(facts)].map((fact) => [
    code(defanged(text(fact.row, 'target')), 90),
    code(text(fact.row, 'action')),
    { denied: 'denied', failed: 'failed' }[text(fact.row, 'outcome')] ?? 'succeeded',
    `${num(fact.row, 'n')}`,
    `${num(fact.row, 'targets')}`,
    cite([fact.evidence]),
  ]);
  if (rows.length === 0) return '';
  const head = ['Resource (first of them)', 'Action', 'Outcome', 'Times', 'Different resources', 'Evidence'];
  return `### Resources concerned\n\n${table(head, rows.slice(0, MOST_RESOURCES))}${more(rows.length, MOST_RESOURCES, facts[0])}`;
}

/** Reads of the case's days that a finding is about, the most first. */
function dataRead(source: SourceCase, { judgement }: Material): string {
  const actions = new Set(
    leadingFindings(judgement).flatMap(({ facts }) =>
      facts.map(({ row }) => `${text(row, 'principal')} ${text(row, 'action')}`),
    ),
  );
  const facts = source.reads
    .filter(
      ({ row }) =>
        actions.has(`${text(row, 'principal')} ${text(row, 'action')}`) &&
        (readTime(row.last) ?? 0) >= source.window.from &&
        (readTime(row.first) ?? 0) <= source.window.to,
    )
    .sort((a, b) => num(b.row, 'n') - num(a.row, 'n'));
  if (facts.length === 0) return '';
  const rows = facts
    .slice(0, MOST_READS)
    .map((fact) => [
      code(text(fact.row, 'principal'), 80),
      code(text(fact.row, 'action')),
      { denied: 'denied', failed: 'failed' }[text(fact.row, 'outcome')] ?? 'succeeded',
      `${num(fact.row, 'n')}`,
      `${num(fact.row, 'different')}`,
      fact.row.bytes === null ? '' : sizeText(num(fact.row, 'bytes')),
      factSpan(fact),
      cite([fact.evidence]),
    ]);
  const head = ['Identity', 'Action', 'Outcome', 'Reads that day', 'Different requests', 'Size', 'When', 'Evidence'];
  return `### Data read\n\n${table(head, rows)}${more(facts.length, MOST_READS, facts[0])}`;
}

function baseline(source: SourceCase, { judgement, coaching }: Material): string {
  const actions = new Set(
    (coaching.baseline ? judgement.findings : leadingFindings(judgement)).flatMap((finding) =>
      finding.facts.map(({ row }) => text(row, 'action')),
    ),
  );
  const facts = source.profile
    .filter(({ row }) => actions.has(text(row, 'action')) && num(row, 'n_case') > 0)
    .sort((a, b) => num(b.row, 'n_before') - num(a.row, 'n_before') || num(b.row, 'n_case') - num(a.row, 'n_case'));
  if (facts.length === 0) return '';
  const most = coaching.baseline ? 20 : 5;
  const rows = facts.slice(0, most).map((fact) => {
    const other = source.others.find(({ row }) => text(row, 'action') === text(fact.row, 'action'));
    return [
      code(text(fact.row, 'principal'), 80),
      code(text(fact.row, 'action')),
      `${num(fact.row, 'n_case')}`,
      `${num(fact.row, 'n_before')}`,
      `${num(fact.row, 'days_before')}`,
      other ? `${num(other.row, 'others')}` : '0',
      cite([fact.evidence, ...(other ? [other.evidence] : [])]),
    ];
  });
  const head = ['Identity', 'Action', 'In the window', 'Before', 'Earlier days', 'Others who do it', 'Evidence'];
  return `### Against the baseline\n\n${table(head, rows)}${more(facts.length, most, facts[0])}`;
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
