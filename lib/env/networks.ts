import { BlockList, isIP } from 'node:net';

/** Addresses and networks in CIDR form, separated by commas or blanks. `invalid`: the words that are neither. */
export function parseNetworks(text: string): { networks: BlockList; invalid: string[] } {
  const networks = new BlockList();
  const invalid: string[] = [];
  for (const word of text.split(/[\s,]+/).filter(Boolean)) {
    const [address = '', prefix, ...rest] = word.split('/');
    const version = isIP(address);
    const bits = prefix === undefined ? (version === 6 ? 128 : 32) : Number(prefix);
    const valid = version !== 0 && rest.length === 0 && (prefix === undefined || /^\d{1,3}$/.test(prefix));
    if (!valid || bits > (version === 6 ? 128 : 32)) invalid.push(word);
    else networks.addSubnet(address, bits, version === 6 ? 'ipv6' : 'ipv4');
  }
  return { networks, invalid };
}

/** An address without its zone; IPv4 inside IPv6 (::ffff:…), as a socket for both reports it, as IPv4. */
export function plainAddress(address: string): string {
  const text = address.replace(/%.*$/, '').replace(/^\[|\]$/g, '');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text)?.[1];
  return mapped ?? text;
}

/** Whether an address is in one of the networks; a text that is no IP address is in none. */
export function isInNetworks(networks: BlockList, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && networks.check(address, version === 6 ? 'ipv6' : 'ipv4');
}
