import http from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type Configuration, type InteractionResults } from 'oidc-provider';

// A real OpenID Connect provider (oidc-provider), where whoever comes is `person`.

export const CLIENT = { clientId: 'socdown', clientSecret: 'canary-sso-secret-77f1' };
export type Person = { sub: string; email?: string; email_verified?: boolean; name?: string; groups?: unknown };
export type TestProvider = {
  issuer: string;
  /** Who signs in from now on; null: somebody who refuses. */
  person: Person | null;
  /** Signs a session, or all of a person, out at the provider, which tells its client. @returns what the client answered */
  signOut(sub: string, sid?: string): Promise<Response>;
  close(): Promise<void>;
};

/** @param client what answers at the client's address for back-channel logout */
export async function startProvider(
  redirectUrl: string,
  signOutUrl: string,
  client: (request: Request) => Promise<Response>,
): Promise<TestProvider> {
  const web = http.createServer();
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(web.address() as AddressInfo).port}`; // listening on TCP
  const state: TestProvider = {
    issuer,
    person: null,
    async signOut(sub, sid) {
      const found = await provider.Client.find(CLIENT.clientId);
      answered = undefined;
      const tell = found?.backchannelLogout as ((sub: string, sid?: string) => Promise<void>) | undefined; // it has no types
      // It throws for another answer than 200.
      await tell?.call(found, sub, sid).catch(() => {});
      if (!answered) throw new Error('the provider told nobody');
      return answered;
    },
    async close() {
      web.closeAllConnections();
      await new Promise((resolve) => web.close(resolve));
    },
  };
  const people = new Map<string, Person>();
  let answered: Response | undefined;
  const provider = new Provider(issuer, {
    ...configuration(redirectUrl, signOutUrl, people),
    fetch: async (url, options) => {
      answered = await client(new Request(url, options as RequestInit));
      return answered.clone();
    },
  });
  const interact = async (request: http.IncomingMessage, response: http.ServerResponse) => {
    const finish = (result: InteractionResults) =>
      provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
    if (!state.person) return finish({ error: 'access_denied', error_description: 'No.' });
    const { params, prompt } = await provider.interactionDetails(request, response);
    people.set(state.person.sub, state.person);
    if (prompt.name === 'login') return finish({ login: { accountId: state.person.sub } });
    const grant = new provider.Grant({ accountId: state.person.sub, clientId: String(params.client_id) });
    grant.addOIDCScope(String(params.scope));
    return finish({ consent: { grantId: await grant.save() } });
  };
  const answer = provider.callback();
  web.on('request', (request, response) => {
    if (request.url?.startsWith('/interaction/')) void interact(request, response);
    else void answer(request, response);
  });
  return state;
}

function configuration(redirectUrl: string, signOutUrl: string, people: Map<string, Person>): Configuration {
  return {
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        redirect_uris: [redirectUrl],
        post_logout_redirect_uris: [signOutUrl],
        grant_types: ['authorization_code'],
        response_types: ['code'],
        backchannel_logout_uri: 'http://localhost/api/sso/logout',
        backchannel_logout_session_required: true,
      },
    ],
    cookies: { keys: ['a key of a test'] },
    claims: { openid: ['sub', 'groups'], email: ['email', 'email_verified'], profile: ['name'] },
    pkce: { required: () => true },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, accountId) => ({
      accountId,
      claims: () => ({ ...people.get(accountId), sub: accountId }),
    }),
    ttl: { AccessToken: 3600, Grant: 3600, Interaction: 600, Session: 600, IdToken: 600 },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: true },
      backchannelLogout: { enabled: true },
    },
  };
}
