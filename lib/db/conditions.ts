/** Conditions joined by AND, and the parameters of their statement in order. */
export class Conditions {
  readonly values: unknown[];
  readonly #parts: string[] = [];

  /** `before`: parameters that the statement has already, $1 onwards. */
  constructor(before: unknown[] = []) {
    this.values = [...before];
  }

  /** @returns the placeholder of a new parameter. */
  value(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  and(condition: string): void {
    this.#parts.push(`(${condition})`);
  }

  /** From a time or day (UTC) to another, both with all of it; what is absent doesn't limit. */
  between(column: string, from: string | undefined, to: string | undefined): void {
    if (from) this.and(`${column} >= ${this.value(from)}::timestamptz`);
    if (to)
      this.and(
        `${column} < ${this.value(to)}::timestamptz + interval '${to.length === 10 ? '1 day' : '1 millisecond'}'`,
      );
  }

  /** What follows WHERE. */
  where(): string {
    return this.#parts.join(' AND ') || 'true';
  }
}
