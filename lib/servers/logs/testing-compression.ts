import { execFileSync } from 'node:child_process';

const pack = (program: string, text: string): Buffer => execFileSync(program, ['-c'], { input: text });

export const bzip2 = (text: string): Buffer => pack('bzip2', text);
export const zstd = (text: string): Buffer => pack('zstd', text);

/** Lines of one letter, as many megabytes: what compresses best. */
export const monotony = (megabytes: number): Buffer => Buffer.from(`${'x'.repeat((1 << 20) - 1)}\n`.repeat(megabytes));
