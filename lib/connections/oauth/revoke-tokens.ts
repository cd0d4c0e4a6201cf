import { selectClientAuthMethod } from '@modelcontextprotocol/client';
import { clientInformation } from './choose-client';
import type { SignIn } from './sign-in-row';

/**
 * Tells the authorization server that tokens are not used any more (RFC 7009), the refresh token first. Never throws.
 * @returns whether it took them; null when it announced no place for that, or there are no tokens
 */
export async function revokeTokens(
  { server, client, tokens }: SignIn,
  clientSecret: string | undefined,
  fetchFn: typeof fetch,
): Promise<boolean | null> {
  const { revocation_endpoint: endpoint, revocation_endpoint_auth_methods_supported: methods = [] } = server;
  const kinds = [
    ['refresh_token', tokens.refresh],
    ['access_token', tokens.access],
  ] as const;
  const present = kinds.filter(([, token]) => token !== undefined);
  if (endpoint === undefined || present.length === 0) return null;
  const information = clientInformation(client.kind === 'registered' ? { ...client, secret: clientSecret } : client);
  let accepted = true;
  for (const [hint, token = ''] of present) {
    const body = new URLSearchParams({ token, token_type_hint: hint });
    const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' };
    authenticate(information, selectClientAuthMethod(information, methods), headers, body);
    const response = await fetchFn(endpoint, { method: 'POST', headers, body }).catch(() => null);
    accepted = accepted && response?.ok === true;
  }
  return accepted;
}

function authenticate(
  { client_id: id, client_secret: secret = '' }: ReturnType<typeof clientInformation>,
  method: string,
  headers: Record<string, string>,
  body: URLSearchParams,
): void {
  if (method === 'client_secret_basic') {
    // RFC 6749, 2.3.1: both are form-encoded first.
    const [user, password] = [id, secret].map((text) => new URLSearchParams({ x: text }).toString().slice(2));
    headers.authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    return;
  }
  body.set('client_id', id);
  if (method === 'client_secret_post') body.set('client_secret', secret);
}
