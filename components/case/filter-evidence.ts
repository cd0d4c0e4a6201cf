import type { EvidenceItem } from '@/lib/evidence/schema';

type Searched = Pick<EvidenceItem, 'number' | 'server' | 'tool' | 'question' | 'args' | 'status' | 'truncated'>;

/**
 * The records that have every word of a filter: in their number (`E7`), question, tool, exact arguments, or state (failed, truncated).
 * A number alone is that record. Pure.
 */
export function filterEvidence<Item extends Searched>(items: readonly Item[], filter: string): readonly Item[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return items;
  const number = /^e(\d+)$/.exec(words.length === 1 ? (words[0] ?? '') : '')?.[1];
  if (number !== undefined) return items.filter((item) => item.number === Number(number));
  return items.filter((item) => {
    const text = [
      `e${item.number}`,
      `${item.server}.${item.tool}`,
      item.question ?? '',
      JSON.stringify(item.args) ?? '',
      item.status,
      item.truncated ? 'truncated' : '',
    ]
      .join('\n')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
