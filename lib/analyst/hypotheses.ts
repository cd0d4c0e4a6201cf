import type { HypothesisStatus } from '../report/hypotheses';
import { joined } from '../text/phrases';
import { share } from './baseline';
import { type Gathered, text } from './case';
import { isAddress } from './find-actors';
import { isSignIn } from './finders/finder';
import {
  ATTACK_TOOL,
  type Finding,
  isUsualDeed,
  REFUSED_SCAN,
  SET_UP_BEFORE,
  SEVERAL_SOURCES,
  WEIGHTS,
} from './finding';
import { capital } from './grammar';
import { groupBy } from './group-by';
import { baselineEvidence, inBaselines } from './in-baselines';
import type { Judgement } from './judge';
import { prose } from './report/escape';
import { mergedFindings } from './report/key-findings';
import { shortName } from './report/names';
import { claimOf, findingClaim, findingPredicate, inOrder, isReconnaissance } from './report/parts';
import { usualAddresses } from './usual-addresses';

/** A reason for or against; `weight` only orders them. */
export type Argument = { text: string; weight: number; evidence: number[] };
export type Hypothesis = {
  name: string;
  kind: 'hostile' | 'routine' | 'exercise' | 'admin';
  status: HypothesisStatus;
  for: Argument[];
  against: Argument[];
  score: number;
};

type Judged = Omit<Judgement, 'hypotheses'>;

/**
 * Two to four explanations, ranked: the one the verdict rests on first, then by the weight of their arguments. Beside attack and
 * routine only those that something speaks for, and none beside a routine that explains it all.
 */
export function hypotheses(gathered: Gathered, judged: Judged): Hypothesis[] {
  const scored = judged.findings.filter((finding) => finding.score > 0);
  const list = [
    hostile(gathered, judged, scored),
    routine(gathered, judged, scored),
    exercise(gathered, judged, scored),
    administration(gathered, judged, scored),
  ]
    .filter((item) => item !== null)
    .filter((item) => isWorthTelling(item, judged));
  for (const item of list) {
    item.for.sort((a, b) => b.weight - a.weight);
    item.against.sort((a, b) => b.weight - a.weight);
    item.score = total(item.for) - total(item.against);
  }
  const favoured = { MALICIOUS: 'hostile', BENIGN: 'routine', SUSPICIOUS: null }[judged.classification];
  return list.sort(
    (a, b) =>
      Number(b.kind === favoured) - Number(a.kind === favoured) || b.score - a.score || a.name.localeCompare(b.name),
  );
}

const isWorthTelling = ({ kind, for: reasons }: Hypothesis, { classification }: Judged): boolean =>
  kind === 'hostile' || kind === 'routine' || (reasons.length > 0 && classification !== 'BENIGN');

const total = (list: Argument[]): number => list.reduce((sum, { weight }) => sum + weight, 0);
const evidenceOf = (findings: Finding[]): number[] => [...new Set(findings.flatMap(({ evidence }) => evidence))];
const weightOf = (findings: Finding[]): number => findings.reduce((sum, { score }) => sum + score, 0);
/**
 * "`bob` stopped the logging of a trail; `eve` read objects; among others": at most `most` clauses, the most consequential first. The
 * key findings tell them at length.
 */
function clauses(findings: Finding[], most: number): string {
  const told = mergedFindings(findings, 2);
  const shown = [...groupBy(told.slice(0, most), ({ principals }) => principals.map(shortName).join('\n')).values()];
  const texts = shown.map((group) => claimOf(group[0]?.principals ?? [], group.map(findingPredicate)));
  return `${texts.join('; ')}${told.length > most ? '; and more' : ''}`;
}

function make(
  kind: Hypothesis['kind'],
  name: string,
  status: HypothesisStatus,
  arguments_: { for: (Argument | null)[]; against: (Argument | null)[] },
): Hypothesis {
  const present = (items: (Argument | null)[]): Argument[] => items.filter((item) => item !== null);
  return {
    kind,
    name,
    status,
    for: present(arguments_.for),
    against: present(arguments_.against),
    score: 0,
  };
}

/** Why nothing speaks for an attack: nothing got in, or the baseline explains it, or nothing was found. */
function nothingLeft(judged: Judged): string {
  if (isNoise(judged)) return 'Every attempt of the scan was refused';
  return judged.findings.some(({ explained }) => explained !== null)
    ? 'Nothing was found that the baseline does not explain'
    : 'No detection rule and no behavioural finding matched in the window';
}

function hostile(gathered: Gathered, judged: Judged, scored: Finding[]): Hypothesis {
  const { classification, baselines } = judged;
  const serious = scored.filter(({ level }) => level === 'critical' || level === 'high');
  const told = mergedFindings(inOrder(serious), 2);
  const [actions, others] = [told.slice(0, 3), told.slice(3)];
  const minor = inOrder(
    scored.filter((finding) => !serious.includes(finding) && finding.did !== SEVERAL_SOURCES),
  ).filter(({ did }) => !told.some((one) => one.did.includes(did)));
  const [past] = precedents(gathered, 'MALICIOUS');
  const about = concerned(baselines, scored);
  const covered = about.filter((item) => share(item) >= 50 && item.days >= 2);
  const status = { MALICIOUS: 'supported', BENIGN: 'refuted', SUSPICIOUS: 'inconclusive' } as const;
  return make(
    'hostile',
    `${hostileName(scored, judged.findings)}`,
    gathered.cases.length === 0 ? 'open' : status[classification],
    {
      for: [
        actions.length > 0
          ? {
              text: clauses(actions, 3),
              weight: weightOf(actions),
              evidence: evidenceOf(actions),
            }
          : null,
        others.length > 0
          ? { text: `Also, ${clauses(others, 2)}`, weight: weightOf(others), evidence: evidenceOf(others.slice(0, 2)) }
          : null,
        told.length < 3 && minor.length > 0
          ? {
              text: `${told.length > 0 ? 'Also, ' : ''}${clauses(minor, 3)}`,
              weight: Math.min(weightOf(minor), Math.max(1, weightOf(actions) - 1)),
              evidence: evidenceOf(mergedFindings(minor, 2).slice(0, 3)),
            }
          : null,
        past
          ? {
              text: 'An approved past case about the same entities was MALICIOUS; that is a lead',
              weight: 5,
              evidence: [past.evidence],
            }
          : null,
      ],
      against: [
        scored.length === 0 && gathered.cases.length > 0
          ? {
              text: nothingLeft(judged),
              weight: 20,
              evidence: gathered.cases.map(({ insideEvidence }) => insideEvidence).filter(Boolean),
            }
          : null,
        covered.length > 0
          ? {
              text: 'The usual activity named under "Routine operation"',
              weight: 10 * Math.min(2, covered.length),
              evidence: covered.flatMap(({ evidence }) => evidence),
            }
          : null,
        ...gathered.context.filter(({ speaksFor }) => speaksFor === 'exercise').map(toArgument),
      ],
    },
  );
}

/** Of hosts, which are named by their addresses, nobody used an account. */
function hostileName(scored: Finding[], all: Finding[]): string {
  const names = [...new Set((scored.length > 0 ? scored : all).flatMap(({ principals }) => principals))];
  if (scored.length === 0 && all.some(({ explained }) => explained === REFUSED_SCAN))
    return 'Break-in through an open port';
  if (names.length > 0 && names.every(isAddress)) return `Compromise of the host${names.length > 1 ? 's' : ''}`;
  return 'Hostile use of the account';
}

/** Baselines of those whom findings are about: what others, or the same people elsewhere, usually do says nothing about them. */
function concerned(baselines: Judged['baselines'], scored: Finding[]): Judged['baselines'] {
  const names = new Set(scored.flatMap(({ principals }) => principals));
  const sources = new Set(scored.flatMap(({ facts }) => facts.map(({ source }) => source)));
  const about = baselines.filter(({ principal }) => names.has(principal));
  const there = about.filter(({ source }) => sources.has(source));
  return there.length > 0 ? there : about.length > 0 ? about : baselines;
}

/** What an explanation leaves open: the greatest of the findings, and that there are more. */
function unexplained(by: string, findings: Finding[]): Argument | null {
  const [first, ...more] = mergedFindings(inOrder(findings), 2);
  if (!first) return null;
  return {
    text: `${by} does not explain that ${findingClaim(first)}${more.length > 0 ? ', or the other findings' : ''}`,
    weight: weightOf(findings),
    evidence: first.evidence,
  };
}

function routine(gathered: Gathered, judged: Judged, scored: Finding[]): Hypothesis {
  const known = concerned(judged.baselines, scored).filter((item) => item.before > 0);
  const open = known.length === 0 ? 'open' : 'inconclusive';
  const status = { BENIGN: 'supported', MALICIOUS: 'refuted', SUSPICIOUS: open } as const;
  const name = isNoise(judged) ? 'Scan from the internet, refused' : 'Routine operation';
  return make('routine', name, status[judged.classification], {
    for: forRoutine(gathered, judged, scored, known),
    against: againstRoutine(judged, scored, known),
  });
}

/** Whether the verdict rests on a scan that got no answer. */
const isNoise = ({ findings, reason }: Judged): boolean =>
  reason !== null && findings.some(({ explained }) => explained === REFUSED_SCAN);

function forRoutine(
  gathered: Gathered,
  judged: Judged,
  scored: Finding[],
  known: Judged['baselines'],
): (Argument | null)[] {
  const { findings } = judged;
  // What is usual in one place and found in another would read as a contradiction.
  const usualDeeds = findings.filter(
    (finding) => isUsualDeed(finding) && !scored.some(({ did }) => did === finding.did),
  );
  // Beside a grave thing nobody asks what small thing is usual.
  const isGrave = [...usualDeeds, ...scored].some(({ level }) => level !== 'low');
  const explained = usualDeeds
    .filter(({ level }) => level !== 'low' || !isGrave)
    .sort((a, b) => WEIGHTS[b.level] - WEIGHTS[a.level]);
  const usual = known.filter((item) => share(item) >= 50);
  const expected = [
    ...new Set(scored.filter(({ level }) => level !== 'low').flatMap(({ falsePositives }) => falsePositives)),
  ];
  return [
    usual.length > 0
      ? {
          text: inBaselines(usual, known),
          weight: usual.reduce(
            (sum, item) => sum + (item.days < 2 && item.hours < 3 ? 0 : Math.floor(share(item) / 2)),
            0,
          ),
          evidence: baselineEvidence(usual),
        }
      : null,
    judged.reason !== null && findings.some(({ explained }) => explained === SET_UP_BEFORE)
      ? { ...judged.reason, text: capital(judged.reason.text), weight: 10 }
      : null,
    ...gathered.context.filter(({ speaksFor }) => speaksFor === 'second-factor').map(toArgument),
    precedentOf(scored),
    expected.length > 0 && judged.classification !== 'MALICIOUS'
      ? {
          text: `The rules themselves name this as a false positive: ${joined(expected.slice(0, 2).map((reason) => prose(reason, 120)))}`,
          weight: 2,
          evidence: evidenceOf(
            scored.filter(({ level, falsePositives }) => level !== 'low' && falsePositives.length > 0).slice(0, 2),
          ),
        }
      : null,
    isNoise(judged) && judged.reason
      ? { text: capital(judged.reason.text), weight: 20, evidence: judged.reason.evidence }
      : null,
    explained.length > 0 && !isNoise(judged)
      ? { text: `The baseline explains that ${clauses(explained, 2)}`, weight: 10, evidence: evidenceOf(explained) }
      : null,
  ];
}

/** What of the greatest findings the same hand had done before, though too seldom to explain it. */
function precedentOf(scored: Finding[]): Argument | null {
  const [found] = scored.filter(({ precedent }) => precedent);
  return found?.precedent
    ? {
        text: `${capital(findingClaim(found))}, ${found.precedent.text}`,
        weight: 4,
        evidence: [...found.precedent.evidence, ...found.evidence.slice(0, 1)],
      }
    : null;
}

function againstRoutine(judged: Judged, scored: Finding[], known: Judged['baselines']): (Argument | null)[] {
  const { baselines } = judged;
  const heavy = scored.filter((finding) => finding.level !== 'low');
  const unusual = known.filter((item) => share(item) < 50);
  return [
    // Without a baseline there is nothing that could explain.
    known.length > 0 || baselines.length === 0 ? unexplained('The baseline', heavy) : null,
    unusual.length > 0 && !isNoise(judged)
      ? {
          text: inBaselines(unusual, known),
          weight: unusual.reduce((sum, item) => sum + Math.floor((100 - share(item)) / 10), 0),
          evidence: baselineEvidence(unusual),
        }
      : null,
    known.length === 0 && baselines.length > 0
      ? {
          text: 'The logs hold no earlier activity of the identity to compare with',
          weight: 5,
          evidence: baselines.flatMap(({ evidence }) => evidence),
        }
      : null,
  ];
}

function exercise(gathered: Gathered, { classification }: Judged, scored: Finding[]): Hypothesis {
  const reading = scored.filter(isReconnaissance);
  const tools = scored.filter(({ did }) => did.startsWith(ATTACK_TOOL));
  const acting = scored.filter(
    (finding) => !reading.includes(finding) && !tools.includes(finding) && finding.level !== 'low',
  );
  const [approved] = precedents(gathered, 'BENIGN');
  return make('exercise', 'Security check or exercise', classification === 'BENIGN' ? 'inconclusive' : 'open', {
    for: [
      ...gathered.context.filter(({ speaksFor }) => speaksFor === 'exercise').map(toArgument),
      tools.length > 0
        ? { text: `${clauses(tools, 2)}, as exercises also do`, weight: 10, evidence: evidenceOf(tools) }
        : null,
      // Beside an attack it is a part of that.
      reading.length > 0 && classification !== 'MALICIOUS'
        ? {
            text: `${clauses(reading, 3)}, as a check does`,
            weight: Math.min(30, 8 * reading.length),
            evidence: evidenceOf(reading),
          }
        : null,
      approved
        ? {
            text: 'An approved past case about the same entities was BENIGN; that is a lead, not proof',
            weight: 5,
            evidence: [approved.evidence],
          }
        : null,
    ],
    against: [
      unexplained('A check', acting),
      { text: 'Logs cannot show whether someone agreed to it; the owner can', weight: 1, evidence: [] },
    ],
  });
}

function administration(gathered: Gathered, judged: Judged, scored: Finding[]): Hypothesis | null {
  const failed = gathered.cases.flatMap((item) =>
    item.inside.filter(({ row }) => text(row, 'outcome') === 'failed' && !isSignIn(text(row, 'action'))),
  );
  const known = judged.baselines.filter((baseline) => baseline.days >= 2);
  const moved = scored.filter((finding) => finding.kind === 'behaviour' && finding.level !== 'low');
  const tampering = scored.filter((finding) => finding.level === 'critical' && finding.kind === 'action');
  const usual = usualAddresses(gathered, judged);
  const item = make(
    'admin',
    'Unusual but legitimate administration',
    judged.classification === 'MALICIOUS' && tampering.length + moved.length > 0
      ? 'refuted'
      : judged.classification === 'BENIGN'
        ? 'inconclusive'
        : 'open',
    {
      for: [
        known.length > 0 && usual.length > 0
          ? {
              text: 'The identity acted from an address that it had used before the window',
              weight: 15,
              evidence: usual,
            }
          : null,
        failed.length > 0
          ? {
              text: 'Some calls failed with service errors, as happens in manual work',
              weight: 5,
              evidence: [...new Set(failed.map(({ evidence }) => evidence))],
            }
          : null,
      ],
      against: [unexplained('One-off work', [...tampering, ...moved])],
    },
  );
  return item.for.length + item.against.length === 0 ? null : item;
}

const toArgument = ({ text, evidence }: Gathered['context'][number]): Argument => ({ text, weight: 8, evidence });

/** Approved cases that share an entity; a similar title alone is no precedent. */
const precedents = (gathered: Gathered, classification: string) =>
  gathered.pastCases.filter(
    (item) => item.approved && item.matched.length > 0 && item.classification === classification,
  );
