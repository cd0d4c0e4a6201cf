import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../auth/guard';
import { testActor } from '../auth/testing';
import { testDatabase } from '../db/testing';
import { guardedFetch } from './guarded-fetch';
import { importConnections } from './import-connections';
import { addConnection, changeConnection } from './manage-connections';
import { oauthFetch } from './oauth/oauth-fetch';
import { getConnection } from './read-connections';
import { testConnection } from './test-connection';
import { type Authority, makeAuthority } from './testing/certificates';
import { type HttpTestServer, startHttpServer } from './testing/mcp-server';
import { startTlsFront } from './testing/tls-front';

testDatabase();

let admin: Actor;
let authority: Authority;
let mcp: HttpTestServer;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  admin = await testActor('admin');
  authority = makeAuthority();
  mcp = await startHttpServer({ tools: [{ name: 'splunk_get_info' }] });
});
afterAll(async () => {
  for (const front of open) await front.close();
  await mcp.close();
});

async function behindTls(certificate: { key: string; cert: string }): Promise<string> {
  const front = await startTlsFront(certificate, mcp.url);
  open.push(front);
  return front.url;
}

const OWN = ['IP:127.0.0.1'];
/** As appliances come: in the name of their maker. */
const MAKER = ['DNS:SplunkServerDefaultCert'];
const target = (url: string, caCertificate?: string) => ({
  kind: 'http' as const,
  url,
  allowInternal: true,
  ...(caCertificate === undefined ? {} : { caCertificate }),
});

describe('a server with a certificate of a private authority', () => {
  it('is refused with what to do, and works once the authority’s certificate is entered', async () => {
    const url = await behindTls(authority.issue(OWN));
    const { id } = await addConnection(admin, { name: 'splunk', system: 'splunk', target: target(url) });
    const refused = testConnection(admin, id);
    await expect(refused).rejects.toMatchObject({
      code: 'unavailable',
      userMessage: expect.stringMatching(/not from an authority that Socdown knows.*CA certificate/),
    });
    await changeConnection(admin, id, { target: target(url, `Acme CA\n${authority.certificate}`) });
    const { steps, target: stored } = await testConnection(admin, id);
    expect(steps.map(({ ok }) => ok)).toEqual([true, true, true]);
    // Without what stood around it.
    expect(stored).toMatchObject({ caCertificate: authority.certificate.trim() });

    await changeConnection(admin, id, { target: target(url, makeAuthority().certificate) });
    await expect(testConnection(admin, id)).rejects.toThrow(/not from an authority/);
  });

  it('is accepted by its authority only for its names, and by its own certificate for any', async () => {
    const certificate = authority.issue(MAKER);
    const url = await behindTls(certificate);
    const ask = (ca: string) => guardedFetch(new URL(url), true, ca)(url, { method: 'DELETE' });
    await expect(ask(authority.certificate)).rejects.toThrow(/for other names \(DNS:SplunkServerDefaultCert\)/);
    expect((await ask(certificate.cert)).status).toBeLessThan(500);
    // Another certificate of the same authority in the same name is not that one.
    await expect(ask(authority.issue(MAKER).cert)).rejects.toThrow(/certificate/);
  });

  it('takes sign-ins with the same certificate', async () => {
    const url = await behindTls(authority.issue(OWN));
    await expect(oauthFetch(true)(url)).rejects.toThrow(/not from an authority/);
    expect((await oauthFetch(true, authority.certificate)(url)).status).toBeLessThan(500);
  });

  it('comes from a file too', async () => {
    const url = await behindTls(authority.issue(OWN));
    const file = { mcpServers: { siem: { url, allowInternal: true, caCertificate: authority.certificate } } };
    const [added] = await importConnections(admin, { file });
    const { steps } = await testConnection(admin, added?.id ?? '');
    expect(steps.map(({ ok }) => ok)).toEqual([true, true]);
  });
});

describe('a CA certificate', () => {
  it.each([
    ['no PEM', 'MIIB', /PEM form/],
    ['a private key', '-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----', /private key/],
    ['a broken one', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----', /Certificate 1 can’t be read/],
  ])('that is %s is refused', async (_, text, words) => {
    const added = addConnection(admin, { name: 'broken', target: target('https://127.0.0.1:8089/', text) });
    await expect(added).rejects.toMatchObject({
      code: 'bad_request',
      data: { fields: { 'target.caCertificate': expect.stringMatching(words) } },
    });
  });

  it('of a server without https is refused', async () => {
    const added = addConnection(admin, {
      name: 'plain',
      target: target('http://127.0.0.1:8089/', authority.certificate),
    });
    await expect(added).rejects.toThrow(/https/);
  });

  it('is set and seen by admins only', async () => {
    const analyst = await testActor('analyst');
    const input = { name: 'siem-2', target: target('https://127.0.0.1:8089/', authority.certificate) };
    await expect(addConnection(analyst, input)).rejects.toMatchObject({ code: 'forbidden' });
    const { id } = await addConnection(admin, input);
    await expect(changeConnection(analyst, id, { target: input.target })).rejects.toMatchObject({ code: 'forbidden' });
    expect(JSON.stringify(await getConnection(analyst, id))).not.toContain('BEGIN CERTIFICATE');
  });
});
