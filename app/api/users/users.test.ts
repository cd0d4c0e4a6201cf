import { describe, expect, it } from 'vitest';
import { GET as me } from '@/app/api/me/route';
import { keyHeaders, testActor } from '@/lib/auth/testing';
import { testDatabase } from '@/lib/db/testing';
import { PATCH } from './[id]/route';
import { GET, POST } from './route';

testDatabase();

const none = { params: Promise.resolve({}) };
const of = (id: string) => ({ params: Promise.resolve({ id }) });
const send = (headers: Record<string, string>, method: string, body: unknown) =>
  new Request('http://localhost/api/users', { method, headers, body: JSON.stringify(body) });
const person = { name: 'Eve', role: 'reviewer', password: 'a long password' };

describe('POST /api/users', () => {
  it('adds a person, who is then in the list', async () => {
    const admin = await keyHeaders(await testActor('admin'));
    const made = await POST(send(admin, 'POST', { ...person, email: 'eve@example.test' }), none);
    expect(made.status).toBe(201);
    const { id } = await made.json();
    const list = await (await GET(new Request('http://localhost/api/users', { headers: admin }), none)).json();
    expect(list.items).toContainEqual({
      id,
      name: 'Eve',
      email: 'eve@example.test',
      role: 'reviewer',
      disabled: false,
    });
    expect(JSON.stringify(list)).not.toContain('password');
  });

  it('refuses what is no person, naming the field, and an address twice', async () => {
    const admin = await keyHeaders(await testActor('admin'));
    const bad = await POST(send(admin, 'POST', { ...person, email: 'eve', role: 'boss' }), none);
    expect(bad.status).toBe(400);
    expect(Object.keys((await bad.json()).error.data.fields)).toEqual(['email', 'role']);
    const email = 'twice@example.test';
    expect((await POST(send(admin, 'POST', { ...person, name: 'Mallory', email }), none)).status).toBe(201);
    expect(
      (await POST(send(admin, 'POST', { ...person, name: 'Trent', email: 'TWICE@example.test' }), none)).status,
    ).toBe(409);
  });

  it('refuses everybody but an admin', async () => {
    const lead = await keyHeaders(await testActor('lead'));
    expect((await POST(send(lead, 'POST', { ...person, email: 'no@example.test' }), none)).status).toBe(403);
    expect((await POST(send({}, 'POST', person), none)).status).toBe(401);
  });

  it('shows addresses to admins alone', async () => {
    const [admin, analyst] = [await testActor('admin'), await testActor('analyst')];
    const request = new Request('http://localhost/api/users', { headers: await keyHeaders(analyst) });
    const { items } = await (await GET(request, none)).json();
    expect(items.find((item: { id: string }) => item.id === admin.id).email).toBe('');
    expect(items.find((item: { id: string }) => item.id === analyst.id).email).toBe(analyst.email);
  });
});

describe('PATCH /api/users/{id}', () => {
  it('changes a role, which holds at once, and shuts an account', async () => {
    const admin = await keyHeaders(await testActor('admin'));
    const analyst = await testActor('analyst');
    const theirs = await keyHeaders(analyst);
    const changed = await PATCH(send(admin, 'PATCH', { role: 'lead' }), of(analyst.id ?? ''));
    expect(await changed.json()).toMatchObject({ role: 'lead', disabled: false });
    const seen = await me(new Request('http://localhost/api/me', { headers: theirs }), none);
    expect(await seen.json()).toEqual({ id: analyst.id, name: analyst.name, role: 'lead', email: analyst.email });
    expect((await PATCH(send(admin, 'PATCH', { disabled: true }), of(analyst.id ?? ''))).status).toBe(200);
    expect((await me(new Request('http://localhost/api/me', { headers: theirs }), none)).status).toBe(401);
  });

  it('refuses an unknown role, an empty change and an unknown person', async () => {
    const admin = await keyHeaders(await testActor('admin'));
    const { id } = await testActor('analyst');
    expect((await PATCH(send(admin, 'PATCH', { role: 'root' }), of(id ?? ''))).status).toBe(400);
    expect((await PATCH(send(admin, 'PATCH', {}), of(id ?? ''))).status).toBe(400);
    expect((await PATCH(send(admin, 'PATCH', { password: 'x' }), of(id ?? ''))).status).toBe(400);
    expect((await PATCH(send(admin, 'PATCH', { role: 'lead' }), of('nobody'))).status).toBe(404);
  });

  it('refuses a person who would raise their own role', async () => {
    const analyst = await testActor('analyst');
    const request = send(await keyHeaders(analyst), 'PATCH', { role: 'admin' });
    expect((await PATCH(request, of(analyst.id ?? ''))).status).toBe(403);
  });
});
