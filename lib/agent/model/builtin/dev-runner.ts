// development only, not committed

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Message, ToolResult } from '../model';
import { builtinAnalyst } from './analyst';

type Source = { name: string; lines: string[] };
export async function openLogs(files: string[], events?: Record<string, object[]>) {
  const db = await DuckDBInstance.create(':memory:');
  const c = await db.connect();
  const sources: any[] = [];
  const load = async (name: string, events: any[]) => {
    const counts = new Map<string, number>();
    const walk = (v: any, p: string) => {
      if (v && typeof v === 'object' && !Array.isArray(v))
        for (const k of Object.keys(v)) walk(v[k], p ? `${p}.${k}` : k);
      else if (v !== null) counts.set(p, (counts.get(p) ?? 0) + 1);
    };
    for (const e of events) walk(e, '');
    const fields = [...counts]
      .filter(([p]) => p.split('.').length <= 4)
      .sort((a, b) => b[1] - a[1])
      .slice(0, 200);
    const tf =
      ['eventTime', 'published', 'p_event_time', 'timestamp', 'time', '@timestamp'].find((t) => counts.has(t)) ?? null;
    await c.run(`CREATE TABLE "t_${name}" (raw JSON)`);
    for (let i = 0; i < events.length; i += 500)
      await c.run(
        `INSERT INTO "t_${name}" VALUES ` +
          events
            .slice(i, i + 500)
            .map((e) => `('${JSON.stringify(e).replaceAll("'", "''")}')`)
            .join(','),
      );
    const cols = fields.map(
      ([p]) =>
        `raw->>'$.${p
          .split('.')
          .map((s) => (/^\w+$/.test(s) ? s : `"${s}"`))
          .join('.')}' AS "${p}"`,
    );
    await c.run(
      `CREATE VIEW "v_${name}" AS SELECT ${tf ? `TRY_CAST(raw->>'$.${/^\w+$/.test(tf) ? tf : `"${tf}"`}' AS TIMESTAMPTZ)` : 'NULL::TIMESTAMPTZ'} AS _time, ${cols.join(', ')}, raw FROM "t_${name}"`,
    );
    const r: any = (await (await c.runAndReadAll(`SELECT min(_time), max(_time) FROM "v_${name}"`)).getRowsJson())[0];
    sources.push({
      name,
      files: 1,
      format: 'jsonl',
      rows: events.length,
      bytes: 1,
      timeField: tf,
      from: r[0],
      to: r[1],
      unparsable: 0,
      fields: fields.length,
      _fields: fields.map(([p, n]) => ({ name: p, type: 'VARCHAR', filled: n / events.length, samples: [] })),
    });
  };
  for (const f of files)
    await load(
      basename(f)
        .replace(/\.jsonl$/, '')
        .replace(/\W/g, '_'),
      readFileSync(f, 'utf8')
        .trim()
        .split('\n')
        .map((l) => JSON.parse(l)),
    );
  for (const [n, e] of Object.entries(events ?? {})) await load(n, e);
  return async (name: string, args: any): Promise<any> => {
    if (name === 'logs__list_sources') return { sources: sources.map(({ _fields, ...s }) => s) };
    if (name === 'logs__describe_source')
      return { source: args.source, timeField: null, fields: sources.find((s) => s.name === args.source)._fields };
    if (name === 'socdown__search_cases') return { cases: [] };
    if (name === 'socdown__search_alerts') return { alerts: [] };
    if (name === 'socdown__get_alert') return { id: args.id };
    if (name === 'logs__query') {
      for (const s of sources)
        await c.run(
          `CREATE OR REPLACE VIEW "${s.name}" AS SELECT * FROM "v_${s.name}" WHERE _time IS NULL OR (_time >= '${args.from}' AND _time < '${args.to}')`,
        );
      const t = performance.now();
      const r = await c.runAndReadAll(args.sql);
      const rows = r.getRowsJson();
      const limit = args.limit ?? 500;
      return {
        columns: r.columnNames().map((n) => ({ name: n, type: '' })),
        rows: rows.slice(0, limit),
        rowCount: Math.min(rows.length, limit),
        truncated: rows.length > limit,
        elapsedMs: Math.round(performance.now() - t),
        from: args.from,
        to: args.to,
      };
    }
    throw new Error(`no tool ${name}`);
  };
}
export async function investigateWith(
  call: (n: string, a: any) => Promise<any>,
  alert: any,
  instruction: string | null = null,
) {
  const model = builtinAnalyst();
  const messages: Message[] = [{ role: 'user', text: '' }];
  let e = 0;
  const sections: Record<string, string> = {};
  let assessment: any = null;
  const evidence: any[] = [];
  const caseFile = {
    investigation: { id: 'x', codename: 'x', title: 'x', openedAt: '' },
    alerts: [alert],
    markdown: '',
    instruction,
    earlierEvidence: [],
    now: '',
  } as any;
  let turns = 0;
  const stages: string[] = [];
  for (;;) {
    turns++;
    if (turns > 30) throw new Error('too many turns');
    let end: any;
    for await (const ev of model.turn(
      { system: '', messages, tools: [], maxOutputTokens: 1, caseFile },
      new AbortController().signal,
    )) {
      if (ev.type === 'end') end = ev;
      if (ev.type === 'stage') stages.push(ev.text);
    }
    if (end.stop === 'done') return { sections, assessment, evidence, turns, stages, last: end.text };
    messages.push({ role: 'assistant', text: '', calls: end.calls });
    const results: ToolResult[] = [];
    for (const cl of end.calls) {
      if (cl.name.startsWith('report__')) {
        if (cl.name === 'report__set_assessment') assessment = cl.args;
        else sections[cl.args.section] = cl.args.markdown;
        results.push({ callId: cl.id, ok: true, text: 'ok', evidence: null });
        continue;
      }
      e++;
      try {
        const s = await call(cl.name, cl.args);
        evidence[e] = { args: cl.args, result: s };
        results.push({ callId: cl.id, ok: true, text: `[E${e}] `, structured: s, evidence: e });
      } catch (err) {
        console.error('TOOL FAILED', cl.name, (err as Error).message.slice(0, 300), cl.args.sql);
        evidence[e] = { args: cl.args, result: (err as Error).message };
        results.push({ callId: cl.id, ok: false, text: `[E${e}] ${(err as Error).message}`, evidence: e });
      }
    }
    messages.push({ role: 'tools', results });
  }
}
export const alertOf = (over: any) => ({
  id: 'a',
  source: 'generic',
  sourceRef: 'r',
  title: 'Test alert',
  rule: null,
  severity: 'medium',
  status: 'new',
  disposition: null,
  assignee: null,
  occurredAt: '',
  receivedAt: '',
  entities: [],
  techniques: [],
  link: null,
  count: 1,
  sample: false,
  investigation: null,
  description: '',
  raw: {},
  ...over,
});
