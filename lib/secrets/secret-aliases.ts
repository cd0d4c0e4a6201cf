import { isSecretName } from './secret-names';

/** Longer queries are read to here. */
const MAX_QUERY = 50_000;
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|[\p{L}_$][\p{L}\p{N}_$.]*|\d+|\S/gu;
const WORD = /^(?:["`]|[\p{L}_$])/u;
/** Where the expression before an alias begins, reading backwards. */
const BOUNDARY = /^(?:,|\||;|select|distinct|by|extend|project|rename|eval|summarize|stats|union|all|from|where)$/i;
const KEYWORD =
  /^(?:select|distinct|from|where|and|or|not|as|on|in|is|null|like|ilike|between|group|order|by|having|limit|union|all|join|left|right|inner|outer|with|case|when|then|else|end|asc|desc|over|filter|using|exists|cast|values|qualify|window|offset)$/i;

/**
 * Names that a call's arguments give to secrets: `SELECT "credentials.sessionToken" AS t` makes t one, and so does each name given to an
 * expression over t. Lowercase, without quotes. Reads SQL, and `name = field` of piped query languages.
 */
export function secretAliases(args: unknown): Set<string> {
  const names = new Set<string>();
  for (const text of textsIn(args)) {
    if (isSecretName(text.trim())) names.add('value'); // count_by of a field
    const tokens = tokensOf(text);
    if (!tokens.some((token) => isSecretToken(token, names))) continue;
    for (let before = -1; before !== names.size; ) {
      before = names.size;
      collect(tokens, names);
    }
  }
  return names;
}

/** Whether arguments name a field that holds secrets, whatever they do with it. */
export const namesSecrets = (args: unknown): boolean =>
  textsIn(args).some((text) => tokensOf(text).some((token) => isSecretToken(token, new Set())));

/**
 * The tokens of a query. Texts that fields are compared with are emptied: `action IN ('user.reset_password')` looks like the path of a
 * secret and names none.
 */
function tokensOf(text: string): string[] {
  const tokens = text.slice(0, MAX_QUERY).match(TOKEN) ?? [];
  if (!isSqlText(tokens)) return tokens; // in SPL, single quotes enclose names of fields
  const open: boolean[] = []; // for each open bracket whether a list of values is in it
  let previous = '';
  return tokens.map((token) => {
    if (token === '(') open.push(/^in$/i.test(previous));
    else if (token === ')') open.pop();
    const isValue = token.startsWith("'") && (open.at(-1) === true || /^(?:=|like|ilike|then|else)$/i.test(previous));
    previous = token;
    return isValue ? "''" : token;
  });
}

const isSqlText = (tokens: string[]): boolean => tokens.some((token) => /^select$/i.test(token));

function collect(tokens: string[], names: Set<string>): void {
  const isSql = isSqlText(tokens);
  for (const [at, token] of tokens.entries()) {
    if (/^as$/i.test(token)) {
      const next = tokens[at + 1] ?? '';
      if (next === '(') columnList(tokens, at, names);
      else if (WORD.test(next) && holds(tokens, startOf(tokens, at), at, names)) names.add(bare(next));
      continue;
    }
    // An alias without AS: a word behind an expression, before the next one.
    const previous = tokens[at - 1] ?? '';
    const next = tokens[at + 1] ?? ',';
    const isAlias =
      isName(token) &&
      (previous === ')' || isName(previous) || previous.startsWith("'")) &&
      /^(?:,|from|\)|;)$/i.test(next);
    if (isAlias && holds(tokens, startOf(tokens, at), at, names)) names.add(bare(token));
    if (!isSql && isName(token) && next === '=') {
      const end = tokens.findIndex((other, index) => index > at + 1 && /^[,|;]$/.test(other));
      if (holds(tokens, at + 2, end < 0 ? tokens.length : end, names)) names.add(bare(token));
    }
  }
}

/** `WITH c(k) AS (SELECT … )`: where the body selects a secret, its names are. */
function columnList(tokens: string[], as: number, names: Set<string>): void {
  if (tokens[as - 1] !== ')') return;
  const open = tokens.lastIndexOf('(', as - 1);
  if (open < 0 || !holds(tokens, as + 1, closeOf(tokens, as + 1), names)) return;
  for (const token of tokens.slice(open + 1, as - 1)) if (isName(token)) names.add(bare(token));
}

function holds(tokens: string[], from: number, to: number, names: Set<string>): boolean {
  for (let at = from; at < to; at += 1) if (isSecretToken(tokens[at] ?? '', names)) return true;
  return false;
}

/** The first token of the expression that ends before `end`. */
function startOf(tokens: string[], end: number): number {
  let depth = 0;
  for (let at = end - 1; at >= 0; at -= 1) {
    const token = tokens[at] ?? '';
    if (token === ')') depth += 1;
    else if (token === '(') {
      if (depth === 0) return at + 1;
      depth -= 1;
    } else if (depth === 0 && BOUNDARY.test(token)) return at + 1;
  }
  return 0;
}

function closeOf(tokens: string[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at += 1) {
    if (tokens[at] === '(') depth += 1;
    if (tokens[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return tokens.length;
}

/** A field or path (`"a.sessionToken"`, `raw->>'$.a.sessionToken'`) that is named for a secret, or a name that was given to one. */
function isSecretToken(token: string, names: Set<string>): boolean {
  if (token.startsWith("'"))
    return /^'\$?[\w.[\]$"*-]*'$/.test(token) && token.includes('.') && isSecretName(bare(token));
  if (!WORD.test(token)) return false;
  return isSecretName(bare(token)) || names.has(bare(token)) || names.has(bare(token).split('.').at(-1) ?? '');
}

const isName = (token: string): boolean => WORD.test(token) && !KEYWORD.test(token);
const bare = (token: string): string =>
  token
    .replace(/^["'`]|["'`]$/g, '')
    .replace(/"$/, '')
    .toLowerCase();

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
