import { type Fact, num, type SourceCase, text } from '../case';
import { cite } from '../find-behaviour';
import { isAddress } from '../gather-source';
import { seedsOf } from '../subject';
import { code, defanged } from './escape';
import { factSpan, type Material, table } from './parts';

/** Technical Details: identities, keys, addresses and how they were used, defanged; with the baseline when it was asked for. */
export function writeTechnical({ gathered, coaching, judgement }: Material): string {
  if (gathered.cases.length === 0)
    return `Values of the alert that were looked for, all without a hit:\n\n${table(
      ['Kind', 'Value'],
      seedsOf(gathered.subject).map(({ kind, value }) => [kind, code(defanged(value))]),
    )}`;
  const parts = gathered.cases.flatMap((source) => {
    const blocks = [
      `### Indicators in ${code(source.source.name)}\n\n${table(['Kind', 'Indicator (defanged)', 'Seen with', 'First and last', 'Evidence'], indicators(source))}`,
    ];
    if (source.reads.length > 0) {
      blocks.push(
        `### Data read\n\n${table(
          ['Who', 'Action', 'Outcome', 'Calls that day', 'Different requests', 'Targets', 'Bytes', 'When', 'Evidence'],
          source.reads
            .slice(0, coaching.data ? 100 : 40)
            .map((fact) => [
              code(text(fact.row, 'principal'), 90),
              code(text(fact.row, 'action')),
              text(fact.row, 'outcome'),
              `${num(fact.row, 'n')}`,
              `${num(fact.row, 'different')}`,
              `${num(fact.row, 'targets')}`,
              fact.row.bytes === null ? '' : `${num(fact.row, 'bytes')}`,
              factSpan(fact),
              cite([fact.evidence]),
            ]),
        )}`,
      );
    }
    if (source.fellowReaders.length > 0) {
      blocks.push(
        `### Who else read from the same places\n\n${table(
          ['Who', 'Action', 'Place', 'Outcome', 'Calls', 'Different requests', 'When', 'Evidence'],
          source.fellowReaders
            .slice(0, 60)
            .map((fact) => [
              code(text(fact.row, 'principal'), 90),
              code(text(fact.row, 'action')),
              code(text(fact.row, 'target')),
              text(fact.row, 'outcome'),
              `${num(fact.row, 'n')}`,
              `${num(fact.row, 'different')}`,
              factSpan(fact),
              cite([fact.evidence]),
            ]),
        )}`,
      );
    }
    const serious = new Set(
      judgement.findings
        .filter((finding) => coaching.baseline || finding.level !== 'low')
        .flatMap((finding) => finding.facts.map(({ row }) => text(row, 'action'))),
    );
    const compared = source.profile.filter(({ row }) => serious.has(text(row, 'action')) && num(row, 'n_case') > 0);
    if (compared.length > 0) {
      blocks.push(
        `### Against the baseline and everybody else\n\n${table(
          [
            'Who',
            'Action',
            'Outcome',
            'In the window',
            'Before',
            'Earlier days',
            'After',
            'Others who do it',
            'Evidence',
          ],
          compared.slice(0, 80).map((fact) => {
            const other = source.others.find(({ row }) => text(row, 'action') === text(fact.row, 'action'));
            return [
              code(text(fact.row, 'principal'), 90),
              code(text(fact.row, 'action')),
              text(fact.row, 'outcome'),
              `${num(fact.row, 'n_case')}`,
              `${num(fact.row, 'n_before')}`,
              `${num(fact.row, 'days_before')}`,
              `${num(fact.row, 'n_after')}`,
              other ? `${num(other.row, 'others')}` : 'none',
              cite([fact.evidence, ...(other ? [other.evidence] : [])]),
            ];
          }),
        )}`,
      );
    }
    return blocks;
  });
  const absent = gathered.absent;
  if (absent.length > 0)
    parts.push(
      `### Named by the alert, in no log\n\n${table(
        ['Kind', 'Value (defanged)', 'Evidence'],
        absent.map(({ kind, value }) => [
          kind,
          code(defanged(value)),
          cite(gathered.presence.map((item) => item.evidence)),
        ]),
      )}`,
    );
  return parts.join('\n\n');
}

function indicators(source: SourceCase): string[][] {
  const rows: string[][] = [];
  const seen = new Set<string>();
  const facts: Fact[] = [
    ...source.who,
    ...source.neighbours.filter(({ row }) => source.scope.principals.includes(text(row, 'principal'))),
  ];
  for (const fact of facts) {
    const principal = text(fact.row, 'principal');
    const add = (kind: string, value: string, withWhat: string): void => {
      if (value === '' || seen.has(`${kind} ${value} ${withWhat}`) || rows.length >= 120) return;
      seen.add(`${kind} ${value} ${withWhat}`);
      rows.push([kind, code(defanged(value), 140), code(withWhat, 100), factSpan(fact), cite([fact.evidence])]);
    };
    add('identity', principal, text(fact.row, 'agent') || 'no user agent');
    add('key or session', text(fact.row, 'key'), principal);
    if (isAddress(text(fact.row, 'ip'))) add('address', text(fact.row, 'ip'), principal);
  }
  return rows;
}
