import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';

/** Runs a program with V8's code of an earlier run of it, which the first one to end by itself leaves. */
const START = `'use strict';
const fs = require('node:fs'), vm = require('node:vm'), path = require('node:path'), Module = require('node:module');
const [file] = process.argv.splice(2, 1);
const kept = file + '.code';
const cachedData = fs.existsSync(kept) ? fs.readFileSync(kept) : undefined;
const script = new vm.Script(Module.wrap(fs.readFileSync(file, 'utf8')), { filename: file, cachedData });
if (!cachedData) process.on('exit', () => {
  const mine = kept + process.pid;
  fs.writeFileSync(mine, script.createCachedData());
  fs.renameSync(mine, kept);
});
const program = new Module(file);
program.filename = file;
script.runInThisContext()(program.exports, Module.createRequire(file), program, file, path.dirname(file));
`;

const bundled = new Map<string, Promise<string[]>>();

/**
 * Makes one file of a program of the tests, once, for those who start it hundreds of times: it is up in a tenth of the time
 * that loading its modules one by one takes.
 * @returns what node is to be called with, before the program's own arguments.
 */
export function bundleProgram(script: string): Promise<string[]> {
  const made = bundled.get(script) ?? bundle(script);
  bundled.set(script, made);
  return made;
}

async function bundle(script: string): Promise<string[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'socdown-bundle-'));
  process.once('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  const [start, program] = [path.join(folder, 'start.cjs'), path.join(folder, 'program.cjs')];
  fs.writeFileSync(start, START);
  await build({
    entryPoints: [path.resolve(script)],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    minifySyntax: true,
    logLevel: 'error',
    legalComments: 'none',
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'moduleUrl' },
    banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
    plugins: [
      {
        name: 'plans that are kept',
        setup: ({ onLoad }) => {
          onLoad({ filter: /generated\/internal\/class\.ts$/ }, ({ path: file }) => {
            const kept = JSON.stringify(path.resolve('lib/store/testing-plans.ts'));
            const [before, rest = ''] = fs.readFileSync(file, 'utf8').split('config.compilerWasm = {');
            const name = /importName: .*/.exec(rest)?.[0];
            if (!name) throw new Error(`${file} is not as expected`);
            const after = rest.slice(rest.indexOf('\n}\n') + 3);
            const get = (what: string) => `async () => (await import(${kept})).${what}`;
            const wasm = `getRuntime: ${get('runtime')}, getQueryCompilerWasmModule: ${get('nothing')}, ${name}`;
            return { contents: `${before}config.compilerWasm = { ${wasm} };${after}`, loader: 'ts' };
          });
          // Megabytes of text in a module take node longer to parse than all the rest.
          onLoad({ filter: /\.wasm-base64\.mjs$/ }, ({ path: file }) => {
            const text = textIn(fs.readFileSync(file, 'latin1'));
            if (!text) throw new Error(`${file} is not as expected`);
            const beside = path.join(folder, path.basename(file, '.mjs'));
            fs.writeFileSync(beside, text);
            return {
              contents: `export const wasm = require('node:fs').readFileSync(${JSON.stringify(beside)}, 'latin1');`,
            };
          });
        },
      },
    ],
  });
  return ['--no-deprecation', '--no-wasm-tier-up', '--wasm-lazy-compilation', start, program];
}

/** The one string of a module. By hand: a regular expression over megabytes can run out of stack. */
function textIn(module: string): string | undefined {
  const start = module.search(/wasm\s*=\s*["'`]/);
  const quote = start < 0 ? -1 : start + module.slice(start, start + 40).search(/["'`]/);
  return quote < 0 ? undefined : module.slice(quote + 1, module.indexOf(module[quote] ?? '', quote + 1));
}
