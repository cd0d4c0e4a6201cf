import { num, type SourceCase, text } from '../case';
import type { Finding } from '../finding';
import { code, defanged } from '../report/escape';
import { cite, factSpan } from '../report/parts';
import { behaviour } from './finder';

/** Names under one domain that are long, many and each asked for once: data that leaves in questions to a name server. */
export function dnsTunnels(source: SourceCase): Finding[] {
  return source.tunnels.slice(0, 3).map((fact) => {
    const { row } = fact;
    const [from, domain] = [text(row, 'ip'), text(row, 'target')].map((value) => code(defanged(value)));
    return behaviour(
      'high',
      ['T1071.004', 'T1048.003'],
      `sent data out in DNS queries (${domain})`,
      [fact],
      `${from} asked for ${num(row, 'names_asked')} different names under ${domain}, ${num(row, 'length')} characters long on average, in ${num(row, 'n')} queries, ${factSpan(fact)} ${cite([fact.evidence])}: data may have left in them.`,
      `Block ${domain} at the resolver, and find the program on ${from} that asks for it.`,
    );
  });
}
