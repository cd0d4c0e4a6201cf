import { ruleFor } from '../actions';
import { type Fact, num, type SourceCase, text } from '../case';
import { cite } from '../find-behaviour';
import { clock, readTime, span } from '../time';
import { code, prose } from './escape';
import { shortName } from './names';
import { burstText, type Material, outcomeWord, table } from './parts';

type Line = {
  at: number;
  last: number;
  when: string;
  who: string;
  what: string;
  from: string;
  numbers: number[];
  evidence: string;
};
const MOST = 400;

/** Timeline: every serious or denied burst in time order; small reads of one kind are one row; what is routine says so. */
export function writeTimeline(material: Material): string {
  const lines = timelineLines(material);
  if (lines.length === 0)
    return 'There are no events to put in order: nothing that the alert names was found in any log.';
  const shown = lines.slice(0, MOST);
  const notes = material.gathered.cases.map(
    (source) =>
      `In ${code(source.source.name)} the window is ${source.windowNote}: ${span(source.window.from, source.window.to)}. Serious actions outside it are listed as well ${cite([source.insideEvidence, ...source.outside.map((fact) => fact.evidence)])}.`,
  );
  const cut =
    lines.length > shown.length ? '\n\nLater rows are left out here; the bursts are in the evidence named.' : '';
  return `${notes.join('\n\n')}\n\n${table(
    ['Time (UTC)', 'Who', 'What', 'From', 'Evidence'],
    shown.map((line) => [line.when, line.who, line.what, line.from, line.evidence]),
  )}${cut}`;
}

/** The rows, in order of time. */
export function timelineLines(material: Material): Line[] {
  const lines = [
    ...alertLines(material),
    ...material.gathered.cases.flatMap((source) => sourceLines(source, material)),
  ];
  return lines.sort((a, b) => a.at - b.at || a.what.localeCompare(b.what));
}

function alertLines({ gathered }: Material): Line[] {
  return gathered.subject.alerts.flatMap((alert) => {
    const at = readTime(alert.occurredAt);
    return at === null
      ? []
      : [
          {
            at,
            last: at,
            numbers: [gathered.alertEvidence[alert.id] ?? 0].filter(Boolean),
            when: clock(at),
            who: 'alert',
            what: `The alert: ${prose(alert.title, 120)}`,
            from: '',
            evidence: cite([gathered.alertEvidence[alert.id] ?? 0].filter(Boolean)) || 'the alert itself',
          },
        ];
  });
}

function sourceLines(source: SourceCase, { judgement }: Material): Line[] {
  const lines: Line[] = [];
  const done = new Set<Fact>();
  const schema = source.source.mapping.schema;
  for (const finding of judgement.findings) {
    if (finding.kind !== 'action' || finding.level === 'low' || finding.explained !== null) continue;
    for (const fact of finding.facts.filter((item) => item.source === source.source && !done.has(item))) {
      done.add(fact);
      lines.push(
        lineOf(fact, `${burstText(fact)}: ${finding.did}${finding.attempt ? ' (attempt)' : ''}${detail(fact)}`),
      );
    }
  }
  const explained = new Map(
    judgement.findings.flatMap((finding) =>
      finding.explained === null
        ? []
        : finding.facts.map((fact): [Fact, string] => [fact, finding.explained as string]),
    ),
  );
  const signs = source.signIns.filter((fact) => (readTime(fact.row.first) ?? 0) > 0);
  for (const fact of signs)
    lines.push(
      lineOf(
        fact,
        `${num(fact.row, 'n')} ${outcomeWord(fact) || 'successful '}sign-in${num(fact.row, 'n') === 1 ? '' : 's'}${text(fact.row, 'error') === '' ? '' : `, reason ${code(text(fact.row, 'error'), 60)}`}`,
      ),
    );
  for (const fact of source.chains) {
    done.add(fact);
    const key = text(fact.row, 'new_key');
    lines.push(
      lineOf(
        fact,
        `${num(fact.row, 'n')} ${outcomeWord(fact)}${code(text(fact.row, 'action'))} of ${code(text(fact.row, 'role_arn') || 'a role not named', 120)}${key === '' ? '' : `, which gave key ${code(key)}`}`,
      ),
    );
  }
  // The rest of the window, one row for each kind of action by one hand.
  const kinds = new Map<string, Fact[]>();
  for (const fact of source.inside) {
    if (done.has(fact) || /^AssumeRole/.test(text(fact.row, 'action'))) continue;
    const key =
      ['principal', 'ip', 'agent', 'action', 'outcome'].map((column) => text(fact.row, column)).join('\n') +
      (explained.get(fact) ?? '');
    kinds.set(key, [...(kinds.get(key) ?? []), fact]);
  }
  for (const facts of kinds.values()) {
    const fact = facts[0] as Fact; // groups are never empty
    const terms = facts.map(({ row }) => num(row, 'n'));
    const total = terms.reduce((sum, term) => sum + term, 0);
    const request = { text: text(fact.row, 'request'), login: '', account: '' };
    const did = ruleFor(schema, text(fact.row, 'action'), request)?.did;
    const reason = explained.get(fact) ?? null;
    if (!did && text(fact.row, 'outcome') !== 'denied') continue;
    const count = terms.length > 1 ? `${total} (= ${terms.join(' + ')})` : `${total}`;
    const first = Math.min(...facts.map(({ row }) => readTime(row.first) ?? 0));
    const last = Math.max(...facts.map(({ row }) => readTime(row.last) ?? 0));
    const line = lineOf(
      fact,
      `${count} ${outcomeWord(fact)}${code(text(fact.row, 'action'))}${did ? `: ${did}` : ''}${reason === null ? '' : ` (explained: ${reason})`}`,
    );
    const numbers = [...new Set(facts.map(({ evidence }) => evidence))];
    lines.push({ ...line, at: first, last, when: span(first, last), numbers, evidence: cite(numbers) });
  }
  return lines;
}

function lineOf(fact: Fact, what: string): Line {
  const [first, last] = [readTime(fact.row.first), readTime(fact.row.last)];
  const from = [text(fact.row, 'ip'), text(fact.row, 'agent')]
    .filter((value) => value !== '')
    .map((value) => code(value, 60));
  return {
    at: first ?? 0,
    last: last ?? first ?? 0,
    numbers: [fact.evidence],
    when: first === null || last === null ? 'unknown' : span(first, last),
    who: shortName(text(fact.row, 'principal')),
    what,
    from: from.join(' with '),
    evidence: cite([fact.evidence]),
  };
}

/** The request of a single decisive call, cut short. */
function detail(fact: Fact): string {
  const request = text(fact.row, 'request');
  return request === '' || request === 'null' || num(fact.row, 'n') > 5 ? '' : `, request ${code(request, 220)}`;
}
