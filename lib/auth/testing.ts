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

/** The cookies that an answer sets, as a browser sends them back; those that it takes away are not among them. */
export const cookieOf = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .filter((line) => !/Max-Age=0/i.test(line))
    .map((line) => line.split(';')[0])
    .join('; ');
