import { plural } from '../../text/phrases';
import { type Gathered, num, targetsOf, text } from '../case';
import type { Finding } from '../finding';
import { isWebShell } from '../follow-requests';
import { code, defanged } from '../report/escape';
import { few, shortName } from '../report/names';
import { cite, factSpan } from '../report/parts';
import { behaviour } from './finder';

/** Whose requests made a web server run commands: the page is the way in, the address the other side. */
export function commandedOverWeb(gathered: Gathered): Finding[] {
  const shells = gathered.cases.flatMap(({ inside }) => inside.filter((fact) => isWebShell(gathered, fact)));
  const who = few([...new Set(shells.map(({ row }) => shortName(text(row, 'principal'))))]);
  return gathered.requests.slice(0, 1).map((fact) => {
    const [ip, page] = [code(defanged(text(fact.row, 'ip'))), code(text(fact.row, 'page'), 120)];
    const commands = [...new Set(shells.flatMap(({ row }) => targetsOf(row)))].slice(0, 3).map((one) => code(one, 60));
    return {
      ...behaviour(
        'critical',
        ['T1505.003', 'T1190'],
        `ran commands through the page ${page}`,
        [fact, ...shells],
        `${ip} ran commands through the page ${page}: ${plural(num(fact.row, 'n'), `\`${text(fact.row, 'action')}\` request`)}, ${factSpan(fact)} ${cite([fact.evidence])}, in the same seconds in which ${who} ran ${few(commands)} ${cite(shells.map(({ evidence }) => evidence))}.`,
        `Block ${ip}, take the page ${page} off the server after keeping a copy, and look for how it came there`,
      ),
      principals: [text(fact.row, 'ip')],
    };
  });
}
