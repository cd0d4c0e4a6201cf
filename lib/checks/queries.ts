import type { Vocabulary } from './events';
import { type EvidenceIndex, squash } from './evidence-index';
import type { SaidTime } from './times';

const STOP = new Set(
  'with from that this were have been each every which their there these those then than them they what when where while into over under about after before between during same only more most less also both other another first last time times made make found shown none nothing never without evidence seen observed such because anything something anyone someone nobody data trace sign signs follow followed happen happened'.split(
    ' ',
  ),
);

/** Words of a text that say what it is about, without their endings. */
export function contentStems(text: string): string[] {
  const words = text.toLowerCase().match(/\p{L}{4,}/gu) ?? [];
  return [...new Set(words)].flatMap((word) => {
    if (STOP.has(word)) return [];
    const stem = word.replace(/ies$/, 'y').replace(/(?:ings?|ed|es|s)$/, '');
    return [stem.length >= 4 ? stem : word];
  });
}

/** Whether a query came back, and whole. */
export const isAnswer = ({ call }: EvidenceIndex): boolean => call.status === 'ok' && !call.truncated && !call.cut;

const LITERAL = /'((?:[^']|'')*)'/g;

/** What a query narrows its rows to: texts in its conditions, without times and paths. */
function filtersOf({ call }: EvidenceIndex): string[] {
  const args = call.args;
  if (typeof args !== 'object' || args === null) return [];
  const values = Object.values(args).flatMap((value) => (Array.isArray(value) ? value : [value]));
  return values.flatMap((value) => {
    if (typeof value !== 'string') return [];
    // What a query leaves out narrows it to nothing.
    const kept = value.replace(/(?:<>|!=|\bnot\s+i?like)\s*'[^']*'|\bnot\s+in\s*\([^)]*\)/gi, ' ');
    const start = kept.search(/\bwhere\b/i);
    const where = start >= 0 ? kept.slice(start) : /[=']/.test(kept) ? kept : '';
    return [...where.matchAll(LITERAL)]
      .map((match) => match[1] ?? '')
      .filter((text) => text.length > 1 && !/^\d{4}-\d\d-\d\d/.test(text) && !text.startsWith('$'))
      .map(squash);
  });
}

/** What a denial names, and the words around it. */
type Thing = { names: string[]; stems: string[]; vocabulary: Vocabulary };

/**
 * Whether a query could have found a thing: it came back whole, and what it narrows to is the thing, or is named around it, or has
 * nothing to do with it (a query of one user's calls can find any call of that user).
 */
export function couldFind(record: EvidenceIndex, { names, stems, vocabulary }: Thing): boolean {
  if (!isAnswer(record)) return false;
  const filters = filtersOf(record);
  if (filters.length === 0) return true;
  const args = squash(JSON.stringify(record.call.args) ?? '');
  const isEntity = (filter: string) => /\d/.test(filter) || vocabulary.actors.has(filter.replaceAll('%', ''));
  const keys = names.map((name) => squash(name));
  const isNamed = keys.some((key) => args.includes(key) || record.has(key));
  if (isNamed) return true;
  const narrowsToOther = keys.some((key) => vocabulary.actors.has(key) || /\d/.test(key)) && filters.some(isEntity);
  if (narrowsToOther) return false;
  return filters.every(isEntity) || stems.some((stem) => args.includes(stem));
}

/** Whether a query's range reaches beyond a time that a claim says `after`, `since` or `before` of. */
export function isRangeBeside({ call }: EvidenceIndex, time: SaidTime, before: string): boolean {
  const [from, to] = [call.timeFrom, call.timeTo].map((value) => (value === null ? null : Date.parse(value)));
  if (/\b(?:after|since|later than|from)\s+$/i.test(before)) return to === null || to === undefined || to > time.to;
  if (/\b(?:before|until|prior to|earlier than)\s+$/i.test(before))
    return from === null || from === undefined || from < time.from;
  return true;
}
