import type { ListGroup } from './schema';

const CLOUD = 'Anybody can rent an address here, so it does not say who used it.';
const CDN = 'Many sites share these addresses: look for the host name.';
const SERVICE = 'Traffic with it is usual, and the service itself may be misused.';
const SCANNER = 'It scans the whole internet. A hit alone is not aimed at you.';
const SPECIAL = 'It belongs to no one on the internet.';
const ABUSED = 'Anybody can put content here, attackers too.';
const HASH = 'Many files and systems have it: a poor indicator.';

export type ListFacts = { group: ListGroup; label: string; meaning: string };
const facts = (group: ListGroup, label: string, meaning: string): ListFacts => ({ group, label, meaning });

/** Addresses for documentation (RFC 5737) and for benchmarks (RFC 2544) stand for real ones in examples and exercises: to name them would only confuse. */
export const NOT_TOLD = ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '198.18.0.0/15'];

/** The lists below data/, by file name, in the order in which they are told: what matters most for a verdict first. */
export const LISTS: Record<string, ListFacts> = {
  'shodan-scanning': facts('scanner', 'Shodan', SCANNER),
  'censys-scanning': facts('scanner', 'Censys', SCANNER),
  shadowserver: facts('scanner', 'Shadowserver', SCANNER),
  'stretchoid-nt-scanning': facts('scanner', 'Stretchoid', SCANNER),
  'tenable-cloud-ipv4': facts('scanner', 'Tenable cloud sensors', 'Customers start its scans. Ask whether you did.'),
  sinkholes: facts('sinkhole', 'sinkhole', 'Researchers run it: what connects to it is infected.'),
  'parking-domain': facts('sinkhole', 'domain parking service', 'The domain has no content of its own at the moment.'),
  'vpn-ipv4': facts('vpn', 'VPN provider or data center', 'It hides where its user is.'),
  'lots-project': facts('abused', 'trusted site that attackers use (LOTS)', ABUSED),
  'link-in-bio': facts('abused', 'link-in-bio service', ABUSED),
  'url-shortener': facts('abused', 'URL shortener', 'The name hides where the link leads.'),
  'amazon-aws': facts('cloud', 'Amazon Web Services', CLOUD),
  'microsoft-azure': facts('cloud', 'Microsoft Azure', CLOUD),
  'google-gcp': facts('cloud', 'Google Cloud', CLOUD),
  'oracle-oci': facts('cloud', 'Oracle Cloud', CLOUD),
  cloudflare: facts('cloud', 'Cloudflare', CDN),
  fastly: facts('cloud', 'Fastly', CDN),
  akamai: facts('cloud', 'Akamai', CDN),
  github: facts('service', 'GitHub', SERVICE),
  'microsoft-office365-ip': facts('service', 'Microsoft 365', SERVICE),
  'microsoft-office365': facts('service', 'Microsoft 365', SERVICE),
  'microsoft-win10-connection-endpoints': facts('service', 'Windows itself', SERVICE),
  apple: facts('service', 'Apple', SERVICE),
  google: facts('service', 'Google', SERVICE),
  googlebot: facts('service', 'Googlebot', SERVICE),
  'openai-gptbot': facts('service', 'OpenAI’s crawler', SERVICE),
  zscaler: facts('service', 'Zscaler', 'Its customers’ people leave by these addresses: many people share one.'),
  'public-dns-v6': facts('service', 'public DNS resolver', SERVICE),
  'automated-malware-analysis': facts(
    'service',
    'malware analysis service',
    'People and products send suspicious files to it.',
  ),
  'security-provider-blogpost': facts(
    'service',
    'security company or blog',
    'It often stands in alerts as a reference.',
  ),
  'eicar.com': facts('common', 'EICAR test file', 'It is harmless: somebody tests a virus scanner.'),
  'empty-hashes': facts('common', 'hash of an empty file', HASH),
  'common-ioc-false-positive': facts('common', 'common harmless file', HASH),
  'cloudflare-top1k': facts('common', 'one of the 1,000 most asked domains', 'Seen everywhere: a poor indicator.'),
  rfc1918: facts('special', 'private network (RFC 1918)', SPECIAL),
  rfc6598: facts('special', 'shared range of a carrier (RFC 6598)', SPECIAL),
  multicast: facts('special', 'multicast', SPECIAL),
  'ipv6-linklocal': facts('special', 'IPv6 link-local', SPECIAL),
  rfc6761: facts('special', 'special-use name (RFC 6761)', SPECIAL),
  rfc5735: facts('special', 'special-use range (RFC 5735)', SPECIAL),
};

export const BLOCKLISTS = 'ipsum';
/** Of ipsum.tsv. */
export const BLOCKLISTS_AS_OF = '2026-08-22';
