import { createHash } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import type { Entity } from '../../lib/alerts/schema';
import { pool } from '../../lib/db/client';
import { INDEXER } from '../../lib/investigations/index-investigation';
import { partsVector } from '../../lib/investigations/vectors';

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

/** `size` approved investigations of one person, as lists and searches read them; no revisions and no reviews. */
export async function fillLibrary(size: number): Promise<void> {
  await pool().query(
    `INSERT INTO users (id, name, email, role, updated_at) VALUES ('bench', 'Bench', 'bench@example.test', 'analyst', now())`,
  );
  // Built once at the end: ten times quicker than row by row.
  const { rows: indexes } = await pool().query<{ name: string; definition: string }>(
    `SELECT indexname AS name, indexdef AS definition FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE '%USING gin%'`,
  );
  for (const { name } of indexes) await pool().query(`DROP INDEX "${name}"`);
  for (let from = 0; from < size; from += BATCH) {
    await insert(Array.from({ length: Math.min(BATCH, size - from) }, (_, offset) => makeCase(from + offset, size)));
  }
  for (const { definition } of indexes) await pool().query(definition);
  await pool().query('VACUUM ANALYZE');
}

function makeCase(index: number, size: number) {
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
    age: size - index,
  };
}

async function insert(rows: object[]): Promise<void> {
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
