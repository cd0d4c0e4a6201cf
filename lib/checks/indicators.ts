import ipaddr from 'ipaddr.js';

/** Hosts that every log of their cloud is full of: service principals, endpoints and consoles are no indicators. */
const SERVICE_HOST =
  /(?:^|\.)(?:amazonaws\.com(?:\.cn)?|aws\.amazon\.com|aws\.internal|googleapis\.com|gserviceaccount\.com|cloud\.google\.com|windows\.net|azure\.com|microsoftonline\.com|microsoft\.com|okta\.com|github\.com|githubusercontent\.com|terraform\.io|hashicorp\.com|kubernetes\.io|mitre\.org)$/i;

/** Whether an address, domain, URL or e-mail is none that a reader has to be kept from opening, such as `0.0.0.0/0`. */
export function isNonIndicator(kind: string, value: string): boolean {
  if (kind === 'ip') return isNoAddress(value);
  if (kind === 'domain') return SERVICE_HOST.test(value);
  if (kind === 'email') return SERVICE_HOST.test(value.slice(value.lastIndexOf('@') + 1));
  if (kind !== 'url' || !URL.canParse(value)) return false;
  const host = new URL(value).hostname;
  return SERVICE_HOST.test(host) || isNoAddress(host);
}

/** Everything (`0.0.0.0/0`, `::/0`), the machine itself, or the metadata service. */
function isNoAddress(value: string): boolean {
  const [address = '', bits] = value.split('/');
  if (bits !== undefined && Number(bits) <= 8) return true;
  if (!ipaddr.isValid(address)) return false;
  return ['unspecified', 'loopback', 'linkLocal', 'broadcast', 'multicast'].includes(ipaddr.parse(address).range());
}

/** Whether an address is of a private network: not reachable by a click from elsewhere. */
export function isPrivate(value: string): boolean {
  const [address = ''] = value.split('/');
  return (
    ipaddr.isValid(address) && ['private', 'uniqueLocal', 'carrierGradeNat'].includes(ipaddr.parse(address).range())
  );
}
