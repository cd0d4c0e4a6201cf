/**
 * Reads a JSON object of strings while it is still arriving, to show a section's text as the model writes it.
 * Only for showing: what is executed is the whole, parsed call.
 */
export type SectionStream = {
  /** Takes the next piece of JSON text; gives what is now known. `delta` is new text of the `markdown` field. */
  push(partialJson: string): { section: string | null; delta: string };
};

const ESCAPES: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** Pieces may end anywhere: in a key, an escape, a surrogate pair. Text that is no JSON gives nothing more. */
export function sectionStream(): SectionStream {
  let state: 'between' | 'string' | 'escape' | 'unicode' | 'broken' = 'between';
  let depth = 0;
  let isKey = false;
  let key = '';
  let text = '';
  let hex = '';
  let section: string | null = null;
  /** Markdown that arrived before the section's name, or half of a surrogate pair. */
  let held = '';

  const take = (character: string) => {
    if (!isKey && depth === 1 && key === 'markdown') held += character;
    else text += character;
  };
  const step = (character: string) => {
    if (state === 'string') {
      if (character === '\\') state = 'escape';
      else if (character === '"') endString();
      else take(character);
    } else if (state === 'escape') {
      if (character === 'u') {
        state = 'unicode';
        hex = '';
      } else {
        take(ESCAPES[character] ?? character);
        state = 'string';
      }
    } else if (state === 'unicode') {
      hex += character;
      if (!/[0-9a-f]/i.test(character)) state = 'broken';
      else if (hex.length === 4) {
        take(String.fromCharCode(Number.parseInt(hex, 16)));
        state = 'string';
      }
    } else if (state === 'between') {
      between(character);
    }
  };
  const between = (character: string) => {
    if (character === '"') {
      state = 'string';
      text = '';
    } else if (character === '{' || character === '[') {
      depth += 1;
      isKey = character === '{';
    } else if (character === '}' || character === ']') {
      depth -= 1;
    } else if (character === ':') isKey = false;
    else if (character === ',') isKey = depth === 1;
  };
  const endString = () => {
    state = 'between';
    if (depth !== 1) return;
    if (isKey) key = text;
    else if (key === 'section') section = text;
  };

  return {
    push(partialJson) {
      for (const character of partialJson) step(character);
      if (section === null) return { section, delta: '' };
      const last = held.charCodeAt(held.length - 1);
      const keep = last >= 0xd800 && last <= 0xdbff ? 1 : 0;
      const delta = held.slice(0, held.length - keep);
      held = held.slice(held.length - keep);
      return { section, delta };
    },
  };
}
