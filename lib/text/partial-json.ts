/**
 * Reads JSON that is still arriving, for showing it: what is open at the end is closed. A key without a value is left out.
 * Text that is no JSON gives what was readable before it. Never used for what is executed.
 */
export const partialJson = (text: string): unknown => new PartialReader(text).read();

class PartialReader {
  #at = 0;
  #depth = 0;
  #broken = false;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  read(): unknown {
    return this.#value();
  }

  #space(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #value(): unknown {
    this.#space();
    if (this.#text[this.#at] === '{' || this.#text[this.#at] === '[') {
      this.#depth += 1;
      const read =
        this.#depth > MAX_DEPTH ? this.#stop(undefined) : this.#text[this.#at] === '{' ? this.#object() : this.#array();
      this.#depth -= 1;
      return read;
    }
    if (this.#text[this.#at] === '"') return this.#string();
    return this.#literal();
  }

  #object(): Record<string, unknown> {
    const read: Record<string, unknown> = {};
    this.#at += 1;
    for (;;) {
      this.#space();
      if (this.#at >= this.#text.length || this.#broken) return read;
      if (this.#text[this.#at] === '}') return this.#end(read);
      if (this.#text[this.#at] === ',') {
        this.#at += 1;
        continue;
      }
      if (this.#text[this.#at] !== '"') return this.#stop(read);
      const key = this.#string();
      this.#space();
      if (this.#at >= this.#text.length) return read;
      if (this.#text[this.#at] !== ':') return this.#stop(read);
      this.#at += 1;
      const item = this.#value();
      if (item !== undefined)
        Object.defineProperty(read, key, { value: item, enumerable: true, configurable: true, writable: true });
    }
  }

  #array(): unknown[] {
    const read: unknown[] = [];
    this.#at += 1;
    for (;;) {
      this.#space();
      if (this.#at >= this.#text.length || this.#broken) return read;
      if (this.#text[this.#at] === ']') return this.#end(read);
      if (this.#text[this.#at] === ',') {
        this.#at += 1;
        continue;
      }
      const item = this.#value();
      if (item !== undefined) read.push(item);
    }
  }

  #string(): string {
    let read = '';
    this.#at += 1;
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at] ?? '';
      this.#at += 1;
      if (character === '"') return read;
      if (character !== '\\') {
        read += character;
        continue;
      }
      const mark = this.#text[this.#at] ?? '';
      const hex = /^[0-9a-f]{4}/i.exec(this.#text.slice(this.#at + 1, this.#at + 5))?.[0];
      if (mark === 'u' && hex === undefined) {
        if (this.#at + 5 <= this.#text.length) this.#broken = true;
        this.#at = this.#text.length;
      } else if (mark === 'u' && hex !== undefined) {
        read += String.fromCharCode(Number.parseInt(hex, 16));
        this.#at += 5;
      } else if (mark !== '') {
        read += ESCAPES[mark] ?? mark;
        this.#at += 1;
      }
    }
    return read.replace(/[\ud800-\udbff]$/, ''); // half a character is held back
  }

  #literal(): unknown {
    const word = /^[-+.\w]+/.exec(this.#text.slice(this.#at))?.[0] ?? '';
    this.#at += word.length;
    const number = Number(word);
    if (word === 'true') return true;
    if (word === 'false') return false;
    if (word === 'null') return null;
    if (word !== '' && !Number.isNaN(number)) return number;
    // The beginning of a word that continues, or no JSON.
    if (this.#at < this.#text.length || word === '') this.#broken = this.#at < this.#text.length;
    this.#at = this.#text.length;
    return undefined;
  }

  #end<T>(read: T): T {
    this.#at += 1;
    return read;
  }

  #stop<T>(read: T): T {
    this.#broken = true;
    this.#at = this.#text.length;
    return read;
  }
}

/** Deeper than any argument of a tool; a stack has an end. */
const MAX_DEPTH = 30;
const ESCAPES: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
