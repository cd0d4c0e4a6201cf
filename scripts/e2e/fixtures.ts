import { type APIRequestContext, test as base, expect, type Page } from '@playwright/test';
import type { Role } from '@/lib/auth/permissions';
import { type AccessibleOptions, expectAccessible } from './accessible';
import { type E2eState, readState } from './people';

type Fixtures = {
  state: E2eState;
  /** Signs a page's context in as the one person of a role (no form, no rate limit). */
  signIn: (page: Page, role: Role) => Promise<void>;
  /** The HTTP API as that person, by API key. */
  api: (role: Role) => Promise<APIRequestContext>;
  /** Fails with the list of axe's findings (WCAG 2.2 A and AA), in both themes or those named, in the page or `within` a part (CSS). */
  expectAccessible: (page: Page, options?: AccessibleOptions) => Promise<void>;
  noExternalRequests: undefined;
};

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from this pattern
  state: async ({}, use) => use(readState()),
  baseURL: async ({ state }, use) => use(state.url),
  signIn: async ({ state }, use) => {
    await use(async (page, role) => {
      await page.context().clearCookies();
      await page.context().addCookies(state.people[role].storage.cookies);
    });
  },
  api: async ({ state, playwright }, use) => {
    const open: APIRequestContext[] = [];
    await use(async (role) => {
      const context = await playwright.request.newContext({
        baseURL: state.url,
        extraHTTPHeaders: { authorization: `Bearer ${state.people[role].key}` },
      });
      open.push(context);
      return context;
    });
    for (const context of open) await context.dispose();
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from this pattern
  expectAccessible: async ({}, use) => use(expectAccessible),
  // No page of ours may ask another host for anything, whatever its content says.
  noExternalRequests: [
    async ({ context, state }, use) => {
      const external: string[] = [];
      context.on('request', (request) => {
        const url = new URL(request.url());
        // Passkeys need a name: the test of them opens the same server as localhost.
        const own = [new URL(state.url).host, `localhost:${new URL(state.url).port}`];
        if (['http:', 'https:', 'ws:', 'wss:'].includes(url.protocol) && !own.includes(url.host)) {
          external.push(request.url());
        }
      });
      await use(undefined);
      expect(external, 'requests to other hosts').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
