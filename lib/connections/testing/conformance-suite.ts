import { execFile } from 'node:child_process';
import { promisify, stripVTControlCharacters } from 'node:util';
import type { TestPrograms } from './programs';

/** What a scenario gave. `failed`: the ids of the checks that failed. `code` 0: every check passed. */
type Outcome = { stdout: string; code: number; failed: string[] };

/** Runs the official MCP conformance suite with these arguments. */
export async function runConformance({ node, file }: TestPrograms, args: string[]): Promise<Outcome> {
  const suite = file('@modelcontextprotocol/conformance/dist/index.js');
  try {
    const { stdout, stderr } = await promisify(execFile)(node, [suite, ...args], {
      env: { ...process.env, LOG_LEVEL: 'silent' },
    });
    return outcome(stdout + stderr, 0);
  } catch (error) {
    const { stdout = '', stderr = '', code = 1 } = error as { stdout?: string; stderr?: string; code?: number };
    return outcome(stdout + stderr, code);
  }
}

function outcome(output: string, code: number): Outcome {
  const stdout = stripVTControlCharacters(output);
  const failed = [...stdout.matchAll(/\[([\w/.-]+) *\] FAILURE /g)].map(([, id]) => id ?? '');
  return { stdout, code, failed: [...new Set(failed)].sort() };
}
