import fs from 'node:fs';
import { withBenchDatabase } from '@/bench/shared/database';
import { runAgent } from '@/lib/agent/run-agent';
import { startRun } from '@/lib/agent/start-run';
import { listAlerts } from '@/lib/alerts/list-alerts';
import { AlertQuery } from '@/lib/alerts/schema';
import { testActor } from '@/lib/auth/testing';
import { checkInvestigation } from '@/lib/checks/check-investigation';
import { closeServers } from '@/lib/connections';
import { db } from '@/lib/db/client';
import { readDraft } from '@/lib/drafts/read-draft';
import { openInvestigation } from '@/lib/investigations/open-investigation';
import { closeQueue } from '@/lib/jobs/queue';
import { seedSamples } from '@/lib/samples/seed-samples';
const most = Number(process.argv[2] ?? 50);
const only = new RegExp(process.argv[3] ?? '');
fs.mkdirSync('/tmp/demo-out', { recursive: true });
await withBenchDatabase(async () => {
  const t = Date.now();
  console.log('seeded', await seedSamples(), Date.now() - t);
  const actor = await testActor('analyst');
  const { items } = await listAlerts(actor, AlertQuery.parse({ limit: '200' }));
  console.log(items.slice(0, 6).map((i) => `${i.severity} ${i.occurredAt} ${i.title}`).join('\n'));
  const cases = await db().investigation.findMany();
  for (const c of cases) {
    const r = await checkInvestigation(actor, c.id);
    const d = await readDraft(actor, c.id);
    fs.writeFileSync(`/tmp/demo-out/past-${c.codename}.md`, d.markdown);
    console.log('past', c.classification, c.title.slice(0, 60), r.items.map((f) => `${f.severity} ${f.rule} ${f.message}`).join(' | ').slice(0, 300));
  }
  let n = 0;
  for (const [index, item] of items.entries()) {
    if (!only.test(item.title) || n++ >= most) continue;
    const t0 = Date.now();
    const { id } = await openInvestigation(actor, { alertIds: [item.id] });
    const { id: runId } = await startRun(actor, id, {});
    await runAgent(runId, { signal: new AbortController().signal });
    const d = await readDraft(actor, id);
    const inv = await db().investigation.findUniqueOrThrow({ where: { id } });
    const { items: findings } = await checkInvestigation(actor, id);
    fs.writeFileSync(`/tmp/demo-out/${String(index).padStart(2, '0')}.md`, d.markdown);
    console.log(index, item.title.slice(0, 70), '|', inv.classification, inv.confidence, '|', findings.filter((f) => f.severity === 'error').length, '|', (Date.now() - t0) / 1000);
  }
  await closeServers();
  await closeQueue();
}, { own: true });
process.exit(0);
