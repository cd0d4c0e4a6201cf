/** Conditions joined by AND, and the parameters of their statement in order. */
export class Conditions {
  readonly values: unknown[] = [];
  readonly #parts: string[] = [];

  /** @returns the placeholder of a new parameter. */
  value(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  and(condition: string): void {
    this.#parts.push(`(${condition})`);
  }

  /** What follows WHERE. */
  where(): string {
    return this.#parts.join(' AND ') || 'true';
  }
}
