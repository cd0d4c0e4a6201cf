/** Times of named actions, with what failed. */
export type Timings = {
  /** Runs it and keeps how long it took; a failure is counted and not thrown. */
  time(name: string, run: () => Promise<unknown>): Promise<void>;
  add(name: string, ms: number): void;
  print(): void;
};

export function newTimings(): Timings {
  const taken = new Map<string, number[]>();
  const failed = new Map<string, number>();
  const add = (name: string, ms: number) => {
    const values = taken.get(name) ?? [];
    values.push(ms);
    taken.set(name, values);
  };
  return {
    add,
    async time(name, run) {
      const start = performance.now();
      try {
        await run();
        add(name, performance.now() - start);
      } catch (error) {
        const what = `${name}: ${error instanceof Error ? error.message : String(error)}`;
        failed.set(what, (failed.get(what) ?? 0) + 1);
      }
    },
    print() {
      for (const [name, values] of taken) {
        const sorted = values.sort((a, b) => a - b);
        const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(0).padStart(7);
        console.log(
          `${name.padEnd(16)} ${String(sorted.length).padStart(7)} times  p50 ${at(0.5)} ms  p95 ${at(0.95)} ms  max ${at(1 - 1e-9)} ms`,
        );
      }
      for (const [what, times] of failed) console.log(`failed ${times} times: ${what}`);
    },
  };
}
