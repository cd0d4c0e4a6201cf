import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A certificate authority that nobody knows. */
export type Authority = {
  /** Its certificate, as text and as a file. */
  certificate: string;
  file: string;
  /** A key and a certificate for a server with these names: `DNS:slack.com`, `IP:127.0.0.1`. */
  issue(names: string[]): { key: string; cert: string };
};

/** Makes an authority as companies and appliances have them. Its certificates are valid for a day. */
export function makeAuthority(): Authority {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-authority-'));
  process.once('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  const at = (name: string) => path.join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-days',
    '1',
    '-subj',
    '/CN=Acme CA',
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.pem'),
  );
  return {
    certificate: fs.readFileSync(at('ca.pem'), 'utf8'),
    file: at('ca.pem'),
    issue(names) {
      fs.writeFileSync(at('names'), `basicConstraints=CA:FALSE\nsubjectAltName=${names.join(',')}\n`);
      openssl('req', '-new', ...newKey, '-subj', '/CN=server', '-keyout', at('key.pem'), '-out', at('request.pem'));
      const signer = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '1'];
      openssl('x509', '-req', '-in', at('request.pem'), ...signer, '-extfile', at('names'), '-out', at('cert.pem'));
      return { key: fs.readFileSync(at('key.pem'), 'utf8'), cert: fs.readFileSync(at('cert.pem'), 'utf8') };
    },
  };
}
