import type { LookupAddress } from 'node:dns';
import dns from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { AppError } from '../errors/app-error';
import { tlsFailure, trusting } from './certificates';
import { checkAddress, checkUrl } from './outbound-address';

/** Bytes of one answer, streams included. */
const MAX_ANSWER = 64 * 1024 * 1024;

/**
 * A fetch that goes to the origin of `base` and nowhere else: no redirect is followed, each DNS answer is checked before
 * the connection is made (a name that changes its answer in between gains nothing), proxies of the environment are not used.
 * `caCertificate`: is trusted too.
 */
export function guardedFetch(base: URL, allowInternal: boolean, caCertificate?: string): typeof fetch {
  const trust = caCertificate && base.protocol === 'https:' ? trusting(caCertificate) : {};
  const lookup: LookupFunction = (host, options, callback) => {
    resolve(host, allowInternal, base.protocol === 'https:').then(
      (found) => {
        if (options.all) callback(null, found);
        else callback(null, found[0]!.address, found[0]!.family); // resolve never answers an empty list
      },
      (error: Error) => callback(error, '', 4),
    );
  };
  return async (input, init = {}) => {
    const url = checkUrl(String(input instanceof Request ? input.url : input), allowInternal);
    if (url.origin !== base.origin) throw new AppError('bad_request', `A request to ${url.origin} is refused.`);
    const body = init.body ?? null;
    if (body !== null && typeof body !== 'string') throw new TypeError('Only text is sent.');
    return new Promise<Response>((answer, fail) => {
      const send = url.protocol === 'https:' ? https.request : http.request;
      const request = send(url, {
        method: init.method ?? 'GET',
        headers: Object.fromEntries(new Headers(init.headers)),
        lookup,
        ...trust,
        agent: false, // no connection of another request, whose address was checked for another purpose
        ...(init.signal ? { signal: init.signal } : {}),
      });
      request.on('error', (error) => fail(tlsFailure(error, url)));
      request.on('response', (message) => answer(toResponse(message)));
      request.end(body ?? undefined);
    });
  };
}

async function resolve(host: string, allowInternal: boolean, encrypted: boolean): Promise<LookupAddress[]> {
  const found = await dns.lookup(host, { all: true });
  if (found.length === 0) throw new Error(`${host} has no address.`);
  for (const { address } of found) checkAddress(address, allowInternal, encrypted);
  return found;
}

function toResponse(message: http.IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headers)) {
    for (const one of Array.isArray(value) ? value : [value ?? '']) headers.append(name, one);
  }
  const status = message.statusCode ?? 502;
  if ([101, 204, 205, 304].includes(status)) {
    message.resume();
    return new Response(null, { status: status === 101 ? 502 : status, headers });
  }
  return new Response(streamOf(message), { status, headers });
}

/** The body, capped. Not Readable.toWeb: it throws outside of any promise when a stream is cancelled while it has data. */
function streamOf(message: http.IncomingMessage): ReadableStream<Uint8Array> {
  let size = 0;
  let over = false;
  const once = (act: () => void) => {
    if (over) return;
    over = true;
    act();
  };
  return new ReadableStream({
    start(controller) {
      message.on('data', (chunk: Buffer) => {
        if (over) return;
        size += chunk.length;
        if (size > MAX_ANSWER) message.destroy(new Error('The answer is too large.'));
        else controller.enqueue(new Uint8Array(chunk));
        if ((controller.desiredSize ?? 1) <= 0) message.pause();
      });
      message.on('end', () => once(() => controller.close()));
      message.on('error', (error) => once(() => controller.error(error)));
      message.on('close', () =>
        once(() => controller.error(new Error('The connection ended in the middle of an answer.'))),
      );
    },
    pull() {
      message.resume();
    },
    cancel() {
      over = true;
      message.destroy();
    },
  });
}
