import { log } from '@/lib/log/log';
import { type Declaration, Reply } from './declaration';

/**
 * Checks an answer against the route's declaration: its status, its type, its shape, and (in development and tests) that it has no
 * undeclared field. A mismatch throws in development and tests; in production it is logged and the answer is sent.
 */
export async function checkResponse(
  declaration: Declaration,
  answer: unknown,
  response: Response,
  { method, url }: { method: string; url: string },
): Promise<void> {
  const strict = process.env.NODE_ENV !== 'production';
  const value = strict ? await readJson(response) : answer instanceof Reply ? answer.value : answer;
  const problem =
    headProblem(declaration, response) ?? (value === UNREAD ? null : shapeProblem(declaration, value, strict));
  if (problem === null) return;
  const where = `${method} ${new URL(url).pathname}`;
  const message = `The answer of ${where} does not match its declaration: ${problem}`;
  if (strict) throw new Error(message);
  log.error({ route: where }, message);
}

/** The declared statuses of the good answer; the first is the usual one. */
export function statusesOf({ status = 200 }: Declaration): readonly number[] {
  return typeof status === 'number' ? [status] : status;
}

/** An answer that is no JSON, or in production one that the handler wrote itself. */
const UNREAD = Symbol('unread');

async function readJson(response: Response): Promise<unknown> {
  if (typeOf(response) !== 'application/json') return UNREAD;
  return response.clone().json();
}

const typeOf = (response: Response) => response.headers.get('content-type')?.split(';')[0] ?? '';

function headProblem(declaration: Declaration, response: Response): string | null {
  const statuses = statusesOf(declaration);
  if (!statuses.includes(response.status)) return `status ${response.status} instead of ${statuses.join(' or ')}`;
  if (response.status === 204) return null;
  const types = declaration.media ?? ['application/json'];
  const type = typeOf(response);
  return types.includes(type) ? null : `type ${type || 'none'} instead of ${types.join(' or ')}`;
}

function shapeProblem(declaration: Declaration, value: unknown, strict: boolean): string | null {
  if (declaration.media || value instanceof Response) return null;
  const parsed = declaration.response.safeParse(value);
  if (!parsed.success) {
    return parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'answer'}: ${message}`).join('; ');
  }
  const extra = strict ? undeclared(value, parsed.data, '') : null;
  return extra === null ? null : `${extra} is not declared`;
}

/** The path of the first field that the schema dropped. */
function undeclared(value: unknown, kept: unknown, path: string): string | null {
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const here = path === '' ? key : `${path}.${key}`;
    const counterpart = (kept as Record<string, unknown> | null)?.[key];
    if (counterpart === undefined) return here;
    const below = undeclared(inner, counterpart, here);
    if (below !== null) return below;
  }
  return null;
}
