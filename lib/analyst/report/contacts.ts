import { type Contact, num, text } from '../case';
import { isAddress } from '../find-actors';
import { groupBy } from '../group-by';
import { readTime, span } from '../time';
import { code, shownHost } from './escape';
import { few, shortName } from './names';
import { cite, type Material, seriousFindings, table } from './parts';

/** Hosts outside that commands of the findings name. */
function contactsOf({ gathered, judgement }: Material): Contact[] {
  const told = new Set(seriousFindings(judgement).flatMap(({ facts }) => facts));
  return gathered.contacts.filter(({ commands }) => commands.some(({ fact }) => told.has(fact)));
}

/** "Block `198[.]51[.]100[.]78`, which `curl …` contacted, and look for it …": what nobody had gone to before the case. */
export function blockContacts(material: Material): string[] {
  return contactsOf(material)
    .filter(({ isUsual }) => !isUsual)
    .map(({ host, commands, others, isWhole, asked }) => {
      const names = [...new Set(others.map(({ row }) => shortName(text(row, 'principal'))))];
      const evidence = [...commands.map(({ fact }) => fact.evidence), ...asked];
      const nobody = isWhole ? '; in the sources that were searched nobody else went there' : '';
      const many = names.length > 1;
      const isAtAddress = others.length > 0 && others.every(({ row }) => isAddress(text(row, 'principal')));
      const also = isAtAddress
        ? `; find out which machine${many ? 's' : ''} ${few(names)} ${many ? 'are' : 'is'}, which named it too`
        : `; ${few(names)} named it too`;
      const who = names.length === 0 ? nobody : also;
      return `Block ${shownHost(host)}, which a command names (${code(commands[0]?.command, 120)}), and look for it in proxy, DNS and flow logs${who} ${cite(evidence)}.`;
    });
}

/** The same as a table of Technical Details: who named each of them, when. */
export function contactTable(material: Material): string {
  const rows = contactsOf(material).flatMap(({ host, commands, seen }) => {
    const own = groupBy(seen, ({ row }) => text(row, 'principal') || text(row, 'ip'));
    const shown = [...own].slice(0, MOST_ROWS).map(([who, facts]) => {
      const times = facts
        .flatMap(({ row }) => [readTime(row.first), readTime(row.last)])
        .filter((time) => time !== null);
      const n = facts.reduce((sum, { row }) => sum + num(row, 'n'), 0);
      return [
        shownHost(host),
        who === '' ? 'not recorded' : who === host ? 'itself' : shortName(who),
        `${n}`,
        times.length === 0 ? '' : span(Math.min(...times), Math.max(...times)),
        cite([...new Set(facts.map(({ evidence }) => evidence))]),
      ];
    });
    return shown.length > 0
      ? shown
      : [[shownHost(host), 'the command alone', '', '', cite(commands.map(({ fact }) => fact.evidence))]];
  });
  return rows.length === 0
    ? ''
    : `### Hosts that commands name\n\n${table(['Host (defanged)', 'Named by', 'Events', 'First and last', 'Evidence'], rows)}`;
}

const MOST_ROWS = 4;
