import { type Fact, num, text } from '../case';
import type { Finding } from '../finding';

/** More commands than this for one step are read by nobody. */
const MOST_COMMANDS = 3;
const MOST_LENGTH = 300;

/** The commands that take back what a finding's acts did, one for each act that names everything the command needs. */
export function undoCommands({ undo, rows }: Finding): string[] {
  if (undo === null) return [];
  const commands = rows.flatMap((row) => fill(undo, valuesOf(row)) ?? []);
  return [...new Set(commands)].slice(0, MOST_COMMANDS);
}

/**
 * A command is pasted into a shell: a value with anything that a shell could act on makes none; one with blanks is quoted. At its start `-` would be an
 * option, and `@` a file that the Azure CLI reads.
 */
const PLAIN = /^(?![-@])[\w@%+=:,./ -]+$/;

function fill(command: string, values: Map<string, string>): string | null {
  let isWhole = true;
  const filled = command.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const value = values.get(name);
    if (value === undefined || !PLAIN.test(value)) isWhole = false;
    return value?.includes(' ') ? `'${value}'` : (value ?? '');
  });
  return isWhole && filled.length <= MOST_LENGTH ? filled : null;
}

/** What is known of one act; of a row of several acts nothing is known of each. */
function valuesOf({ row }: Fact): Map<string, string> {
  const values = new Map([
    ['actor', text(row, 'principal')],
    ['address', text(row, 'ip')],
  ]);
  // A machine acts under its own name where the log says no account.
  if (num(row, 'details') <= 1 && text(row, 'login') === '') values.set('host', text(row, 'principal'));
  if (num(row, 'targets') <= 1) values.set('target', text(row, 'target'));
  const parts = text(row, 'target').split('/');
  if (num(row, 'targets') <= 1 && parts.length > 1) {
    values.set('name', parts.at(-1) ?? '');
    values.set('parent', parts.at(-3) ?? '');
  }
  if (num(row, 'details') <= 1)
    for (const [, title = '', value = ''] of text(row, 'detail').matchAll(/([\p{L} ]+) `([^`]*)`/gu))
      values.set(title.trim(), value);
  return values;
}
