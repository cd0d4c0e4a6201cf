import type { ToolDefinition } from './schema';

/** Characters of a description that fit beside its name. */
const MAX_SUMMARY = 160;
/** Fewer blanks are layout; more push text out of sight. */
const MAX_BLANKS = 12;
const MAX_EMPTY_LINES = 2;

/**
 * The beginning of a tool's description on one line. Padding does not count, so that no text is pushed out of it, and a cut is
 * marked with what is missing. Pure and safe for the browser.
 */
export function descriptionSummary(description: string): string {
  const text = description.replace(/[\s\u00a0\u2000-\u200a\u2028\u2029\u3000]+/g, ' ').trim();
  if (text === '') return 'No description';
  const characters = Array.from(text);
  if (characters.length <= MAX_SUMMARY) return text;
  return `${characters.slice(0, MAX_SUMMARY).join('')}… (${characters.length - MAX_SUMMARY} more characters)`;
}

/** The complete definition, line by line, each run of padding replaced by a note of its length. */
export function definitionLines(definition: ToolDefinition | null): string[] {
  if (!definition) return [];
  return shownLines(`${definition.description}\n${JSON.stringify(definition.inputSchema, null, 1)}`);
}

function shownLines(text: string): string[] {
  const lines: string[] = [];
  let empty: string[] = [];
  const flush = () => {
    lines.push(...(empty.length > MAX_EMPTY_LINES ? [`[${empty.length} empty lines]`] : empty));
    empty = [];
  };
  for (const line of text.split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/)) {
    if (line.trim() === '') empty.push('');
    else {
      flush();
      // Indentation of the schema itself stays below this.
      lines.push(line.replace(/[^\S\n]{2,}/g, (run) => (run.length > MAX_BLANKS ? ` [${run.length} blanks] ` : run)));
    }
  }
  flush();
  return lines;
}
