/** Where to go after signing in when the link does not say, or says something else than a page of ours. */
const HOME = '/queue';
/** Any base will do: a path that leads to another host than this one is not a path. */
const HERE = 'http://here.invalid';

/**
 * The page that a link to the sign-in page leads back to: always a path of this product, so that the link can't send a
 * person who just signed in to another site. The result is what a browser makes of it, and stays that when read again.
 */
export function returnPath(next: unknown): string {
  if (typeof next !== 'string' || next.length > 2000) return HOME;
  // Browsers drop tabs and line breaks, and take a backslash for a slash; no page of ours has them in its path.
  if (!/^\/[^\s\\\p{Cc}\p{Cf}\p{Cs}]*$/u.test(next) || !URL.canParse(next, HERE)) return HOME;
  const { origin, pathname, search } = new URL(next, HERE);
  const path = pathname + search;
  if (origin !== HERE || path.startsWith('//') || !URL.canParse(path, HERE)) return HOME;
  const again = new URL(path, HERE);
  if (again.origin !== HERE || again.pathname + again.search !== path) return HOME;
  return /^\/(?:sign-in|setup|api)(?:[/?]|$)/i.test(pathname) ? HOME : path;
}
