import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';

/**
 * Stands before Prisma's query compiler in the programs that tests start by the hundred (testing-bundle.ts): a plan that an
 * earlier run of the program made is read, and the compiler, half of what such a program costs, is loaded only for a query it
 * has not seen. The plans are those of the compiler itself, kept by a process that ends by itself.
 */
declare const require: NodeJS.Require;
type Compiler = { compile(query: string): unknown; compileBatch(queries: string): unknown; free(): void };

const file = `${fileURLToPath(import.meta.url)}.plans`;
const plans: Map<string, unknown> = fs.existsSync(file) ? v8.deserialize(fs.readFileSync(file)) : new Map();
let made = 0;
process.on('exit', () => {
  if (made === 0) return;
  const mine = `${file}${process.pid}`;
  fs.writeFileSync(mine, v8.serialize(plans));
  fs.renameSync(mine, file);
});

function loadCompiler(): new (options: unknown) => Compiler {
  const runtime = require('@prisma/client/runtime/query_compiler_fast_bg.postgresql.mjs');
  const { wasm } = require('@prisma/client/runtime/query_compiler_fast_bg.postgresql.wasm-base64.mjs');
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(wasm, 'base64')), {
    './query_compiler_fast_bg.js': runtime,
  });
  runtime.__wbg_set_wasm(exports);
  (exports.__wbindgen_start as () => void)();
  return runtime.QueryCompiler;
}

class KeptCompiler implements Compiler {
  private compiler: Compiler | undefined;
  constructor(private readonly options: unknown) {}

  compile(query: string): unknown {
    return this.plan('compile', query);
  }
  compileBatch(queries: string): unknown {
    return this.plan('compileBatch', queries);
  }
  free(): void {
    this.compiler?.free();
  }

  private plan(method: 'compile' | 'compileBatch', query: string): unknown {
    const key = `${method} ${query}`;
    if (!plans.has(key)) {
      this.compiler ??= new (loadCompiler())(this.options);
      plans.set(key, this.compiler[method](query));
      made += 1;
    }
    return plans.get(key);
  }
}

/** What Prisma's client asks of the compiler's module, and a WebAssembly module that does nothing for it to start. */
export const runtime = { QueryCompiler: KeptCompiler, __wbg_set_wasm: () => {} };
export const nothing = new WebAssembly.Module(
  Buffer.from(
    '0061736d010000000104016000000302010007140110' +
      Buffer.from('__wbindgen_start').toString('hex') +
      '00000a040102000b',
    'hex',
  ),
);
