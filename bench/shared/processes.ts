import fs from 'node:fs';

/** Ticks of /proc in a second (Linux). */
const TICKS = 100;

export type Usage = { name: string; cores: number; peakMb: number; firstMb: number; lastMb: number };

/**
 * Looks once a second at the processor time and memory of programs with all that they started (Linux). `firstMb` and `lastMb`: the mean of
 * the first and the last fifth, so that growth shows.
 */
export function watchProcesses(named: Record<string, number>): { stop(): Usage[] } {
  const began = performance.now();
  const samples = new Map<string, number[]>(Object.keys(named).map((name) => [name, []]));
  const look = () =>
    Object.entries(named).map(([name, pid]) => {
      const all = withChildren(pid);
      return { name, ticks: sum(all.map(ticksOf)), mb: sum(all.map(residentMb)) };
    });
  const start = new Map(look().map(({ name, ticks }) => [name, ticks]));
  const timer = setInterval(() => {
    for (const { name, mb } of look()) samples.get(name)?.push(mb);
  }, 1000);
  return {
    stop() {
      clearInterval(timer);
      const seconds = (performance.now() - began) / 1000;
      return look().map(({ name, ticks, mb }) => {
        const all = [...(samples.get(name) ?? []), mb];
        const fifth = Math.max(1, Math.floor(all.length / 5));
        return {
          name,
          cores: (ticks - (start.get(name) ?? 0)) / TICKS / seconds,
          peakMb: Math.max(...all),
          firstMb: mean(all.slice(0, fifth)),
          lastMb: mean(all.slice(-fifth)),
        };
      });
    },
  };
}

function withChildren(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(withChildren)];
}

function ticksOf(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}

/** What the process has for itself and its share of what it has in common: memory that several PostgreSQL processes map counts once. */
function residentMb(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) / 1024;
}

/** '' for a process that is gone. */
function read(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

const sum = (values: number[]): number => values.reduce((all, one) => all + one, 0);
const mean = (values: number[]): number => sum(values) / Math.max(1, values.length);
