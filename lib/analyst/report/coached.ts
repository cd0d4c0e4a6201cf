import type { SectionName } from '../../report/schema';
import { type Fact, num, type SourceCase, text } from '../case';
import { cite } from '../find-behaviour';
import { clock } from '../time';
import { code, defanged } from './escape';
import { shortName } from './names';
import { bullet, factSpan, type Material, table } from './parts';

/** A block that coaching adds to a section, under its own heading of level 3. */
export type CoachedBlock = { section: SectionName; heading: string; text: string };

const NOTHING = 'Nothing of that kind is in the logs that were searched.';
const principal = (fact: Fact): string => code(text(fact.row, 'principal'), 90);

/** What each kind of coaching adds to a report that is there. Every number in it stands in the evidence its line cites. */
export function coachedBlocks(material: Material): CoachedBlock[] {
  const { coaching } = material;
  return [
    ...(coaching.data ? [dataAccess(material)] : []),
    ...(coaching.around ? [around(material)] : []),
    ...(coaching.baseline ? [baseline(material)] : []),
    ...(coaching.others ? [others(material)] : []),
    ...(coaching.refute ? [refutation(material)] : []),
    ...(coaching.missing ? [missing(material)] : []),
  ];
}

function dataAccess({ gathered }: Material): CoachedBlock {
  const facts = gathered.cases.flatMap((source) => source.readPlaces);
  const rows = facts
    .slice(0, 80)
    .map((fact) => [
      principal(fact),
      text(fact.row, 'target') === '' ? 'not named' : code(text(fact.row, 'target'), 90),
      text(fact.row, 'outcome'),
      `${num(fact.row, 'n')}`,
      `${num(fact.row, 'different')}`,
      fact.row.bytes === null ? '' : `${num(fact.row, 'bytes')}`,
      factSpan(fact),
      cite([fact.evidence]),
    ]);
  const totals = grouped(facts, (fact) => text(fact.row, 'principal')).map(
    ([who, list]) => `${code(who, 90)}: ${sum(list)} reads ${cite(list.map(({ evidence }) => evidence))}`,
  );
  const scope = new Set(gathered.cases.flatMap((source) => source.scope.principals));
  const fellows = gathered.cases
    .flatMap((source) => source.fellowReaders)
    .filter(({ row }) => !scope.has(text(row, 'principal')));
  const body =
    facts.length === 0
      ? NOTHING
      : [
          table(['Who', 'Place', 'Outcome', 'Reads', 'Different requests', 'Bytes', 'When', 'Evidence'], rows),
          `By identity, the same reads added up:\n\n${bullet(totals)}`,
          fellows.length === 0
            ? nobody(gathered, 'Who else read from the same places', 'read from the same places')
            : `Others who read from the same places:\n\n${bullet(fellows.slice(0, 30).map((fact) => `${principal(fact)}: ${num(fact.row, 'n')} ${code(text(fact.row, 'action'))} from ${code(text(fact.row, 'target'), 90)}, ${factSpan(fact)} ${cite([fact.evidence])}`))}`,
          'Reads show that data was handed out, not where it went: this analyst has no logs of that.',
        ].join('\n\n');
  return { section: 'Technical Details', heading: 'Data access in depth', text: body };
}

function around({ gathered, judgement }: Material): CoachedBlock {
  const told = new Set(
    judgement.findings.flatMap((finding) =>
      finding.facts.map(({ row }) => `${text(row, 'principal')} ${text(row, 'action')}`),
    ),
  );
  const rest = gathered.cases
    .flatMap((source) => source.profile)
    .filter(({ row }) => num(row, 'n_case') > 0 && !told.has(`${text(row, 'principal')} ${text(row, 'action')}`));
  const rows = rest
    .slice(0, 80)
    .map((fact) => [
      principal(fact),
      code(text(fact.row, 'action')),
      text(fact.row, 'outcome'),
      `${num(fact.row, 'n_case')}`,
      `${num(fact.row, 'n_before')}`,
      `${num(fact.row, 'n_after')}`,
      factSpan(fact),
      cite([fact.evidence]),
    ]);
  const windows = gathered.cases.map((source) => `${code(source.source.name)}: ${windowText(source)}`);
  return {
    section: 'Technical Details',
    heading: 'What else they did around that time',
    text:
      rest.length === 0
        ? NOTHING
        : `Besides what counts as a finding, in the window (${windows.join('; ')}):\n\n${table(['Who', 'Action', 'Outcome', 'In the window', 'Before', 'After', 'First and last', 'Evidence'], rows)}${rest.length > rows.length ? '\n\nMore rows are in the evidence named.' : ''}`,
  };
}

const windowText = ({ window, insideEvidence }: SourceCase): string =>
  `${clock(window.from)} to ${clock(window.to)} ${cite([insideEvidence])}`;

function baseline({ gathered, judgement }: Material): CoachedBlock {
  const covered = judgement.baselines.map(
    (item) =>
      `${shortName(item.principal)}: ${item.covered} of ${item.inCase} events of the window are in its baseline; it was there on ${item.days} earlier days, with ${item.before} events ${cite(item.evidence)}`,
  );
  const notable = new Set(judgement.findings.flatMap((finding) => finding.facts.map(({ row }) => text(row, 'action'))));
  const rows = gathered.cases.flatMap((source) =>
    source.profile
      .filter(({ row }) => notable.has(text(row, 'action')) && num(row, 'n_case') > 0)
      .map((fact) => {
        const other = source.others.find(({ row }) => text(row, 'action') === text(fact.row, 'action'));
        return [
          principal(fact),
          code(text(fact.row, 'action')),
          `${num(fact.row, 'n_case')}`,
          `${num(fact.row, 'n_before')}`,
          `${num(fact.row, 'days_before')}`,
          other ? `${num(other.row, 'others')}` : 'none',
          cite([fact.evidence, ...(other ? [other.evidence] : [])]),
        ];
      }),
  );
  const head = ['Who', 'Action', 'In the window', 'Before', 'Earlier days', 'Others who do it', 'Evidence'];
  return {
    section: 'Technical Details',
    heading: 'Notable actions against the baseline',
    text:
      covered.length + rows.length === 0
        ? NOTHING
        : [
            covered.length > 0 ? bullet(covered) : '',
            rows.length > 0 ? table(head, rows.slice(0, 80)) : 'No notable action is in the window.',
          ]
            .filter(Boolean)
            .join('\n\n'),
  };
}

function others({ gathered }: Material): CoachedBlock {
  const primary = new Set(gathered.cases.flatMap((source) => source.primary));
  const near = gathered.cases
    .flatMap((source) => source.neighbours)
    .filter(({ row }) => !primary.has(text(row, 'principal')));
  const rows = near
    .slice(0, 60)
    .map((fact) => [
      principal(fact),
      code(defanged(text(fact.row, 'ip'))),
      code(text(fact.row, 'key')),
      code(text(fact.row, 'agent'), 60),
      `${num(fact.row, 'n')}`,
      factSpan(fact),
      cite([fact.evidence]),
    ]);
  const shared = gathered.cases
    .flatMap((source) => source.others)
    .map((fact) => `${code(text(fact.row, 'action'))}: ${num(fact.row, 'others')} others ${cite([fact.evidence])}`);
  return {
    section: 'Technical Details',
    heading: 'Who else',
    text: [
      rows.length === 0
        ? nobody(gathered, 'Who else used the same addresses or keys', 'used the same addresses or keys')
        : `On the same addresses or keys (defanged). An address that many share ties nobody to the case by itself:\n\n${table(['Who', 'Address', 'Key', 'Tool', 'Events', 'First and last', 'Evidence'], rows)}`,
      shared.length === 0
        ? nobody(gathered, 'How common these actions are among everybody else', 'did the notable actions')
        : `Who else does the notable actions:\n\n${bullet(shared.slice(0, 40))}`,
    ].join('\n\n'),
  };
}

/** An absence is a claim like another: it cites the queries that found nobody, and says so when there was none. */
function nobody(gathered: Material['gathered'], question: string, did: string): string {
  const asked = gathered.steps.filter(({ purpose }) => purpose.startsWith(`${question} (`));
  return asked.length === 0
    ? `Who else ${did} was not asked: there was nothing to ask about.`
    : `Nobody else ${did} ${cite(asked.map(({ outcome }) => outcome.evidence))}.`;
}

function refutation({ judgement }: Material): CoachedBlock {
  const [favourite, ...rest] = judgement.hypotheses;
  const line = (argument: { says: string; evidence: number[] }) =>
    `${argument.says} ${cite(argument.evidence) || '(no evidence either way)'}`;
  const against = favourite?.arguments.filter((argument) => argument.points < 0) ?? [];
  const forOthers = rest.flatMap((item) =>
    item.arguments.filter((argument) => argument.points > 0).map((argument) => `For "${item.name}": ${line(argument)}`),
  );
  const explained = judgement.findings
    .filter((finding) => finding.explained !== null)
    .slice(0, 20)
    .map((finding) => `Explained: ${finding.did}; ${finding.explained} ${cite(finding.evidence)}`);
  const found = [
    ...against.map((argument) => `Against "${favourite?.name}": ${line(argument)}`),
    ...forOthers,
    ...explained,
  ];
  const standing = judgement.findings.filter((finding) => finding.points > 0 && finding.level !== 'low');
  return {
    section: 'Hypothesis Analysis',
    heading: 'Attempt to refute the conclusion',
    text: [
      `The conclusion is **${judgement.classification}**, and "${favourite?.name ?? 'none'}" leads.`,
      found.length === 0 ? 'The rules found nothing against it in these logs.' : bullet(found),
      standing.length === 0
        ? 'No finding of weight stands without an explanation.'
        : `What nothing here refutes: ${standing
            .slice(0, 8)
            .map((finding) => `${finding.did} ${cite(finding.evidence)}`)
            .join('; ')}.`,
      judgement.classification === 'BENIGN'
        ? 'It would be wrong if somebody used the same identity, address and tool for the usual actions on other data: the rules compare actions, not contents.'
        : 'It would be wrong if the owner can show a change record or an agreed test for these times: the logs hold neither. Ask them.',
    ].join('\n\n'),
  };
}

function missing({ gathered }: Material): CoachedBlock {
  const asked = new Map(gathered.presence.map(({ source }) => [source.name, source]));
  const hits = new Set(gathered.presence.filter(({ found }) => found.length > 0).map(({ source }) => source.name));
  const evidenceOf = (name: string) =>
    cite(gathered.presence.filter(({ source }) => source.name === name).map(({ evidence }) => evidence));
  const lines = [
    ...[...asked.keys()].map((name) =>
      hits.has(name)
        ? `${code(name)} was searched and has events of the case ${evidenceOf(name)}.`
        : `${code(name)} was searched; nothing that the alert names is in it ${evidenceOf(name)}.`,
    ),
    ...gathered.gaps.map((gap) => `${gap.text} ${cite(gap.evidence)}`.trim()),
    ...(gathered.absent.length > 0
      ? [
          `In no log: ${gathered.absent
            .slice(0, 12)
            .map(({ value }) => code(defanged(value)))
            .join(', ')} ${cite(gathered.presence.map(({ evidence }) => evidence))}.`,
        ]
      : []),
    'Not looked at by this analyst: contents of files, tickets, chat, mail and whatever is not in the log sources named above.',
  ];
  return { section: 'Lessons Learned', heading: 'What is missing', text: bullet(lines) };
}

function grouped(facts: Fact[], key: (fact: Fact) => string): [string, Fact[]][] {
  const groups = new Map<string, Fact[]>();
  for (const fact of facts) groups.set(key(fact), [...(groups.get(key(fact)) ?? []), fact]);
  return [...groups];
}

/** "5 (= 2 + 3)": how it adds up is said, so that it can be checked. */
function sum(facts: Fact[]): string {
  const terms = facts.map(({ row }) => num(row, 'n'));
  const total = terms.reduce((all, term) => all + term, 0);
  return terms.length > 1 ? `${total} (= ${terms.join(' + ')})` : `${total}`;
}
