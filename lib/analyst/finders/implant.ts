import { plural } from '../../text/phrases';
import { type Fact, num, text } from '../case';
import { BEACONED, type Finding } from '../finding';
import { code, defanged } from '../report/escape';
import { cite, factSpan } from '../report/parts';
import { behaviour } from './finder';

/** What talks to a command server. */
const COMMANDS = /^T1(?:071|095|571|572|573)/;

/** A malware signature and regular connections that name one place: each alone may err, both together hardly. */
export function implant(findings: Finding[]): Finding[] {
  const known = findings.filter(
    ({ kind, attempt, techniques }) => kind === 'action' && !attempt && techniques.some((id) => COMMANDS.test(id)),
  );
  return findings
    .filter(({ did }) => did.startsWith(BEACONED))
    .flatMap((beacon) => {
      const [calls] = beacon.facts as [Fact]; // a beacon has its row
      const [host, place] = [text(calls.row, 'ip'), text(calls.row, 'target')];
      const named = known.flatMap(({ facts }) =>
        facts.filter(({ row }) => text(row, 'target') === place && text(row, 'ip') === host),
      );
      const [signature] = named;
      if (!signature) return [];
      const to = code(defanged(place));
      return [
        behaviour(
          'critical',
          ['T1071'],
          `contacted the command server ${to}`,
          [calls, ...named],
          `${code(defanged(host))} contacted the command server ${to}: ${plural(num(calls.row, 'n'), 'connection')} at regular intervals, ${factSpan(calls)}, and the signature ${code(text(signature.row, 'action'), 120)} names the same address ${cite([calls, ...named].map(({ evidence }) => evidence))}.`,
        ),
      ];
    });
}
