import { anthropicModel } from '../model/anthropic';
import { startRun } from '../start-run';
import type { Script } from './anthropic-script';
import { startAnthropicServer } from './anthropic-server';
import { eventsOfRun, type openCase } from './open-case';
import { finished, start } from './run-case';
import { toolboxOf } from './scripted-model';

type Turns = Script['conversations'][number]['turns'];

export const call = (name: string, args: object = {}) => ({ name, args: args as Record<string, unknown> });

const sources = [{ name: 'trail', rows: 9, from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' }];
const flows = { name: 'flows', rows: 9, format: 'vpc-flow' };
const tools = () =>
  toolboxOf({
    logs__list_sources: () => ({
      structured: { sources: [...sources, flows], skipped: [{ file: 'vpc.log', reason: 'no reader' }] },
    }),
    socdown__search_cases: () => ({ structured: { cases: [{ codename: 'old-calm-fox', classification: 'BENIGN' }] } }),
    socdown__search_alerts: () => ({ structured: { alerts: [] } }),
    logs__query: ({ sql }) => ({
      structured: {
        columns: [{ name: 'n' }],
        rows: Array.from({ length: String(sql).includes('many') ? 300 : 1 }, (_, at) => [`row ${at + 1}`]),
      },
    }),
  });

/**
 * A run of a language model over HTTP that is briefed before its first turn. `told`: what was new to it in each request; `first`: its
 * first message.
 */
export async function briefedRun(
  opened: Awaited<ReturnType<typeof openCase>>,
  turns: Turns,
  body: Parameters<typeof startRun>[2] = {},
) {
  const server = await startAnthropicServer({ conversations: [{ turns }] });
  const { id } = await startRun(opened.actor, opened.investigationId, body);
  const model = anthropicModel({ apiKey: 'k', baseURL: server.url, model: 'claude-test' });
  const toolbox = tools();
  await start(id, { model, toolbox, limits: { shownChars: 2000 } });
  await server.close();
  const requests = server.requests.map(({ body: sent }) => sent);
  const told = requests.map(({ messages }) =>
    messages
      .at(-1)
      ?.content.map((part) => JSON.stringify(part))
      .join('\n'),
  );
  const first = requests[0]?.messages[0]?.content[0]?.text ?? '';
  return {
    run: await finished(opened.actor, id),
    events: await eventsOfRun(opened.actor, id),
    requests,
    told,
    first,
    toolbox,
  };
}
