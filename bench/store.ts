import { execFileSync } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { writeWhole } from '../lib/store/atomic-fs';
import { commitFiles } from '../lib/store/repo';

/**
 * One approved report = one commit with two files, in a store of 1,000 files (BENCH_FILES): milliseconds a commit, against the
 * floor of this disk: the nine or so durable small files that a commit is made of.
 */
const FILES = Number(process.env.BENCH_FILES ?? 1000);
const COMMITS = 50;

const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'socdown-bench-'));
const gitdir = path.join(folder, 'bench.git');
execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', gitdir]);
const person = { name: 'Socdown', email: 'socdown@localhost', at: new Date() };
const report = 'A line of a report, as long as lines are.\n'.repeat(600);
const pathOf = (n: number) =>
  `investigations/2026/${String(1 + (n % 12)).padStart(2, '0')}/${String(1 + (n % 28)).padStart(2, '0')}/case-${n}`;
const filesOf = (n: number) => [
  { path: `${pathOf(n)}.md`, content: `${n}\n${report}` },
  { path: `${pathOf(n)}.evidence.json`, content: `{"case": ${n}}\n` },
];
const commit = (files: { path: string; content: string }[]) =>
  commitFiles(gitdir, { files, author: person, committer: person, message: 'Bench\n' }, async () => {});

await commit(Array.from({ length: FILES / 2 }, (_, n) => filesOf(n)).flat());
const times: number[] = [];
const cpu = process.cpuUsage();
for (let n = 0; n < COMMITS; n++) times.push(await timed(() => commit(filesOf(FILES + n))));
const used = process.cpuUsage(cpu);
const floor: number[] = [];
for (let n = 0; n < COMMITS; n++) {
  floor.push(
    await timed(async () => {
      for (let k = 0; k < 9; k++) await writeWhole(path.join(folder, `floor-${n}-${k}`), report);
    }),
  );
}
const fsck = execFileSync('git', ['-C', gitdir, 'fsck', '--strict'], { encoding: 'utf8', stdio: 'pipe' });
console.log(
  `${FILES} files: commit ${median(times)} ms, nine durable files ${median(floor)} ms (medians of ${COMMITS})`,
);
// A busy machine makes the medians long; the processor's own time is nearly the same on any.
console.log(`processor time a commit: ${((used.user + used.system) / 1000 / COMMITS).toFixed(1)} ms`);
console.log(`ratio ${(median(times) / median(floor)).toFixed(1)}; fsck --strict: ${fsck.trim() || 'clean'}`);
await fs.rm(folder, { recursive: true });

async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

function median(values: number[]): number {
  return Number([...values].sort((a, b) => a - b)[values.length >> 1]?.toFixed(1));
}
