import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { POST as authRoute } from '@/app/api/auth/[...all]/route';
import { GET as meRoute } from '@/app/api/me/route';
import { POST as seenRoute } from '@/app/api/me/seen/route';
import { PUT as limitsRoute } from '@/app/api/settings/sessions/route';
import { db, pool } from '../db/client';
import { testDatabase } from '../db/testing';
import { hasAccess } from './access';
import { whySessionEnded } from './end-sessions';
import { SYSTEM } from './guard';
import { actorOfHeaders } from './session';
import { overLimit, setSessionLimits } from './session-limits';
import { callRoute, cookieOf, keyHeaders, testActor } from './testing';
import { addUser } from './users';

testDatabase();
const PASSWORD = 'correct horse battery';
let count = 0;

beforeEach(() => pool().query('DELETE FROM sign_in_limits'));
afterEach(async () => void (await setSessionLimits(SYSTEM, { maxHours: null, idleMinutes: null })));

async function signedIn() {
  count += 1;
  const email = `limits${count}@example.test`;
  const { id } = await addUser(SYSTEM, { name: `Limits ${count}`, email, role: 'analyst', password: PASSWORD });
  const answer = await callRoute(authRoute, 'POST', {
    body: { email, password: PASSWORD },
    params: { all: 'sign-in/email' },
  });
  const cookie = cookieOf(answer);
  const age = (column: 'created_at' | 'seen_at', minutes: number) =>
    pool().query(`UPDATE sessions SET ${column} = now() - make_interval(mins => $2) WHERE user_id = $1`, [id, minutes]);
  const seenAt = async () => (await db().session.findFirstOrThrow({ where: { userId: id } })).seenAt.getTime();
  return { id, cookie, age, seenAt, headers: new Headers({ cookie }) };
}

describe('session limits', () => {
  it('end a session that is too old, or that nobody used, and the sign-in page says which', async () => {
    const [old, idle] = [await signedIn(), await signedIn()];
    await setSessionLimits(SYSTEM, { maxHours: 8, idleMinutes: 30 });
    for (const { headers } of [old, idle]) expect(await actorOfHeaders(headers)).not.toBeNull();
    await old.age('created_at', 8 * 60 + 1);
    await idle.age('seen_at', 31);
    for (const { headers } of [old, idle]) expect(await actorOfHeaders(headers)).toBeNull();
    expect(await whySessionEnded(old.headers)).toBe('expired');
    expect(await whySessionEnded(idle.headers)).toBe('idle');
    for (const { id } of [old, idle]) expect(await db().session.count({ where: { userId: id } })).toBe(0);
  });

  it('are renewed by what a person does, not by what an open page asks for by itself', async () => {
    const { cookie, age, seenAt } = await signedIn();
    await setSessionLimits(SYSTEM, { maxHours: null, idleMinutes: 30 });
    await age('seen_at', 20);
    const before = await seenAt();
    expect((await callRoute(meRoute, 'GET', { headers: { cookie } })).status).toBe(200);
    await actorOfHeaders(new Headers({ cookie, 'sec-fetch-mode': 'cors' }));
    expect(await seenAt()).toBe(before);
    expect((await callRoute(seenRoute, 'POST', { headers: { cookie } })).status).toBe(204);
    expect(await seenAt()).toBeGreaterThan(before);
    await age('seen_at', 20);
    await actorOfHeaders(new Headers({ cookie, 'sec-fetch-mode': 'navigate' }));
    expect(await seenAt()).toBeGreaterThan(Date.now() - 60_000);
    // A session that is over is not renewed by the request that finds it so.
    await age('seen_at', 31);
    expect((await callRoute(seenRoute, 'POST', { headers: { cookie } })).status).toBe(401);
  });

  it('close what is open, and leave API keys alone', async () => {
    const { headers, age } = await signedIn();
    const actor = await actorOfHeaders(headers);
    if (!actor) throw new Error('not signed in');
    expect(await hasAccess(actor)).toBe(true);
    await age('seen_at', 60);
    await setSessionLimits(SYSTEM, { maxHours: null, idleMinutes: 30 });
    expect(await hasAccess(actor)).toBe(false);
    const key = await keyHeaders(await testActor('analyst'));
    expect((await callRoute(meRoute, 'GET', { headers: key })).status).toBe(200);
  });

  it('are set by an admin, and refuse values out of range', async () => {
    const [admin, lead] = [await keyHeaders(await testActor('admin')), await keyHeaders(await testActor('lead'))];
    const set = (who: object, body: unknown) => callRoute(limitsRoute, 'PUT', { headers: who, body });
    expect((await set(lead, { maxHours: 8, idleMinutes: null })).status).toBe(403);
    for (const wrong of [{ maxHours: 0, idleMinutes: null }, { maxHours: 8, idleMinutes: 1 }, { maxHours: 8 }, {}])
      expect((await set(admin, wrong)).status).toBe(400);
    expect(await (await set(admin, { maxHours: 8, idleMinutes: 15 })).json()).toEqual({ maxHours: 8, idleMinutes: 15 });
    expect(await db().auditEntry.count({ where: { verb: 'settings.session_limits' } })).toBeGreaterThan(0);
  });

  it('count from the sign-in and from the last act', () => {
    const [now, hour] = [Date.now(), 3_600_000];
    const session = { createdAt: new Date(now - 2 * hour), seenAt: new Date(now - hour) };
    expect(overLimit(session, { maxHours: 2, idleMinutes: null }, now)).toBe('expired');
    expect(overLimit(session, { maxHours: 3, idleMinutes: 60 }, now)).toBe('idle');
    expect(overLimit(session, { maxHours: 3, idleMinutes: 61 }, now)).toBeNull();
    expect(overLimit(session, { maxHours: null, idleMinutes: null }, now)).toBeNull();
  });
});
