/**
 * Search and related cases over many generated investigations: times as multiples of an empty round trip to the database,
 * and which plans read a whole table; and what `reindex` takes, beside git reading the same texts. LIBRARY_SIZE (20,000) investigations; DATABASE_URL must name an empty database,
 * or is absent: then an embedded server of its own, gone afterwards.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { v7 as uuid } from 'uuid';
import type { Entity } from '../lib/alerts/schema';
import { SYSTEM } from '../lib/auth/guard';
import { pool } from '../lib/db/client';
import { INDEXER } from '../lib/investigations/index-investigation';
import type { InvestigationQuery } from '../lib/investigations/schema';
import { partsVector } from '../lib/investigations/vectors';
import { reindexAll } from '../lib/library/reindex';
import { relatedInvestigations } from '../lib/library/related-investigations';
import { searchInvestigations } from '../lib/library/search-investigations';
import { withBenchDatabase } from './shared/database';
import { medianMs } from './shared/median';
import { wholeTables } from './shared/whole-tables';

const SIZE = Number(process.env.LIBRARY_SIZE ?? 20_000);
const BATCH = 250;
const WORDS =
  `credential access denied console login policy attached bucket object download snapshot shared trail stopped secret
  read role assumed address unusual baseline deployer terraform change approved rotation key created user agent browser office
  contractor night burst failed allowed exfiltration persistence escalation discovery lateral movement benign malicious suspicious`.split(
    /\s+/,
  );

let seed = 1;
const random = (below: number): number => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed % below;
};
const pick = (items: string[]): string => items[random(items.length)] ?? '';

function entitiesOf(index: number): Entity[] {
  const account = `11112222${3000 + random(5)}`;
  const user = `user${random(2000)}`;
  return [
    { kind: 'account', value: account },
    { kind: 'user', value: user },
    { kind: 'arn', value: `arn:aws:iam::${account}:user/${user}` },
    { kind: 'hash', value: createHash('sha256').update(String(index)).digest('hex') },
    { kind: 'domain', value: `host${random(20_000)}.corp.example` },
    ...Array.from(
      { length: 12 },
      (): Entity => ({ kind: 'ip', value: `10.${random(60)}.${random(250)}.${random(250)}` }),
    ),
    ...Array.from({ length: 6 }, (): Entity => ({ kind: 'bucket', value: `data-${random(30_000)}-prod` })),
  ];
}

async function generate(): Promise<void> {
  await pool().query(
    `INSERT INTO users (id, name, email, role, updated_at) VALUES ('bench', 'Bench', 'bench@example.test', 'analyst', now())`,
  );
  // Built once at the end: ten times quicker than row by row.
  const { rows: indexes } = await pool().query<{ name: string; definition: string }>(
    `SELECT indexname AS name, indexdef AS definition FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE '%USING gin%'`,
  );
  for (const { name } of indexes) await pool().query(`DROP INDEX "${name}"`);
  for (let from = 0; from < SIZE; from += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, SIZE - from) }, (_, offset) => {
      const index = from + offset;
      const entities = entitiesOf(index);
      const lines = Array.from(
        { length: 60 },
        () => `${Array.from({ length: 12 }, () => pick(WORDS)).join(' ')} ${pick(entities.map(({ value }) => value))}`,
      );
      const body = index === 777 ? `${lines.join('\n')}\nthe xylophone incident` : lines.join('\n');
      const classification = ['BENIGN', 'SUSPICIOUS', 'MALICIOUS'][random(3)];
      const id = uuid();
      return {
        id,
        codename: `bench-${index}`,
        path: `bench/${index}.md`,
        classification,
        technique: `T1${String(random(600)).padStart(3, '0')}`,
        body,
        parts: partsVector(body),
        entities,
        age: SIZE - index,
      };
    });
    const json = [JSON.stringify(rows)];
    const given =
      'jsonb_to_recordset($1::jsonb) AS x(id uuid, codename text, path text, classification text, technique text, body text, parts text, entities jsonb, age int)';
    await pool().query(
      `INSERT INTO investigations (id, codename, title, path, status, classification, severity, techniques, opened_by_id, updated_at)
       SELECT x.id, x.codename, x.codename, x.path, 'approved', x.classification, 3, ARRAY[x.technique], 'bench', now() - x.age * interval '1 minute' FROM ${given}`,
      json,
    );
    await pool().query(
      `INSERT INTO investigation_search (investigation_id, body, words, parts, source)
       SELECT x.id, x.body, to_tsvector('english', x.body), x.parts::tsvector, sha256(convert_to($2 || x.body, 'UTF8')) FROM ${given}`,
      [...json, INDEXER],
    );
    await pool().query(
      `INSERT INTO drafts (investigation_id, markdown, version) SELECT x.id, x.body, 1 FROM ${given}`,
      json,
    );
    const each = `${given}, jsonb_to_recordset(x.entities) AS e(kind text, value text)`;
    await pool().query(
      `INSERT INTO entities (kind, value) SELECT DISTINCT e.kind, e.value FROM ${each} ON CONFLICT DO NOTHING`,
      json,
    );
    await pool().query(
      `INSERT INTO investigation_entities (investigation_id, entity_id)
       SELECT DISTINCT x.id, n.id FROM ${each} JOIN entities n ON n.kind = e.kind AND n.value = e.value`,
      json,
    );
  }
  for (const { definition } of indexes) await pool().query(definition);
  await pool().query('VACUUM ANALYZE');
}

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
  if (rows.length === 0) await generate();
  await measure();
  await measureReindex();
});
