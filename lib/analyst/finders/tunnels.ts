import { num, type SourceCase, text } from '../case';
import type { Finding } from '../finding';
import { code, defanged } from '../report/escape';
import { cite, factSpan } from '../report/parts';
import { behaviour } from './finder';

/** So many names under a domain that nobody had asked for before are no service that puts hashes into names. */
const MANY_NAMES = 200;

/** How findings about data in DNS queries begin; the domain follows in parentheses. */
export const TUNNELLED = 'sent what looks like data out in DNS queries';

/** Names under one domain that are long, many and each asked for once: data that leaves in questions to a name server. */
export function dnsTunnels(source: SourceCase): Finding[] {
  return source.tunnels.slice(0, 3).map((fact) => {
    const { row } = fact;
    const [from, domain] = [text(row, 'ip'), text(row, 'target')].map((value) => code(defanged(value)));
    const isNew = num(row, 'n_before') === 0;
    const grave = isNew && num(row, 'names_asked') >= MANY_NAMES;
    return behaviour(
      grave ? 'critical' : 'high',
      ['T1071.004', 'T1048.003'],
      `${TUNNELLED} (${domain})`,
      [fact],
      `${from} asked for ${num(row, 'names_asked')} different names under ${domain}, ${num(row, 'length')} characters long on average, in ${num(row, 'n')} queries, ${factSpan(fact)} ${cite([fact.evidence])}${isNew ? '; nobody had asked for it before' : ''}: data may have left in them.`,
      `Block ${domain} at the resolver, and find the program on ${from} that asks for it.`,
    );
  });
}
