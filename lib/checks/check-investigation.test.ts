import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { GET } from '@/app/api/investigations/[id]/checks/route';
import { main } from '@/scripts/cli';
import { keyHeaders, testActor } from '../auth/testing';
import { testDatabase } from '../db/testing';
import { readyReport, testInvestigation } from '../reviews/testing';
import { checkInvestigation } from './check-investigation';

testDatabase();
afterEach(() => vi.restoreAllMocks());

const get = async (id: string, query = '', headers: Record<string, string> = {}) => {
  const request = new Request(`http://localhost/api/investigations/${id}/checks${query}`, { headers });
  const response = await GET(request, { params: Promise.resolve({ id }) });
  return { status: response.status, body: await response.json() };
};

it('checks a draft over HTTP; refuses bad input and strangers', async () => {
  const actor = await testActor('analyst');
  const headers = await keyHeaders(actor);
  const { id } = await testInvestigation(actor, readyReport({ classification: 'MALICIOUS' }, 'Seen 77 times [E4].'));
  const { status, body } = await get(id, '', headers);
  expect(status).toBe(200);
  expect(body).toMatchObject({ version: 1, revision: null });
  expect(body.items.map((item: { rule: string }) => item.rule)).toContain('citation');
  expect((await get('nonsense', '', headers)).status).toBe(404);
  expect((await get(id, '?revision=x', headers)).status).toBe(400);
  expect((await get(id, `?revision=${id}`, headers)).status).toBe(404);
  expect((await get(id)).status).toBe(401);
  await expect(checkInvestigation({ ...actor, role: 'nobody' as never }, id)).rejects.toMatchObject({
    code: 'forbidden',
  });
});

it('the command line checks a file with the evidence beside it: 0 clean, 1 with findings', async () => {
  const said: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line) => void said.push(String(line)));
  vi.spyOn(console, 'error').mockImplementation((line) => void said.push(String(line)));
  const fixture = path.resolve(import.meta.dirname, '../../fixtures/reports/okta-admin-role-assigned');
  expect(await main(['check', `${fixture}.md`])).toBe(0);
  expect(said.join()).toContain('no findings (28 evidence records)');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-check-'));
  const file = path.join(folder, 'report.md');
  fs.writeFileSync(file, fs.readFileSync(`${fixture}.md`, 'utf8').replace('had 9 (= 2 + 1', 'had 8 (= 2 + 1'));
  fs.copyFileSync(`${fixture}.evidence.json`, path.join(folder, 'report.evidence.json'));
  expect(await main(['check', file])).toBe(1);
  expect(said.join()).toMatch(/report\.md:43:\d+ error total: 2 \+ 1 \+ 1 \+ 5 is 9, not 8\./);
  fs.writeFileSync(path.join(folder, 'report.evidence.json'), '{');
  expect(await main(['check', file])).toBe(1);
  expect(await main(['check', path.join(folder, 'none.md')])).toBe(1);
  fs.rmSync(folder, { recursive: true });
});
