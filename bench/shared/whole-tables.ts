import { pool } from '../../lib/db/client';

/** Those of `tables` that the statements of a call read from end to end. */
export async function wholeTables(run: () => Promise<unknown>, tables: string[]): Promise<string[]> {
  const inner = pool();
  const found = new Set<string>();
  const query = inner.query.bind(inner);
  const statements: [string, unknown[]][] = [];
  // The one place that watches statements: a bench, in its own process.
  inner.query = ((sql: string, values: unknown[] = []) => {
    statements.push([sql, values]);
    return query(sql, values);
  }) as typeof inner.query;
  await run();
  inner.query = query as typeof inner.query;
  const scan = new RegExp(`Seq Scan on (${tables.join('|')})\\b`);
  for (const [sql, values] of statements) {
    const { rows } = await query(`EXPLAIN ${sql}`, values);
    for (const row of rows) {
      const table = scan.exec(Object.values(row).join(''))?.[1];
      if (table) found.add(table);
    }
  }
  return [...found];
}
