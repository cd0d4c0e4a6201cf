import { gauge, type Sample } from './format';

/** Upper bounds in seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

type Histogram = { permission: string; status: string; counts: number[]; sum: number; count: number };
/** Of this process. Next loads modules more than once. */
const shared = globalThis as unknown as { socdownRequestTimes?: Map<string, Histogram> };

/** Counts an answered request. `permission`: what its route takes, of which there are a few dozen. */
export function countRequest(permission: string, status: number, seconds: number): void {
  shared.socdownRequestTimes ??= new Map();
  const group = `${Math.floor(status / 100)}xx`;
  const key = `${permission} ${group}`;
  const found = shared.socdownRequestTimes.get(key) ?? {
    permission,
    status: group,
    counts: BUCKETS.map(() => 0),
    sum: 0,
    count: 0,
  };
  shared.socdownRequestTimes.set(key, found);
  for (const [index, bound] of BUCKETS.entries())
    if (seconds <= bound) found.counts[index] = (found.counts[index] ?? 0) + 1;
  found.sum += seconds;
  found.count += 1;
}

/** The histogram of this process, and its memory. */
export function processMetrics(): string {
  const name = 'socdown_http_request_duration_seconds';
  const lines = [...(shared.socdownRequestTimes?.values() ?? [])].flatMap(
    ({ permission, status, counts, sum, count }) => {
      const labels = `permission="${permission}",status="${status}"`;
      return [
        ...BUCKETS.map((bound, index) => `${name}_bucket{${labels},le="${bound}"} ${counts[index] ?? 0}`),
        `${name}_bucket{${labels},le="+Inf"} ${count}`,
        `${name}_sum{${labels}} ${sum}`,
        `${name}_count{${labels}} ${count}`,
      ];
    },
  );
  const { rss, heapUsed } = process.memoryUsage();
  const memory: Sample[] = [
    { labels: { kind: 'resident' }, value: rss },
    { labels: { kind: 'heap' }, value: heapUsed },
  ];
  return [
    `# HELP ${name} Answered API requests of this process, by the permission of their route.`,
    `# TYPE ${name} histogram`,
    ...lines,
    gauge('socdown_process_memory_bytes', 'Memory of the web process.', memory),
  ].join('\n');
}
