import { X509Certificate } from 'node:crypto';
import tls, { type SecureContext } from 'node:tls';
import { AppError, fieldError } from '../errors/app-error';

/** A chain has a few. */
const MAX_CERTIFICATES = 10;
const PEM_BLOCK = /-----BEGIN CERTIFICATE-----[\s\w+/=]{1,20000}-----END CERTIFICATE-----/g;
const PRIVATE_KEY = /-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----/;

/**
 * The certificates of a text as an admin pastes it, without what stands between them.
 * @throws AppError bad_request (with `field`) for a text that has none, or that has a private key.
 */
export function checkCertificates(text: string, field: string): string {
  const refused = (words: string) => fieldError('bad_request', field, words, `${field}: ${words}`);
  if (PRIVATE_KEY.test(text)) throw refused('This is a private key. Enter the certificate only.');
  const blocks = text.match(PEM_BLOCK) ?? [];
  if (blocks.length === 0)
    throw refused('Enter a certificate in PEM form. It begins with -----BEGIN CERTIFICATE-----.');
  if (blocks.length > MAX_CERTIFICATES) throw refused(`Enter at most ${MAX_CERTIFICATES} certificates.`);
  for (const [index, block] of blocks.entries()) {
    try {
      new X509Certificate(block);
    } catch {
      throw refused(`Certificate ${index + 1} can’t be read. Copy it again.`);
    }
  }
  return blocks.join('\n');
}

/** Settings of a TLS connection. */
type Trust = {
  secureContext: SecureContext;
  checkServerIdentity: typeof tls.checkServerIdentity;
};

/**
 * Trusts these certificates beside the authorities that everybody trusts. A server that shows one of them itself is accepted by
 * any name: appliances come with a certificate in the name of their maker.
 */
export function trusting(certificates: string): Trust {
  const own = (certificates.match(PEM_BLOCK) ?? []).map((block) => new X509Certificate(block));
  // From Node.js 22.15 on with those of NODE_EXTRA_CA_CERTS.
  const { getCACertificates } = tls as { getCACertificates?: () => string[] };
  return {
    secureContext: tls.createSecureContext({
      ca: [...(getCACertificates?.() ?? tls.rootCertificates), certificates],
      allowPartialTrustChain: true,
    }),
    checkServerIdentity: (host, shown) =>
      own.some(({ raw }) => raw.equals(shown.raw)) ? undefined : tls.checkServerIdentity(host, shown),
  };
}

const UNKNOWN_AUTHORITY = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);
const NO_TLS = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG']);

/** A failed TLS connection, in words that say what to do; any other error as it is. */
export function tlsFailure(error: Error, { host }: URL): Error {
  const { code = '', cert } = error as { code?: string; cert?: { subjectaltname?: string } }; // of node:tls
  const refused = (words: string) => new AppError('certificate_refused', words, { cause: error });
  if (UNKNOWN_AUTHORITY.has(code))
    return refused(
      `The certificate of ${host} is not from an authority that Socdown knows. If it is one of your own, enter the authority’s certificate as the connection’s CA certificate, or start Socdown with NODE_EXTRA_CA_CERTS.`,
    );
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const names = (cert?.subjectaltname ?? '').replace(/[^\x20-\x7e]/g, '').slice(0, 200) || 'none';
    return refused(
      `The certificate of ${host} is for other names (${names}). Use one of them in the URL, or enter the server’s own certificate as the connection’s CA certificate.`,
    );
  }
  if (code === 'CERT_HAS_EXPIRED') return refused(`The certificate of ${host} has expired. Renew it on the server.`);
  if (code === 'CERT_NOT_YET_VALID')
    return refused(`The certificate of ${host} is not valid yet. Compare the clocks of both machines.`);
  if (NO_TLS.has(code)) return refused(`${host} does not speak TLS. Check the port of the URL.`);
  return error;
}
