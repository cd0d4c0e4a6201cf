// `npm run licenses`: every package of the lockfile with its license, and exit code 1 when one is not allowed. `--json` for programs.
import fs from 'node:fs';
import path from 'node:path';

/** Taken from any package. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC-BY-4.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  // Copyleft by file: used unchanged.
  'MPL-2.0',
  'OFL-1.1',
  'Unlicense',
  'Zlib',
]);

/** Allowed in these packages only, and why. A package whose metadata names no license is here with what its license file says. */
const EXCEPTIONS = [
  {
    name: /^@img\/sharp-/,
    license: 'LGPL-3.0-or-later',
    why: 'libvips, a library of its own that Next may load; unchanged',
  },
  { name: /^elkjs$/, license: 'EPL-2.0', why: 'of Prisma’s own interface, which Socdown does not start; unchanged' },
  {
    name: /^dejavu-fonts-ttf$/,
    license: 'SEE LICENSE IN README.md AND LICENSE',
    why: 'Bitstream Vera license: free to embed',
  },
  { name: /^png-js$/, license: 'unknown', why: 'its LICENSE file is MIT' },
  { name: /^seq-queue$/, license: 'unknown', why: 'its LICENSE file is MIT' },
];

type Lockfile = { packages: Record<string, { version?: string; license?: string; dev?: boolean }> };
/** `why`: the exception that allows it. */
type Licensed = { name: string; version: string; license: string; dev: boolean; why: string | null };

/** The packages of a lockfile (version 3), by name. */
export function listLicenses(lockfile: Lockfile): Licensed[] {
  const entries = Object.entries(lockfile.packages).filter(([place]) => place !== '');
  const found = entries.map(([place, { version = '', license = 'unknown', dev = false }]) => {
    const name = place.replace(/^.*node_modules\//, '');
    return { name, version, license, dev, why: exceptionFor(name, license)?.why ?? null };
  });
  return found.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** Whether a license expression (SPDX, with AND, OR and brackets) is allowed for a package. What can't be read is not. */
export function isAllowed(name: string, expression: string): boolean {
  const exception = exceptionFor(name, expression);
  if (exception?.license === expression) return true;
  const tokens = expression.replace(/[()]/g, ' $& ').trim().split(/\s+/);
  let at = 0;
  const one = (): boolean => {
    const token = tokens[at++] ?? '';
    if (token !== '(') return ALLOWED.has(token) || token === exception?.license;
    const inside = any();
    return tokens[at++] === ')' && inside;
  };
  const all = (): boolean => {
    let result = one();
    while (tokens[at]?.toUpperCase() === 'AND') {
      at += 1;
      result = one() && result;
    }
    return result;
  };
  const any = (): boolean => {
    let result = all();
    while (tokens[at]?.toUpperCase() === 'OR') {
      at += 1;
      result = all() || result;
    }
    return result;
  };
  return any() && at === tokens.length;
}

function exceptionFor(name: string, expression: string) {
  return EXCEPTIONS.find((one) => one.name.test(name) && expression.includes(one.license));
}

function main(): void {
  const file = path.join(import.meta.dirname, '..', 'package-lock.json');
  const packages = listLicenses(JSON.parse(fs.readFileSync(file, 'utf8')));
  const refused = packages.filter(({ name, license }) => !isAllowed(name, license));
  if (process.argv.includes('--json')) console.log(JSON.stringify(packages, null, 2));
  else {
    for (const { name, version, license, dev, why } of packages)
      console.log(
        `${name} ${version}: ${license}${dev ? ', only for development' : ''}${why ? ` (allowed: ${why})` : ''}`,
      );
  }
  for (const { name, version, license } of refused) console.error(`not allowed: ${name} ${version}: ${license}`);
  console.error(`${packages.length} packages, ${refused.length} not allowed.`);
  if (refused.length > 0) process.exitCode = 1;
}

if (process.argv[1] === import.meta.filename) main();
