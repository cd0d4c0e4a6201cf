import ipaddr from 'ipaddr.js';

/**
 * Whether two addresses belong to one owner, as far as names tell: the same host, or hosts below one registered name. For an
 * address in numbers the port counts too: a machine may run several servers.
 */
export function isSameSite(one: string, other: string): boolean {
  const [a, b] = [new URL(one), new URL(other)];
  if (a.protocol !== b.protocol) return false;
  if (a.host === b.host) return true;
  const name = siteOf(a.hostname);
  return name !== null && name === siteOf(b.hostname);
}

/** The registered name; null for numbers and for names without a dot. */
function siteOf(hostname: string): string | null {
  if (ipaddr.isValid(hostname.replace(/^\[|\]$/g, ''))) return null;
  const labels = hostname.replace(/\.$/, '').split('.');
  const [second = '', top = ''] = labels.slice(-2);
  // co.uk, com.au, or.jp: nobody's own.
  const size = top.length === 2 && second.length <= 3 ? 3 : 2;
  return labels.length < size ? null : labels.slice(-size).join('.');
}
