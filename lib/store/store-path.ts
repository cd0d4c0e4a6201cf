import path from 'node:path';
import { env } from '../env/env';
import { AppError } from '../errors/app-error';

/** The bare repository: DATA_DIR/investigations.git. */
export function storeDir(): string {
  return path.join(env().DATA_DIR, 'investigations.git');
}

/** ASCII letters, digits, `. _ -`; no leading hyphen (an option); no trailing dot (Windows drops it). */
const SEGMENT = /^[._]?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,198}[A-Za-z0-9_-])?$/;

/**
 * Whether a path may be a file of the store: relative, `/` between segments, nothing that git, Windows or macOS reads as
 * `.git` or as a way out. An allow list: what git merely tolerates (backslash, colon, `git~1`, invisible characters) is refused.
 */
export function isStorePath(file: string): boolean {
  if (file.length > 1024) return false;
  return file.split('/').every((segment) => SEGMENT.test(segment) && !/^\.git/i.test(segment));
}

/**
 * The files of an investigation, from its path: report, evidence, audit trail.
 * @throws AppError unprocessable when the path is not one that an investigation can have.
 */
export function investigationFiles(file: string): { report: string; evidence: string; audit: string } {
  const inPlace = /^investigations\/\d{4}\/\d{2}\/\d{2}\/[^/._][^/]*\.md$/.test(file);
  if (!inPlace || !isStorePath(file)) {
    throw new AppError('unprocessable', 'The path of this investigation is not a path of the store.', {
      logMessage: `unsafe store path ${JSON.stringify(file)}`,
    });
  }
  const stem = file.replace(/\.md$/, '');
  return { report: file, evidence: `${stem}.evidence.json`, audit: `${stem}.audit.jsonl` };
}
