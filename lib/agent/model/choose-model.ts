import { env } from '../../env/env';
import { anthropicModel } from './anthropic';
import { builtinAnalyst } from './builtin/analyst';
import type { Model } from './model';

/** Anthropic's model when a key or a base URL is set, else the built-in analyst. */
export function chooseModel(): Model {
  const { ANTHROPIC_API_KEY: apiKey, ANTHROPIC_BASE_URL: baseURL, SOCDOWN_MODEL: model } = env();
  return apiKey || baseURL ? anthropicModel({ apiKey, baseURL, model }) : builtinAnalyst();
}

/** The label of a stored model id: what people read wherever a model is named. */
export function modelLabel(id: string): string {
  const builtin = builtinAnalyst();
  return id === builtin.id ? builtin.label : id;
}
