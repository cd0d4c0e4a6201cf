import { isPrivate } from '../alerts/fang';
import { isAddress } from './find-actors';

/**
 * Hosts outside that a command line names, in its order: of its links, of `/dev/tcp/…`, and bare addresses. Words with dots are often
 * files and are left alone.
 */
export function contactedBy(command: string): string[] {
  const hosts = [...command.slice(0, LONGEST).matchAll(NAMED)].map(([, link, bare]) =>
    (link ?? bare ?? '').toLowerCase(),
  );
  return [...new Set(hosts)].filter((host) =>
    isAddress(host) ? !isPrivate(host) && host !== '0.0.0.0' : /^[a-z0-9.-]+\.[a-z]{2,24}$/.test(host),
  );
}

const LONGEST = 4000;
const NAMED =
  /(?:\b(?:https?|ftp|tcp):\/\/(?:[^\s/@'"]{1,80}@)?|\/dev\/(?:tcp|udp)\/)([^\s/:'"`|;)]{1,253})|(?<![\d.])(\d{1,3}(?:\.\d{1,3}){3})(?![\d.]*\d)/gi;
