import ipaddr from 'ipaddr.js';
import { AppError, fieldError } from '../errors/app-error';

/**
 * The address of a server as an admin may enter it.
 * `allowInternal`: the admin marked it as internal; plain http is then allowed.
 * Link-local and metadata addresses are always refused.
 * @throws AppError bad_request, saying what is wrong (with `field`, where the caller has it in its input).
 */
export function checkUrl(text: string, allowInternal: boolean, field?: string): URL {
  try {
    return checkedUrl(text, allowInternal);
  } catch (error) {
    if (!(error instanceof AppError) || field === undefined) throw error;
    throw fieldError(error.reason, field, error.userMessage);
  }
}

function checkedUrl(text: string, allowInternal: boolean): URL {
  if (/[\s\\\p{Cc}\p{Cf}]/u.test(text)) throw refused('there are spaces, backslashes or invisible characters in it');
  // "http:host" and "https:/host" would be fixed silently.
  if (!/^https?:\/\/[^/]/i.test(text)) throw refused('it must begin with https:// or http://');
  if (!URL.canParse(text)) throw refused('it is not a valid URL');
  const url = new URL(text);
  if (url.username || url.password) throw refused('put the name and password in a header, not in the address');
  if (url.hash) throw refused('it must have no #');
  if (/%/.test(url.host) || /[^\x21-\x7e]/.test(text)) throw refused('write the host in plain letters');
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (METADATA_NAMES.test(host)) throw refused('it is a cloud’s metadata service');
  const encrypted = url.protocol === 'https:';
  if (ipaddr.isValid(host)) {
    if (!text.toLowerCase().includes(host)) throw refused(`write it as ${host}`);
    checkAddress(host, allowInternal, encrypted);
  } else if (!allowInternal && (!host.includes('.') || INTERNAL_NAMES.test(host)))
    throw refused(`${host} is a name inside a network. ${TICK}`);
  if (!encrypted && !allowInternal) throw refused(PLAIN);
  return url;
}

/**
 * The address of a name, right before the connection is made. Without TLS (`encrypted` false) it must be an
 * internal one.
 * @throws AppError bad_request
 */
export function checkAddress(address: string, allowInternal: boolean, encrypted: boolean): void {
  const plain = unwrapped(ipaddr.parse(address));
  const range = plain.range();
  const text = plain.toString();
  if (METADATA_ADDRESSES.has(text) || NEVER.has(range)) throw refused(`${text} is a ${range} address`);
  if (range !== 'unicast' && !INTERNAL.has(range)) throw refused(`${text} is a ${range} address`);
  if (INTERNAL.has(range) && !allowInternal) throw refused(`${text} is inside a network (${range}). ${TICK}`);
  if (!INTERNAL.has(range) && !encrypted) throw refused(PLAIN);
}

const TICK = 'An admin can allow it with “inside our network”.';
const PLAIN = 'without TLS anyone on the network can read and change it. Use https';
const INTERNAL = new Set(['loopback', 'private', 'uniqueLocal', 'carrierGradeNat']);
const NEVER = new Set(['linkLocal', 'unspecified', 'broadcast', 'multicast', 'reserved']);
/** AWS (IPv4 is link-local), Azure, Alibaba, Oracle. */
const METADATA_ADDRESSES = new Set([
  'fd00:ec2::254',
  'fd00:ec2::23',
  '168.63.129.16',
  '100.100.100.200',
  '192.0.0.192',
]);
const METADATA_NAMES =
  /^(?:metadata(?:\.google\.internal|\.goog)?|instance-data(?:\..*)?|.*\.metadata\.google\.internal)$/i;
const INTERNAL_NAMES = /\.(?:localhost|local|localdomain|internal|intranet|lan|home|corp|private|svc|arpa)$/i;

/** IPv4 inside IPv6 (mapped, NAT64, 6to4, compatible) is judged as the IPv4 that it leads to. */
function unwrapped(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (address.kind() === 'ipv4') return address;
  const six = address as ipaddr.IPv6; // kind() says so
  if (six.isIPv4MappedAddress()) return six.toIPv4Address();
  const bytes = six.toByteArray();
  const four = (from: number) => ipaddr.fromByteArray(bytes.slice(from, from + 4));
  if (six.range() === 'rfc6052') return four(12);
  if (six.range() === '6to4') return four(2);
  if (bytes.slice(0, 12).every((byte) => byte === 0) && bytes.slice(12, 15).some((byte) => byte !== 0)) return four(12);
  return six;
}

function refused(why: string): AppError {
  return new AppError('address_refused', `This address is refused: ${why}.`.replace(/\.\.$/, '.'));
}
