import { type Actor, authorize } from '../../auth/guard';
import { env } from '../../env/env';
import { chooseModel } from './choose-model';

/** The model that new runs use, for the settings page: a label and whose server it is, never a key. */
export function describeModel(actor: Actor): { label: string; server: string | null } {
  authorize(actor, 'settings.read');
  const { ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL } = env();
  const server = ANTHROPIC_BASE_URL ? new URL(ANTHROPIC_BASE_URL).host : ANTHROPIC_API_KEY ? 'Anthropic' : null;
  return { label: chooseModel().label, server };
}
