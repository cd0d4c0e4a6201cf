import ipaddr from 'ipaddr.js';
import { isServiceHost } from '../alerts/service-hosts';

/** An IPv4 address as a whole value, as cells and claims have it. */
export const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** Whether an address, domain, URL or e-mail is none that a reader has to be kept from opening, such as `0.0.0.0/0`. */
export function isNonIndicator(kind: string, value: string): boolean {
  if (kind === 'ip') return isNoAddress(value);
  if (kind === 'domain') return isServiceHost(value);
  if (kind === 'email') return isServiceHost(value.slice(value.lastIndexOf('@') + 1));
  if (kind !== 'url' || !URL.canParse(value)) return false;
  const host = new URL(value).hostname;
  return isServiceHost(host) || isNoAddress(host);
}

/** Everything (`0.0.0.0/0`, `::/0`), the machine itself, or the metadata service. */
function isNoAddress(value: string): boolean {
  const [address = '', bits] = value.split('/');
  if (bits !== undefined && Number(bits) <= 8) return true;
  if (!ipaddr.isValid(address)) return false;
  return ['unspecified', 'loopback', 'linkLocal', 'broadcast', 'multicast'].includes(ipaddr.parse(address).range());
}
