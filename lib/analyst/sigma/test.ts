export const TIME_PARTS = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const;
export type TimePart = (typeof TIME_PARTS)[number];
type Operator = 'lt' | 'lte' | 'gt' | 'gte';

/** One test of one field's value. Text is compared without regard to case unless `cased`. */
export type Test =
  | { kind: 'like'; parts: LikePart[]; cased: boolean }
  | { kind: 'regex'; source: string; flags: string }
  | { kind: 'cidr'; network: string; bits: number }
  | { kind: 'exists'; wanted: boolean }
  | { kind: 'null' }
  | { kind: 'compare'; operator: Operator; number: number }
  /** A part of a time in UTC: the hour at which something happened. */
  | { kind: 'time'; part: TimePart; operator: Operator | 'eq'; number: number }
  /** The text names an AWS account (12 digits) that is not the field's. */
  | { kind: 'other-account'; field: string }
  | { kind: 'field'; field: string; where: 'whole' | 'start' | 'end' | 'any'; cased: boolean };

/** A text, any characters (`*`), or one character (`?`). */
export type LikePart = string | { any: true } | { one: true };

export type Node =
  | { kind: 'and'; items: Node[] }
  | { kind: 'or'; items: Node[] }
  | { kind: 'not'; item: Node }
  /** `field` null: a keyword, which may stand in any value of the event. */
  | { kind: 'leaf'; field: string | null; test: Test };

/** Sigma's pattern language: `*` and `?` are wildcards, `\` escapes them and itself; any other `\` is a backslash. */
export function likeParts(pattern: string): LikePart[] {
  const parts: LikePart[] = [];
  const add = (text: string): void => {
    const last = parts.at(-1);
    if (typeof last === 'string') parts[parts.length - 1] = last + text;
    else parts.push(text);
  };
  for (let at = 0; at < pattern.length; at += 1) {
    const [character = '', next] = [pattern[at], pattern[at + 1]];
    if (character === '\\' && (next === '*' || next === '?' || next === '\\')) {
      add(next);
      at += 1;
    } else if (character === '*') parts.push({ any: true });
    else if (character === '?') parts.push({ one: true });
    else add(character);
  }
  return parts;
}

export const escapedRegex = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The pattern as a regular expression that both RE2 and JavaScript read alike; matches the whole value. */
export const likeRegex = (parts: LikePart[]): string =>
  `^${parts.map((part) => (typeof part === 'string' ? escapedRegex(part) : 'any' in part ? '[\\s\\S]*' : '[\\s\\S]')).join('')}$`;
