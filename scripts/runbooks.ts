import fs from 'node:fs';
import path from 'node:path';
import { AppError } from '@/lib/errors/app-error';
import { readRunbooks } from '@/lib/runbooks/load-runbooks';

/**
 * Checks the runbooks of a folder (default: those a new store starts with). @throws AppError unprocessable when one can't be used;
 * each is printed as `FILE:LINE: problem`.
 */
export function checkRunbooks(folder = 'investigations-repo/runbooks'): void {
  if (!fs.existsSync(folder) || !fs.statSync(folder).isDirectory())
    throw new AppError('not_found', `There is no folder ${folder}.`);
  const files = fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => [name, fs.readFileSync(path.join(folder, name), 'utf8')] as const);
  const { runbooks, problems } = readRunbooks(files);
  for (const problem of problems) console.error(problem);
  console.log(`${runbooks.length} runbooks can be used.`);
  if (problems.length > 0) throw new AppError('unprocessable', `${problems.length} problems in runbooks.`);
}
