import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { GET as listRoute } from '@/app/api/investigations/route';
import type { Actor } from '../auth/guard';
import { SYSTEM } from '../auth/guard';
import { keyHeaders, testActor } from '../auth/testing';
import { db, pool } from '../db/client';
import { testDatabase } from '../db/testing';
import { readDraft } from '../drafts/read-draft';
import { saveDraft } from '../drafts/save-draft';
import { openInvestigation } from '../investigations/open-investigation';
import { partsVector } from '../investigations/vectors';
import { patchFrontMatter, writeSection } from '../report/report';
import type { FrontMatter } from '../report/schema';
import { reindexAll } from './reindex';
import { relatedInvestigations } from './related-investigations';
import { searchInvestigations } from './search-investigations';

testDatabase();

const HASH = '3e5f8a1b9c2d4e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7';
let actor: Actor;
const ids: Record<string, string> = {};

async function written(name: string, text: string, front: Partial<FrontMatter> = {}): Promise<string> {
  const alertId = uuid();
  await db().alert.create({
    data: {
      id: alertId,
      source: 'generic',
      sourceRef: alertId,
      title: name,
      severity: 3,
      occurredAt: new Date(),
      raw: {},
    },
  });
  const { id } = await openInvestigation(actor, { alertIds: [alertId] });
  const { markdown } = await readDraft(actor, id);
  const full = patchFrontMatter(writeSection(markdown, 'Technical Details', text), { title: name, ...front });
  await saveDraft(actor, id, { markdown: full, version: 1 });
  ids[name] = id;
  return id;
}

const titles = async (query: Parameters<typeof searchInvestigations>[1]) =>
  (await searchInvestigations(actor, query)).items.map((item) => item.title).sort();

beforeAll(async () => {
  actor = await testActor('analyst');
  await written(
    'Stolen key',
    'From 192[.]168[.]77[.]12 the role `arn:aws:iam::123456789012:role/deploy-admin` exfiltrated **archives** to hxxps://drop[.]evil[.]test/in/login-12.php.',
    {
      classification: 'MALICIOUS',
      techniques: ['T1078.004'],
    },
  );
  await written('Dropped file', `The file C:\\Users\\ada\\invoice_2024.exe has the digest ${HASH}. Nobody ran it.`, {
    classification: 'SUSPICIOUS',
  });
  await written(
    'Planned change',
    'Terraform by the deployer, policies were attached as approved in the change. 192.168.77.120 is the runner.',
    {
      classification: 'BENIGN',
    },
  );
});

describe('search', () => {
  it.each([
    ['words with their stems', 'exfiltration', ['Stolen key']],
    ['words in another form', 'policy', ['Planned change']],
    ['all words of a query', 'terraform approved', ['Planned change']],
    ['nothing when a word is missing', 'terraform digest', []],
    ['a phrase', '"approved in the change"', ['Planned change']],
    ['not the words of a phrase elsewhere', '"change approved"', []],
    ['a defanged address', '192[.]168[.]77[.]12', ['Stolen key', 'Planned change']],
    ['a part of an address', '192.168.77', ['Planned change', 'Stolen key']],
    ['a role inside an ARN', 'deploy-admin', ['Stolen key']],
    ['an account inside an ARN', '123456789012', ['Stolen key']],
    ['a domain, not defanged', 'drop.evil.test', ['Stolen key']],
    ['a domain, defanged', 'drop[.]evil[.]test', ['Stolen key']],
    ['a URL, defanged', 'hxxps://drop[.]evil[.]test/in', ['Stolen key']],
    ['a file in a path', 'login-12', ['Stolen key']],
    ['a file name with an underscore', 'invoice_2024.exe', ['Dropped file']],
    ['the start of a digest, also one that looks like a number', HASH.slice(0, 6), ['Dropped file']],
    ['the middle of a digest', HASH.slice(10, 24), ['Dropped file']],
    ['a title', 'planned', ['Planned change']],
    ['nothing for marks alone', '!!! ---', []],
    ['syntax of tsquery as text', "exfiltration & ! | ( ) : * <-> '", ['Stolen key']],
    ['hints of empty sections are not text', 'defanged accounts indicators', []],
  ])('finds %s', async (_, q, expected) => {
    expect(await titles({ q })).toEqual([...expected].sort());
  });

  it('finds a case by its codename', async () => {
    const { codename } = await db().investigation.findUniqueOrThrow({ where: { id: ids['Dropped file'] } });
    expect(await titles({ q: codename })).toEqual(['Dropped file']);
  });

  it('filters by classification, status, technique with its sub-techniques, and a piece of an entity', async () => {
    expect(await titles({ classification: 'MALICIOUS' })).toEqual(['Stolen key']);
    expect(await titles({ status: 'approved' })).toEqual([]);
    expect(await titles({ technique: 'T1078' })).toEqual(['Stolen key']);
    expect(await titles({ technique: 't1078.004' })).toEqual(['Stolen key']);
    expect(await titles({ technique: 'T1079' })).toEqual([]);
    expect(await titles({ entity: 'evil[.]test' })).toEqual(['Stolen key']);
    expect(await titles({ entity: HASH.slice(30, 40).toUpperCase() })).toEqual(['Dropped file']);
    expect(await titles({ entity: '%' })).toEqual([]);
    expect(await titles({ entity: '192.168.77', classification: 'BENIGN', q: 'runner' })).toEqual(['Planned change']);
  });

  it('marks what was found in a piece of plain text', async () => {
    const marked = async (q: string) => {
      const snippet = (await searchInvestigations(actor, { q })).items[0]?.snippet;
      return { text: snippet?.text ?? '', words: snippet?.marks.map(([from, to]) => snippet.text.slice(from, to)) };
    };
    const stem = await marked('exfiltration archive');
    expect(stem.words).toEqual(['exfiltrated', 'archives']);
    expect(stem.text).not.toMatch(/[*`\n]/);
    expect((await marked('192[.]168[.]77[.]12')).words?.[0]).toMatch(/^192\.168\.77\.12/);
    expect((await marked(HASH.slice(0, 10))).words).toEqual([HASH]);
  });

  it('follows the text: what was taken out is found no longer, also after a new index', async () => {
    const id = await written('Changing', 'Seen: 198.51.100.99 and quagmire.');
    expect(await titles({ q: 'quagmire' })).toEqual(['Changing']);
    expect(await titles({ entity: '198.51.100.99' })).toEqual(['Changing']);
    const { markdown, version } = await readDraft(actor, id);
    await saveDraft(actor, id, {
      markdown: markdown.replace('Seen: 198.51.100.99 and quagmire.', 'Seen: nothing.'),
      version,
    });
    expect(await titles({ q: 'quagmire' })).toEqual([]);
    expect(await titles({ entity: '198.51.100.99' })).toEqual([]);

    const before = await db().investigation.findMany({ orderBy: { id: 'asc' } });
    await pool().query('DELETE FROM investigation_search; DELETE FROM investigation_entities');
    expect(await titles({ q: 'exfiltration' })).toEqual([]);
    await expect(reindexAll(actor)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await reindexAll(SYSTEM, { batch: 2 })).toEqual({ indexed: before.length, unchanged: 0 });
    expect(await titles({ q: 'exfiltration' })).toEqual(['Stolen key']);
    expect(await titles({ entity: 'drop.evil.test' })).toEqual(['Stolen key']);
    expect(await db().investigation.findMany({ orderBy: { id: 'asc' } })).toEqual(before);

    // What stands is left alone, what doesn't is made again: a text changed behind the index, a row of an older indexer.
    expect(await reindexAll(SYSTEM)).toEqual({ indexed: 0, unchanged: before.length });
    await pool().query(`UPDATE drafts SET markdown = markdown || 'A marmoset.' WHERE investigation_id = $1`, [id]);
    await pool().query(
      `UPDATE investigation_search SET source = NULL WHERE investigation_id = (SELECT id FROM investigations WHERE id <> $1 LIMIT 1)`,
      [id],
    );
    expect(await reindexAll(SYSTEM)).toEqual({ indexed: 2, unchanged: before.length - 2 });
    expect(await titles({ q: 'marmoset' })).toEqual(['Changing']);
    expect(await reindexAll(SYSTEM, { all: true })).toEqual({ indexed: before.length, unchanged: 0 });
  });

  it('indexes a hostile or huge text without refusing it', async () => {
    const emoji = '😀'.repeat(20_000);
    const id = await written(
      'Huge',
      `${emoji} \\ ' '' ":*&|! ${'z'.repeat(5000)} ${Array.from({ length: 120_000 }, (_, i) => `t${i}`).join(' ')}`,
    );
    expect((await searchInvestigations(actor, { q: 'Huge' })).items.map((item) => item.id)).toEqual([id]);
    expect(await titles({ q: 't777' })).toEqual(['Huge']);
    expect(partsVector("it's \\ a 'test'")).toBe("'it':1 's':2 'a':3 'test':4");
  });
});

describe('pages', () => {
  it('go through everything once, with and without a search', async () => {
    for (let index = 0; index < 7; index += 1)
      await written(`Page ${index}`, `Pagination ${'pagination '.repeat(index)}`);
    for (const q of [undefined, 'pagination']) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await searchInvestigations(actor, { q, limit: 3, cursor });
        expect(page.items.length).toBeLessThanOrEqual(3);
        seen.push(...page.items.map((item) => item.id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.length).toBe(q ? 7 : await db().investigation.count());
      if (!q)
        expect(seen).toEqual(
          (await db().investigation.findMany({ orderBy: [{ updatedAt: 'desc' }, { id: 'desc' }] })).map(
            (row) => row.id,
          ),
        );
    }
  });

  it('over HTTP: empty parameters don’t count; bad ones and strangers are refused', async () => {
    const headers = await keyHeaders(actor);
    const get = (query: string, sent: Record<string, string> = headers) =>
      listRoute(new Request(`http://localhost/api/investigations?${query}`, { headers: sent }), {
        params: Promise.resolve({}),
      });
    const answer = await get('q=exfiltration&classification=&entity=');
    expect((await answer.json()).items).toMatchObject([
      { title: 'Stolen key', entities: expect.arrayContaining([{ kind: 'domain', value: 'drop.evil.test' }]) },
    ]);
    for (const bad of [
      'classification=GOOD',
      'limit=0',
      'limit=1000',
      'cursor=x',
      'q=%00x',
      `cursor=${Buffer.from('{"at":"now","id":null,"skip":0}').toString('base64url')}`,
    ]) {
      expect((await get(bad)).status, bad).toBe(400);
    }
    expect((await get('', {})).status).toBe(401);
  });
});

describe('related cases', () => {
  it('share entities; a rare one weighs more than a common one; never the case itself', async () => {
    for (let index = 0; index < 5; index += 1) await written(`Common ${index}`, 'Address 203.0.113.200.');
    const subject = await written('Subject', 'Addresses 203.0.113.200 and 203.0.113.201.');
    await written('Rare', 'Address 203.0.113.201.');
    const related = await relatedInvestigations(actor, { investigationId: subject }, 4);
    expect(related[0]).toMatchObject({ title: 'Rare', shared: [{ kind: 'ip', value: '203.0.113.201' }] });
    expect(related.map((item) => item.title).slice(1)).toEqual([
      expect.stringMatching(/^Common/),
      expect.stringMatching(/^Common/),
      expect.stringMatching(/^Common/),
    ]);
    expect(related.every((item) => item.id !== subject)).toBe(true);
    expect(related[0]?.score).toBeGreaterThan(related[1]?.score ?? 0);
    const asked = await relatedInvestigations(actor, { entities: [{ kind: 'ip', value: '203.0.113.201' }] }, 10, {
      exclude: subject,
    });
    expect(asked.map((item) => item.title)).toEqual(['Rare']);
    expect(await relatedInvestigations(actor, { entities: [] }, 10)).toEqual([]);
  });

  it('leave out what is in more than 2,000 cases', async () => {
    await pool().query(
      `WITH e AS (INSERT INTO entities (kind, value) VALUES ('account', '999988887777') RETURNING id),
       i AS (INSERT INTO investigations (id, codename, title, path, severity, opened_by_id)
             SELECT gen_random_uuid(), 'many-' || n, 'Many', 'many/' || n, 1, $1 FROM generate_series(1, 2001) n RETURNING id)
       INSERT INTO investigation_entities SELECT i.id, e.id FROM i, e`,
      [actor.id],
    );
    expect(await relatedInvestigations(actor, { entities: [{ kind: 'account', value: '999988887777' }] }, 10)).toEqual(
      [],
    );
    await pool().query(`DELETE FROM investigations WHERE codename = 'many-1'`);
    expect(
      await relatedInvestigations(actor, { entities: [{ kind: 'account', value: '999988887777' }] }, 10),
    ).toHaveLength(10);
  });
});
