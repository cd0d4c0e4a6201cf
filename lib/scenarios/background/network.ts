import { anyTime, isWeekend, workingTime } from '../calendar';
import type { LogEvent } from '../event';
import type { Organization } from '../organization';
import type { Random } from '../random';
import { s3Access, vpcFlow } from '../records/network';

const SCANNED = [22, 23, 80, 443, 445, 1433, 3306, 3389, 5432, 5900, 6379, 8080, 9200];

const internet = (random: Random): string => `198.18.${random.int(0, 255)}.${random.int(1, 254)}`;

/** Traffic of the machines on a day: clients, databases, and refused packets from scanners. */
export function trafficOf(organization: Organization, random: Random, day: number, volume: number): LogEvent[] {
  const { instances } = organization;
  const clients = Array.from({ length: volume * (isWeekend(day) ? 260 : 520) }, () => {
    const instance = random.pick(instances);
    return vpcFlow(organization, {
      at: random.chance(0.7) ? workingTime(random, day, 1) : anyTime(random, day),
      eni: instance.eni,
      from: internet(random),
      to: instance.ip,
      fromPort: random.int(32_768, 60_999),
      toPort: 443,
      bytes: random.int(1200, 90_000),
    });
  });
  const inside = Array.from({ length: volume * 160 }, () => {
    const [from, to] = [random.pick(instances), random.pick(instances)];
    return vpcFlow(organization, {
      at: anyTime(random, day),
      eni: from.eni,
      from: from.ip,
      to: to.ip,
      fromPort: random.int(32_768, 60_999),
      toPort: random.pick([5432, 6379, 8443]),
      bytes: random.int(800, 400_000),
    });
  });
  const scanners = Array.from({ length: volume * 120 }, () => {
    const instance = random.pick(instances);
    return vpcFlow(organization, {
      at: anyTime(random, day),
      eni: instance.eni,
      from: internet(random),
      to: instance.ip,
      fromPort: random.int(32_768, 60_999),
      toPort: random.pick(SCANNED),
      bytes: 44,
      lasted: 30,
      accepted: false,
    });
  });
  return [...clients, ...inside, ...scanners];
}

/** Requests for public files, and visitors who try what is not public. */
export function bucketVisitsOf(organization: Organization, random: Random, day: number, volume: number): LogEvent[] {
  const assets = organization.otherBuckets[0] as string; // there are three
  const visits = Array.from({ length: volume * (isWeekend(day) ? 120 : 240) }, () =>
    s3Access(organization, random, {
      at: anyTime(random, day),
      bucket: assets,
      ip: internet(random),
      requester: '-',
      operation: 'REST.GET.OBJECT',
      key: `static/${random.pick(['app', 'vendor', 'theme', 'logo', 'font'])}.${random.pick(['js', 'css', 'svg', 'woff2'])}`,
      bytes: random.int(900, 240_000),
      agent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36',
    }),
  );
  const refused = Array.from({ length: 6 }, () =>
    s3Access(organization, random, {
      at: anyTime(random, day),
      bucket: random.pick([...organization.financeBuckets, ...organization.otherBuckets]),
      ip: internet(random),
      requester: '-',
      operation: 'REST.GET.BUCKET',
      key: '-',
      bytes: 243,
      status: 403,
      agent: 'Mozilla/5.0 (compatible; CensysInspect/1.1)',
    }),
  );
  return [...visits, ...refused];
}
