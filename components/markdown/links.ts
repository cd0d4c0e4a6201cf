/** What a link may do. `none`: its text is shown, and nothing can be opened. */
export type LinkTarget =
  | { kind: 'anchor'; id: string }
  | { kind: 'foreign'; href: string; host: string }
  | { kind: 'none' };

/** Only places in this text (#id) and whole http(s) addresses without a password are links. Everything else is text. */
export function linkTarget(href: string | undefined): LinkTarget {
  if (!href) return { kind: 'none' };
  if (/^#[\w\p{L}-]+$/u.test(href)) return { kind: 'anchor', id: href.slice(1) };
  if (!/^https?:\/\//i.test(href) || !URL.canParse(href)) return { kind: 'none' };
  const url = new URL(href);
  if (url.username || url.password || !url.hostname) return { kind: 'none' };
  return { kind: 'foreign', href: url.href, host: url.host };
}

/** An address that no program makes a link of: hxxps://evil[.]example/path. */
export function defangUrl(address: string): string {
  const named = /^(https?|ftp|wss?)(:\/\/)([^/?#]*)(.*)$/is.exec(address);
  if (named) {
    const [, scheme = '', slashes = '', host = '', rest = ''] = named;
    return scheme.replace(/tt/i, 'xx').replace(/^f(t)p/i, 'fxp') + slashes + host.replaceAll('.', '[.]') + rest;
  }
  return address
    .replace(/^(\/\/[^/?#]*)/, (host) => host.replaceAll('.', '[.]'))
    .replace(/^([a-z][a-z0-9+.-]*):/i, '$1[:]');
}
