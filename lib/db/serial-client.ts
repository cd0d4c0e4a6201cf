import pg from 'pg';
import { type SpanAttributes, withChildSpan } from '../tracing/span';

/**
 * A connection that sends one query at a time. Prisma loads the relations of an `include` in parallel, in a transaction on
 * the one connection that the transaction has; node-postgres wants its callers to wait, and from version 9 on they must.
 */
export class SerialClient extends pg.Client {
  #last: Promise<unknown> | null = null;

  // Takes what pg.Client takes, in any of its forms, and returns what that returns.
  override query(...args: unknown[]): never {
    const pass = () => Reflect.apply(super.query, this, args);
    // A query with a callback or a stream of its own comes from the pool, which lends a connection to nobody else meanwhile.
    const [query] = args as [{ submit?: unknown; text?: string } | string];
    if (typeof args.at(-1) === 'function' || (typeof query === 'object' && query.submit)) return pass() as never;
    const send = () => withChildSpan('query', aboutQuery(query), async () => pass());
    const answer: Promise<unknown> = this.#last ? this.#last.then(send) : send();
    const done = answer.then(
      () => {},
      () => {},
    );
    this.#last = done;
    void done.then(() => {
      if (this.#last === done) this.#last = null;
    });
    return answer as never;
  }
}

/** The same for what the pool sends by itself. */
export class TracedPool extends pg.Pool {
  // Takes what pg.Pool takes, in any of its forms, and returns what that returns.
  override query(...args: unknown[]): never {
    const pass = () => Reflect.apply(super.query, this, args);
    const [query] = args as [{ submit?: unknown; text?: string } | string];
    if (typeof args.at(-1) === 'function' || (typeof query === 'object' && query.submit)) return pass() as never;
    return withChildSpan('query', aboutQuery(query), async () => pass()) as never;
  }
}

/** What kind of statement it is, and its first table: never its text, which may hold values. */
function aboutQuery(query: { text?: string } | string): SpanAttributes {
  const text = typeof query === 'string' ? query : (query.text ?? '');
  const operation = /^\s*(?:--[^\n]*\n\s*)*([a-z]+)/i.exec(text)?.[1]?.toUpperCase();
  const table = /\b(?:from|into|update|join)\s+(?:"?public"?\.)?"?([a-z_]+)/i.exec(text)?.[1];
  return { 'db.system.name': 'postgresql', 'db.operation.name': operation, 'db.collection.name': table };
}
