import path from 'node:path';

/**
 * One of our own programs as scripts/prepare.mjs bundles it, to be run by node.
 * @param source its TypeScript, from the repository's root, which everything is started from (a page's bundle has no folder of its own)
 * @returns absolute path
 */
export const programFile = (source: string): string => path.resolve('dist', source.replace(/\.ts$/, '.mjs'));
