import { z } from 'zod';
import { type Actor, authorize } from '../auth/guard';
import { db } from '../db/client';
import { ENV_NAMES } from '../env/env';
import { AppError } from '../errors/app-error';
import { recognizeSystem } from './catalogue/catalogue';
import { createConnection } from './manage-connections';
import { getConnection } from './read-connections';
import { type ConnectionDetail, NewConnection } from './schema';

const strings = z.record(z.string(), z.string());
const Server = z.object({
  type: z.enum(['stdio', 'http', 'streamable-http', 'sse']).optional(),
  command: z.string().optional(),
  args: z.array(z.string()).optional(),
  env: strings.optional(),
  url: z.string().optional(),
  headers: strings.optional(),
  disabled: z.boolean().optional(),
  /** Our own: the address is inside the network. */
  allowInternal: z.boolean().optional(),
  /** Signs in by OAuth, as Claude Code's files have it; `{}` registers Socdown where the server allows it. */
  oauth: z
    .object({ clientId: z.string().optional(), clientSecret: z.string().optional(), scopes: z.string().optional() })
    .optional(),
  /** Our own too: PEM, or a reference to a variable that has it. */
  caCertificate: z.string().optional(),
});

/** The text of the file, or what is in it. */
export const ImportFile = z.strictObject({ file: z.union([z.string().max(200_000), z.looseObject({})]) });
export type ImportFile = z.infer<typeof ImportFile>;

const MAX_SERVERS = 50;

/**
 * Adds the servers of a file in the form of .mcp.json. A value that is `${NAME}`, or ends in it, stays a reference to the
 * variable; elsewhere `${NAME}` and `${NAME:-default}` are replaced now. Servers of the catalogue are recognized.
 * @throws AppError bad_request naming every problem of the file; nothing is added then.
 */
export async function importConnections(actor: Actor, { file }: ImportFile): Promise<ConnectionDetail[]> {
  authorize(actor, 'connections.manage');
  const problems: string[] = [];
  const inputs = Object.entries(serversOf(file)).map(([name, server]) => inputOf(name, server, problems));
  if (problems.length > 0) throw refused(problems);
  const ids = await db().$transaction(async (tx) => {
    const made: string[] = [];
    for (const input of inputs) {
      try {
        made.push(await createConnection(tx, actor, input as NewConnection)); // without problems there are no nulls
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        throw new AppError(error.reason, `${input?.name}: ${error.userMessage} Nothing was added.`, { cause: error });
      }
    }
    return made;
  });
  return Promise.all(ids.map((id) => getConnection(actor, id)));
}

function serversOf(file: ImportFile['file']): Record<string, unknown> {
  let content: unknown = file;
  if (typeof file === 'string') {
    try {
      content = JSON.parse(file);
    } catch (error) {
      throw refused([`The file is not JSON: ${error instanceof Error ? error.message : String(error)}.`]);
    }
  }
  const parsed = z.object({ mcpServers: z.record(z.string(), z.unknown()) }).safeParse(content);
  const servers = parsed.success ? parsed.data.mcpServers : {};
  const count = Object.keys(servers).length;
  if (count === 0) throw refused(['The file has no servers. It needs {"mcpServers": {"name": {…}}}.']);
  if (count > MAX_SERVERS) throw refused([`The file has ${count} servers; ${MAX_SERVERS} at most.`]);
  return servers;
}

/** One server as a connection; what is wrong with it is added to `problems`. */
function inputOf(name: string, server: unknown, problems: string[]): NewConnection | null {
  const wrong = (words: string) => {
    problems.push(`${name}: ${words}`);
    return null;
  };
  const parsed = Server.safeParse(server);
  if (!parsed.success) return wrong(issuesOf(parsed.error));
  const { type, command, args = [], env = {}, url, headers = {}, disabled = false, oauth } = parsed.data;
  if (type === 'sse') return wrong('The transport “sse” is not supported. Use Streamable HTTP.');
  if ((command === undefined) === (url === undefined)) return wrong('It needs either a command or a url.');
  const expand = (text: string) => expanded(text, wrong);
  const system = recognizeSystem(url ?? [command, ...args].join(' '));
  const input = NewConnection.safeParse({
    name,
    target: targetOf(parsed.data, expand),
    secrets: Object.entries(url === undefined ? env : headers).map(([key, value]) => secretOf(key, value, wrong)),
    enabled: !disabled,
    ...(oauth ? { oauth: expandedAll(oauth, expand) } : {}),
    ...(system ? { system: system.id } : {}),
  });
  return input.success ? input.data : wrong(issuesOf(input.error));
}

function targetOf(
  { command = '', args = [], url, allowInternal, caCertificate }: z.infer<typeof Server>,
  expand: (text: string) => string,
): object {
  if (url === undefined) return { kind: 'stdio', command: expand(command), args: args.map(expand) };
  const target = { kind: 'http', url: expand(url), allowInternal: allowInternal ?? isInternal(expand(url)) };
  return caCertificate === undefined ? target : { ...target, caCertificate: expand(caCertificate) };
}

const expandedAll = (values: Record<string, string | undefined>, expand: (text: string) => string) =>
  Object.fromEntries(Object.entries(values).map(([key, value = '']) => [key, expand(value)]));

const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/** `Bearer ${TOKEN}` stays a reference; anything else is a value. */
function secretOf(name: string, value: string, wrong: (words: string) => null) {
  const [, prefix = '', variable, ...fallback] = /^([^$]*)\$\{([A-Z][A-Z0-9_]*)\}$/.exec(value) ?? [];
  if (variable === undefined || fallback.length > 0) return { name, value: expanded(value, wrong) };
  if (!isSet(variable)) wrong(`The variable ${variable} is not set where Socdown runs.`);
  return { name, fromEnv: variable, ...(prefix ? { prefix } : {}) };
}

function expanded(text: string, wrong: (words: string) => null): string {
  return text.replace(REFERENCE, (_, variable: string, fallback: string | undefined) => {
    if (ENV_NAMES.includes(variable)) wrong(`${variable} is Socdown’s own and is not given away.`);
    else if (isSet(variable)) return process.env[variable] ?? '';
    else if (fallback === undefined) wrong(`The variable ${variable} is not set where Socdown runs.`);
    return fallback ?? '';
  });
}

const isSet = (variable: string): boolean => Boolean(process.env[variable]);

/** Plain http is for the own network; whoever imports an address of it means it. */
const isInternal = (url: string): boolean => /^http:\/\//i.test(url);

const issuesOf = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => `${path.join('.') || 'server'}: ${message}`).join('; ');

function refused(problems: string[]): AppError {
  return new AppError('bad_request', `${[...new Set(problems)].join(' ')} Nothing was added.`, {
    data: { problems: [...new Set(problems)] },
  });
}
