/**
 * Search and related cases over many generated investigations: times as multiples of an empty round trip to the database,
 * and which plans read a whole table; and what `reindex` takes, beside git reading the same texts. LIBRARY_SIZE (20,000) investigations; DATABASE_URL must name an empty database,
 * or is absent: then an embedded server of its own, gone afterwards.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { SYSTEM } from '../lib/auth/guard';
import { pool } from '../lib/db/client';
import type { InvestigationQuery } from '../lib/investigations/schema';
import { reindexAll } from '../lib/library/reindex';
import { relatedInvestigations } from '../lib/library/related-investigations';
import { searchInvestigations } from '../lib/library/search-investigations';
import { withBenchDatabase } from './shared/database';
import { fillLibrary } from './shared/fill-library';
import { medianMs } from './shared/median';
import { wholeTables } from './shared/whole-tables';

const SIZE = Number(process.env.LIBRARY_SIZE ?? 20_000);
const TABLES = ['investigations', 'investigation_search', 'investigation_entities', 'entities', 'drafts'];

async function measure(): Promise<void> {
  const floor = await medianMs(() => pool().query('SELECT 1'));
  console.log(`${SIZE} investigations; an empty round trip takes ${floor.toFixed(2)} ms`);
  const { rows } = await pool().query<{ value: string }>(
    `SELECT value FROM entities WHERE kind = 'hash' ORDER BY id DESC LIMIT 1`,
  );
  const hash = rows[0]?.value ?? '';
  const found = await pool().query<{ id: string }>('SELECT id FROM investigations ORDER BY id DESC LIMIT 1');
  const id = found.rows[0]?.id ?? '';
  const search = (query: Partial<InvestigationQuery>) => () => searchInvestigations(SYSTEM, query);
  const first = await searchInvestigations(SYSTEM, { q: 'credential' });
  const cases: Record<string, () => Promise<unknown>> = {
    'newest page': search({}),
    'by classification': search({ classification: 'MALICIOUS' }),
    'by technique': search({ technique: 'T1078' }),
    'a word in one case': search({ q: 'xylophone' }),
    'a word in every case': search({ q: 'credential' }),
    'the same, second page': search({ q: 'credential', cursor: first.nextCursor ?? undefined }),
    'three common words': search({ q: 'credential bucket terraform', classification: 'BENIGN' }),
    'a phrase': search({ q: '"credential access denied"' }),
    'a hash’s first 8': search({ q: hash.slice(0, 8) }),
    'a hash’s middle, as entity': search({ entity: hash.slice(20, 30) }),
    'a defanged address': search({ q: '10[.]33[.]7[.]9' }),
    'a part of an address': search({ q: '10.33.7' }),
    'a part of many entities': search({ entity: 'corp.example' }),
    'an account in every 5th case': search({ q: '111122223001' }),
    related: () => relatedInvestigations(SYSTEM, { investigationId: id }, 8),
  };
  for (const [name, run] of Object.entries(cases)) {
    const took = await medianMs(run);
    const whole = await wholeTables(run, TABLES);
    console.log(
      `${name.padEnd(30)} ${took.toFixed(1).padStart(8)} ms  ${(took / floor).toFixed(0).padStart(5)} round trips${whole.length > 0 ? `  reads all of ${whole.join(', ')}` : ''}`,
    );
  }
}

/** `reindex` when nothing changed, as a multiple of git reading the same texts, and what one text costs that has to be indexed. */
async function measureReindex(): Promise<void> {
  const gitdir = await fs.mkdtemp(path.join(os.tmpdir(), 'socdown-bench-'));
  try {
    execFileSync('git', ['init', '--quiet', '--bare', gitdir]);
    const writer = spawn('git', ['--git-dir', gitdir, 'fast-import', '--quiet'], {
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
      const { rows } = await pool().query<{ id: string; markdown: string }>(
        'SELECT investigation_id AS id, markdown FROM drafts WHERE investigation_id > $1 ORDER BY 1 LIMIT 1000',
        [after],
      );
      if (rows.length === 0) break;
      for (const { markdown } of rows) {
        if (!writer.stdin.write(`blob\ndata ${Buffer.byteLength(markdown)}\n${markdown}\n`))
          await once(writer.stdin, 'drain');
      }
      after = rows.at(-1)?.id ?? '';
    }
    writer.stdin.end();
    await once(writer, 'close');
    const reading = await seconds(async () => {
      const all = ['--batch', '--batch-all-objects', '--unordered'];
      const child = spawn('git', ['--git-dir', gitdir, 'cat-file', ...all], { stdio: ['ignore', 'pipe', 'inherit'] });
      child.stdout.resume();
      await once(child, 'close');
    });
    let result = { indexed: 0, unchanged: 0 };
    const took = await seconds(async () => {
      result = await reindexAll(SYSTEM);
    });
    console.log(
      `reindex: ${result.unchanged} unchanged, ${result.indexed} indexed in ${took.toFixed(1)} s; git cat-file --batch of the texts ${reading.toFixed(1)} s; ratio ${(took / reading).toFixed(2)} (at most 2)`,
    );
    await pool().query(
      'UPDATE investigation_search SET source = NULL WHERE investigation_id IN (SELECT id FROM investigations ORDER BY id LIMIT 500)',
    );
    const some = await seconds(async () => {
      result = await reindexAll(SYSTEM);
    });
    console.log(
      `reindex: ${result.indexed} of them to be rebuilt: ${((1000 * (some - took)) / result.indexed).toFixed(1)} ms each`,
    );
  } finally {
    await fs.rm(gitdir, { recursive: true });
  }
}

async function seconds(run: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await run();
  return (performance.now() - started) / 1000;
}

await withBenchDatabase(async () => {
  const { rows } = await pool().query('SELECT FROM investigations LIMIT 1');
  if (rows.length === 0) await fillLibrary(SIZE);
  await measure();
  await measureReindex();
});
