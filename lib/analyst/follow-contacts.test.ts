import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { findingsIn, investigateLogs, testLogs } from './testing/investigate-logs';

const FOLDER = path.resolve(import.meta.dirname, '../../fixtures/team-cases/web-shell-on-server/logs');
const STAGING = '198.51.100.78';
const { toolbox, logs } = testLogs();

/** A proxy of another machine that asked for these hosts, one at each time. */
const proxy = (asked: [at: string, user: string, host: string][]) => ({
  text: asked
    .map(([at, user, host]) =>
      JSON.stringify({
        '@timestamp': at,
        user,
        src_ip: '10.8.1.40',
        method: 'GET',
        url: `http://${host}/l.sh`,
        status: 200,
      }),
    )
    .join('\n'),
  extension: 'ndjson',
});

async function recommended(asked: [string, string, string][]): Promise<string> {
  const files = fs.readdirSync(FOLDER).map((file) => ({
    text: fs.readFileSync(path.join(FOLDER, file), 'utf8'),
    extension: path.extname(file).slice(1),
  }));
  await logs.replaceFiles(toolbox, [...files, proxy(asked)]);
  const draft = await investigateLogs(toolbox, logs, {
    at: '2026-11-19T03:14:20Z',
    title: 'Web server process started a shell',
    entities: [{ kind: 'host', value: 'web-02' }],
  });
  expect(findingsIn(draft.markdown, draft)).toEqual([]);
  expect(draft.sections['Technical Details']).toContain('198[.]51[.]100[.]78');
  return draft.sections.Recommendations?.replaceAll('[.]', '.') ?? '';
}

it('blocks where a script came from, and names who else went there', async () => {
  const steps = await recommended([
    ['2026-11-19T04:01:00Z', 'r.vega', STAGING],
    ['2026-11-19T04:02:00Z', 'l.ode', '198.51.100.7'],
    ['2026-11-19T04:03:00Z', 'm.pike', '198.51.100.780'],
  ]);
  expect(steps).toMatch(/^- Block `198\.51\.100\.78`, which a command names .*; `r\.vega` named it too \[E/m);
  expect(steps).not.toMatch(/l\.ode|m\.pike/);
}, 120_000);

it('blocks nothing that others went to before', async () => {
  const steps = await recommended([['2026-11-12T04:01:00Z', 'r.vega', STAGING]]);
  expect(steps).not.toMatch(/^- Block `198\.51\.100\.78`, which a command names/m);
  expect(steps).toContain('`/tmp/.l`');
}, 120_000);
