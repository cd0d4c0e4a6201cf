import type { SystemInput, SystemWay } from './schema';

export type FilledSecret = { name: string; value?: string; fromEnv?: string; prefix?: string; plain?: true };
export type FilledWay = {
  target:
    | { kind: 'http'; url: string; allowInternal: boolean; caCertificate?: string }
    | { kind: 'stdio'; command: string; args: string[] };
  secrets: FilledSecret[];
};

/** A value as entered, or the name of a variable of Socdown's own environment. */
export type Entered = { value: string; fromEnv: boolean };

/** The connection that a way and its inputs make. Pure and safe for the browser. */
export function fillWay(
  way: SystemWay,
  entered: Record<string, Entered>,
  allowInternal: boolean,
  caCertificate = '',
): FilledWay {
  const enteredIn = (id: string) => entered[id]?.value.trim() ?? '';
  const fill = (text: string) =>
    text.replace(/\{(\w+)\}/g, (_, id: string) => enteredIn(id).replace(way.kind === 'http' ? /\/+$/ : /$^/, ''));
  const secrets = way.inputs
    .filter((input) => input.in !== 'target' && enteredIn(input.id) !== '')
    .map((input) => secretOf(input, entered[input.id]!)); // it has a value
  const ca = caCertificate.trim() ? { caCertificate } : {};
  if (way.kind === 'http') return { target: { kind: 'http', url: fill(way.url), allowInternal, ...ca }, secrets };
  const [command = '', ...args] = way.command.map(fill);
  return { target: { kind: 'stdio', command, args }, secrets };
}

function secretOf({ id, name = id, prefix = '', secret }: SystemInput, { value, fromEnv }: Entered): FilledSecret {
  const text = value.trim();
  if (fromEnv) return { name, fromEnv: text, ...(prefix ? { prefix } : {}) };
  if (!secret) return { name, value: prefix + text, plain: true };
  // Pasted with its scheme: not doubled.
  return { name, value: prefix && text.toLowerCase().startsWith(prefix.toLowerCase()) ? text : prefix + text };
}
