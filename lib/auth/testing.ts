import { v7 as uuid } from 'uuid';
import { db } from '../db/client';
import { createKey } from './api-keys';
import type { Actor } from './guard';
import { can, type Role } from './permissions';

let counter = 0;

/** A person straight in the database, without a password. `mark` tells people of several processes apart. */
export async function testActor(role: Role, mark = ''): Promise<Actor> {
  counter += 1;
  const id = uuid();
  const name = `${role[0]?.toUpperCase()}${role.slice(1)} ${mark}${counter}`;
  const email = `${role}${mark}${counter}@example.test`;
  await db().user.create({ data: { id, name, email, role } });
  return { id, role, name, email, via: 'session' };
}

/** Headers that make a route handler see this person, through a real API key; a reviewer's may decide reviews. */
export async function keyHeaders(actor: Actor): Promise<Record<string, string>> {
  const { key } = await createKey(actor, {
    userId: actor.id ?? '',
    name: 'test',
    decideReviews: can(actor.role, 'reviews.decide'),
  });
  return { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
}

type Sent = { body?: unknown; headers?: object; params?: Record<string, string> };

/** Calls a route handler as a page of this origin does; `headers` say who: a cookie, or a key's. */
export async function callRoute(handler: unknown, method: string, { body, headers, params = {} }: Sent = {}) {
  const request = new Request('http://localhost/api/x', {
    method,
    headers: { 'content-type': 'application/json', host: 'localhost', origin: 'http://localhost', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const route = handler as (request: Request, context: { params: Promise<Sent['params']> }) => Promise<Response>; // what a route exports
  return route(request, { params: Promise.resolve(params) });
}

/** The cookies that an answer sets, as a browser sends them back; those that it takes away are not among them. */
export const cookieOf = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .filter((line) => !/Max-Age=0/i.test(line))
    .map((line) => line.split(';')[0])
    .join('; ');
