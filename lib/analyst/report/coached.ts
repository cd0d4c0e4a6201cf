import type { SectionName } from '../../report/schema';
import { plural } from '../../text/phrases';
import { share } from '../baseline';
import { type Fact, num, type SourceCase, text } from '../case';
import { capital } from '../grammar';
import { code, defanged } from './escape';
import { mergedFindings } from './key-findings';
import { few, shortName } from './names';
import {
  bullet,
  cite,
  cited,
  factSpan,
  findingClaim,
  findingSentence,
  leadingFindings,
  type Material,
  sizeText,
  table,
} from './parts';
import { gapLines } from './process';

/** What coaching adds to a section under its own heading: the answer in a sentence, then what it rests on. */
export type CoachedBlock = { section: SectionName; heading: string; answer: string; text: string };

const MOST_ROWS = 20;
const principal = (fact: Fact): string => code(text(fact.row, 'principal'), 90);
const searched = ({ gathered }: Material): number[] =>
  gathered.cases.length > 0
    ? gathered.cases.map(({ insideEvidence }) => insideEvidence)
    : gathered.presence.map(({ evidence }) => evidence);

/** What each kind of coaching adds to a report that is there. */
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

function dataAccess(material: Material): CoachedBlock {
  const { gathered } = material;
  const heading = 'Data access';
  const facts = gathered.cases.flatMap((source) => source.readPlaces);
  const asked = gathered.steps.filter(({ purpose }) => purpose.startsWith('What data did they read'));
  const sharing = leadingFindings(material.judgement).filter(({ techniques }) =>
    techniques.some((id) => /^T1(537|567|048)/.test(id)),
  );
  const shared = mergedFindings(sharing).map((finding) => `${cited(findingClaim(finding), finding.evidence)}.`);
  // What is far above every earlier day is the answer, with its sizes; all reads of all days are only its background.
  const mass = mergedFindings(leadingFindings(material.judgement).filter(({ amount }) => amount !== null));
  const [most] = facts;
  const scope = new Set(gathered.cases.flatMap((source) => source.scope.principals));
  const readers = gathered.cases
    .flatMap((source) => source.otherReaders)
    .filter(({ row }) => !scope.has(text(row, 'principal')));
  if (!most)
    return {
      section: 'Technical Details',
      heading,
      answer:
        shared.length > 0
          ? capital(shared.join(' '))
          : `${cited(
              'No query found a read, download or export of data by these identities',
              asked.map(({ outcome }) => outcome.evidence),
            )}.`,
      text: '',
    };
  const place = text(most.row, 'target') === '' ? '' : ` from ${code(text(most.row, 'target'), 80)}`;
  const answer =
    mass.length > 0
      ? mass.map(findingSentence).map(capital).concat(shared.map(capital)).join(' ')
      : `Most reads are by ${shortName(text(most.row, 'principal'))}: ${num(most.row, 'n')}${place}, ${factSpan(most)} ${cite([most.evidence])}.${shared.length > 0 ? ` ${capital(shared.join(' '))}` : ''}`;
  const rows = facts
    .slice(0, MOST_ROWS)
    .map((fact) => [
      principal(fact),
      text(fact.row, 'target') === '' ? '' : code(text(fact.row, 'target'), 90),
      text(fact.row, 'outcome'),
      `${num(fact.row, 'n')}`,
      `${num(fact.row, 'different')}`,
      fact.row.bytes === null ? '' : sizeText(num(fact.row, 'bytes')),
      factSpan(fact),
      cite([fact.evidence]),
    ]);
  const head = ['Identity', 'Place', 'Outcome', 'Reads', 'Different requests', 'Size', 'When', 'Evidence'];
  const readersText =
    readers.length > 0
      ? `Others who read from the same places:\n\n${bullet(readers.slice(0, 10).map((fact) => `${principal(fact)}: ${num(fact.row, 'n')} ${code(text(fact.row, 'action'))} from ${code(text(fact.row, 'target'), 90)}, ${factSpan(fact)} ${cite([fact.evidence])}`))}`
      : nobody(material, 'Who else read from the same places?', 'read from the same places');
  const limit = 'Reads show that data was handed out, not where it went.';
  return { section: 'Technical Details', heading, answer, text: [table(head, rows), readersText, limit].join('\n\n') };
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
  const asked = gathered.cases.flatMap((source) => source.profile.slice(0, 1).map(({ evidence }) => evidence));
  const names = [...new Set(rest.map(({ row }) => text(row, 'action')))].map((name) => code(name));
  const rows = rest
    .slice(0, MOST_ROWS)
    .map((fact) => [
      principal(fact),
      code(text(fact.row, 'action')),
      text(fact.row, 'outcome'),
      `${num(fact.row, 'n_case')}`,
      `${num(fact.row, 'n_before')}`,
      factSpan(fact),
      cite([fact.evidence]),
    ]);
  return {
    section: 'Technical Details',
    heading: 'What else they did',
    answer:
      rest.length === 0
        ? `${cited('Besides the findings, the same identities did nothing in the window', asked)}.`
        : `${cited(
            `Besides the findings, the same identities mostly did ${few(names)}`,
            rest.slice(0, 3).map(({ evidence }) => evidence),
          )}.`,
    text:
      rest.length === 0
        ? ''
        : table(['Identity', 'Action', 'Outcome', 'In the window', 'Before', 'First and last', 'Evidence'], rows),
  };
}

function baseline({ gathered, judgement }: Material): CoachedBlock {
  const covered = judgement.baselines.map((item) =>
    item.before === 0
      ? `${cited(`${shortName(item.principal)} has no earlier activity in the logs`, item.evidence)}.`
      : `${cited(`${item.covered} of ${item.inCase} events of ${shortName(item.principal)} in the window are in its baseline of ${plural(item.days, 'earlier day')}`, item.evidence)}.`,
  );
  const notable = new Set(judgement.findings.flatMap((finding) => finding.facts.map(({ row }) => text(row, 'action'))));
  const rows = gathered.cases.flatMap((source) =>
    source.profile
      .filter(({ row }) => notable.has(text(row, 'action')) && num(row, 'n_case') > 0)
      .map((fact) => baselineRow(source, fact)),
  );
  const head = ['Identity', 'Action', 'In the window', 'Before', 'Earlier days', 'Others who do it', 'Evidence'];
  const usual = [...judgement.baselines].sort((a, b) => b.inCase - a.inCase).find((item) => share(item) > 0);
  return {
    section: 'Technical Details',
    heading: 'Notable actions against the baseline',
    answer: covered[0] ?? 'None of the identities was active in the window, so there is nothing to compare.',
    text: [
      covered.length > 1 ? bullet(covered.slice(1, 6)) : '',
      rows.length > 0 ? table(head, rows.slice(0, MOST_ROWS)) : '',
      usual || covered.length === 0 ? '' : 'Without a baseline, "first seen" says little.',
    ]
      .filter(Boolean)
      .join('\n\n'),
  };
}

function baselineRow(source: SourceCase, fact: Fact): string[] {
  const other = source.others.find(({ row }) => text(row, 'action') === text(fact.row, 'action'));
  return [
    principal(fact),
    code(text(fact.row, 'action')),
    `${num(fact.row, 'n_case')}`,
    `${num(fact.row, 'n_before')}`,
    `${num(fact.row, 'days_before')}`,
    other ? `${num(other.row, 'others')}` : '0',
    cite([fact.evidence, ...(other ? [other.evidence] : [])]),
  ];
}

function others(material: Material): CoachedBlock {
  const { gathered } = material;
  const primary = new Set(gathered.cases.flatMap((source) => source.primary));
  const near = gathered.cases
    .flatMap((source) => source.neighbours)
    .filter(({ row }) => !primary.has(text(row, 'principal')));
  const names = [...new Set(near.map(({ row }) => shortName(text(row, 'principal'))))];
  const rows = near
    .slice(0, MOST_ROWS)
    .map((fact) => [
      principal(fact),
      code(defanged(text(fact.row, 'ip'))),
      text(fact.row, 'key') === '' ? '' : code(text(fact.row, 'key')),
      code(text(fact.row, 'agent'), 60),
      `${num(fact.row, 'n')}`,
      factSpan(fact),
      cite([fact.evidence]),
    ]);
  const shared = gathered.cases
    .flatMap((source) => source.others)
    .map(
      (fact) =>
        `${code(text(fact.row, 'action'))}: ${plural(num(fact.row, 'others'), 'other')} ${cite([fact.evidence])}`,
    );
  return {
    section: 'Technical Details',
    heading: 'Who else',
    answer:
      rows.length === 0
        ? nobody(material, 'Who else used the same addresses or keys?', 'used the same addresses or keys')
        : `${cited(
            `${few(names)} also used the same addresses or keys`,
            near.slice(0, 3).map(({ evidence }) => evidence),
          )}.`,
    text: [
      rows.length > 0
        ? table(['Identity', 'Address', 'Key', 'Tool', 'Events', 'First and last', 'Evidence'], rows)
        : '',
      shared.length === 0
        ? nobody(material, 'Who else does these actions?', 'does the notable actions')
        : `Who else does the notable actions:\n\n${bullet(shared.slice(0, 12))}`,
    ]
      .filter(Boolean)
      .join('\n\n'),
  };
}

/** An absence is a claim: it cites the queries that found nobody, or says that nothing was asked. */
function nobody({ gathered }: Material, question: string, did: string): string {
  const asked = gathered.steps.filter(({ purpose }) => purpose === question);
  return asked.length === 0
    ? `Whether anyone else ${did} was not queried: there was nothing to ask about.`
    : `${cited(
        `Nobody else ${did}`,
        asked.map(({ outcome }) => outcome.evidence),
      )}.`;
}

function refutation({ judgement }: Material): CoachedBlock {
  const [favourite, ...rest] = judgement.hypotheses;
  const against = favourite?.against ?? [];
  const forOthers = rest.flatMap((item) => item.for.map((argument) => ({ ...argument, of: item.name })));
  const [strongest] = [...against].sort((a, b) => b.weight - a.weight);
  const lines = [
    ...against.map((argument) => `Against "${favourite?.name}": ${cited(argument.text, argument.evidence)}.`),
    ...forOthers.map((argument) => `For "${argument.of}": ${cited(argument.text, argument.evidence)}.`),
  ];
  const standing = mergedFindings(leadingFindings(judgement).filter(({ level }) => level !== 'low'));
  return {
    section: 'Hypothesis Analysis',
    heading: 'Attempt to refute the conclusion',
    answer: strongest
      ? `The strongest point against ${judgement.classification}: ${cited(strongest.text, strongest.evidence)}.`
      : judgement.classification === 'BENIGN'
        ? 'Not from the logs: nothing in them speaks for an attack. The owner’s word that it was somebody else would overturn it.'
        : 'Not from the logs: nothing in them speaks for a harmless explanation. An approved change, an agreed exercise or the owner’s word would; none of them is in a log.',
    text: [
      lines.length > 1 ? bullet(lines.slice(0, 8)) : '',
      standing.length > 0
        ? `What nothing here refutes:\n\n${bullet(standing.slice(0, 5).map((finding) => `${capital(cited(findingClaim(finding), finding.evidence))}.`))}`
        : '',
    ]
      .filter(Boolean)
      .join('\n\n'),
  };
}

function missing(material: Material): CoachedBlock {
  const { gathered } = material;
  const gaps = gathered.gaps.filter(({ blocks }) => blocks);
  const [first] = gaps;
  return {
    section: 'Investigation Process',
    heading: 'What is missing',
    answer: first
      ? `The gap that matters most: ${cited(first.text.replace(/\.$/, ''), first.evidence)}.`
      : `${cited('Every connected source was queried and answered', searched(material))}.`,
    text: bullet(gapLines(material)),
  };
}
