import { z } from 'zod';
import { type Actor, authorize } from '../../auth/guard';
import { audit } from '../../db/audit';
import { db } from '../../db/client';
import { writeSetting } from '../../db/setting';
import { env } from '../../env/env';
import { AppError } from '../../errors/app-error';

const KEY = 'models';
const price = z.number('Give all four prices, or none.').min(0, 'Not below 0.').max(100_000, 'At most 100,000.');
const limit = z.number().positive('More than 0; empty is no limit.').max(1e12, 'Too large.').nullable();

const Budget = z.strictObject({
  /** Everything that was sent, read from the cache, written to it and answered. */
  tokens: limit,
  /** US dollars. */
  cost: limit,
});

const ModelEntry = z.strictObject({
  /** As the service names it. */
  id: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .refine((id) => !id.includes('\0'), 'a name without control characters'),
  /** Ask for thinking where the model has it. */
  thinking: z.boolean(),
  /** The window in tokens; null: the service is asked. */
  contextTokens: z
    .number()
    .int()
    .min(1_000, 'At least 1,000 tokens.')
    .max(100_000_000, 'At most 100,000,000 tokens.')
    .nullable(),
  /** US dollars per million tokens; null: unknown, and then no cost is shown. */
  price: z.strictObject({ input: price, output: price, cacheRead: price, cacheWrite: price }).nullable(),
});
export type ModelEntry = z.infer<typeof ModelEntry>;

const Settings = z.strictObject({
  models: z.array(ModelEntry).min(1).max(30),
  /** What a run uses when nobody chooses. */
  default: z.string(),
  /** null: no limit. A day is a UTC day. */
  budgets: z.strictObject({ run: Budget, day: Budget, person: Budget }),
});

/** `model`: what reads reports against their evidence; null: the default. `afterRuns`: each report that a language model has written. */
const FactCheckSettings = z.strictObject({ model: z.string().nullable(), afterRuns: z.boolean() });
const NO_FACT_CHECK: z.infer<typeof FactCheckSettings> = { model: null, afterRuns: false };

type Listed = z.infer<typeof Settings> & { factCheck?: z.infer<typeof FactCheckSettings> | undefined };
const hasNamesOnce = ({ models }: Listed): boolean => new Set(models.map(({ id }) => id)).size === models.length;
const isListed = ({ models }: Listed, name: string): boolean => models.some(({ id }) => id === name);

const consistent = <T extends z.ZodType<Listed>>(schema: T) =>
  schema
    .refine(hasNamesOnce, 'models: a name is there twice')
    .refine((settings) => isListed(settings, settings.default), 'default: not in the list')
    .refine(
      (settings) => !settings.factCheck?.model || isListed(settings, settings.factCheck.model),
      'factCheck.model: not in the list',
    );

export const ModelSettings = consistent(Settings.extend({ factCheck: FactCheckSettings.default(NO_FACT_CHECK) }));
export type ModelSettings = z.infer<typeof ModelSettings>;

/** What is saved: a client that doesn't know of the fact check leaves out `factCheck`, and what is set stays set. */
export const NewModelSettings = consistent(Settings.extend({ factCheck: FactCheckSettings.optional() }));

/** As an admin saved them; before that, the one model that the environment names, without prices and limits. */
export async function modelSettings(): Promise<ModelSettings> {
  const row = await db().setting.findUnique({ where: { key: KEY } });
  if (row) return ModelSettings.parse(row.value);
  const id = env().SOCDOWN_MODEL;
  const none = { tokens: null, cost: null };
  return {
    models: [{ id, thinking: true, contextTokens: null, price: null }],
    default: id,
    budgets: { run: none, day: none, person: none },
    factCheck: NO_FACT_CHECK,
  };
}

export async function readModelSettings(actor: Actor): Promise<ModelSettings> {
  authorize(actor, 'settings.read');
  return modelSettings();
}

/**
 * Replaces the whole list. Runs at work keep their model; their budgets are held against the new ones from the next call on.
 * @throws AppError bad_request where the fact check would be left with a model that is no longer listed
 */
export async function saveModelSettings(actor: Actor, input: z.input<typeof NewModelSettings>): Promise<ModelSettings> {
  authorize(actor, 'settings.models');
  const given = NewModelSettings.parse(input);
  const value = { ...given, factCheck: given.factCheck ?? (await modelSettings()).factCheck };
  const { model } = value.factCheck;
  if (model !== null && !isListed(value, model))
    throw new AppError(
      'bad_request',
      `Fact checks use ${model}, which is not in the list. Keep it there, or choose another in factCheck.model.`,
    );
  await db().$transaction([
    writeSetting(db(), KEY, value),
    audit(db(), { actorId: actor.id, verb: 'settings.models', subjectKind: 'setting', subjectId: KEY, data: value }),
  ]);
  return value;
}
