import type { Actor } from '../../lib/auth/guard';
import { startSession } from '../../lib/auth/start-session';
import { keyHeaders, testActor } from '../../lib/auth/testing';
import { SECTIONS } from '../../lib/report/schema';
import type { Timings } from './timings';

/** Somebody with a browser at one of the web processes. `cookie` for pages, `headers` with a key for the API. */
export type Person = { url: string; cookie: string; headers: Record<string, string> };
const WORDS = ['login failed', 'user17', '100.64.3.9', 'credential access', 'terraform', 'exfiltration', 'bench-4'];

export async function makePerson(role: 'analyst' | 'reviewer', url: string): Promise<Person> {
  const actor: Actor = await testActor(role, 'load');
  const { cookies } = await startSession(actor.id ?? '', new Request('http://localhost/'));
  return {
    url,
    cookie: cookies.map((line) => line.split(';')[0]).join('; '),
    headers: await keyHeaders(actor),
  };
}

/** Works until `isOver`: queue, a case of their own, saves, a search, and a case that `reviewer` approves; pauses between, by chance up to twice `thinkMs`. */
export async function work(
  person: Person,
  reviewer: Person,
  options: { timings: Timings; thinkMs: number; isOver: () => boolean; number: number },
): Promise<void> {
  const { timings, thinkMs, isOver, number } = options;
  const think = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 2 * thinkMs));
  await think();
  let id = await openCase(person, `load ${number}`);
  for (let round = 0; !isOver(); round += 1) {
    await timings.time('queue page', () => page(person, '/queue'));
    await think();
    await timings.time('case page', () => page(person, `/investigations/${id}`));
    await think();
    await timings.time('save', () => save(person, id, (text) => `${text.trimEnd()}\n\nRound ${round}.\n`));
    await think();
    const q = WORDS[(number + round) % WORDS.length] ?? '';
    await timings.time('search', () => call(person, 'GET', `/api/search?q=${encodeURIComponent(q)}`));
    await think();
    if (round % 2 === 1 || isOver()) continue;
    await save(person, id, complete);
    const review = await call<{ id: string; revision: { id: string } }>(
      person,
      'POST',
      `/api/investigations/${id}/reviews`,
      {},
    );
    const decision = { decision: 'approve', revision: review.revision.id };
    await timings.time('approval', () => call(reviewer, 'POST', `/api/reviews/${review.id}/decision`, decision));
    id = await openCase(person, `load ${number} ${round}`);
  }
}

async function openCase(person: Person, title: string): Promise<string> {
  const alert = {
    id: `${title} ${Math.random()}`,
    title,
    severity: 'high',
    time: new Date().toISOString(),
    sourceIp: '203.0.113.7',
  };
  const { ids } = await call<{ ids: string[] }>(person, 'POST', '/api/webhooks/generic', alert);
  return (await call<{ id: string }>(person, 'POST', '/api/investigations', { alertIds: ids })).id;
}

async function save(person: Person, id: string, change: (text: string) => string): Promise<void> {
  const path = `/api/investigations/${id}/draft`;
  const { markdown, version } = await call<{ markdown: string; version: number }>(person, 'GET', path);
  await call(person, 'PUT', path, { markdown: change(markdown) }, { 'if-match': `"${version}"` });
}

/** Every section written, and a conclusion: ready for review. */
function complete(markdown: string): string {
  const head = markdown.slice(0, markdown.indexOf('\n---\n', 4) + 5);
  const body = SECTIONS.map((name) => `\n## ${name}\n\nWhat is to be said about it: ${name.toLowerCase()}.\n`).join('');
  return (
    head.replace('classification: null', 'classification: SUSPICIOUS').replace('confidence: null', 'confidence: 60') +
    body
  );
}

async function page({ url, cookie }: Person, path: string): Promise<void> {
  const answer = await fetch(url + path, { headers: { cookie, accept: 'text/html' }, redirect: 'manual' });
  await answer.text();
  if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status}`);
}

/** @throws Error for every answer but a good one */
export async function call<T>(
  { url, headers }: Pick<Person, 'url' | 'headers'>,
  method: string,
  path: string,
  body?: unknown,
  more: Record<string, string> = {},
): Promise<T> {
  const answer = await fetch(url + path, {
    method,
    headers: { ...headers, ...more },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok)
    throw new Error(`${method} ${path.replace(/[0-9a-f-]{36}/, '{id}')}: ${answer.status} ${text.slice(0, 200)}`);
  return JSON.parse(text) as T; // by the API's contract
}
