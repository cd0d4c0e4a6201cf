import { expect, it } from 'vitest';
import { readAlerts } from '../alerts/sources';
import { investigateLogs, testLogs } from '../analyst/testing/investigate-logs';
import { DAY } from '../scenarios/calendar';
import { generateCase, type World } from '../scenarios/generate';
import { falsePositiveStory, openGroupAttack } from '../scenarios/stories/open-groups';

const { toolbox, logs } = testLogs();

const END = Date.UTC(2026, 8, 17, 20);
const SHIFT_DAYS = 7 * 61;

/** Every name, number and address of the organization under another one, and every time 61 weeks later. */
function renaming({ organization }: World): (text: string) => string {
  const { people, deployers, services, account, company, trail, instances, officeIps, iamUsers } = organization;
  const roles = [
    ...deployers,
    organization.ciRole,
    organization.scanner,
    organization.rotation,
    organization.etl,
    organization.backup,
  ];
  const names = [
    ...people.flatMap(({ name, given, login, homeIp }) => [login, name, given, homeIp]),
    ...roles.flatMap(({ name, session, ip }) => [name, session, ip]),
    ...iamUsers.flatMap(({ key }) => [key]),
    ...instances.flatMap(({ id, ip }) => [id, ip]),
    ...services,
    ...officeIps,
    account,
    company,
    trail,
  ];
  const renamed = new Map([...new Set(names)].map((name, index) => [name, other(name, index)]));
  // The longest first, so that no name is replaced inside another.
  const pattern = new RegExp(
    [...renamed.keys()]
      .sort((a, b) => b.length - a.length)
      .map(escaped)
      .join('|'),
    'g',
  );
  return (text) =>
    text
      .replace(pattern, (name) => renamed.get(name) ?? name)
      .replace(
        /\b(20\d\d-\d\d-\d\d)T/g,
        (_, date: string) => `${new Date(Date.parse(date) + SHIFT_DAYS * DAY).toISOString().slice(0, 10)}T`,
      );
}

/** Another value of the same form. */
function other(name: string, index: number): string {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return `100.${64 + (index % 60)}.${index % 250}.${(index * 7) % 250}`;
  if (/^\d{12}$/.test(name)) return String(900_000_000_000 + index);
  if (/^AKIA/.test(name))
    return `AKIAQ${String(index)
      .padStart(4, 'B')
      .replace(/\d/g, (digit) => 'CDEFGHIJKL'[Number(digit)] ?? 'C')}XYZXYZXYZXY`;
  return `nm${index}${name.replace(/[a-z]/gi, (letter) => (letter === 'z' || letter === 'Z' ? letter : String.fromCharCode(letter.charCodeAt(0) + 1)))}`;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

it.each([
  ['a deployment', falsePositiveStory, 'BENIGN'],
  ['an attack behind the same alert', openGroupAttack, 'MALICIOUS'],
])(
  '%s gets the same verdict when every entity is renamed and every time shifted',
  async (_, tell, truth) => {
    const world = generateCase('renamed', END, tell, { days: 10, volume: 0.1 });
    const lines = world.events
      .filter(({ source }) => source === 'cloudtrail')
      .map(({ record }) => JSON.stringify(record));
    const document = JSON.stringify(world.stories[0]?.alerts[0]?.document);
    const rename = renaming(world);
    const verdicts: string[] = [];
    for (const change of [(text: string) => text, rename]) {
      const [alert] = readAlerts('panther', change(document));
      if (!alert) throw new Error('no alert');
      await logs.replace(toolbox, lines.map(change));
      const { title, occurredAt, entities } = alert;
      const draft = await investigateLogs(toolbox, logs, { at: occurredAt.toISOString(), title, entities });
      verdicts.push(draft.assessment.classification);
    }
    expect(rename(document)).not.toContain(world.organization.account);
    expect(verdicts[1]).toBe(verdicts[0]);
    // Never the opposite of the truth.
    expect(verdicts).not.toContain(truth === 'BENIGN' ? 'MALICIOUS' : 'BENIGN');
  },
  240_000,
);
