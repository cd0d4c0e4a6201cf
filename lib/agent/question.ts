import type { ToolInfo } from '../connections/schema';
import { cut } from '../report/plain-text';
import { maskSecrets } from '../secrets/mask-secrets';

const MAX_QUESTION = 200;

const QUESTION = {
  type: 'string',
  maxLength: MAX_QUESTION,
  description:
    'What this call is to find out, in a few plain words for the people who read the record, such as “Sign-ins of eva before the alert”. Not sent to the tool.',
};

const propertiesOf = ({ inputSchema }: Pick<ToolInfo, 'inputSchema'>): Record<string, unknown> | null => {
  const { type, properties = {} } = inputSchema as { type?: unknown; properties?: Record<string, unknown> };
  return type === 'object' && !('question' in properties) ? properties : null;
};

/** A reading tool's schema with a place for the question that a call is to answer; unchanged where it has one of its own. */
export function withQuestion(info: ToolInfo): ToolInfo['inputSchema'] {
  const properties = info.class === 'read' ? propertiesOf(info) : null;
  return properties ? { ...info.inputSchema, properties: { ...properties, question: QUESTION } } : info.inputSchema;
}

/**
 * A call's arguments as the tool gets them, and the question beside them: people's words for a record, never part of what the
 * record proves, so it is kept apart from the arguments.
 */
export function takeQuestion(
  info: Pick<ToolInfo, 'class' | 'inputSchema'> | undefined,
  args: Record<string, unknown>,
): { args: Record<string, unknown>; question: string | null } {
  if (info?.class !== 'read' || !('question' in args) || !propertiesOf(info)) return { args, question: null };
  const { question, ...rest } = args;
  const words = typeof question === 'string' ? question.replace(/[\s\p{Cc}]+/gu, ' ').trim() : '';
  return { args: rest, question: words === '' ? null : cut(maskSecrets(words), MAX_QUESTION) };
}
