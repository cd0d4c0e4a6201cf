import { readTime } from '../read-time';
import { isRecord } from './json-spans';

const TIME_NAME = /time|date|(?:^|_)(?:ts|at|when|published)$|[a-z]At$|created|occurred/i;
/** Times of a request for events, not of an event. */
const OF_REQUEST = /^(?:query|generated|export|fetch|report|from|to|since|until|next|download)/i;
/** Elements of a list that are looked at. */
const SAMPLE = 5;

/** The keys of the lists whose elements say when they happened, in an object that doesn't say so itself; else none. */
export function timedLists(value: Record<string, unknown>, isBeside: (key: string) => boolean): string[] {
  const lists: string[] = [];
  for (const [key, inner] of Object.entries(value)) {
    if (Array.isArray(inner) && inner.length > 0 && inner.every(isRecord)) {
      if (inner.slice(0, SAMPLE).every(saysWhen)) lists.push(key);
      else if (!isBeside(key)) return [];
    } else if (isRecord(inner) ? !isBeside(key) : isTime(key, inner) && !OF_REQUEST.test(key)) return [];
  }
  return lists;
}

const saysWhen = (record: Record<string, unknown>): boolean =>
  Object.entries(record).some(([key, inner]) => isTime(key, inner));

const isTime = (key: string, value: unknown): boolean =>
  (typeof value === 'string' || typeof value === 'number') && TIME_NAME.test(key) && readTime(value) !== undefined;
