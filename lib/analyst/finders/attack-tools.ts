import { type SourceCase, text } from '../case';
import type { Finding } from '../finding';
import { ATTACK_TOOL } from '../finding';
import { groupBy } from '../group-by';
import { code } from '../report/escape';
import { shortName } from '../report/names';
import { cite, factSpan } from '../report/parts';
import { behaviour } from './finder';

/** Names that attack tools and attack systems write into user agents. Scanners that defenders run every day are not among them. */
const TOOLS =
  /\b(stratus-red-team|pacu|cloudfox|enumerate-iam|aadinternals|roadtools|roadrecon|teamfiltration|graphrunner|msolspray|trevorspray|mimikatz|impacket|kali|parrot ?os|parrotsec|blackarch|pentoo)\b/i;

/** Who used a tool that is made for attacks or for simulating them: an attacker, or an exercise that somebody can confirm. */
export function attackTools(source: SourceCase): Finding[] {
  const own = [...source.who, ...source.neighbours].filter(
    ({ row }) => source.scope.principals.includes(text(row, 'principal')) && TOOLS.test(text(row, 'agent')),
  );
  return [...groupBy(own, ({ row }) => text(row, 'principal'))].map(([principal, facts]) => {
    const [first] = facts as [(typeof facts)[number]]; // groups are never empty
    const tool = TOOLS.exec(text(first.row, 'agent'))?.[1] ?? '';
    return behaviour(
      'high',
      [],
      `${ATTACK_TOOL} (${code(tool)})`,
      facts,
      `${shortName(principal)} used ${code(tool)}, which is made for attacks and exercises, ${factSpan(first)} ${cite(facts.map(({ evidence }) => evidence))}.`,
    );
  });
}
