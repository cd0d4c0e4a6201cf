import { claimsOf, placeOf } from '../claims';
import { clausesOf } from '../clauses';
import type { CheckContext } from '../context';
import type { EvidenceEvent } from '../events';
import { squash } from '../evidence-index';
import { IPV4 } from '../indicators';
import { type Finding, finding } from '../messages';
import { isDeniedAt, type Statement, statementsOf } from '../statements';

/** What reports call a program or a system, and how user agents write it. */
const CLIENTS: [said: RegExp, agent: RegExp][] = [
  [
    /\b(?:in|with|from|by|through|using) (?:a|an ordinary|a web|the) browser\b|\bbrowser on\b/i,
    /mozilla|chrome|safari|firefox|edge|applewebkit|opera/i,
  ],
  [
    /\b(?:in|with|from|by|through|on|using) (?:the|a) (?:command[ -]line|CLI|terminal)\b/i,
    /\bcli\b|aws-?cli|gcloud|azure|kubectl|okta-cli|curl|wget|powershell/i,
  ],
  [/\b(?:on|from a|running|under) Windows\b/, /windows|win32|win64|winnt/i],
  [/\b(?:on|from|running|under) (?:a )?(?:macOS|Mac(?: OS X?)?|Macintosh)\b/, /mac ?os|macintosh|darwin/i],
  [/\b(?:on|from|running) (?:an? )?(?:iPhone|iOS|iPad)\b/, /iphone|ipad|\bios\b|cfnetwork/i],
  [/\b(?:on|from|running) (?:an? )?Android\b/, /android|okhttp/i],
  [/\b(?:in|with|from|of) Firefox\b/, /firefox/i],
  [/\b(?:in|with|by|from|of) (?:a )?Python\b/, /python|boto|requests/i],
];
const AGENT = /agent|client_?(?:app|name|program)|browser|device/i;
/** Of what is only named to say what it is not, or what would be there. */
const OTHER = /\b(?:rather than|instead of|unlike|other than|not (?:a|the|by|from|in|with)|differs? from)\b/i;

/** `from a browser on macOS`: an agent of the cited rows says so; where the clause names an address, one of its rows. */
export function checkClients(context: CheckContext): Finding[] {
  return statementsOf(context).statements.flatMap((statement) => {
    if (statement.block.kind === 'row' || OTHER.test(statement.text)) return [];
    const seen = statement.events.flatMap((event) => {
      const agent = agentOf(event);
      return agent === '' ? [] : [{ event, agent }];
    });
    if (seen.length === 0 || statement.events.some(({ record }) => !record.isWhole)) return [];
    return saidIn(statement)
      .flatMap((said) => checkOne(statement, seen, said))
      .slice(0, 1);
  });
}

type Said = { start: number; end: number; agents: RegExp[]; clause: { start: number; end: number } };

/** The programs of each clause, together with what they ran on. */
function saidIn(statement: Statement): Said[] {
  const { block } = statement;
  return clausesOf(statement).flatMap(({ start, end }) => {
    const text = block.text.slice(start, end);
    const found = CLIENTS.flatMap(([said, agent]) => {
      const match = said.exec(text);
      return match ? [{ start: start + match.index, end: start + match.index + match[0].length, agent }] : [];
    });
    const [first] = found;
    if (!first || isDeniedAt(statement, first.start)) return [];
    return [{ start: first.start, end: first.end, agents: found.map(({ agent }) => agent), clause: { start, end } }];
  });
}

function checkOne({ block }: Statement, seen: { event: EvidenceEvent; agent: string }[], said: Said): Finding[] {
  const [address, more] = claimsOf(block).filter(
    (one) => IPV4.test(one.value) && one.start >= said.clause.start && one.end <= said.clause.end,
  );
  const own = address && !more ? seen.filter(({ event }) => event.row.text.includes(squash(address.value))) : seen;
  // An address that the cited rows don't have is another rule's.
  if (own.length === 0 || said.agents.every((agent) => own.some((one) => agent.test(one.agent)))) return [];
  const data = {
    said: block.text.slice(said.start, said.end).replace(/[`*_]/g, ''),
    actual: [...new Set(own.map(({ agent }) => agent.slice(0, 60)))].slice(0, 2),
    record: own[0]?.event.record.call.number ?? 0,
  };
  return [finding('actor', 'error', placeOf(block, said), 'row-differs', data)];
}

function agentOf({ columns, row }: EvidenceEvent): string {
  const cells = row.cells.filter((cell, at) => AGENT.test(columns[at] ?? '') && typeof cell === 'string');
  return cells.join(' ');
}
