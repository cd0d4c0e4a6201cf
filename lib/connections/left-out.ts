import type { Structured } from './answer-table';

/** Arguments that say how many rows are wanted at most. */
const LIMIT =
  /^(?:(?:row|max|page|result|event|alert)?_?(?:limit|rows|results|size|count)|(?:max|limit|num)_?(?:rows|results|events|alerts|items|entries)|per_?page|top|first|tail_?lines)$/i;
/** What ES|QL gives without LIMIT. */
const ESQL_ROWS = 1000;

/**
 * Whether an answer has as many rows as were asked for at most: there may be more, and no server says so. Counts and claims of absence
 * must not rest on it.
 */
export function fillsLimit(args: Record<string, unknown>, structured: Structured | null): boolean {
  const rows = structured?.rows;
  if (!Array.isArray(rows) || rows.length === 0) return false;
  const limits = Object.entries(args).filter(([name, value]) => LIMIT.test(name) && Number(value) > 0);
  if (limits.some(([, value]) => rows.length >= Number(value))) return true;
  return rows.length === ESQL_ROWS && isEsql(args.query ?? args.esql);
}

const isEsql = (query: unknown): boolean =>
  typeof query === 'string' && /^\s{0,9}FROM\s/i.test(query) && !/\|\s{0,9}LIMIT\s/i.test(query);

/** Prose that ends with "... and more", or names the cursor of the next page. */
const MORE_LINE =
  /^[ \t*•-]{0,9}(?:(?:\.\.\.|…) ?and (?:\d{1,9} )?more\b|(?:next[ _]?)?(?:page[ _]?)?cursor\W{1,5}(?!none|null|n\/a|undefined)[\w+/=-]{2,})/im;

/** Whether an answer in prose says that it leaves something out. */
export const saysMore = (texts: string[]): boolean => texts.some((text) => MORE_LINE.test(text));
