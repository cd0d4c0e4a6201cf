/**
 * Leads a browser on: an address with a code in it must not stay in its history.
 * @param location a path of ours, or an address that lib checked
 */
export function seeOther(location: string, cookies: string[] = []): Response {
  const headers = new Headers({ location, 'content-type': 'text/html', 'cache-control': 'no-store' });
  for (const cookie of cookies) headers.append('set-cookie', cookie);
  const href = location.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
  return new Response(`<!doctype html><a href="${href}">Continue</a>`, { status: 303, headers });
}
