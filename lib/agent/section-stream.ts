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
export const sectionStream = (): SectionStream => new SectionReader();

class SectionReader implements SectionStream {
  #state: 'between' | 'string' | 'escape' | 'unicode' | 'broken' = 'between';
  #depth = 0;
  #isKey = false;
  #key = '';
  #text = '';
  #hex = '';
  #section: string | null = null;
  /** Markdown that arrived before the section's name, or half of a surrogate pair. */
  #held = '';

  push(partialJson: string): { section: string | null; delta: string } {
    for (const character of partialJson) this.#step(character);
    const section = this.#section;
    if (section === null) return { section, delta: '' };
    const last = this.#held.charCodeAt(this.#held.length - 1);
    const keep = last >= 0xd800 && last <= 0xdbff ? 1 : 0;
    const delta = this.#held.slice(0, this.#held.length - keep);
    this.#held = this.#held.slice(this.#held.length - keep);
    return { section, delta };
  }

  #step(character: string): void {
    switch (this.#state) {
      case 'string':
        if (character === '\\') this.#state = 'escape';
        else if (character === '"') this.#endString();
        else this.#take(character);
        return;
      case 'escape':
        this.#hex = '';
        this.#state = character === 'u' ? 'unicode' : 'string';
        if (character !== 'u') this.#take(ESCAPES[character] ?? character);
        return;
      case 'unicode':
        this.#hex += character;
        if (!/[0-9a-f]/i.test(character)) this.#state = 'broken';
        else if (this.#hex.length === 4) {
          this.#take(String.fromCharCode(Number.parseInt(this.#hex, 16)));
          this.#state = 'string';
        }
        return;
      case 'between':
        this.#between(character);
    }
  }

  #between(character: string): void {
    if (character === '"') {
      this.#state = 'string';
      this.#text = '';
    } else if (character === '{' || character === '[') {
      this.#depth += 1;
      this.#isKey = character === '{';
    } else if (character === '}' || character === ']') {
      this.#depth -= 1;
    } else if (character === ':') this.#isKey = false;
    else if (character === ',') this.#isKey = this.#depth === 1;
  }

  #take(character: string): void {
    if (!this.#isKey && this.#depth === 1 && this.#key === 'markdown') this.#held += character;
    else this.#text += character;
  }

  #endString(): void {
    this.#state = 'between';
    if (this.#depth !== 1) return;
    if (this.#isKey) this.#key = this.#text;
    else if (this.#key === 'section') this.#section = this.#text;
  }
}
