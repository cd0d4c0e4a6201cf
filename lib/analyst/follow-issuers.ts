import { asked } from './ask-sources';
import { type Gathered, num, type SourceCase, text } from './case';
import { isAddress } from './find-actors';
import type { Hit } from './find-values';
import { ask } from './queries';
import type { Context } from './script';
import { among, literal } from './sql';
import { DAY, readTime } from './time';

/** What gives somebody an account or a credential, by the words of all systems. */
const GIVES = 'create|add|new|regist|invite|issue|import|insert|generate|upload';
/** Keys that last: of AWS, and of service accounts of Google Cloud. Whoever signs in gets others each time. */
const LASTING_KEY = /^(?:AKIA[A-Z0-9]{12,20}|[0-9a-f]{40})$/;
/** Accounts of programs in a cluster are followed to whoever set them up (`follow-makers`). */
const OF_CLUSTER = /^system:/;
const MOST = 3;

/**
 * Whoever made an account or a lasting key that nobody had used before the case, in the days before: an account without a past has
 * whoever made it for a past. They join the case as actors.
 */
export async function findIssuers(context: Context, gathered: Gathered, item: SourceCase): Promise<Hit[]> {
  const { logins, keys } = newcomersOf(item);
  if (logins.length + keys.length === 0 || !item.source.mapping.hasAction) return [];
  const { expressions } = item.source.mapping;
  const given = [
    ...(logins.length > 0 ? [among('lower(target)', logins)] : []),
    ...(expressions.detail === 'NULL' ? [] : keys.map((key) => `contains(coalesce(detail, ''), ${literal(key)})`)),
  ];
  if (given.length === 0) return [];
  const [outcome] = await asked(
    context,
    gathered.steps,
    [
      [
        'Who made the account or key, which is new?',
        ask(
          item.source,
          item.wide,
          `SELECT principal, ip, agent, action, target, count(*) AS n, min(t) AS first, max(t) AS last
FROM e WHERE outcome = 'ok' AND regexp_matches(action, '${GIVES}', 'i') AND (${given.join(' OR ')}) AND NOT coalesce(${among('principal', item.scope.principals)}, FALSE)
GROUP BY ALL ORDER BY first DESC`,
          20,
        ),
      ],
    ],
    item.source.name,
  );
  const begin = item.window.from - 2 * DAY;
  const makers = (outcome?.table?.rows ?? []).filter((row) => (readTime(row.last) ?? 0) >= begin);
  const names = [...new Set(makers.map((row) => text(row, 'principal').toLowerCase()))].filter(Boolean);
  return names.slice(0, MOST).map((value) => {
    const [row] = makers.filter((maker) => text(maker, 'principal').toLowerCase() === value);
    return { value, as: 'actor', n: num(row ?? {}, 'n'), first: null, last: null };
  });
}

/** Accounts of the case with no earlier activity, by their login, and lasting keys first used in it. */
function newcomersOf({ who, primary, coverage, window }: SourceCase): { logins: string[]; keys: string[] } {
  const own = who.filter(({ row }) => primary.includes(text(row, 'principal')));
  const fresh = new Set(
    coverage.filter(({ row }) => num(row, 'n_before') === 0).map(({ row }) => text(row, 'principal')),
  );
  const isNew = (principal: string): boolean =>
    fresh.has(principal) && !isAddress(principal) && !OF_CLUSTER.test(principal);
  const logins = own
    .filter(({ row }) => isNew(text(row, 'principal')))
    .map(({ row }) => text(row, 'login').toLowerCase());
  const keys = own.map(({ row }) => text(row, 'key')).filter((key) => LASTING_KEY.test(key));
  const isFirstUsed = (key: string): boolean =>
    own.every(({ row }) => text(row, 'key') !== key || (readTime(row.first) ?? 0) >= window.from - DAY);
  const distinct = (list: string[]): string[] => [...new Set(list)].filter((one) => one.length > 2).slice(0, MOST);
  return { logins: distinct(logins), keys: distinct(keys.filter(isFirstUsed)) };
}
