import type { Splitter } from './format';

/**
 * Takes out of JSON what only its relatives have: comments, and a comma before a closing bracket. In one pass, over text as it comes;
 * line ends stay, so that lines keep their numbers.
 */
function stripComments(): { push(text: string): string; end(): string } {
  let state: 'plain' | 'string' | 'escape' | 'line' | 'block' = 'plain';
  /** What can't be told before the next character: a slash, the star at the end of a comment, a comma with blanks behind it. */
  let held = '';
  const plain = (character: string): string => {
    if (held.endsWith('/')) {
      const before = held.slice(0, -1);
      if (character === '/' || character === '*') {
        state = character === '/' ? 'line' : 'block';
        held = before;
        return '';
      }
      held = '';
      return `${before}/${plain(character)}`;
    }
    if (character === '/') {
      held += character;
      return '';
    }
    if (/\s/.test(character) && held !== '') {
      held += character;
      return '';
    }
    const before = /[\]}]/.test(character) ? held.replace(',', '') : held;
    held = character === ',' ? ',' : '';
    if (character === '"') state = 'string';
    return held === ',' ? before : before + character;
  };
  const next = (character: string): string => {
    if (state === 'plain') return plain(character);
    if (state === 'line' || state === 'block') {
      const isEnd = state === 'line' ? character === '\n' : blockEnds(character);
      if (isEnd) state = 'plain';
      if (character !== '\n') return '';
      if (held !== '') held += '\n';
      return held === '' ? '\n' : '';
    }
    // A text can't hold a line end: what was never closed ends with its line.
    if (state === 'escape') state = character === '\n' ? 'plain' : 'string';
    else if (character === '\\') state = 'escape';
    else if (character === '"' || character === '\n') state = 'plain';
    return character;
  };
  let last = '';
  const blockEnds = (character: string): boolean => {
    const isEnd = last === '*' && character === '/';
    last = isEnd ? '' : character;
    return isEnd;
  };
  return {
    push: (text) => {
      let out = '';
      for (const character of text) out += next(character);
      return out;
    },
    end: () => {
      const rest = state === 'plain' ? held : '';
      held = '';
      return rest;
    },
  };
}

/** A text without comments and superfluous commas; itself when it has none. */
export function withoutComments(text: string): string {
  // Most have nothing that could be one.
  if (!/\/[/*]|,\s*[\]}]/.test(text)) return text;
  const strip = stripComments();
  return strip.push(text) + strip.end();
}

/** A splitter that gets its text without comments. */
export function uncommented(splitter: Splitter): Splitter {
  const strip = stripComments();
  return {
    push: (text) => splitter.push(strip.push(text)),
    end: () => {
      splitter.push(strip.end());
      splitter.end();
    },
  };
}
