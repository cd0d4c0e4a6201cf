import type { Sink, Splitter } from './format';
import { MAX_RECORD } from './lines';

export type XmlElement = { [name: string]: unknown };

/**
 * Gives each element of a name as its text, with the line that it begins on; what stands between them is passed over. An element that never
 * ends is told to the sink.
 */
export function elementSplitter(name: string, sink: Sink, onElement: (line: number, xml: string) => void): Splitter {
  const opening = new RegExp(`<${name}[\\s>]`);
  const closing = `</${name}>`;
  let buffer = '';
  let line = 1;
  const advance = (length: number): void => {
    for (let at = buffer.indexOf('\n'); at >= 0 && at < length; at = buffer.indexOf('\n', at + 1)) line += 1;
    buffer = buffer.slice(length);
  };
  const drain = (): void => {
    for (;;) {
      const start = buffer.search(opening);
      if (start < 0) {
        if (buffer.length > 100) advance(buffer.length - 100);
        return;
      }
      const end = buffer.indexOf(closing, start);
      if (end < 0) {
        if (buffer.length > MAX_RECORD) {
          sink.unparsable(line, `a <${name}> longer than ${MAX_RECORD >> 20} MB`);
          advance(buffer.length);
        }
        return;
      }
      advance(start);
      onElement(line, buffer.slice(0, end - start + closing.length));
      advance(end - start + closing.length);
    }
  };
  return {
    push(text) {
      buffer += text;
      drain();
    },
    end() {
      drain();
      if (opening.test(buffer)) sink.unparsable(line, `a <${name}> that ends before it is complete`);
    },
  };
}

const TAG =
  /<(\/?)([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|<!\[CDATA\[([\s\S]*?)\]\]>|<[?!][^>]*>/g;

/** The content of the root element as an object: attributes and children by name, `Data Name="x"` under x. */
export function parseXml(xml: string): XmlElement | null {
  const stack: { name: string; key: string; element: XmlElement; text: string }[] = [];
  let last = 0;
  for (const match of xml.matchAll(TAG)) {
    const top = stack.at(-1);
    if (top) top.text += unescapeXml(xml.slice(last, match.index)) + (match[5] ?? '');
    last = match.index + match[0].length;
    const [, closing, name, attributes = '', selfClosing] = match;
    if (!name) continue;
    if (!closing) {
      const element: XmlElement = {};
      let key = name.replace(/^\w+:/, '');
      for (const [, attribute = '', quoted = ''] of attributes.matchAll(/([\w:.-]+)\s*=\s*("[^"]*"|'[^']*')/g)) {
        const value = unescapeXml(quoted.slice(1, -1));
        if (attribute === 'Name' && (key === 'Data' || key === 'ComplexData')) key = value;
        else if (!attribute.startsWith('xmlns')) element[attribute] = value;
      }
      stack.push({ name, key, element, text: '' });
      if (stack.length > 40) return null;
    }
    if (!closing && !selfClosing) continue;
    const done = stack.pop();
    if (!done || (closing && done.name !== name)) return null;
    const parent = stack.at(-1);
    if (!parent) return done.element;
    addChild(parent.element, done.key, elementValue(done.element, done.text.trim()));
  }
  return null;
}

function elementValue(element: XmlElement, text: string): unknown {
  if (Object.keys(element).length === 0) return text === '' ? null : text;
  return text === '' ? element : { ...element, value: text };
}

function addChild(parent: XmlElement, key: string, value: unknown): void {
  const known = parent[key];
  if (known === undefined || known === null) parent[key] = value;
  else if (Array.isArray(known)) known.push(value);
  else parent[key] = [known, value];
}

function unescapeXml(text: string): string {
  if (!text.includes('&')) return text;
  return text
    .replace(/&#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}));/g, (_all, hex, decimal) => {
      const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\uFFFD';
    })
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}
