import { API_METHODS } from './api-methods';

type Route = { segments: string[]; methods: readonly string[] };

/** The most specific first, as Next chooses: a name before a parameter, a parameter before a rest. */
const ROUTES: Route[] = Object.entries(API_METHODS)
  .map(([path, methods]) => ({ segments: path.split('/').slice(2), methods }))
  .sort((a, b) => (rank(a) < rank(b) ? -1 : 1));

/** The methods that an address below /api answers, by its path; undefined where there is no such address. Pure. */
export function methodsOf(path: string): readonly string[] | undefined {
  // Next redirects a path with a slash too many to the one without.
  const parts = path.split('/').filter(Boolean).slice(1);
  const methods = ROUTES.find(({ segments }) => fits(segments, parts))?.methods;
  return methods && [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'];
}

function fits(segments: string[], parts: string[]): boolean {
  if (segments.at(-1)?.startsWith('{...'))
    return parts.length >= segments.length && fits(segments.slice(0, -1), parts.slice(0, segments.length - 1));
  return segments.length === parts.length && segments.every((name, at) => name.startsWith('{') || name === parts[at]);
}

function rank({ segments }: Route): string {
  return segments.map((name) => (name.startsWith('{...') ? '2' : name.startsWith('{') ? '1' : `0${name}`)).join('/');
}
