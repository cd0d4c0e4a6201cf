import { builtinAnalyst } from '../../analyst/analyst';
import { env } from '../../env/env';
import type { Model } from '../../model/model';
import { anthropicModel } from './anthropic';
import { modelSettings } from './model-settings';

/** A model that a run may use; the built-in analyst is not a language model. */
export type OfferedModel = { id: string; label: string; isLanguageModel: boolean };

/** The models that a person may choose for a run, the default first. */
export async function offeredModels(): Promise<OfferedModel[]> {
  const builtin = builtinAnalyst();
  const own = { id: builtin.id, label: builtin.label, isLanguageModel: false };
  if (!hasService()) return [own];
  const { models, default: first } = await modelSettings();
  const others = models.filter(({ id }) => id !== first);
  const language = [first, ...others.map(({ id }) => id)].map((id) => ({ id, label: id, isLanguageModel: true }));
  return [...language, own];
}

/**
 * The model of a run: the chosen one, else the default of this worker's settings. A chosen model is taken by its name also
 * when it has left the list since: the service says whether it has it.
 */
export async function chooseModel(chosen: string | null = null): Promise<Model> {
  const builtin = builtinAnalyst();
  if (chosen === builtin.id || !hasService()) return builtin;
  const settings = await modelSettings();
  const id = chosen ?? settings.default;
  const { ANTHROPIC_API_KEY: apiKey, ANTHROPIC_BASE_URL: baseURL } = env();
  const { thinking, contextTokens } = settings.models.find((model) => model.id === id) ?? {
    thinking: true,
    contextTokens: null,
  };
  return anthropicModel({ apiKey, baseURL, model: id, thinking, contextTokens });
}

/** The language model that reads reports against their evidence; null: none is connected. */
export async function factChecker(): Promise<OfferedModel | null> {
  const { factCheck } = await modelSettings();
  const offered = (await offeredModels()).filter(({ isLanguageModel }) => isLanguageModel);
  return offered.find(({ id }) => id === factCheck.model) ?? offered[0] ?? null;
}

function hasService(): boolean {
  const { ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL } = env();
  return Boolean(ANTHROPIC_API_KEY || ANTHROPIC_BASE_URL);
}
