import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { type BlockList, isIP } from 'node:net';
import { env } from '../env/env';
import { isInNetworks, parseNetworks, plainAddress } from '../env/networks';

/** Set by this process's own HTTP server, which has put the true address into the header. Next loads modules more than once. */
const shared = globalThis as unknown as { socdownFrontDoor?: true };

/** What proxies say about a request. Believed from TRUSTED_PROXIES only. */
const FORWARDED = [
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-real-ip',
  'forwarded',
  'cf-connecting-ip',
  'true-client-ip',
  'x-client-ip',
  'x-cluster-client-ip',
] as const;

/** Names a request in the log and in the answer. A trusted proxy may give it. */
export const REQUEST_ID = 'x-request-id';

/** Answers any host: a probe of an orchestrator names the address of the container. */
const PROBES = /^\/api\/(?:health|ready)(?:\?|$)/;

/**
 * Makes the headers of a request tell the truth, before anything reads them: `x-forwarded-for` becomes the one address of
 * the client, and what else a proxy could say is dropped unless the proxy is trusted.
 * @returns why the request is refused (421), or null
 */
export function admit(
  request: { headers: IncomingHttpHeaders; url?: string | undefined },
  peer: string,
): string | null {
  shared.socdownFrontDoor = true;
  const { headers } = request;
  const networks = trustedProxies();
  const address = plainAddress(peer);
  const trusted = isInNetworks(networks, address);
  if (!trusted) for (const name of FORWARDED) delete headers[name];
  if (!trusted || !/^[\w.-]{8,64}$/.test(String(headers[REQUEST_ID] ?? ''))) headers[REQUEST_ID] = randomUUID();
  // From the nearest hop outwards, the first that is no proxy of ours. What stands further left, anybody can have written.
  const hops = trusted ? String(headers['x-forwarded-for'] ?? '').split(',') : [];
  let client = address;
  for (const hop of hops.reverse().map((text) => plainAddress(text.trim()))) {
    if (isIP(hop) === 0) break;
    client = hop;
    if (!isInNetworks(networks, hop)) break;
  }
  headers['x-forwarded-for'] = client;
  if (PROBES.test(request.url ?? '')) return null;
  const forwardedHost = headers['x-forwarded-host'];
  const host =
    typeof forwardedHost === 'string' ? (forwardedHost.split(',').at(-1) ?? '').trim() : (headers.host ?? '');
  return isKnownHost(host) ? null : 'This server has another name. Use the address in PUBLIC_URL.';
}

let proxies: { text: string; networks: BlockList } | undefined;

function trustedProxies(): BlockList {
  const text = env().TRUSTED_PROXIES ?? '';
  if (proxies?.text !== text) proxies = { text, networks: parseNetworks(text).networks };
  return proxies.networks;
}

/**
 * Whether a request for this host is for us. With PUBLIC_URL: its host, or a loopback name (a proxy on this machine, a
 * command on it), which no page of another site can have. Without it, any well-formed host.
 */
export function isKnownHost(host: string): boolean {
  const { PUBLIC_URL } = env();
  if (!/^[A-Za-z0-9.\-_[\]:]{1,255}$/.test(host) || !URL.canParse(`http://${host}`)) return false;
  if (PUBLIC_URL === undefined) return true;
  const { protocol, host: publicHost } = new URL(PUBLIC_URL);
  const asked = new URL(`${protocol}//${host}`);
  return asked.host === publicHost || LOOPBACK.test(asked.hostname);
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * The client's address as our own server determined it; null under any other server, where the header is anybody's.
 * An IPv6 address is answered as its /64, which is one customer's.
 */
export function clientAddress(headers: Headers): string | null {
  const address = shared.socdownFrontDoor ? headers.get('x-forwarded-for') : null;
  if (address === null || isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::');
  const left = head.split(':').filter(Boolean);
  const right = (tail ?? '').split(':').filter(Boolean);
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  return [...left, ...Array(zeros).fill('0'), ...right].slice(0, 4).join(':');
}
