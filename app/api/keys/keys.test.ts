import { describe, expect, it } from 'vitest';
import { keyHeaders, testActor } from '@/lib/auth/testing';
import { addUser } from '@/lib/auth/users';
import { testDatabase } from '@/lib/db/testing';
import { DELETE } from './[id]/route';
import { GET, POST } from './route';

testDatabase();

const none = { params: Promise.resolve({}) };
const of = (id: string) => ({ params: Promise.resolve({ id }) });
const request = (headers: Record<string, string>, method = 'GET', body?: unknown) =>
  new Request('http://localhost/api/keys', { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });

describe('POST /api/keys', () => {
  it('makes a key that works and is never shown again', async () => {
    const analyst = await testActor('analyst');
    const made = await POST(request(await keyHeaders(analyst), 'POST', { name: 'intake' }), none);
    expect(made.status).toBe(201);
    const { id, key } = await made.json();
    const list = await GET(request({ authorization: `Bearer ${key}` }), none);
    expect(list.status).toBe(200);
    const text = await list.text();
    expect(JSON.parse(text).items).toContainEqual(
      expect.objectContaining({ id, name: 'intake', owner: { id: analyst.id, name: analyst.name } }),
    );
    expect(text).not.toContain(key);
  });

  it('refuses a key without a name and for nobody', async () => {
    const admin = await keyHeaders(await testActor('admin'));
    expect((await POST(request(admin, 'POST', { name: ' ' }), none)).status).toBe(400);
    expect((await POST(request(admin, 'POST', { name: 'k', userId: 'nobody' }), none)).status).toBe(404);
  });

  it('refuses a key that acts as another person, also to admins; a service account gets its keys from an admin', async () => {
    const [lead, reviewer, admin] = [await testActor('lead'), await testActor('reviewer'), await testActor('admin')];
    const body = { name: 'k', userId: reviewer.id };
    expect((await POST(request(await keyHeaders(lead), 'POST', body), none)).status).toBe(403);
    expect((await POST(request(await keyHeaders(admin), 'POST', body), none)).status).toBe(403);
    const sender = await addUser(admin, { name: 'Intake', email: 'in@example.test', role: 'analyst', service: true });
    const own = { name: 'k', userId: sender.id };
    expect((await POST(request(await keyHeaders(lead), 'POST', own), none)).status).toBe(403);
    expect((await POST(request(await keyHeaders(admin), 'POST', own), none)).status).toBe(201);
  });

  it('refuses a key that creates one which decides reviews', async () => {
    const headers = await keyHeaders(await testActor('reviewer'));
    const refused = await POST(request(headers, 'POST', { name: 'k', decideReviews: true }), none);
    expect(refused.status).toBe(403);
  });
});

describe('DELETE /api/keys/{id}', () => {
  it('ends a key at once', async () => {
    const headers = await keyHeaders(await testActor('analyst'));
    const { id, key } = await (await POST(request(headers, 'POST', { name: 'short' }), none)).json();
    expect((await DELETE(request(headers, 'DELETE'), of(id))).status).toBe(204);
    expect((await GET(request({ authorization: `Bearer ${key}` }), none)).status).toBe(401);
  });

  it('refuses what is no id and what is no key', async () => {
    const headers = await keyHeaders(await testActor('analyst'));
    expect((await DELETE(request(headers, 'DELETE'), of('x'))).status).toBe(400);
    const unknown = '01a20c96-6332-7243-a15f-2a9ee3bc5053';
    expect((await DELETE(request(headers, 'DELETE'), of(unknown))).status).toBe(404);
  });

  it('refuses another person’s key, which keeps working', async () => {
    const owner = await keyHeaders(await testActor('analyst'));
    const { id, key } = await (await POST(request(owner, 'POST', { name: 'mine' }), none)).json();
    expect((await DELETE(request(await keyHeaders(await testActor('lead')), 'DELETE'), of(id))).status).toBe(404);
    expect((await GET(request({ authorization: `Bearer ${key}` }), none)).status).toBe(200);
  });
});
