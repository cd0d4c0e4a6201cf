import { findEntities } from '../../alerts/entities';
import { defang, isPrivate } from '../../alerts/fang';
import { replaceUnseen } from '../../text/invisible-characters';

/**
 * Text from alerts and logs, made safe to stand in a Markdown report: it can make no link, image, HTML, heading, table cell
 * or line of its own, and nothing invisible. `code` keeps the value readable and exact but for what is made visible; an address
 * that is reachable from outside is defanged everywhere.
 */
export function code(value: unknown, limit = 160): string {
  const shown = plain(value, limit);
  const text = (isIp(shown) ? defanged(shown) : withoutUrls(shown)).replaceAll('`', "'").replaceAll('|', '¦');
  return text === '' ? '`(empty)`' : `\`${text}\``;
}

/** A value of an alert: only what a program could contact is defanged. */
export const shownSeed = ({ kind, value }: { kind: string; value: string }, limit = 160): string =>
  code(
    /^(?:user|role|arn|access_key|host|instance|resource|bucket|file|process)$/.test(kind) ? value : defanged(value),
    limit,
  );

/** A detail of an act, whose values stand between backticks in the evidence: "policy `ReadOnly`". */
export const shownDetail = (detail: string): string =>
  detail
    .split('`')
    .map((part, index) => (index % 2 === 1 ? code(part, 60) : part.replace(/[^\p{L}, ]/gu, '')))
    .join('')
    .trim();

/** A command with its links defanged: nothing opens or fetches them. */
const withoutUrls = (command: string): string =>
  command.replace(/\b[a-z][a-z0-9+.-]*:\/\/[^\s'"]+/gi, (link) => defang('url', link));

/** Of a path that is too long its last parts: the name of a thing stands at its end. */
export function endOf(path: string, limit: number): string {
  if (path.length <= limit || /\s/.test(path)) return path;
  const parts = path.split('/');
  let end = parts.pop() ?? '';
  for (let part = parts.pop(); part !== undefined && end.length + part.length + 1 <= limit; part = parts.pop())
    end = `${part}/${end}`;
  return end.length >= 3 && end.length <= limit ? end : path;
}

/** For running text: every character that Markdown or autolinking could act on is escaped or broken. */
export function prose(value: unknown, limit = 300): string {
  return (
    withoutLinks(plain(value, limit))
      .replace(/[\\`*_{}[\]<>()!|~&$^]/g, '\\$&')
      // A heading, a list or a rule begins a line only.
      .replace(/^[#+=-]/, '\\$&')
      .replace(/^(\d+)\./, '$1\\.')
  );
}

/** Whatever a reader's program could make a link of is defanged: addresses, links, and names with a top-level domain. */
function withoutLinks(text: string): string {
  let out = text;
  for (const { kind, value } of findEntities(text)) {
    const at = out.toLowerCase().indexOf(value.toLowerCase());
    const safe = ['ip', 'url', 'domain', 'email'].includes(kind) ? defang(kind, value) : value;
    if (at >= 0 && safe !== value) out = out.replaceAll(out.slice(at, at + value.length), safe);
  }
  return out
    .replace(/(\w):\/\//g, '$1[:]//')
    .replace(/\b(www)\./gi, '$1[.]')
    .replace(/(?<!\[)@(?!\])/g, '[@]');
}

function plain(value: unknown, limit: number): string {
  const text = typeof value === 'string' ? value : value === null || value === undefined ? '' : JSON.stringify(value);
  const shown = visible(text).replace(/\s+/g, ' ').trim();
  // Not within a defanged dot: half of one is neither form.
  return shown.length > limit ? `${shown.slice(0, limit).replace(/\[[.:@]?$/, '')}…` : shown;
}

/** Controls, bidirectional marks, zero-width and private characters become a visible code point. */
function visible(text: string): string {
  const codePoint = (mark: string) => `U+${(mark.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return replaceUnseen(text, (mark) => (/\s/.test(mark) ? ' ' : codePoint(mark)), { all: true });
}

const isIp = (value: string): boolean =>
  /^\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?$/.test(value) || /^[0-9a-f]*:[0-9a-f:.]+$/i.test(value);

/**
 * Indicators in a form that nothing links or resolves, to stand between code marks; a value that is no indicator stays as it is. An
 * e-mail address names an account in most logs: it stays as it is too, so that one identity is written one way.
 */
export function defanged(value: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return defang('url', value);
  // An address of the own network is looked up as it is written; it is no indicator.
  if (isIp(value)) return isPrivate(value) ? value : defang('ip', value);
  if (/^(?:[a-z0-9-]+\.)+[a-z]{2,24}$/i.test(value) && !SERVICE.test(value))
    return findEntities(value).some(({ kind }) => kind === 'domain') ? defang('domain', value) : value;
  return value;
}

/** A host that something contacted, whatever its top-level domain. */
export const shownHost = (host: string): string => code(isIp(host) ? defanged(host) : defang('domain', host));

/** Names of services and of actions, which look like domains and are none. */
const SERVICE = /\.amazonaws\.com$|^(?:user|system|application|group|policy|app|zone|device|security|iam)\./;
