import { plural } from '../../text/phrases';
import { num, type SourceCase, text } from '../case';
import { BEACONED, type Finding } from '../finding';
import { code, defanged } from '../report/escape';
import { cite, factSpan } from '../report/parts';
import { behaviour } from './finder';

/** Connections to one place at regular times, as an implant calls home. */
export function beacons(source: SourceCase): Finding[] {
  return source.regular.slice(0, 3).map((fact) => {
    const machine = /\bhost `([^`]+)`/.exec(text(fact.row, 'settings'))?.[1];
    const caller = text(fact.row, 'ip') || machine || text(fact.row, 'principal');
    const [from, to] = [caller, text(fact.row, 'target')].map((value) => code(defanged(value)));
    const host = /\bname `([^`]+)`/.exec(text(fact.row, 'settings'))?.[1];
    const name = host === undefined ? '' : ` (${code(defanged(host), 90)})`;
    const by = text(fact.row, 'agent') === '' ? '' : ` by ${code(text(fact.row, 'agent'), 60)}`;
    return behaviour(
      'high',
      ['T1071'],
      `${BEACONED} (${to})`,
      [fact],
      `${from} contacted ${to}${name} at regular intervals: ${plural(num(fact.row, 'n'), 'connection')}${by}, about one every ${Math.round(num(fact.row, 'mean'))} seconds, ${factSpan(fact)} ${cite([fact.evidence])}.`,
      `Isolate ${text(fact.row, 'ip') === '' ? '' : 'the host at '}${from} and block ${to}.`,
    );
  });
}
