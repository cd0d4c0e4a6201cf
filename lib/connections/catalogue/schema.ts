import { z } from 'zod';

/** What an admin fills in, and where it goes: a part of the URL or command (`{id}`), an environment variable, or a header. */
const SystemInput = z.strictObject({
  id: z.string(),
  label: z.string(),
  in: z.enum(['target', 'env', 'header']),
  /** Of the variable or header. */
  name: z.string().optional(),
  secret: z.boolean(),
  /** Put before the value: `Bearer `. */
  prefix: z.string().optional(),
  hint: z.string().optional(),
  placeholder: z.string().optional(),
  /** Filled in already. */
  value: z.string().optional(),
  optional: z.boolean().optional(),
});
export type SystemInput = z.infer<typeof SystemInput>;

const way = { id: z.string(), label: z.string(), inputs: z.array(SystemInput) };
/** One of the ways to reach a system. `{id}` in the URL or the command stands for an input. */
const SystemWay = z.discriminatedUnion('kind', [
  z.strictObject({
    ...way,
    kind: z.literal('http'),
    url: z.string(),
    /** Signs in by OAuth. `client`: whether an application must, or can't, be registered by hand. */
    oauth: z
      .strictObject({
        client: z.enum(['required', 'optional']),
        scopes: z.string().optional(),
        /** It checks PKCE, though its metadata doesn't say so. */
        pkceUnlisted: z.boolean().optional(),
      })
      .optional(),
  }),
  z.strictObject({ ...way, kind: z.literal('stdio'), command: z.array(z.string()) }),
]);
export type SystemWay = z.infer<typeof SystemWay>;

const names = z.array(z.string());

/** One reviewed system. Everything a person reads of it, its page in docs/connections included, comes from here. */
export const System = z.strictObject({
  id: z.string(),
  title: z.string(),
  product: z.string(),
  rank: z.number(),
  summary: z.string(),
  /** A pattern of the addresses and commands of this system. */
  matches: z.string(),
  reviewed: z.strictObject({
    server: z.string(),
    version: z.string(),
    source: z.string(),
    licence: z.string(),
    /** Where the list of tools comes from: a server that was started, its source code, or its documentation. */
    listFrom: z.enum(['server', 'source', 'docs']),
    date: z.string(),
  }),
  ways: z.array(SystemWay).min(1),
  /** What to create on the other side, step by step. */
  create: names.min(1),
  sees: z.string(),
  /** The call of "Test": the first of these that the server lists. */
  test: z.array(z.strictObject({ tool: z.string(), args: z.record(z.string(), z.unknown()) })).min(1),
  /** Tools that a model gets unless an admin chooses others. */
  offered: names.min(1),
  /** The class of every tool that was reviewed. */
  classes: z.strictObject({
    read: names.optional(),
    egress: names.optional(),
    write: names.optional(),
    refused: names.optional(),
  }),
  traps: names,
  /** The tools that list its alerts, where Socdown can fetch them (lib/polling). */
  alertTools: names.optional(),
  /** It lists them by repository: an admin names the repositories. */
  alertsByRepository: z.boolean().optional(),
  /** The tools that comment an alert and set its status, and those that read it before, where Socdown can write back (lib/write-back). */
  writeBackTools: z.strictObject({ write: names, read: names }).optional(),
  /** The tools that give one of its alerts by its id, where Socdown can fetch it (lib/polling). */
  alertByIdTools: names.optional(),
  /** Calls a minute that the system allows; more are queued. */
  perMinute: z.number().optional(),
  /** How long the answer to a look-up stands. */
  cacheMinutes: z.number().optional(),
  /** Tools that are called once in a session with the server; then their answer stands. */
  oncePerSession: names.optional(),
});
export type System = z.infer<typeof System>;

export const SystemView = System.omit({ classes: true, matches: true, rank: true }).extend({
  /** One of the first seven. */
  featured: z.boolean(),
  /** How many tools of each class were reviewed. */
  counts: z.strictObject({ read: z.number(), egress: z.number(), write: z.number(), refused: z.number() }),
});
export type SystemView = z.infer<typeof SystemView>;
