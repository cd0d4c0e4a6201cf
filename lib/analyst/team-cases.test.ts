import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Entity } from '../alerts/schema';
import { findingsIn, investigateLogs, testLogs } from './testing/investigate-logs';

const FOLDER = path.resolve(import.meta.dirname, '../../fixtures/team-cases');
const CASES = fs
  .readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
type Alert = { time: string; title: string; user?: string; email?: string; host?: string; sourceIp?: string };
type Truth = { verdict: string; accept?: string[]; keyFacts: string[]; says: string[]; summary?: string[] };
const read = <T>(name: string, file: string): T =>
  JSON.parse(fs.readFileSync(path.join(FOLDER, name, file), 'utf8')) as T; // the README says what it holds

const { toolbox, logs } = testLogs();

function entitiesOf({ user, email, host, sourceIp }: Alert): Entity[] {
  const named: [Entity['kind'], string | undefined][] = [
    ['user', user],
    ['email', email],
    ['host', host],
    ['ip', sourceIp],
  ];
  return named.flatMap(([kind, value]) => (value === undefined ? [] : [{ kind, value }]));
}

it('has a case of each kind', () => expect(CASES.length).toBeGreaterThanOrEqual(4));

it.each(CASES)(
  '%s gets its verdict, its facts and its sentences, without a finding',
  async (name) => {
    const alert = read<Alert>(name, 'alert.json');
    const truth = read<Truth>(name, 'truth.json');
    const folder = path.join(FOLDER, name, 'logs');
    await logs.replaceFiles(
      toolbox,
      fs.readdirSync(folder).map((file) => ({
        text: fs.readFileSync(path.join(folder, file), 'utf8'),
        extension: path.extname(file).slice(1),
      })),
    );
    const { time, title } = alert;
    const draft = await investigateLogs(toolbox, logs, { at: time, title, entities: entitiesOf(alert), raw: alert });
    expect(truth.accept ?? [truth.verdict]).toContain(draft.assessment.classification);
    const text = draft.markdown.replaceAll('[.]', '.').replaceAll('[@]', '@');
    expect([...truth.keyFacts, ...truth.says].filter((words) => !text.includes(words))).toEqual([]);
    const [summary = ''] = text.split('*Key findings*');
    expect((truth.summary ?? []).filter((words) => !summary.includes(words))).toEqual([]);
    expect(draft.markdown).not.toMatch(/https?:\/\//);
    expect(findingsIn(draft.markdown, draft)).toEqual([]);
  },
  120_000,
);
