import fs from 'node:fs';
import path from 'node:path';
import { request } from '@playwright/test';
import type { Role } from '@/lib/auth/permissions';

/** What the browser tests know of the product under test; written by global-setup, read by the fixtures. */
export type E2eState = {
  url: string;
  /** Where the product under test keeps its data, when these tests started it. */
  dataDir?: string;
  people: Record<
    Role,
    { id: string; name: string; email: string; password: string; key: string; storage: StorageState }
  >;
};

type StorageState = Awaited<ReturnType<Awaited<ReturnType<typeof request.newContext>>['storageState']>>;

/** E2E_STATE names the state of a product that runs already: the tests then start none. */
export const STATE_FILE = process.env.E2E_STATE ?? path.resolve('test-results/.e2e-state.json');
export const PASSWORD = 'correct horse battery';
const NAMES: Record<Role, string> = {
  admin: 'Ada Admin',
  lead: 'Lena Lead',
  reviewer: 'Rita Reviewer',
  analyst: 'Ben Analyst',
};

/** Makes the first admin by the printed link's token and one person of each other role, all signed in, each with a key. */
export async function makePeople(url: string, setupLink: string): Promise<E2eState> {
  const token = new URL(setupLink).searchParams.get('token');
  const people = {} as E2eState['people']; // filled below, a role at a time
  const admin = await request.newContext({ baseURL: url, extraHTTPHeaders: { origin: url } });
  for (const role of ['admin', 'lead', 'reviewer', 'analyst'] as const) {
    const person = { name: NAMES[role], email: `${role}@e2e.test`, password: PASSWORD };
    const made =
      role === 'admin'
        ? await admin.post('/api/setup', { data: { ...person, token } })
        : await admin.post('/api/users', { data: { ...person, role } });
    if (!made.ok()) throw new Error(`No ${role}: ${made.status()} ${await made.text()}`);
    const { id } = await made.json();
    const own =
      role === 'admin' ? admin : await request.newContext({ baseURL: url, extraHTTPHeaders: { origin: url } });
    const signedIn = await own.post('/api/auth/sign-in/email', { data: { email: person.email, password: PASSWORD } });
    if (!signedIn.ok()) throw new Error(`${role} can't sign in: ${signedIn.status()} ${await signedIn.text()}`);
    const keyed = await own.post('/api/keys', {
      data: { name: 'browser tests', decideReviews: role !== 'analyst' },
    });
    if (!keyed.ok()) throw new Error(`No key for ${role}: ${keyed.status()} ${await keyed.text()}`);
    const { key } = await keyed.json();
    people[role] = { id, ...person, key, storage: await own.storageState() };
  }
  return { url, people };
}

export function readState(): E2eState {
  return JSON.parse(fs.readFileSync(STATE_FILE, 'utf8'));
}
