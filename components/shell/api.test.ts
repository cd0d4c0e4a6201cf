import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import type { AlertItem } from '@/lib/alerts/schema';
import type { DraftView } from '@/lib/drafts/schema';
import { ApiError, api, apiUrl } from './api';

afterEach(() => vi.unstubAllGlobals());

function answer(status: number, body: unknown) {
  const fetched = vi.fn(async (_url: string, _init?: RequestInit) => Response.json(body, { status }));
  vi.stubGlobal('fetch', fetched);
  return fetched;
}

describe('api', () => {
  it('sends path, query and body, and answers what the route declares', async () => {
    const fetched = answer(200, { items: [], nextCursor: null });
    const query = { q: 'a b', status: ['new', 'open'], limit: 5, cursor: undefined, assignee: '' } as const;
    const page = await api.get('/api/alerts', { query });
    expect(fetched.mock.calls[0]?.[0]).toBe('/api/alerts?q=a+b&status=new%2Copen&limit=5');
    expectTypeOf(page.items).toEqualTypeOf<AlertItem[]>();
    const patched = await api.patch('/api/alerts/{id}', { params: { id: 'a/b?' }, body: { status: 'closed' } });
    expect(fetched.mock.calls[1]?.[0]).toBe('/api/alerts/a%2Fb%3F');
    expect(fetched.mock.calls[1]?.[1]).toMatchObject({ method: 'PATCH', body: '{"status":"closed"}' });
    expectTypeOf(patched).toHaveProperty('previous');
    expectTypeOf<(typeof patched)['previous']['assignee']>().toEqualTypeOf<string | null>();
    expectTypeOf(api.put<'/api/investigations/{id}/draft'>).returns.resolves.toEqualTypeOf<DraftView>();
  });

  it('keeps the slashes of a rest parameter', () => {
    expect(apiUrl('/api/auth/{...all}', { params: { all: 'sign-in/e mail' } })).toBe('/api/auth/sign-in/e%20mail');
  });

  it('refuses wrong calls at compile time', () => {
    const never = () => {
      // @ts-expect-error no such path
      void api.get('/api/nothing');
      // @ts-expect-error the path has no such method
      void api.delete('/api/alerts');
      // @ts-expect-error the parameter is missing
      void api.get('/api/alerts/{id}');
      // @ts-expect-error another field
      void api.patch('/api/alerts/{id}', { params: { id: 'a' }, body: { state: 'closed' } });
      // @ts-expect-error no such query parameter
      void api.get('/api/reviews', { query: { state: 'open' } });
      // @ts-expect-error a required query parameter
      void api.get('/api/alerts/new', { query: {} });
    };
    expect(never).toBeTypeOf('function');
  });

  it('throws what the API refused, with its reason and fields', async () => {
    answer(409, {
      error: { code: 'conflict', reason: 'conflict', message: 'No.', data: { fields: { name: 'Taken' } } },
    });
    const error = await api.get('/api/users').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 409, reason: 'conflict', message: 'No.', fields: { name: 'Taken' } });
    vi.stubGlobal('fetch', async () => new Response('<html>', { status: 502 }));
    await expect(api.get('/api/users')).rejects.toMatchObject({ status: 502, reason: 'unknown' });
    vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('failed to fetch')));
    await expect(api.get('/api/users')).rejects.toMatchObject({ status: 0, reason: 'unreachable' });
  });

  it('leaves for the sign-in page after a refused read, but stays where something was sent', async () => {
    const assign = vi.fn();
    vi.stubGlobal('location', { pathname: '/queue', search: '?q=a', assign });
    answer(401, { error: { code: 'unauthenticated', reason: 'unauthenticated', message: 'Sign in.' } });
    const comment = { params: { id: 'a' }, body: { body: 'Typed with care' } };
    await expect(api.post('/api/alerts/{id}/comments', comment)).rejects.toMatchObject({
      status: 401,
      message: expect.stringContaining('in another tab'),
    });
    await expect(api.get('/api/me', { stay: true })).rejects.toMatchObject({ status: 401 });
    expect(assign).not.toHaveBeenCalled();
    await expect(api.get('/api/me')).rejects.toMatchObject({ status: 401 });
    expect(assign).toHaveBeenCalledWith('/sign-in?next=%2Fqueue%3Fq%3Da');
  });

  it('shows a wrong password as such', async () => {
    vi.stubGlobal('location', { pathname: '/sign-in', search: '' });
    answer(401, { error: { code: 'unauthenticated', reason: 'wrong_credentials', message: 'Wrong.' } });
    const entered = { params: { all: 'sign-in/email' }, body: {} };
    await expect(api.post('/api/auth/{...all}', entered)).rejects.toMatchObject({ message: 'Wrong.' });
  });
});
