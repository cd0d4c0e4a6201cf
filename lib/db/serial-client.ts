import pg from 'pg';

/**
 * A connection that sends one query at a time. Prisma loads the relations of an `include` in parallel, in a transaction on
 * the one connection that the transaction has; node-postgres wants its callers to wait, and from version 9 on they must.
 */
export class SerialClient extends pg.Client {
  #last: Promise<unknown> | null = null;

  // Takes what pg.Client takes, in any of its forms, and returns what that returns.
  override query(...args: unknown[]): never {
    const send = () => Reflect.apply(super.query, this, args);
    // A query with a callback or a stream of its own comes from the pool, which lends a connection to nobody else meanwhile.
    const [query] = args as [{ submit?: unknown } | string];
    if (typeof args.at(-1) === 'function' || (typeof query === 'object' && query.submit)) return send() as never;
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
