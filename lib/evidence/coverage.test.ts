import { v7 as uuid } from 'uuid';
import { expect, it } from 'vitest';
import { GET as coverageRoute } from '@/app/api/investigations/[id]/coverage/route';
import { openRun } from '../agent/testing/open-case';
import type { Role } from '../auth/permissions';
import { keyHeaders } from '../auth/testing';
import { db } from '../db/client';
import { testDatabase } from '../db/testing';
import { readDraft } from '../drafts/read-draft';
import { saveDraft } from '../drafts/save-draft';
import { writeSection } from '../report/report';
import { readCoverage } from './coverage';

testDatabase();

it('tells what was found from what was cut, empty, failed and never asked, by source and hypothesis', async () => {
  const { actor, investigationId, runId } = await openRun();
  const draft = await readDraft(actor, investigationId);
  const section =
    '### 1. Insider\n\n**Status:** open\n\nReads [E2] [E3].\n\n### 2. Backup job\n\nNone runs [E4] [E99].';
  await saveDraft(actor, investigationId, {
    markdown: writeSection(draft.markdown, 'Hypothesis Analysis', section),
    version: draft.version,
  });
  const sources = ['trail', 'trail-eu', 'okta', 'vpc', 'dns'].map((name) => ({ name }));
  const query = (source: string) => ({ sql: `SELECT * FROM "${source}"` });
  const rows: {
    tool: string;
    args: object;
    status?: string;
    rows?: number | null;
    truncated?: boolean;
    result?: object;
    server?: string;
  }[] = [
    { tool: 'list_sources', args: {}, result: { structured: { sources } } },
    { tool: 'query', args: query('trail'), rows: 4 },
    { tool: 'query', args: query('okta'), rows: 10, truncated: true },
    { tool: 'query', args: query('vpc'), rows: 0 },
    { tool: 'query', args: query('trail'), status: 'failed' },
    { tool: 'query', args: query('trail-eu'), status: 'failed' },
    { tool: 'describe_source', args: { source: 'dns' } },
    { tool: 'search_cases', args: {}, rows: 0, server: 'socdown' },
  ];
  await db().evidence.createMany({
    data: rows.map(
      ({ tool, args, status = 'ok', rows: count = null, truncated = false, result = {}, server = 'logs' }, index) => ({
        id: uuid(),
        investigationId,
        runId,
        number: index + 1,
        callId: `${index}`,
        server,
        tool,
        args,
        argsHash: `${index}`,
        startedAt: new Date(),
        status,
        rows: count,
        truncated,
        result,
      }),
    ),
  });
  await db().connection.create({ data: { id: uuid(), name: 'siem', kind: 'http', config: {} } });

  const coverage = await readCoverage(actor, investigationId);
  expect(coverage.hypotheses).toEqual([
    { name: 'Insider', status: 'open' },
    { name: 'Backup job', status: null },
  ]);
  const states = coverage.sources.map(({ server, source, overall, cells }) => [
    source ?? server,
    overall.state,
    ...cells.map(({ state }) => state),
  ]);
  expect(states).toEqual([
    ['trail', 'answered', 'answered', 'unqueried'],
    ['trail-eu', 'failed', 'unqueried', 'unqueried'],
    ['okta', 'truncated', 'truncated', 'unqueried'],
    ['vpc', 'empty', 'unqueried', 'empty'],
    ['dns', 'unqueried', 'unqueried', 'unqueried'],
    ['socdown', 'empty', 'unqueried', 'unqueried'],
    ['siem', 'unqueried', 'unqueried', 'unqueried'],
  ]);
  expect(coverage.sources[0]?.overall).toEqual({
    state: 'answered',
    counts: { answered: 1, truncated: 0, empty: 0, failed: 1 },
    evidence: [2, 5],
  });

  const params = (id: string) => ({ params: Promise.resolve({ id }) });
  const headers = await keyHeaders(actor);
  expect((await coverageRoute(new Request('http://localhost/'), params(investigationId))).status).toBe(401);
  expect((await coverageRoute(new Request('http://localhost/', { headers }), params('x'))).status).toBe(404);
  expect((await coverageRoute(new Request('http://localhost/', { headers }), params(investigationId))).status).toBe(
    200,
  );
  await expect(readCoverage({ ...actor, role: 'visitor' as Role }, investigationId)).rejects.toMatchObject({
    code: 'forbidden',
  });
});

it('names the gaps of sources, and what was skipped', async () => {
  const { actor, investigationId, runId } = await openRun();
  const source = { rows: 10, from: '2001-01-01T00:00:00Z', to: '2001-01-02T00:00:00Z', unparsable: 0 };
  const structured = {
    sources: [{ name: 'old', ...source }],
    skipped: [{ file: 'vpc_flow.log', reason: 'binary' }],
  };
  await db().evidence.create({
    data: {
      id: uuid(),
      investigationId,
      runId,
      number: 1,
      callId: '1',
      server: 'logs',
      tool: 'list_sources',
      args: {},
      argsHash: '1',
      startedAt: new Date(),
      status: 'ok',
      rows: 1,
      truncated: false,
      result: { structured },
    },
  });
  const coverage = await readCoverage(actor, investigationId);
  expect(coverage.gaps).toEqual(['Skipped, because they could not be read: vpc_flow.log.']);
  expect(coverage.sources.find(({ source: name }) => name === 'old')?.gaps).toEqual([
    'old does not cover the time of the alert.',
  ]);
});
