import { type Actor, authorize } from '../../auth/guard';
import { env } from '../../env/env';
import { factChecker, type OfferedModel, offeredModels } from './choose-model';

export type ModelView = {
  /** What new runs use when nobody chooses. */
  label: string;
  /** Whose server it is; null for the built-in analyst. */
  server: string | null;
  /** What a run may use, the default first. */
  offered: OfferedModel[];
  /** What fact-checks reports; null: no language model is connected. */
  factChecker: string | null;
};

/** The models that new runs may use, for people: labels and whose server it is, never a key. */
export async function describeModel(actor: Actor): Promise<ModelView> {
  authorize(actor, 'settings.read');
  const { ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL } = env();
  const server = ANTHROPIC_BASE_URL ? new URL(ANTHROPIC_BASE_URL).host : ANTHROPIC_API_KEY ? 'Anthropic' : null;
  const offered = await offeredModels();
  return { label: offered[0]?.label ?? '', server, offered, factChecker: (await factChecker())?.label ?? null };
}
