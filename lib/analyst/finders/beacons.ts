import { plural } from '../../text/phrases';
import { num, type SourceCase, text } from '../case';
import type { Finding } from '../finding';
import { code, defanged } from '../report/escape';
import { cite, factSpan } from '../report/parts';
import { behaviour } from './finder';

/** Connections to one place at regular times, as an implant calls home. */
export function beacons(source: SourceCase): Finding[] {
  return source.regular.slice(0, 3).map((fact) => {
    const [from, to] = [text(fact.row, 'ip'), text(fact.row, 'target')].map((value) => code(defanged(value)));
    return behaviour(
      'high',
      ['T1071'],
      'connected to one place at regular times',
      [fact],
      `${from} connected to ${to} at regular times: ${plural(num(fact.row, 'n'), 'connection')}, ${factSpan(fact)}, about every ${Math.round(num(fact.row, 'mean'))} seconds ${cite([fact.evidence])}.`,
      `Isolate the host at ${from} and block ${to}.`,
    );
  });
}
