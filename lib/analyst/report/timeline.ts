import { joined, plural } from '../../text/phrases';
import { type Fact, num, type SourceCase, targetsOf, text } from '../case';
import { isSignIn } from '../finders/finder';
import { BEACONED, type Finding, isUsualDeed, SPRAYED } from '../finding';
import { attempted } from '../grammar';
import type { Row } from '../script';
import { HOUR, readTime, span } from '../time';
import { acrossMachines, type Line } from './across-machines';
import { code, endOf, prose } from './escape';
import { few, shortName } from './names';
import { cite, detailText, eventNoun, isReconnaissance, type Material, outcomeCell, outcomeWord, table } from './parts';

export const TIMELINE_HEAD = ['Time (UTC)', 'Actor', 'Action', 'Outcome', 'Evidence'];
export const MOST_ROWS = 30;
/** Lines below this weight are in the evidence only. */
const LEAST_WEIGHT = 30;
const WEIGHTS = { critical: 90, high: 80, medium: 60, low: 20 };

/** Timeline: consequential acts alone, bursts as one row, sessions in place of reconnaissance; at most 30 rows, in order of time. */
export function writeTimeline(material: Material): string {
  const all = timelineLines(material);
  if (all.length === 0) return 'No event of the case was found in any log.';
  const rows = table(
    TIMELINE_HEAD,
    withoutRepeats(topLines(all)).map((line) => [
      whenOf(line),
      line.actor,
      line.action,
      line.outcome,
      cite(line.numbers),
    ]),
  );
  if (all.length <= MOST_ROWS) return rows;
  const where = material.gathered.cases.flatMap(({ episodes, signIns, sessions }) =>
    [episodes, signIns, sessions].flatMap((facts) => facts.slice(0, 1).map(({ evidence }) => evidence)),
  );
  return `${rows}\n\nLess consequential episodes are left out; all are in ${cite(where)}.`;
}

/** What an act means is said where an actor first does it; the rows after it name the act alone. */
function withoutRepeats(lines: Line[]): Line[] {
  const told = new Set<string>();
  return lines.map((line) => {
    const meaning = line.meaning ?? '';
    const key = `${line.actor}\n${meaning}`;
    if (meaning === '' || !told.has(key)) {
      told.add(key);
      return line;
    }
    return { ...line, action: line.action.replace(`: ${meaning}`, '') };
  });
}

/** The most consequential lines, in order of time. */
export const topLines = (lines: Line[]): Line[] =>
  [...lines]
    .sort((a, b) => b.weight - a.weight || a.at - b.at)
    .slice(0, MOST_ROWS)
    .sort((a, b) => a.at - b.at || a.action.localeCompare(b.action));

export const whenOf = ({ at, last }: Line): string => (at === 0 ? 'unknown' : span(at, last));

/** Every line there is, in order of time. */
export function timelineLines(material: Material): Line[] {
  const lines = [
    ...alertLines(material),
    ...material.gathered.cases.flatMap((source) =>
      sourceLines(source, material.judgement.findings, material.gathered.subject.at),
    ),
  ];
  const distinct = new Map(lines.map((line) => [`${line.at} ${line.last} ${line.actor} ${line.action}`, line]));
  const all = [...distinct.values()].filter(({ weight }) => weight >= LEAST_WEIGHT);
  return acrossMachines(all)
    .filter((line) => !line.isSession || !isToldBy(line, all))
    .sort((a, b) => a.at - b.at || a.action.localeCompare(b.action));
}

/** Two records of one act may differ by this much. */
const CLOCKS = 2000;
const withoutDomain = (actor: string): string => actor.replace(/@[^`]*/, '');

/** A session whose acts stand in rows of their own, also of another source that recorded the same, says nothing more. */
function isToldBy(session: Line, lines: Line[]): boolean {
  const acts = lines.filter(
    (line) =>
      !line.isSession &&
      withoutDomain(line.actor) === withoutDomain(session.actor) &&
      line.at >= session.at - CLOCKS &&
      line.last <= session.last + CLOCKS,
  );
  return acts.reduce((sum, { n }) => sum + n, 0) >= session.n / 2;
}

function alertLines({ gathered }: Material): Line[] {
  return gathered.subject.alerts.flatMap((alert) => {
    const at = readTime(alert.occurredAt);
    if (at === null) return [];
    const numbers = [gathered.alertEvidence[alert.id] ?? 0].filter(Boolean);
    return [
      {
        at,
        last: at,
        actor: 'Alert',
        action: prose(alert.title, 120),
        outcome: `${alert.severity} severity`,
        numbers,
        n: 0,
        weight: 100,
      },
    ];
  });
}

/** What belongs to an alert by its time alone. */
const NEAR = 2 * HOUR;
const isNear = ({ at, last }: Line, alert: number | null): boolean =>
  alert === null || (at <= alert + NEAR && last >= alert - NEAR);

function sourceLines(source: SourceCase, findings: Finding[], alert: number | null): Line[] {
  const lines: Line[] = [];
  const done = new Set<Fact>();
  const own = findings.filter((finding) => finding.kind === 'action' && finding.explained === null);
  const machines = machinesOf(source);
  const repeated = new Map<string, number>();
  for (const finding of own.filter((item) => item.level !== 'low' && (item.attempt || !isReconnaissance(item))))
    for (const fact of finding.rows.filter((item) => item.source === source.source && !done.has(item))) {
      done.add(fact);
      const kind = `${text(fact.row, 'principal')} ${finding.did}`;
      repeated.set(kind, (repeated.get(kind) ?? 0) + 1);
      const line = actionLine(fact, finding);
      const machine = machines.has(text(fact.row, 'principal')) ? { ofMachine: text(fact.row, 'action') } : {};
      lines.push({ ...line, ...machine, weight: line.weight - ((repeated.get(kind) ?? 0) > 3 ? 45 : 0) });
    }
  // What a baseline explains is in the timeline where the alert may be about it.
  const usual = findings.filter((item) => item.kind === 'action' && item.explained !== null && !isReconnaissance(item));
  for (const finding of usual)
    for (const fact of finding.rows.filter((item) => item.source === source.source && !done.has(item))) {
      const line = { ...actionLine(fact, finding), weight: 65 };
      if (!isNear(line, alert)) continue;
      done.add(fact);
      const machine = machines.has(text(fact.row, 'principal')) ? { ofMachine: text(fact.row, 'action') } : {};
      const before = isUsualDeed(finding) ? ', as before' : '';
      lines.push({ ...line, ...machine, action: `${line.action}${before}`, meaning: `${line.meaning}${before}` });
    }
  lines.push(...behaviourLines(source, findings, done));
  lines.push(
    ...signInLines(source, findings, alert),
    ...moveLines(source),
    ...roleLines(source),
    ...sessionLines(source, findings, alert),
  );
  for (const fact of source.episodes)
    if (!done.has(fact) && text(fact.row, 'outcome') === 'denied' && !isSignIn(text(fact.row, 'action')))
      lines.push(lineOf(fact, counted(fact, `${code(text(fact.row, 'action'))}${onTarget(fact)}`), 40));
  return lines;
}

/** Machines that acted themselves, in logs that tell machines and accounts apart. */
const machinesOf = ({ source, inside }: SourceCase): Set<string> =>
  new Set(
    source.mapping.hasLogons === true
      ? inside.filter(({ row }) => text(row, 'login') === '').map(({ row }) => text(row, 'principal'))
      : [],
  );

function actionLine(fact: Fact, finding: Finding): Line {
  const what = finding.attempt ? `tried to ${attempted(finding.did)}` : finding.did;
  const line = lineOf(fact, '', WEIGHTS[finding.level] - (finding.attempt ? 5 : 0));
  return {
    ...line,
    action: `${counted(fact, code(text(fact.row, 'action')))}${onTarget(fact)}${detailText(fact)}: ${what}`,
    meaning: what,
  };
}

/** What weighs most and no single act shows, such as credentials used elsewhere: where its acts have no row of their own. */
function behaviourLines(source: SourceCase, findings: Finding[], done: Set<Fact>): Line[] {
  const isTold = (fact: Fact): boolean => [...done].some((other) => actOf(other) === actOf(fact));
  const groups = findings
    // A group of events that reached the threshold of a correlation.
    .filter(
      ({ level, score, facts }) => score > 0 && level !== 'low' && facts.every(({ row }) => text(row, 'k0') !== ''),
    )
    .flatMap((finding) =>
      finding.facts
        .filter((fact) => fact.source === source.source)
        .map((fact) => ({
          ...lineOf(fact, `${plural(num(fact.row, 'n'), 'event')}: ${finding.did}`, WEIGHTS[finding.level]),
          actor: code(finding.principals[0] ?? '–'),
        })),
    );
  const told = findings
    .filter((finding) => finding.kind === 'behaviour' && isGrave(finding) && finding.score > 0)
    .flatMap((finding) =>
      finding.facts
        .filter((fact) => fact.source === source.source && !isSignIn(text(fact.row, 'action')))
        .filter((fact) => text(fact.row, 'action') !== '' && !isTold(fact))
        .map((fact) => {
          const what = `${counted(fact, code(text(fact.row, 'action')))}${onTarget(fact)}`;
          return { ...lineOf(fact, `${what}: ${finding.did}`, WEIGHTS[finding.level]), meaning: finding.did };
        }),
    );
  return [...groups, ...told];
}

/** The way through the network: sign-ins to machines that an account had not been on. */
const moveLines = ({ moves }: SourceCase): Line[] =>
  moves.map((fact) =>
    lineOf(
      fact,
      `${counted(fact, 'sign-in')} to ${code(text(fact.row, 'target'), 80)} from ${code(text(fact.row, 'ip'))}, for the first time`,
      70,
    ),
  );

/** Regular connections have no act of their own that a rule would name. */
const isGrave = ({ level, did }: Finding): boolean => level === 'critical' || did.startsWith(BEACONED);

const actOf = ({ row }: Fact): string => `${text(row, 'principal')}\n${text(row, 'action')}`;

const counted = (fact: Fact, what: string): string => {
  const n = num(fact.row, 'n');
  return n > 1 ? `${n} × ${what}` : what;
};

/** A few things that were acted on are named; more of them, or long ones, are counted. */
const MOST_NAMED = 3;
const MOST_LENGTH = 120;

function onTarget({ row }: Fact): string {
  const targets = num(row, 'targets');
  const names = targetsOf(row);
  if (targets > 1 && targets <= MOST_NAMED && names.length === targets && names.join('').length <= MOST_LENGTH)
    return ` on ${joined(names.map((name) => code(endOf(name, 70), 70)))}`;
  if (targets > 1) return ` on ${targets} targets`;
  return text(row, 'target') === '' ? '' : ` on ${code(endOf(text(row, 'target'), 70), 70)}`;
}

/** Of a password spray a few rows show what it was; the finding says how many accounts it tried. */
const MOST_SPRAYED = 3;

/** Sign-ins that a finding is about, and those of the case's own identities around the alert. */
function signInLines(source: SourceCase, findings: Finding[], alert: number | null): Line[] {
  const telling = new Set(findings.filter(({ score }) => score > 0).flatMap(({ facts }) => facts));
  const sprayers = new Set(
    findings.filter(({ did }) => did === SPRAYED).flatMap(({ facts }) => facts.map(({ row }) => text(row, 'ip'))),
  );
  const sprayed = source.signIns.filter(({ row }) => text(row, 'outcome') !== 'ok' && sprayers.has(text(row, 'ip')));
  const acts = new Set(
    findings
      .filter(({ kind }) => kind === 'action')
      .flatMap(({ facts }) => facts.filter(({ row }) => isSignIn(text(row, 'action'))))
      .map(({ row }) => `${text(row, 'principal')}\n${readTime(row.first)}`),
  );
  return (
    source.signIns
      .filter(({ row }) => readTime(row.first) !== null)
      // A sign-in that a rule has something to say about has its row.
      .filter(({ row }) => num(row, 'n') > 1 || !acts.has(`${text(row, 'principal')}\n${readTime(row.first)}`))
      .flatMap((fact) => {
        const failed = text(fact.row, 'outcome') !== 'ok';
        const where = text(fact.row, 'ip') === '' ? '' : ` from ${code(text(fact.row, 'ip'))}`;
        const line = lineOf(fact, `${plural(num(fact.row, 'n'), 'sign-in')}${where}`, failed ? 55 : 45);
        const own = source.primary.includes(text(fact.row, 'principal')) && isNear(line, alert);
        if (sprayed.indexOf(fact) >= MOST_SPRAYED) return [];
        return telling.has(fact) ? [{ ...line, weight: line.weight + 20 }] : own ? [line] : [];
      })
  );
}

function roleLines(source: SourceCase): Line[] {
  // A denied call names no role; it is among the denied episodes.
  const named = source.roleChains.filter(
    ({ row }) =>
      text(row, 'role_arn') !== '' &&
      (readTime(row.last) ?? 0) >= source.window.from &&
      (readTime(row.first) ?? 0) <= source.window.to,
  );
  return named.map((fact) => {
    const role = code(text(fact.row, 'role_arn'), 110);
    const key = text(fact.row, 'new_key');
    return lineOf(
      fact,
      `${counted(fact, code(text(fact.row, 'action')))} of ${role}${key === '' ? '' : `, key ${code(key)}`}`,
      35,
    );
  });
}

/** What an identity did around the alert, as sessions: reconnaissance and routine are in their counts. */
function sessionLines(source: SourceCase, findings: Finding[], alert: number | null): Line[] {
  // Where the identities were around the alert and around what was found, and no more.
  const times = [
    ...(alert === null ? [] : [alert]),
    ...findings
      .filter(({ explained }) => explained === null)
      .flatMap(({ facts }) => facts.filter((fact) => fact.source === source.source))
      .flatMap(({ row }) => [readTime(row.first), readTime(row.last)])
      .filter((time) => time !== null)
      .filter((time) => time >= source.window.from && time <= source.window.to),
  ];
  const overlaps = (row: Row, from: number, to: number): boolean =>
    (readTime(row.last) ?? 0) >= from && (readTime(row.first) ?? 0) <= to;
  return source.sessions
    .filter(
      (fact) =>
        num(fact.row, 'n') > 1 &&
        overlaps(fact.row, source.window.from, source.window.to) &&
        (alert === null || times.some((time) => overlaps(fact.row, time - NEAR, time + NEAR))),
    )
    .slice(0, 5)
    .map((fact) => {
      // Of a few calls that are among many others nothing says which they were.
      const untold = untoldActs(source, findings, fact);
      const named = untold.length <= Math.max(1, num(fact.row, 'actions')) ? untold : [];
      const names = [...new Set(named.map(({ row }) => code(text(row, 'action'))))];
      // What has a row of its own isn't named again.
      const isPart = names.length <= 3 && names.length < num(fact.row, 'actions');
      const acts = names.length > 0 ? `${isPart ? ', among them' : ':'} ${few(names)}` : '';
      const [n, denied, failed] = ['n', 'denied', 'failed'].map((column) => num(fact.row, column)) as [
        number,
        number,
        number,
      ];
      const refused = [denied > 0 ? `${denied} denied` : '', failed > 0 ? `${failed} failed` : ''].filter(Boolean);
      const line = lineOf(
        fact,
        `Session of ${plural(n, eventNoun(fact))}${num(fact.row, 'actions') > 1 ? `, ${num(fact.row, 'actions')} different actions` : ''}${acts}`,
        50,
      );
      return {
        ...line,
        numbers: [...line.numbers, ...named.slice(0, 1).map(({ evidence }) => evidence)],
        isSession: true,
        outcome:
          denied + failed >= n
            ? denied > failed
              ? 'denied'
              : 'failed'
            : [source.source.mapping.passed ?? 'succeeded', refused.join(', ')].filter(Boolean).join(', except '),
      };
    });
}

/** What was done in a session and has no row of its own: changes first, then what was done most. */
function untoldActs({ profile }: SourceCase, findings: Finding[], session: Fact): Fact[] {
  const told = new Set(
    findings
      .filter(({ kind, level, score }) => kind === 'action' && level !== 'low' && score > 0)
      .flatMap(({ facts }) => facts.map(actOf)),
  );
  const [from, to] = [readTime(session.row.first) ?? 0, readTime(session.row.last) ?? 0];
  const looks = ({ row }: Fact): number => Number(/^(?:Describe|List|Get|Head|Lookup)/.test(text(row, 'action')));
  const own = profile.filter(
    (fact) =>
      text(fact.row, 'principal') === text(session.row, 'principal') &&
      num(fact.row, 'n_case') > 0 &&
      text(fact.row, 'action') !== '' &&
      !told.has(actOf(fact)) &&
      (readTime(fact.row.last) ?? 0) >= from &&
      (readTime(fact.row.first) ?? 0) <= to,
  );
  const distinct = new Map(own.map((fact) => [text(fact.row, 'action'), fact]));
  return [...distinct.values()].sort((a, b) => looks(a) - looks(b) || num(b.row, 'n_case') - num(a.row, 'n_case'));
}

const actorOf = (row: Row): string => {
  const known = text(row, 'principal') || text(row, 'ip');
  return known === '' ? 'not recorded' : shortName(known);
};

function lineOf(fact: Fact, action: string, weight: number): Line {
  const [first, last] = [readTime(fact.row.first), readTime(fact.row.last)];
  const error = text(fact.row, 'error');
  const outcome = outcomeCell(fact);
  return {
    at: first ?? 0,
    last: last ?? first ?? 0,
    actor: actorOf(fact.row),
    action,
    outcome: outcomeWord(fact) === '' || error === '' ? outcome : `${outcome} (${code(error, 50)})`,
    numbers: [fact.evidence],
    n: num(fact.row, 'n'),
    weight,
  };
}
