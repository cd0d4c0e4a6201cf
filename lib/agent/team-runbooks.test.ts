import { afterAll, expect, it } from 'vitest';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { closeQueue } from '../jobs/queue';
import { startProgress } from './gather-case';
import { openRun } from './testing/open-case';

testDatabase();
afterAll(closeQueue);

it('a run is told the runbooks that fit, with the reason, bounded and outside the marks of untrusted text', async () => {
  const { investigationId, runId: id } = await openRun();
  const { alertId } = await db().investigationAlert.findFirstOrThrow({ where: { investigationId } });
  const run = {
    id,
    investigationId,
    kind: 'investigate',
    instruction: null,
    coaching: null,
    quote: null,
    fresh: false,
  };
  // What is read of a claimed run.
  const start = () => startProgress(run as Parameters<typeof startProgress>[0]);
  expect((await start()).context.prompt).not.toContain('Runbooks of this team');
  const raw = {
    events: ['CreateAccessKey', 'StopLogging', 'PutRule', 'AuthorizeSecurityGroupIngress', 'ConsoleLogin'],
  };
  await db().alert.update({ where: { id: alertId }, data: { raw } });
  const { context } = await start();
  const told = context.prompt.slice(context.prompt.indexOf('Runbooks of this team'));
  expect(told).toContain('### Access key created (runbooks/aws-access-key-created.md; fits by event CreateAccessKey)');
  expect(told).toMatch(/Others that fit: [^\n]+runbooks\//);
  const block = told.slice(0, told.indexOf('Others that fit'));
  expect(block.length).toBeLessThan(11_000);
  expect(block).not.toContain(`<data-${context.boundary}`);
  expect(context.caseFile.runbooks).toHaveLength(5);
  expect(told).toContain('Answer their questions');
  run.kind = 'coach';
  const coached = (await start()).context.prompt;
  expect(coached).toContain('### Access key created');
  expect(coached).not.toContain('Answer their questions'); // a person has asked for something else
});
