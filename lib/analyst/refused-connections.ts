import { type Fact, num, text } from './case';
import { ask, type LogSource, type Range } from './queries';
import type { Asked } from './script';
import { CONNECTION } from './sources/flows';
import { among } from './sql';

/** So many refused connections or requests of one address are a scan and no mistaken setting. */
export const LEAST_REFUSED = 15;

/** What a web server's log calls an event. */
const METHOD = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|PROPFIND|TRACE)$/;

export const isRequest = ({ row }: Fact): boolean => METHOD.test(text(row, 'action'));

/** A connection that a firewall refused, or a request that a web server did: it asks for no right of anybody. */
export const isRefusedVisit = (fact: Fact): boolean =>
  text(fact.row, 'outcome') !== 'ok' && (text(fact.row, 'action') === CONNECTION || isRequest(fact));

/** Addresses with that many in the window. */
export function scannersIn(inside: Fact[]): string[] {
  const refused = new Map<string, number>();
  for (const fact of inside)
    if (isRefusedVisit(fact)) {
      const { row } = fact;
      refused.set(text(row, 'principal'), (refused.get(text(row, 'principal')) ?? 0) + num(row, 'n'));
    }
  return [...refused].filter(([, n]) => n >= LEAST_REFUSED).map(([ip]) => ip);
}

/** Where their connections were accepted, and how many other addresses reach the same: a public service answers everybody. */
export const acceptedPlaces = (source: LogSource, range: Range, addresses: string[]): Asked =>
  ask(
    source,
    range,
    `SELECT a.principal, a.target, a.detail, a.n, a.first, a.last, (SELECT count(DISTINCT e.principal) FROM e WHERE e.outcome = 'ok' AND e.target = a.target AND e.detail IS NOT DISTINCT FROM a.detail AND e.principal <> a.principal) AS others
FROM (SELECT principal, target, detail, count(*) AS n, min(t) AS first, max(t) AS last FROM e WHERE outcome = 'ok' AND ${among('principal', addresses)} GROUP BY ALL) a ORDER BY a.n DESC`,
    100,
  );
