import type { Format } from './format';
import { elementSplitter, parseXml } from './xml';

/** Other logs in XML (Oracle's audit trail, Windows' RADIUS server): the element that is there again and again is a record. */
export const xmlRecords: Format = {
  id: 'xml',
  matches: (head) => recordName(head.text) !== null,
  open(head, sink) {
    const name = recordName(head.text) ?? '';
    return elementSplitter(name, sink, (line, xml) => {
      const value = parseXml(xml);
      if (value) sink.record({ line, text: JSON.stringify(value), value, textIsTyped: true });
      else sink.unparsable(line, `a <${name}> that is not well-formed XML`);
    });
  },
};

/** The name of the elements that follow each other at the top or within the root; null: this is no list of records in XML. */
function recordName(text: string): string | null {
  if (!/^\s*<(?:\?xml|[A-Za-z])/.test(text) || /^\s*(?:<!DOCTYPE html|<html)/i.test(text)) return null;
  const counts = new Map<string, number>();
  let depth = 0;
  let roots = 0;
  for (const [, closing, name = '', rest = ''] of text.matchAll(/<(\/?)([A-Za-z][\w:.-]{0,100})([^<>]{0,2000})>/g)) {
    if (closing) depth -= 1;
    if (depth < 0) return null;
    if (closing || rest.endsWith('/')) continue;
    if (depth === 0) roots += 1;
    const key = `${depth} ${name}`;
    if (depth < 2) counts.set(key, (counts.get(key) ?? 0) + 1);
    depth += 1;
  }
  const level = roots > 1 ? '0 ' : '1 ';
  const [best] = [...counts].filter(([key]) => key.startsWith(level)).sort((a, b) => b[1] - a[1]);
  return best && best[1] > 1 ? best[0].slice(2) : null;
}
