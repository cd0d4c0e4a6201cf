import { joined } from '../../text/phrases';
import { type Fact, num, text } from '../case';
import { type Finding, REFUSED_SCAN } from '../finding';
import { groupBy } from '../group-by';
import { isRequest } from '../refused-connections';
import { readTime } from '../time';
import { code } from './escape';
import { mergedFindings, ofEachActor } from './key-findings';
import { few, shortName } from './names';
import {
  cite,
  cited,
  claimOf,
  eventNoun,
  findingPredicate,
  isReconnaissance,
  leadingFindings,
  type Material,
  sizeText,
  table,
} from './parts';
import { wayIn } from './way-in';

/** Threat Assessment: techniques with what shows them, the impact, and what could come next. */
export function writeThreat(material: Material): string {
  const { judgement, technique } = material;
  const scored = leadingFindings(judgement);
  const rows = techniquesOf(material).map((id) => {
    const known = technique(id);
    const findings = scored.filter((finding) => finding.techniques.includes(id));
    const shown = [...new Set(findings.map(findingPredicate))];
    const own = alertsWith(material, id);
    return [
      id,
      known?.name ?? '',
      shown[0] ?? statusOf(material, id),
      cite(findings.length > 0 ? (findings[0]?.evidence ?? []) : own),
    ];
  });
  withoutRepeats(rows);
  const parts = [
    rows.length > 0
      ? table(['Technique', 'Name', 'Shown by', 'Evidence'], rows)
      : 'No ATT&CK technique is supported by the evidence.',
    wayIn(material) === '' ? '' : `**Way in.** ${wayIn(material)}`,
    `**Impact.** ${impact(material)}`,
    next(material),
  ];
  return parts.filter(Boolean).join('\n\n');
}

/** What shows several techniques is said once. */
function withoutRepeats(rows: string[][]): void {
  const told = new Map<string, string>();
  for (const row of rows) {
    const [id = '', , shown = ''] = row;
    const before = told.get(shown);
    if (before !== undefined && shown.split(' ').length > 4) row[2] = `as ${before}`;
    else told.set(shown, id);
  }
}

/** A technique of the alert is never dropped: what became of it is said. */
function statusOf({ judgement, gathered }: Material, id: string): string {
  const narrower = leadingFindings(judgement).flatMap(({ techniques }) =>
    techniques.filter((other) => other.startsWith(`${id}.`)),
  );
  if (narrower[0]) return 'named by the alert; shown as its sub-technique';
  const wider = id.split('.')[0] ?? id;
  if (leadingFindings(judgement).some(({ techniques }) => techniques.includes(wider)))
    return `named by the alert; shown as ${wider}`;
  const explained = judgement.findings.find((item) => item.explained !== null && item.techniques.includes(id));
  if (explained) return `named by the alert; explained: ${explained.explained}`;
  if (gathered.notCovered !== null) return 'named by the alert; not investigated';
  return judgement.classification === 'BENIGN'
    ? 'named by the alert; the activity is routine'
    : 'named by the alert; not confirmed in the logs';
}

const alertsWith = ({ gathered }: Material, id: string): number[] =>
  gathered.subject.alerts
    .filter((alert) => alert.techniques.includes(id))
    .map((alert) => gathered.alertEvidence[alert.id] ?? 0)
    .filter(Boolean);

/** Real ids, the most consequential first: those of the findings that count, then those that the alerts name. */
export function techniquesOf({ judgement, gathered, technique }: Material): string[] {
  // The low findings of a benign case name no technique.
  const isBenign = judgement.classification === 'BENIGN';
  const found = leadingFindings(judgement).flatMap(({ level, techniques }) =>
    isBenign && level === 'low' ? [] : techniques,
  );
  const named = gathered.subject.alerts.flatMap((alert) => alert.techniques);
  // What a behaviour shows of a technique is told by its sub-technique, where an act shows that.
  const shownBy = (id: string) => leadingFindings(judgement).filter(({ techniques }) => techniques.includes(id));
  const narrow = found.filter(
    (id) => !found.some((other) => other.startsWith(`${id}.`)) || shownBy(id).some(({ kind }) => kind === 'action'),
  );
  return [...new Set([...narrow, ...named])].filter((id) => technique(id) !== undefined);
}

function impact(material: Material): string {
  const { judgement, gathered } = material;
  const done = leadingFindings(judgement).filter((finding) => !finding.attempt && finding.level !== 'low');
  const acts = done.filter((finding) => finding.kind === 'action');
  const changed = acts.filter((finding) => kindOf(material, finding) === 'changed');
  const lines = [
    readText(done) ||
      busiestRead(material, done) ||
      told(
        'Data was read',
        acts.filter((finding) => isRead(finding) && !isReconnaissance(finding)),
      ),
    told(
      'Data left',
      acts.filter((finding) => kindOf(material, finding) === 'sent'),
    ),
    told(
      'Code was run',
      acts.filter((finding) => kindOf(material, finding) === 'run'),
    ),
    told('Systems were changed', changed),
  ].filter(Boolean);
  if (lines.length > 0) return lines.join(' ');
  if (gathered.notCovered !== null) return 'Unknown, because no log covers the time.';
  const tried = judgement.findings.some((finding) => finding.attempt && finding.score > 0 && finding.level !== 'low');
  const where = gathered.cases.map(({ insideEvidence }) => insideEvidence);
  const usual = judgement.findings.filter((item) => item.explained !== null && item.level !== 'low' && !isRead(item));
  if (usual.some(({ explained }) => explained === REFUSED_SCAN))
    return `${cited(
      `None: every ${usual.some(({ facts }) => facts.some(isRequest)) ? 'attempt' : 'connection'} of the scan was refused`,
      usual.flatMap((item) => item.evidence),
    )}.`;
  if (usual.length > 0 && !tried) {
    return told('Nothing beyond what earlier days have', usual);
  }
  if (gathered.cases.length === 0) return 'Unknown: the logs that were searched do not show the activity.';
  return `${cited(tried ? 'The attempts found were denied or failed' : 'Limited to what the timeline shows', where)}.`;
}

/** "Backups and settings were changed: `a` deleted backups; `b` changed a policy": each act with those who did it, and nobody else. */
function told(title: string, acts: Finding[]): string {
  const shown = [...new Set(acts.map(({ did }) => did))].slice(0, MOST_DEEDS);
  const deeds = shown.map((did) => {
    const own = acts.filter((finding) => finding.did === did);
    return {
      did,
      principals: [...new Set(own.flatMap(({ principals }) => principals))].sort(),
      evidence: own.flatMap(({ evidence }) => evidence),
    };
  });
  const claims = [...groupBy(deeds, ({ principals }) => principals.join('\n')).values()].map((group) =>
    cited(
      claimOf(
        group[0]?.principals ?? [],
        group.map(({ did }) => did),
      ),
      group.flatMap(({ evidence }) => evidence),
    ),
  );
  return claims.length === 0 ? '' : `${title}: ${claims.join('; ')}.`;
}

const MOST_DEEDS = 3;

/** What an act did to data or systems; null: nothing that lasts, such as a refused request or an alert. */
function kindOf({ technique }: Material, finding: Finding): 'read' | 'sent' | 'run' | 'changed' | null {
  if (isRead(finding)) return 'read';
  if (RUNS.test(finding.did)) return 'run';
  if (finding.techniques.some((id) => /^T1(?:048|537|567|041|020)/.test(id))) return 'sent';
  const tactics = new Set(
    finding.techniques.filter((id) => !/^T1(?:078|621|190)/.test(id)).flatMap((id) => technique(id)?.tactics ?? []),
  );
  if (['persistence', 'privilege-escalation', 'defense-evasion', 'impact'].some((tactic) => tactics.has(tactic)))
    return 'changed';
  return tactics.has('execution') ? 'run' : null;
}

/** Whatever tactic it serves: nothing was changed yet by what only ran. */
const RUNS = /^(?:called a script|ran |was made to run )/;

/** "Data was read: 402 objects …, 11.3 GB in all: `a` (166 `GetObject` calls, 4.5 GB) and `b` (…)" of the mass reads. */
function readText(done: Finding[]): string {
  const [mass] = mergedFindings(done.filter(({ amount }) => amount !== null));
  if (!mass) return '';
  const each = ofEachActor(done.filter(({ did, amount }) => did === mass.did && amount !== null));
  const bytes = mass.amount?.bytes ?? null;
  const names = each.map(({ principals }) => shortName(principals[0] ?? '')).sort();
  // What each of several read stands among the key findings.
  const read =
    each.length > 1 && bytes ? `${sizeText(bytes)} in all, by ${few(names)}` : `${names[0]} (${each[0]?.measure})`;
  return `Data was read: ${cited(
    read,
    each.flatMap(({ evidence }) => evidence),
  )}.`;
}

/** The most that a finding is about, on one day of the window. */
function busiestRead({ gathered }: Material, done: Finding[]): string {
  const nameOf = ({ row }: Fact): string => `${text(row, 'principal')} ${text(row, 'action')}`;
  const found = new Set(done.flatMap(({ facts }) => facts.map(nameOf)));
  const [most] = gathered.cases
    .flatMap(({ reads, window }) =>
      reads.filter(
        ({ row }) =>
          (text(row, 'outcome') || 'ok') === 'ok' &&
          (readTime(row.last) ?? 0) >= window.from &&
          (readTime(row.first) ?? 0) <= window.to,
      ),
    )
    .filter((fact) => found.has(nameOf(fact)))
    .sort((a, b) => num(b.row, 'n') - num(a.row, 'n'));
  if (!most) return '';
  const n = num(most.row, 'n');
  const calls = `${n} ${code(text(most.row, 'action'))} ${eventNoun(most)}${n === 1 ? '' : 's'}`;
  return `Data was read: ${cited(`${calls} by ${shortName(text(most.row, 'principal'))}`, [most.evidence])}.`;
}

const isRead = ({ techniques }: Finding): boolean =>
  techniques.every((id) => /^T(1003|1552|1555|1530|1213|1087|1069|1580|1526|1619|1538|1082|1005)/.test(id));

const NEXT: [RegExp, string][] = [
  [/^T1(552|555|003|528|606)/, 'use of the credentials that were read'],
  [/^T1(098|136|556)/, 'a return through the access that was added'],
  [/^T1(562\.(?:002|008|012)|070)/, 'further activity that the weakened logging no longer records'],
  [/^T1(537|530|567|048)/, 'publication or sale of the data that was taken'],
  [/^T1(059|651|021|609)/, 'movement from the machines that were reached'],
  [/^T1(110|078)/, 'use of the account from elsewhere'],
];

function next(material: Material): string {
  const { judgement } = material;
  if (judgement.classification === 'BENIGN') return '';
  const findings = leadingFindings(judgement).filter(({ level }) => level !== 'low');
  const ids = findings.filter(({ attempt }) => !attempt).flatMap(({ techniques }) => techniques);
  const steps = NEXT.filter(([pattern]) => ids.some((id) => pattern.test(id))).map(([, step]) => step);
  if (findings.some(({ attempt }) => attempt)) steps.push('another try at what was refused');
  return steps.length === 0 ? '' : `**What could come next.** Likely ${joined(steps.slice(0, 3), 'or')}.`;
}
