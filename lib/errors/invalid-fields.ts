import type { z } from 'zod';
import { AppError } from './app-error';

const MAX_SHOWN = 5;

/**
 * A Zod check of outside input, with messages for people ("Title is required").
 * @throws AppError invalid_fields; `data.fields` has the message of each field by its path.
 */
export function parseInput<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value, { error: (issue) => ours(issue) });
  if (parsed.success) return parsed.data;
  throw invalidFields(parsed.error.issues);
}

/** The error for a schema's issues. At most five are listed in the message. */
export function invalidFields(found: readonly z.core.$ZodIssue[]): AppError {
  const issues = found.flatMap(innermost).slice(0, MAX_SHOWN);
  const fields = issues.map((issue) => [issue.path.join('.') || 'body', issue.message] as const);
  const sentences = fields.map(([path, message]) =>
    path === 'body' || namesField(path, message) ? message : `${labelOf(path)}: ${message}`,
  );
  return new AppError('invalid_fields', sentences.join(' '), { data: { fields: Object.fromEntries(fields) } });
}

/** A union's own issue is only "invalid input"; the branch that got furthest says what is wrong. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const fit = (branch: z.core.$ZodIssue[]) =>
    branch.filter(({ code, path }) => code === 'unrecognized_keys' || path.length === 0).length * 100 + branch.length;
  const [best = []] = [...issue.errors].sort((a, b) => fit(a) - fit(b));
  return best.length === 0
    ? [issue]
    : best.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })).flatMap(innermost);
}

/** Custom messages of a schema may not name their field ("At least 12 characters."). */
function namesField(path: string, message: string): boolean {
  return message.toLowerCase().includes(labelOf(path).toLowerCase());
}

/** `alertIds` → "Alert ids", `target.url` → "Target url". */
function labelOf(path: string): string {
  const words = path
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/[._-]/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

type RawIssue = z.core.$ZodRawIssue;
const TYPE_NAMES: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
  undefined: 'left out',
};

/** The message of an issue that its schema gives none. */
function ours(issue: RawIssue): string | undefined {
  const path = (issue.path ?? []).map(String).join('.');
  const label = path === '' ? 'The body' : labelOf(path);
  if (issue.input === undefined && ['invalid_type', 'invalid_value', 'invalid_union'].includes(issue.code)) {
    return `${label} is required.`;
  }
  if (issue.code === 'too_small' || issue.code === 'too_big') return sizeMessage(label, issue);
  if (issue.code === 'invalid_format') return `${label} must be ${formatName(String(issue.format))}.`;
  if (issue.code === 'invalid_value') return `${label} must be ${listOf(issue.values as unknown[])}.`;
  if (issue.code === 'not_multiple_of') return `${label} must be a multiple of ${String(issue.divisor)}.`;
  if (issue.code === 'unrecognized_keys') {
    const keys = (issue.keys as string[]).slice(0, 5).map((key) => `"${key.slice(0, 60)}"`);
    return `Unknown ${keys.length === 1 ? 'field' : 'fields'} ${keys.join(', ')}. Remove ${keys.length === 1 ? 'it' : 'them'}.`;
  }
  if (issue.code === 'invalid_type') {
    const expected = String(issue.expected);
    return `${label} must be ${TYPE_NAMES[expected] ?? `of type ${expected}`}.`;
  }
  return issue.code === 'invalid_union' ? `${label} has none of the allowed shapes.` : undefined;
}

function sizeMessage(label: string, issue: RawIssue & { code: 'too_small' | 'too_big' }): string {
  const small = issue.code === 'too_small';
  const limit = Number(small ? issue.minimum : issue.maximum);
  const bound = small ? 'at least' : 'at most';
  if (issue.origin === 'string' || issue.origin === 'array') {
    if (small && limit === 1 && issue.origin === 'string') return `${label} is required.`;
    const unit = issue.origin === 'string' ? 'character' : 'item';
    return `${label} must have ${bound} ${limit} ${unit}${limit === 1 ? '' : 's'}.`;
  }
  return `${label} must be ${bound} ${limit}.`;
}

function formatName(format: string): string {
  const names: Record<string, string> = {
    uuid: 'an id (UUID)',
    email: 'an e-mail address',
    url: 'a URL',
    datetime: 'an ISO 8601 time, like 2026-04-20T21:51:13Z',
    date: 'a date, like 2026-04-20',
  };
  return names[format] ?? 'in the documented format';
}

function listOf(values: unknown[]): string {
  const shown = values.slice(0, 12).map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  return shown.length < 2 ? (shown[0] ?? '') : `one of ${shown.join(', ')}${values.length > 12 ? ', …' : ''}`;
}
