import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readAlerts } from '../alerts/sources';
import { DAY, HOUR } from './calendar';
import { generateCase, generateDemo, type World } from './generate';
import { falsePositiveStory, openGroupAttack } from './stories/open-groups';
import { writeLogs } from './write-logs';

const END = Date.UTC(2027, 2, 18, 15);
const SMALL = { days: 9, volume: 0.1 };
const hashOf = ({ organization, events, stories }: World): string =>
  createHash('sha256')
    .update(JSON.stringify([writeLogs(organization, events), stories.map(({ alerts }) => alerts)]))
    .digest('hex');

describe('the demo organization', () => {
  const world = generateDemo('a', END);
  const other = generateDemo('b', END);

  it('is the same for the same seed and end, and another for another', () => {
    expect(hashOf(generateDemo('a', END))).toBe(hashOf(world));
    expect(hashOf(other)).not.toBe(hashOf(world));
    expect(other.organization.domain + other.organization.account).not.toBe(
      world.organization.domain + world.organization.account,
    );
  });

  it('tells of nobody in a benign story whom an attack is about, nor of one person in two attacks', () => {
    for (const { stories, past } of [world, other]) {
      const all = [...stories, ...past];
      const culprits = all
        .filter(({ verdict }) => verdict === 'MALICIOUS')
        .map(({ events }) => new Set(events.filter(({ part }) => part === 'attack').map(({ actor }) => actor)));
      const names = culprits.flatMap((one) => [...one]);
      expect(new Set(names).size).toBe(names.length);
      const benign = all.filter(({ verdict }) => verdict === 'BENIGN');
      expect(
        benign.filter(({ keyFacts }) => keyFacts.some((fact) => names.includes(fact.split('@')[0] ?? ''))),
      ).toEqual([]);
    }
  });

  it('has 30 days of five logs with a working week, each record in its file', () => {
    const counts = new Map<string, number>();
    for (const { source } of world.events) counts.set(source, (counts.get(source) ?? 0) + 1);
    for (const source of ['cloudtrail', 'okta', 'google_workspace', 'vpc_flow', 's3_access'])
      expect(counts.get(source)).toBeGreaterThan(1000);
    const signIns = world.events.filter(({ source }) => source === 'okta');
    const perDay = (weekend: boolean): number => {
      const days = Array.from({ length: 28 }, (_, index) => Math.floor(END / DAY) * DAY - (index + 1) * DAY).filter(
        (day) => [0, 6].includes(new Date(day).getUTCDay()) === weekend,
      );
      return signIns.filter(({ at }) => days.includes(Math.floor(at / DAY) * DAY)).length / days.length;
    };
    expect(perDay(false)).toBeGreaterThan(4 * perDay(true));
    expect(world.events.every(({ at }) => at >= world.span.from && at < END)).toBe(true);
    const text = writeLogs(world.organization, world.events).map((file) => file.text);
    expect(text.reduce((sum, part) => sum + part.length, 0)).toBeLessThan(60_000_000);
  });

  it('raises alerts that their senders’ intake reads, about records that are in the logs', () => {
    const logs = world.events
      .map(({ record }) => (typeof record === 'string' ? record : JSON.stringify(record)))
      .join('\n');
    for (const { alerts } of [...world.stories, ...world.past])
      for (const { source, document } of alerts) {
        const [alert, ...others] = readAlerts(source, JSON.stringify(document));
        expect(others).toEqual([]);
        expect(alert).toMatchObject({ source, timeSource: 'sender', severitySource: 'sender' });
        expect(alert?.entities.length).toBeGreaterThan(0);
        expect(alert?.occurredAt.getTime()).toBeGreaterThanOrEqual(world.span.from);
        expect(alert?.occurredAt.getTime()).toBeLessThanOrEqual(END + HOUR);
        const context = (document as { alertContext?: { eventID?: string; uuid?: string } }).alertContext;
        const id = context?.eventID ?? context?.uuid;
        if (id) expect(logs).toContain(id);
      }
  });

  it('has one critical alert, the insiders’, whose theft is gigabytes from two buckets in both logs', () => {
    const critical = world.stories.filter(({ alerts }) =>
      alerts.some(({ document }) => document.severity === 'critical'),
    );
    expect(critical.map(({ kind }) => kind)).toEqual(['insider']);
    const reads = (critical[0]?.events ?? []).filter(({ action }) => action === 'GetObject');
    const bytes = reads.reduce(
      (sum, { record }) =>
        sum +
        (record as { additionalEventData: { bytesTransferredOut: number } }).additionalEventData.bytesTransferredOut,
      0,
    );
    expect(bytes).toBeGreaterThan(2e9);
    const lines = (critical[0]?.events ?? []).filter(({ source }) => source === 's3_access');
    expect(lines).toHaveLength(reads.length);
    expect(new Set(lines.map(({ record }) => String(record).split(' ')[1]))).toEqual(
      new Set(world.organization.financeBuckets),
    );
  });
});

describe('a case of a suite', () => {
  it('hides the attack behind the same alert as the false positive', () => {
    const [benign, attack] = [falsePositiveStory, openGroupAttack].map((tell) => generateCase('c', END, tell, SMALL));
    const title = (world: World | undefined) =>
      String(world?.stories[0]?.alerts[0]?.document.title).replace(/by .*/, '');
    expect(title(attack)).toBe(title(benign));
    expect(attack?.stories[0]?.verdict).toBe('MALICIOUS');
    expect(benign?.stories[0]?.verdict).toBe('BENIGN');
  });

  it('gives the deployer of a false positive a habit on at least three earlier days', () => {
    for (const seed of ['1', '2', '3', '4', '5']) {
      const { stories, events, organization } = generateCase(seed, END, falsePositiveStory, { days: 10, volume: 0.1 });
      const name = String(stories[0]?.keyFacts[0]);
      const context = stories[0]?.alerts[0]?.document.alertContext as { eventTime: string } | undefined;
      const at = Date.parse(context?.eventTime ?? '');
      const days = events
        .filter(({ source, record }) => source === 'cloudtrail' && JSON.stringify(record).includes(`/${name}/`))
        .filter(({ record }) => (record as { eventName: string }).eventName === 'AuthorizeSecurityGroupIngress')
        .filter((event) => event.at < at - HOUR && JSON.stringify(event.record).includes('0.0.0.0/0'))
        .map((event) => Math.floor(event.at / DAY));
      expect(new Set(days).size, `${organization.seed} ${name}`).toBeGreaterThanOrEqual(3);
    }
  });
});
