import { z } from 'zod';
import { OAuthInput, SignInView, StoredOAuth } from './oauth/schema';

/** read: runs at once. egress, write: wait for a person. refused: never (and so is anything unknown). */
export const TOOL_CLASSES = ['read', 'egress', 'write', 'refused'] as const;
export const ToolClass = z.enum(TOOL_CLASSES);
export type ToolClass = z.infer<typeof ToolClass>;

export type ToolInfo = {
  server: string;
  tool: string;
  description: string;
  inputSchema: Record<string, unknown>;
  class: ToolClass;
};

/** How a call ended. A tool's own error is `ok: false`, not an exception: the model gets it and continues. */
export type CallResult = {
  ok: boolean;
  /** The complete text, up to the size cap. */
  text: string;
  structured: Record<string, unknown> | null;
  bytes: number;
  /** Cut by our size cap, or the tool itself said so (structured.truncated). */
  truncated: boolean;
  durationMs: number;
};

/** What is pinned of a tool: all that a model reads of it. */
export const ToolDefinition = z.object({ description: z.string(), inputSchema: z.record(z.string(), z.unknown()) });
export type ToolDefinition = z.infer<typeof ToolDefinition>;

/** An environment variable (stdio) or a header (http): a value, or the name of a variable of Socdown's own environment. */
const Secret = z.strictObject({
  name: z
    .string()
    .trim()
    .regex(/^[A-Za-z][A-Za-z0-9_-]{0,99}$/, 'Letters, digits, _ and - only.'),
  /** Left out: the value that is stored stays. */
  value: z.string().min(1).max(10_000).optional(),
  fromEnv: z
    .string()
    .trim()
    .regex(/^[A-Z][A-Z0-9_]{0,99}$/, 'The name of a variable, in capitals.')
    .optional(),
  /** Put before the variable's value: `Bearer `. */
  prefix: z.string().max(40).optional(),
  /** Not a secret (a region, a project): the value stays readable, and results that hold it are not masked. */
  plain: z.boolean().optional(),
});
const secrets = z.array(Secret).max(30);
const text = z.string().trim().min(1).max(2000);

const Target = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('stdio'), command: text, args: z.array(z.string().max(2000)).max(50).default([]) }),
  z.strictObject({
    kind: z.literal('http'),
    url: text,
    allowInternal: z.boolean().default(false),
    /** PEM. Trusted beside the well-known authorities: of a private authority, or the server's own. */
    caCertificate: z.string().trim().min(1).max(64_000).optional(),
  }),
]);

/**
 * `target` says how to reach the server; `secrets` are its environment (stdio) or headers (http). `system`: its id in the
 * catalogue, whose reviewed classes then apply.
 */
export const NewConnection = z.strictObject({
  name: z
    .string()
    .trim()
    .regex(/^[a-z][a-z0-9-]{1,23}$/, 'Use 2 to 24 lowercase letters, digits and hyphens, starting with a letter.'),
  target: Target,
  secrets: secrets.default([]),
  oauth: OAuthInput.optional(),
  system: z.string().max(60).optional(),
  enabled: z.boolean().default(true),
});
export type NewConnection = z.input<typeof NewConnection>;

/**
 * The name can't be changed: evidence refers to it. `secrets` is the whole list, a value left out stays as it is. `oauth: null`: no longer
 * signs in.
 */
export const ConnectionChange = z.strictObject({
  enabled: z.boolean().optional(),
  target: Target.optional(),
  secrets: secrets.optional(),
  oauth: OAuthInput.nullable().optional(),
  /** Fetches alerts every so many minutes; null: no longer. */
  pollMinutes: z.number().int().min(1).max(1440).nullable().optional(),
  /** The repositories whose alerts are fetched, where a system lists them by repository. */
  pollRepositories: z
    .array(
      z
        .string()
        .trim()
        .regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/, 'Enter owner/repository, one per line.'),
    )
    .max(50, 'At most 50 repositories.')
    .optional(),
  /** Whether an approved case offers to write its outcome back. */
  writeBack: z.boolean().optional(),
});
export type ConnectionChange = z.input<typeof ConnectionChange>;

/** What is in the column `config`. */
export const StoredConfig = z.object({
  target: Target,
  secrets: z.array(
    z.object({
      name: z.string(),
      fromEnv: z.string().nullable(),
      prefix: z.string().optional(),
      /** Of one that is no secret; secrets are in the column `secrets`. */
      value: z.string().optional(),
    }),
  ),
  /** Signs in by OAuth. */
  oauth: StoredOAuth.optional(),
});
export type StoredConfig = z.infer<typeof StoredConfig>;

/** ok: as confirmed. new: never confirmed. changed: not what was confirmed. gone: the server lists it no longer. */
export const ToolState = z.enum(['ok', 'new', 'changed', 'gone']);

export const ToolView = z.object({
  name: z.string(),
  class: ToolClass,
  /** Whether models get it, when its class allows it. */
  offered: z.boolean(),
  state: ToolState,
  /** What the server lists now; what an admin confirmed. Both are outside text. */
  seen: ToolDefinition.nullable(),
  pinned: ToolDefinition.nullable(),
  /** Names what `seen` is: a decision says which it was made on. */
  hash: z.string().nullable(),
  /** The class that we reviewed for this tool: applied by the first test of a system of the catalogue, else by an admin. */
  suggested: ToolClass.nullable(),
  /** Why it can't be used in any class. */
  problem: z.string().nullable(),
});
export type ToolView = z.infer<typeof ToolView>;

/** A fetch of alerts. `accepted`: those that were new. */
export const PollOutcome = z.object({
  at: z.string(),
  fetched: z.number(),
  accepted: z.number(),
  /** Those that could not be read; the log of deliveries has them. */
  rejected: z.number(),
  /** Admins only. */
  error: z.string().nullable(),
});
export type PollOutcome = z.infer<typeof PollOutcome>;

export const ConnectionView = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['stdio', 'http']),
  enabled: z.boolean(),
  /** Of the catalogue; null for another server. */
  system: z.object({ id: z.string(), title: z.string() }).nullable(),
  health: z.object({
    state: z.enum(['unknown', 'ok', 'failing']),
    lastOkAt: z.string().nullable(),
    /** The newest failure, also when it works again. Admins only. */
    lastError: z.string().nullable(),
    lastErrorAt: z.string().nullable(),
  }),
  /** null for who doesn't manage connections. */
  target: Target.nullable(),
  /** Names, and for admins the values that are no secrets. `missing`: taken from a variable that isn't set. */
  secrets: z.array(
    z.object({
      name: z.string(),
      fromEnv: z.string().nullable(),
      prefix: z.string().nullable(),
      value: z.string().nullable(),
      missing: z.boolean(),
    }),
  ),
  /** null: doesn't sign in by OAuth. Without details for who doesn't manage connections. */
  signIn: SignInView.nullable(),
  /** null: alerts of this system can't be fetched. */
  polling: z
    .object({
      /** null: switched off. */
      minutes: z.number().nullable(),
      /** The tools that it calls: each must be allowed as a read. */
      tools: z.array(z.string()),
      last: PollOutcome.nullable(),
      nextAt: z.string().nullable(),
      /** Those that are fetched; null for a system that lists all alerts at once. */
      repositories: z.array(z.string()).nullable(),
    })
    .nullable(),
  /** null: nothing can be written back to this system. */
  writeBack: z
    .object({
      enabled: z.boolean(),
      /** The tools that it calls: each must be allowed as a write, or as a read. */
      tools: z.object({ write: z.array(z.string()), read: z.array(z.string()) }),
    })
    .nullable(),
  tools: z.object({ usable: z.number(), offered: z.number(), undecided: z.number(), total: z.number() }),
  updatedAt: z.string(),
});
export type ConnectionView = z.infer<typeof ConnectionView>;

export const ConnectionDetail = ConnectionView.extend({ toolList: z.array(ToolView) });
export type ConnectionDetail = z.infer<typeof ConnectionDetail>;

export const TestStep = z.object({
  /** Connect, list the tools, make one harmless read. */
  name: z.enum(['connect', 'list', 'read']),
  ok: z.boolean(),
  message: z.string(),
});
export type TestStep = z.infer<typeof TestStep>;
export const TestedConnection = ConnectionDetail.extend({ steps: z.array(TestStep) });
export type TestedConnection = z.infer<typeof TestedConnection>;

/** Each names the definition it was decided on; another one by now is refused. `offered` left out stays as it is. */
export const DecideTools = z.strictObject({
  tools: z
    .array(z.strictObject({ name: z.string(), class: ToolClass, hash: z.string(), offered: z.boolean().optional() }))
    .min(1)
    .max(500),
});
export type DecideTools = z.infer<typeof DecideTools>;
