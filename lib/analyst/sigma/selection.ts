import { isIP } from 'node:net';
import { type LikePart, likeParts, type Node, type Test, TIME_PARTS } from './test';

/** What is wrong with a selection; the caller adds where. */
export class SelectionError extends Error {}

const TEXT = ['contains', 'startswith', 'endswith'] as const;
const ENCODINGS = ['base64', 'base64offset', 'wide', 'utf16le', 'utf16be', 'utf16', 'windash'] as const;
const COMPARISONS = ['lt', 'lte', 'gt', 'gte'] as const;
const KNOWN = new Set<string>([
  ...TEXT,
  ...ENCODINGS,
  ...COMPARISONS,
  ...TIME_PARTS,
  'all',
  're',
  'i',
  'm',
  's',
  'cidr',
  'exists',
  'fieldref',
  'cased',
  'expand',
  'neq',
  'otheraccount',
]);
type Scalar = string | number | boolean | null;

/**
 * A selection as a tree of tests. Maps are joined by "and", lists by "or"; plain values are keywords.
 * @throws SelectionError
 */
export function readSelection(value: unknown): Node {
  if (Array.isArray(value)) {
    if (value.length === 0) throw new SelectionError('The list is empty.');
    return any(value.map(readSelection));
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    if (entries.length === 0) throw new SelectionError('The selection is empty.');
    return all(entries.map(([key, item]) => readField(key, item)));
  }
  if (!isScalar(value) || value === null) throw new SelectionError('A keyword must be a text or a number.');
  return keyword(String(value));
}

const isScalar = (value: unknown): value is Scalar =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);
const any = (items: Node[]): Node => (items.length === 1 ? (items[0] as Node) : { kind: 'or', items });
const all = (items: Node[]): Node => (items.length === 1 ? (items[0] as Node) : { kind: 'and', items });
const keyword = (text: string): Node => ({
  kind: 'leaf',
  field: null,
  test: { kind: 'like', parts: [{ any: true }, ...likeParts(text), { any: true }], cased: false },
});

function readField(key: string, value: unknown): Node {
  const [written = '', ...modifiers] = key.split('|');
  // Splunk writes a list as `shields{}`; its values stand under its name.
  const field = written.replaceAll('{}', '');
  const unknown = modifiers.filter((name) => !KNOWN.has(name));
  if (unknown.length > 0)
    throw new SelectionError(`"${unknown[0]}" is not a modifier. Known: ${[...KNOWN].join(', ')}.`);
  const values = Array.isArray(value) ? value : [value];
  if (values.length === 0) throw new SelectionError(`"${key}" has an empty list of values.`);
  for (const item of values)
    if (!isScalar(item)) throw new SelectionError(`A value of "${key}" must be a text, a number, true, false or null.`);
  const name = field === '' ? null : field;
  // `'|all': […]` is a list of keywords: each anywhere in the event.
  const isKeywords = name === null && modifiers.every((modifier) => modifier === 'all');
  const nodes = (values as Scalar[]).map((item) =>
    isKeywords
      ? keyword(String(item))
      : any(testsOf(modifiers, item, key).map((test): Node => ({ kind: 'leaf', field: name, test }))),
  ); // checked above
  const node = modifiers.includes('all') ? all(nodes) : any(nodes);
  return modifiers.includes('neq') ? { kind: 'not', item: node } : node;
}

/** The tests of which one must hold: encodings have several forms of one value. */
function testsOf(modifiers: string[], value: Scalar, key: string): Test[] {
  const has = (name: string): boolean => modifiers.includes(name);
  const cased = has('cased');
  const kind = ['re', 'cidr', 'exists', ...COMPARISONS, ...TIME_PARTS].find(has);
  const clash = kind && [...TEXT, ...ENCODINGS].find(has);
  if (clash) throw new SelectionError(`"${key}": "${clash}" can't be combined with "${kind}".`);
  if (has('exists')) return [{ kind: 'exists', wanted: readBoolean(value, key) }];
  const comparison = COMPARISONS.find(has);
  const part = TIME_PARTS.find(has);
  if (comparison || part) {
    const number = Number(value);
    if (value === null || value === '' || !Number.isFinite(number))
      throw new SelectionError(`"${key}" needs a number.`);
    if (part) return [{ kind: 'time', part, operator: comparison ?? 'eq', number }];
    if (comparison) return [{ kind: 'compare', operator: comparison, number }];
  }
  if (value === null) return [{ kind: 'null' }];
  const text = String(value);
  if (has('re')) return [readRegex(text, modifiers, key)];
  if (has('cidr')) return [readCidr(text, key)];
  if (has('fieldref')) {
    const where = has('startswith') ? 'start' : has('endswith') ? 'end' : has('contains') ? 'any' : 'whole';
    return [{ kind: 'field', field: text, where, cased }];
  }
  if (has('otheraccount')) return [{ kind: 'other-account', field: text }];
  if (has('expand') && /%[^%\s]+%/.test(text))
    throw new SelectionError(`"${text}" is a placeholder that nothing here expands. Write its values out.`);
  const encoded = encodings(text, modifiers);
  const within = has('contains') || has('base64offset') ? 'any' : TEXT.find((name) => name !== 'contains' && has(name));
  const isBinary = has('base64') || has('base64offset');
  const forms = encoded.flatMap((form): LikePart[][] => {
    if (isBinary) return [[form]];
    const parts = likeParts(form);
    // Within an object that is compared as text, the quotes of a text that holds JSON (a policy) are escaped.
    return within === 'any' && form.includes('"') ? [parts, parts.map(escapeQuotes)] : [parts];
  });
  return forms.map((parts): Test => {
    return {
      kind: 'like',
      parts: [
        ...(within === 'any' || within === 'endswith' ? [{ any: true } as const] : []),
        ...parts,
        ...(within === 'any' || within === 'startswith' ? [{ any: true } as const] : []),
      ],
      cased: cased || isBinary,
    };
  });
}

/** YAML 1.1, which public rules are written for, has `yes` and `no` as well. */
function readBoolean(value: Scalar, key: string): boolean {
  const text = String(value).toLowerCase();
  if (['true', 'yes'].includes(text)) return true;
  if (['false', 'no'].includes(text)) return false;
  throw new SelectionError(`"${key}" needs true or false.`);
}

const escapeQuotes = (part: LikePart): LikePart => (typeof part === 'string' ? part.replaceAll('"', '\\"') : part);

function readRegex(source: string, modifiers: string[], key: string): Test {
  if (source.length > 2000) throw new SelectionError(`The regular expression of "${key}" is too long.`);
  if (unsupported(source))
    throw new SelectionError(`"${key}": look-around and back-references are not supported (RE2).`);
  const inline = /^\(\?([ims]+)\)/.exec(source);
  const flags = [
    ...new Set([...['i', 'm', 's'].filter((flag) => modifiers.includes(flag)), ...(inline?.[1] ?? '')]),
  ].join('');
  const body = inline ? source.slice(inline[0].length) : source;
  try {
    new RegExp(body, flags);
  } catch (error) {
    throw new SelectionError(`"${key}" is not a valid regular expression: ${(error as Error).message}`); // RegExp throws errors only
  }
  return { kind: 'regex', source: body, flags };
}

/** Look-around and back-references. An escaped backslash before a digit is neither. */
function unsupported(source: string): boolean {
  const escaped = source.match(/\\[\s\S]/g) ?? [];
  return escaped.some((pair) => /[1-9]/.test(pair)) || /\(\?<?[=!]/.test(source.replace(/\\[\s\S]/g, ''));
}

function readCidr(text: string, key: string): Test {
  const [network = '', length = ''] = text.split('/');
  const bits = Number(length);
  const isV6 = network.includes(':');
  if (
    !/^[\d.]+$|^[0-9a-f:.]+$/i.test(network) ||
    length === '' ||
    !(bits >= 0 && bits <= (isV6 ? 128 : 32)) ||
    isIP(network) === 0
  )
    throw new SelectionError(`"${key}": "${text}" is not a network such as 10.0.0.0/8.`);
  return { kind: 'cidr', network, bits };
}

const DASHES = ['-', '/', '\u2013', '\u2014', '\u2015'];

/** The forms that a value takes under its encoding modifiers, applied in the order they are written. */
function encodings(text: string, modifiers: string[]): string[] {
  let forms: (string | Buffer)[] = [text];
  for (const name of modifiers) {
    if (name === 'windash')
      forms = forms.flatMap((form) => {
        const whole = String(form);
        const found = /(?<=^|\s)[-/\u2013\u2014\u2015](?=\w)/.test(whole);
        return found ? DASHES.map((dash) => whole.replace(/(?<=^|\s)[-/\u2013\u2014\u2015](?=\w)/g, dash)) : [whole];
      });
    if (name === 'wide' || name === 'utf16le') forms = forms.map((form) => Buffer.from(String(form), 'utf16le'));
    if (name === 'utf16be') forms = forms.map((form) => Buffer.from(String(form), 'utf16le').swap16());
    if (name === 'utf16')
      forms = forms.map((form) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(String(form), 'utf16le')]));
    if (name === 'base64') forms = forms.map((form) => Buffer.from(form).toString('base64'));
    if (name === 'base64offset') forms = forms.flatMap((form) => offsets(Buffer.from(form)));
  }
  return forms.map((form) => (typeof form === 'string' ? form : form.toString('latin1')));
}

/** The three base64 forms that a text takes within a longer one; what depends on its neighbours is cut off. */
function offsets(bytes: Buffer): string[] {
  const [start, end] = [
    [0, 2, 3],
    [0, -3, -2],
  ];
  return [0, 1, 2].map((offset) => {
    const coded = Buffer.concat([Buffer.alloc(offset, ' '), bytes]).toString('base64');
    const cut = end?.[(bytes.length + offset) % 3] ?? 0;
    return coded.slice(start?.[offset] ?? 0, cut === 0 ? undefined : cut);
  });
}
